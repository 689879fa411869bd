// One launcher, filled after its construction, used again with other fields and privileges.
#include "legion.h"

using namespace Legion;

#define TOP_TASK_ID 1
#define FILL_ID (TOP_TASK_ID + 1)
constexpr TaskID scale_id(int step) { return TOP_TASK_ID + 2 * step; }
enum class Fields : unsigned { X = 101, Y, Z };
constexpr FieldID fid(Fields f) { return static_cast<FieldID>(f); }
static const FieldID FID_X = fid(Fields::X), FID_Y = fid(Fields::Y), FID_Z = fid(Fields::Z);
struct Check { static const TaskID TASK_ID = 7; };

using Regions = std::vector<PhysicalRegion>;
void fill_task(const Task *task, const Regions &regions, Context ctx, Runtime *runtime) {}
void scale_task(const Task *task, const Regions &regions, Context ctx, Runtime *runtime) {}
void check_task(const Task *task, const Regions &regions, Context ctx, Runtime *runtime) {}

void top_level_task(const Task *task, const Regions &regions, Context ctx, Runtime *runtime)
{
  Rect<1> elements(0, 1023);
  IndexSpace is = runtime->create_index_space(ctx, elements);
  FieldSpace fs = runtime->create_field_space(ctx);
  {
    FieldAllocator allocator = runtime->create_field_allocator(ctx, fs);
    allocator.allocate_field(sizeof(double), FID_X);
    allocator.allocate_field(sizeof(double), FID_Y);
    allocator.allocate_field(sizeof(double), FID_Z);
    runtime->attach_name(fs, FID_X, "x");
    runtime->attach_name(fs, FID_Y, "y");
  }
  LogicalRegion input = runtime->create_logical_region(ctx, is, fs);
  runtime->attach_name(input, "input");
  LogicalRegion output = runtime->create_logical_region(ctx, is, fs);

  TaskLauncher fill(FILL_ID, UntypedBuffer(NULL, 0));
  fill.add_region_requirement(RegionRequirement(input, LEGION_WRITE_DISCARD, LEGION_EXCLUSIVE, input));
  fill.region_requirements[0].add_field(FID_X);
  runtime->execute_task(ctx, fill);  // @fill_x
  fill.region_requirements[0].privilege_fields.clear();
  fill.region_requirements[0].instance_fields.clear();
  fill.region_requirements[0].add_field(FID_Y);
  runtime->execute_task(ctx, fill);  // @fill_y

  TaskLauncher scale(scale_id(1), UntypedBuffer());
  scale.add_region_requirement(RegionRequirement(input, READ_ONLY, EXCLUSIVE, input));
  scale.add_field(0, FID_X);
  scale.add_field(0/*index*/, FID_Y);
  scale.add_region_requirement(RegionRequirement(output, WRITE_DISCARD, EXCLUSIVE, output)).add_field(FID_Z);
  runtime->execute_task(ctx, scale);  // @scale
  scale.region_requirements[0].privilege = LEGION_READ_WRITE;
  scale.region_requirements[1].prop = LEGION_ATOMIC;
  scale.tag = 5;
  runtime->execute_task(ctx, scale);  // @scale_again
  scale.region_requirements.clear();
  RegionRequirement whole(output, LEGION_READ_WRITE, LEGION_SIMULTANEOUS, output);
  whole.add_field(FID_X).add_field(FID_Z);
  scale.add_region_requirement(whole);
  runtime->execute_task(ctx, scale);  // @scale_whole

  TaskLauncher check(Check::TASK_ID, UntypedBuffer());
  RegionRequirement req;
  req.region = output;
  req.parent = output;
  req.privilege = LEGION_READ_ONLY;
  req.prop = LEGION_RELAXED;
  req.privilege_fields.insert(FID_Z);
  check.region_requirements.push_back(req);
  check.add_region_requirement(RegionRequirement(input, (PrivilegeMode)(LEGION_READ_WRITE | LEGION_DISCARD_OUTPUT_MASK),
                                                 LEGION_EXCLUSIVE, input, 3));
  check.region_requirements.back().add_field(FID_Y);
  check.add_region_requirement(RegionRequirement(input, LEGION_WRITE_ONLY, LEGION_EXCLUSIVE, input));
  check.add_field(2, FID_X);
  check.add_region_requirement(RegionRequirement(output, LEGION_NO_ACCESS, LEGION_EXCLUSIVE, output));
  runtime->execute_task(ctx, check);  // @check
}

int main(int argc, char **argv)
{
  Runtime::set_top_level_task_id(TOP_TASK_ID);
  {
    TaskVariantRegistrar registrar(TOP_TASK_ID, "top");
    registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
    registrar.set_replicable();
    Runtime::preregister_task_variant<top_level_task>(registrar, "top");
  }
  {
    TaskVariantRegistrar registrar(FILL_ID);
    registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
    registrar.set_leaf();
    Runtime::preregister_task_variant<fill_task>(registrar);
  }
  for (auto kind : {Processor::LOC_PROC, Processor::OMP_PROC}) {
    TaskVariantRegistrar registrar(scale_id(1), "scale variant");
    registrar.add_constraint(ProcessorConstraint(kind));
    registrar.set_leaf(kind == Processor::OMP_PROC);
    Runtime::preregister_task_variant<scale_task>(registrar, "scale");
  }
  {
    TaskVariantRegistrar registrar(Check::TASK_ID, "check");
    registrar.add_constraint(ProcessorConstraint(Processor::TOC_PROC));
    registrar.set_leaf();
    Runtime::preregister_task_variant<check_task>(registrar, "check");
  }
  return Runtime::start(argc, argv);
}
