// Operations that are no tasks: fills, copies, inline mappings, attachments, fences.
#include "legion.h"

using namespace Legion;

enum { TOP, WORK };
enum { FID_A = 1, FID_B, FID_C };
using Regions = std::vector<PhysicalRegion>;
void work(const Task *, const Regions &, Context, Runtime *) {}

void top(const Task *, const Regions &, Context ctx, Runtime *runtime)
{
  IndexSpace is = runtime->create_index_space(ctx, Rect<1>(0, 99));
  FieldSpace fs = runtime->create_field_space(ctx);
  FieldAllocator fa = runtime->create_field_allocator(ctx, fs);
  for (FieldID f = FID_A; f <= FID_C; f++) fa.allocate_field(sizeof(int), f);
  LogicalRegion src = runtime->create_logical_region(ctx, is, fs);
  LogicalRegion dst = runtime->create_logical_region(ctx, is, fs);
  IndexSpace colors = runtime->create_index_space(ctx, Rect<1>(0, 3));
  LogicalPartition src_lp = runtime->get_logical_partition(ctx, src, runtime->create_equal_partition(ctx, is, colors));
  LogicalPartition dst_lp = runtime->get_logical_partition(ctx, dst, src_lp.get_index_partition());
  runtime->attach_name(src, "src");
  runtime->attach_name(dst, "dst");
  runtime->attach_name(src_lp, "src pieces");

  const int zero = 0;
  runtime->fill_field<int>(ctx, src, src, FID_A, zero);  // @fill
  FillLauncher fill(dst, dst, UntypedBuffer(&zero, sizeof(zero)));
  fill.add_field(FID_A);
  fill.add_field(FID_B);
  runtime->fill_fields(ctx, fill);  // @fills
  IndexFillLauncher pieces(colors, src_lp, src, UntypedBuffer(&zero, sizeof(zero)));
  pieces.add_field(FID_C);
  runtime->fill_fields(ctx, pieces);  // @fill_pieces

  CopyLauncher copy;
  copy.add_copy_requirements(RegionRequirement(src, LEGION_READ_ONLY, LEGION_EXCLUSIVE, src),
                             RegionRequirement(dst, LEGION_WRITE_DISCARD, LEGION_EXCLUSIVE, dst));
  copy.add_src_field(0, FID_A);
  copy.add_dst_field(0, FID_B);
  runtime->issue_copy_operation(ctx, copy);  // @copy
  IndexCopyLauncher copies(colors);
  RegionRequirement from(src_lp, 0, READ_ONLY, EXCLUSIVE, src), to(dst_lp, 0, READ_WRITE, EXCLUSIVE, dst);
  from.add_field(FID_C);
  to.add_field(FID_C);
  copies.add_copy_requirements(from, to);
  runtime->issue_copy_operation(ctx, copies);  // @copies

  RegionRequirement req(src, READ_WRITE, EXCLUSIVE, src);
  req.add_field(FID_A);
  InlineLauncher input_launcher(req);
  PhysicalRegion mapped = runtime->map_region(ctx, input_launcher);  // @inline
  mapped.wait_until_valid();
  runtime->unmap_region(ctx, mapped);
  InlineLauncher late(RegionRequirement(dst, READ_ONLY, EXCLUSIVE, dst));
  late.add_field(FID_B);
  late.requirement.add_field(FID_C);
  for (int i = 0; i < 3; i++) {
    PhysicalRegion again = runtime->map_region(ctx, late);  // @inline_loop
    runtime->unmap_region(ctx, again);
  }

  int *host = (int *)malloc(100 * sizeof(int));
  AttachLauncher attach(LEGION_EXTERNAL_INSTANCE, dst, dst);
  std::vector<FieldID> attach_fields(1, FID_A);
  attach.attach_array_soa(host, false, attach_fields);
  PhysicalRegion external = runtime->attach_external_resource(ctx, attach);  // @attach

  TaskLauncher launcher(WORK, UntypedBuffer());
  launcher.add_region_requirement(RegionRequirement(mapped.get_logical_region(), READ_ONLY, EXCLUSIVE, src)).add_field(FID_A);
  launcher.add_region_requirement(RegionRequirement(external.get_logical_region(), READ_WRITE, EXCLUSIVE, dst)).add_field(FID_A);
  runtime->begin_trace(ctx, 1);
  runtime->execute_task(ctx, launcher);  // @work
  runtime->end_trace(ctx, 1);
  Future done = runtime->detach_external_resource(ctx, external, true);  // @detach
  done.wait();
  runtime->issue_execution_fence(ctx);  // @fence
}

int main(int argc, char **argv)
{
  TaskVariantRegistrar top_registrar(TOP, "top"), work_registrar(WORK, "work");
  for (TaskVariantRegistrar *registrar : {&top_registrar, &work_registrar})
    registrar->add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  Runtime::preregister_task_variant<top>(top_registrar, "top");
  Runtime::preregister_task_variant<work>(work_registrar, "work");
  Runtime::set_top_level_task_id(TOP);
  return Runtime::start(argc, argv);
}
