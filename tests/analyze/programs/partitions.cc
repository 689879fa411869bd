// Partitions of every kind, a stencil on them, and projections.
#include "legion.h"

using namespace Legion;

enum { TOP, INIT, STENCIL, GATHER, COARSE };
enum { FID_VAL, FID_DERIV, FID_PTR };
enum { ROTATE_ID = 1234, UPPER_ID };
enum { MAPPER_ID = 2, TAG_HALO = 9, TAG_OWN = 8 };

using Regions = std::vector<PhysicalRegion>;
void init(const Task *, const Regions &, Context, Runtime *) {}
void stencil(const Task *, const Regions &, Context, Runtime *) {}
void gather(const Task *, const Regions &, Context, Runtime *) {}
void coarse(const Task *, const Regions &, Context, Runtime *) {}

class Rotate : public ProjectionFunctor {
public:
  using ProjectionFunctor::project;
  LogicalRegion project(LogicalPartition bound, const DomainPoint &point, const Domain &domain) override
  {
    return runtime->get_logical_subregion_by_color(bound, point);
  }
  bool is_functional(void) const override { return true; }
  unsigned get_depth(void) const override { return 0; }
};

void top(const Task *task, const Regions &regions, Context ctx, Runtime *runtime)
{
  int num_elements = 1024, num_subregions = 4;
  {
    const InputArgs &command_args = Runtime::get_input_args();
    for (int i = 1; i < command_args.argc; i++) {
      if (!strcmp(command_args.argv[i], "-n")) num_elements = 1 << atoi(command_args.argv[++i]);
      if (!strcmp(command_args.argv[i], "-b")) num_subregions = atoi(command_args.argv[++i]);
    }
  }
  Rect<1> elem_rect(0, num_elements - 1);
  IndexSpaceT<1> is = runtime->create_index_space(ctx, elem_rect);
  FieldSpace fs = runtime->create_field_space(ctx), ptrs = runtime->create_field_space(ctx);
  {
    FieldAllocator allocator = runtime->create_field_allocator(ctx, fs);
    allocator.allocate_field(sizeof(double), FID_VAL);
    allocator.allocate_field(sizeof(double), FID_DERIV);
    runtime->create_field_allocator(ctx, ptrs).allocate_field(sizeof(Point<1>), FID_PTR);
  }
  LogicalRegion stencil_lr = runtime->create_logical_region(ctx, is, fs);
  LogicalRegion links_lr = runtime->create_logical_region(ctx, is, ptrs);

  Rect<1> color_bounds(0, num_subregions - 1);
  IndexSpaceT<1> color_is = runtime->create_index_space(ctx, color_bounds);
  IndexPartition disjoint_ip = runtime->create_equal_partition(ctx, is, color_is);
  const int block = (num_elements + num_subregions - 1) / num_subregions;
  Transform<1, 1> transform;
  transform[0][0] = block;
  Rect<1> extent(-2, block + 1);
  IndexPartition ghost_ip = runtime->create_partition_by_restriction(ctx, is, color_is, transform, extent);
  LogicalPartition disjoint_lp = runtime->get_logical_partition(ctx, stencil_lr, disjoint_ip);
  LogicalPartition ghost_lp = runtime->get_logical_partition(ctx, stencil_lr, ghost_ip);
  LogicalPartition links_lp = runtime->get_logical_partition(ctx, links_lr, disjoint_ip);
  IndexPartition image_ip = runtime->create_partition_by_image(ctx, is, links_lp, links_lr, FID_PTR, color_is, LEGION_ALIASED_KIND);
  LogicalPartition image_lp = runtime->get_logical_partition(stencil_lr, image_ip);
  runtime->attach_name(disjoint_lp, "disjoint");
  runtime->attach_name(ghost_ip, "ghost");
  runtime->attach_name(image_lp, "image");

  ArgumentMap arg_map;
  for (int i = 0; i < num_subregions; i++) arg_map.set_point(DomainPoint(i), UntypedBuffer(&i, sizeof(i)));
  IndexLauncher init_launcher(INIT, color_is, UntypedBuffer(NULL, 0), arg_map, Predicate::TRUE_PRED, false, MAPPER_ID);
  init_launcher.add_region_requirement(RegionRequirement(disjoint_lp, 0 /*projection ID*/, LEGION_WRITE_DISCARD,
                                                         LEGION_EXCLUSIVE, stencil_lr));
  init_launcher.region_requirements[0].add_field(FID_VAL);
  runtime->execute_index_space(ctx, init_launcher);  // @init

  IndexLauncher stencil_launcher(STENCIL, color_is, UntypedBuffer(&num_elements, sizeof(num_elements)), arg_map);
  stencil_launcher.add_region_requirement(RegionRequirement(ghost_lp, 0, READ_ONLY, EXCLUSIVE, stencil_lr, TAG_HALO));
  stencil_launcher.add_field(0, FID_VAL);
  stencil_launcher.add_region_requirement(RegionRequirement(disjoint_lp, ROTATE_ID, READ_WRITE, EXCLUSIVE, stencil_lr));
  stencil_launcher.add_field(1, FID_DERIV);
  stencil_launcher.region_requirements[1].tag = TAG_OWN;
  stencil_launcher.map_id = MAPPER_ID;
  stencil_launcher.tag = TAG_OWN;
  runtime->execute_index_space(ctx, stencil_launcher);  // @stencil

  std::set<FieldID> fields = {FID_VAL, FID_DERIV};
  std::vector<FieldID> instance_fields(fields.begin(), fields.end());
  IndexLauncher gather_launcher(GATHER, color_bounds, UntypedBuffer(), arg_map);
  gather_launcher.add_region_requirement(
      RegionRequirement(image_lp, 0, fields, instance_fields, LEGION_READ_ONLY, LEGION_EXCLUSIVE, stencil_lr));
  gather_launcher.add_region_requirement(
      RegionRequirement(stencil_lr, 0, LEGION_REDOP_SUM_FLOAT64, LEGION_SIMULTANEOUS, stencil_lr));
  gather_launcher.add_field(1, FID_DERIV);
  gather_launcher.add_region_requirement(RegionRequirement(links_lp, UPPER_ID, LEGION_READ_ONLY, LEGION_EXCLUSIVE, links_lr));
  gather_launcher.region_requirements[2].add_fields(std::vector<FieldID>{FID_PTR});
  runtime->execute_index_space(ctx, gather_launcher);  // @gather

  LogicalRegion first = runtime->get_logical_subregion_by_color(disjoint_lp, 0);
  IndexPartition again = runtime->create_partition_by_blockify(ctx, IndexSpaceT<1>(first.get_index_space()), Point<1>(16));
  LogicalPartition halves = runtime->get_logical_partition(first, again);
  runtime->attach_name(halves, "halves");
  IndexLauncher launcher(COARSE, runtime->get_index_partition_color_space(again), UntypedBuffer(), ArgumentMap());
  launcher.add_region_requirement(RegionRequirement(halves, 0, LEGION_READ_WRITE, LEGION_ATOMIC, first)).add_field(FID_VAL);
  runtime->execute_index_space(ctx, launcher);  // @coarse
}

template <void (*F)(const Task *, const Regions &, Context, Runtime *)> void add(TaskID id, const char *name)
{
  TaskVariantRegistrar registrar(id, name);
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  registrar.set_leaf(id != TOP);
  Runtime::preregister_task_variant<F>(registrar, name);
}

int main(int argc, char **argv)
{
  add<top>(TOP, "top");
  add<init>(INIT, "init");
  add<stencil>(STENCIL, "stencil");
  add<gather>(GATHER, "gather");
  add<coarse>(COARSE, "coarse");
  Runtime::preregister_projection_functor(ROTATE_ID, new Rotate());
  Runtime::set_top_level_task_id(TOP);
  return Runtime::start(argc, argv);
}
