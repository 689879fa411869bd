// Launches in loops of every sort; launchers made outside and inside of them.
#include "legion.h"

using namespace Legion;

const TaskID TOP = 100, RELAX = TOP + 1, NORM = TOP + 2, DUMP = TOP + 3;
enum Field { FID_OLD, FID_NEW, FID_COUNT };
static const char *field_names[FID_COUNT] = {"old", "new"};

using Regions = std::vector<PhysicalRegion>;
void relax(const Task *, const Regions &, Context, Runtime *) {}
double norm(const Task *, const Regions &, Context, Runtime *) { return 0; }
void dump(const Task *, const Regions &, Context, Runtime *) {}

void top(const Task *, const Regions &, Context ctx, Runtime *rt)
{
  int steps = atoi(Runtime::get_input_args().argv[1]);
  FieldSpace fs = rt->create_field_space(ctx);
  FieldAllocator fa = rt->create_field_allocator(ctx, fs);
  for (int f = 0; f < FID_COUNT; f++) {
    fa.allocate_field(sizeof(float), f);
    rt->attach_name(fs, f, field_names[f]);
  }
  IndexSpaceT<2> is = rt->create_index_space(ctx, Rect<2>(Point<2>(0, 0), Point<2>(63, 63)));
  LogicalRegionT<2> grid = rt->create_logical_region(ctx, is, fs);
  rt->attach_name(grid, "grid");
  IndexSpaceT<2> tiles = rt->create_index_space(ctx, Rect<2>(Point<2>(0, 0), Point<2>(3, 1)));
  LogicalPartition blocks = rt->get_logical_partition(ctx, grid, rt->create_equal_partition(ctx, is, tiles));
  rt->attach_name(blocks, "blocks");

  // Known count, fields swapped from step to step.
  FieldID from = FID_OLD, to = FID_NEW;
  for (int i = 0; i < 2; i++) {
    IndexLauncher launcher(RELAX, tiles, UntypedBuffer(), ArgumentMap());
    launcher.add_region_requirement(RegionRequirement(blocks, 0, LEGION_READ_ONLY, LEGION_EXCLUSIVE, grid));
    launcher.add_field(0, from);
    launcher.add_region_requirement(RegionRequirement(blocks, 0, LEGION_WRITE_DISCARD, LEGION_EXCLUSIVE, grid));
    launcher.add_field(1, to);
    rt->execute_index_space(ctx, launcher);  // @swap
    std::swap(from, to);
  }

  // Unknown counts; the launcher lives outside.
  IndexTaskLauncher outside(NORM, tiles, UntypedBuffer(), ArgumentMap());
  outside.add_region_requirement(RegionRequirement(blocks, 0, LEGION_READ_ONLY, LEGION_EXCLUSIVE, grid));
  outside.region_requirements[0].add_field(FID_NEW);
  for (int i = 0; i < steps; i++) {
    FutureMap norms = rt->execute_index_space(ctx, outside);  // @norms
    norms.wait_all_results();
  }
  double error = 1;
  while (error > 1e-3) {
    Future f = rt->execute_index_space(ctx, outside, LEGION_REDOP_SUM_FLOAT64);  // @reduced
    error = f.get_result<double>();
    if (error < 0) break;
    if (error > 10) continue;
    TaskLauncher once(DUMP, UntypedBuffer());
    once.add_region_requirement(RegionRequirement(grid, LEGION_READ_ONLY, LEGION_EXCLUSIVE, grid)).add_field(FID_NEW);
    rt->execute_task(ctx, once);  // @dump
  }
  int count = 0;
  do {
    for (PointInRectIterator<2> it(Rect<2>(Point<2>(0, 0), Point<2>(3, 1))); it(); it++) {
      LogicalRegion tile = rt->get_logical_subregion_by_color(ctx, blocks, DomainPoint(*it));
      TaskLauncher single(RELAX, UntypedBuffer());
      single.point = DomainPoint(*it);
      single.add_region_requirement(RegionRequirement(tile, LEGION_READ_WRITE, LEGION_EXCLUSIVE, grid));
      single.add_field(0, FID_OLD);
      rt->execute_task(ctx, single);  // @tile
    }
  } while (++count < steps);

  // Range-for over fields and over regions.
  TaskLauncher all(DUMP, UntypedBuffer());
  all.add_region_requirement(RegionRequirement(grid, LEGION_READ_ONLY, LEGION_EXCLUSIVE, grid));
  for (FieldID f : {FID_OLD, FID_NEW}) all.add_field(0, f);
  rt->execute_task(ctx, all);  // @all
  std::vector<LogicalRegion> copies;
  for (int i = 0; i < steps; i++) {
    copies.push_back(rt->create_logical_region(ctx, is, fs));
    rt->attach_name(copies.back(), "copy");
  }
  for (const LogicalRegion &copy : copies) {
    TaskLauncher each(DUMP, UntypedBuffer());
    each.add_region_requirement(RegionRequirement(copy, LEGION_READ_ONLY, LEGION_EXCLUSIVE, copy));
    each.add_field(0, FID_OLD);
    rt->execute_task(ctx, each);  // @each
  }
  for (int i = 0; i < 0; i++) rt->execute_task(ctx, all);
  for (int level = 0; level < 3; level++)
    for (int i = 0; i < (1 << level); i++)
      rt->execute_task(ctx, TaskLauncher(DUMP + 0, UntypedBuffer(&i, sizeof i)));  // @nest
}

int main(int argc, char **argv)
{
  Runtime::set_top_level_task_id(TOP);
  const struct { TaskID id; const char *name; } names[] = {{TOP, "top"}, {DUMP, "dump"}};
  for (const auto &entry : names) {
    TaskVariantRegistrar registrar(entry.id, entry.name);
    registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
    if (entry.id == TOP) Runtime::preregister_task_variant<top>(registrar, entry.name);
    else Runtime::preregister_task_variant<dump>(registrar, entry.name);
  }
  {
    TaskVariantRegistrar registrar(RELAX, "relax");
    registrar.add_constraint(ProcessorConstraint(Processor::TOC_PROC));
    Runtime::preregister_task_variant<relax>(registrar, "relax");
  }
  TaskVariantRegistrar registrar(NORM, "norm");
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  Runtime::preregister_task_variant<double, norm>(registrar, "norm");
  return Runtime::start(argc, argv);
}
