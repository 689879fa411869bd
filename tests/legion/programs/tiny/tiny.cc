// The smallest Legion program worth mapping: one index launch that fills a partitioned region, one
// task that adds it up. `-crash` ends it by a signal, `-hang` never ends it.

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <thread>

#include "legion.h"
#include "tiny.h"

using namespace Legion;

static void fill(const Task *task, const std::vector<PhysicalRegion> &regions, Context, Runtime *rt)
{
  const FieldAccessor<LEGION_WRITE_DISCARD, double, 1> value(regions[0], FIELD_VALUE);
  const Rect<1> points = rt->get_index_space_domain(task->regions[0].region.get_index_space());
  for (PointInRectIterator<1> at(points); at(); at++) value[*at] = 1.0;
}

static double sum(const Task *task, const std::vector<PhysicalRegion> &regions, Context, Runtime *rt)
{
  const FieldAccessor<LEGION_READ_ONLY, double, 1> value(regions[0], FIELD_VALUE);
  const Rect<1> points = rt->get_index_space_domain(task->regions[0].region.get_index_space());
  double total = 0;
  for (PointInRectIterator<1> at(points); at(); at++) total += value[*at];
  return total;
}

static void top_level(const Task *, const std::vector<PhysicalRegion> &, Context ctx, Runtime *rt)
{
  const InputArgs &args = Runtime::get_input_args();
  for (int i = 1; i < args.argc; ++i) {
    if (strcmp(args.argv[i], "-crash") == 0) raise(SIGSEGV);
    if (strcmp(args.argv[i], "-hang") == 0) std::this_thread::sleep_for(std::chrono::hours(1));
  }
  const auto started = std::chrono::steady_clock::now();
  const IndexSpaceT<1> points = rt->create_index_space(ctx, Rect<1>(0, POINTS - 1));
  const IndexSpaceT<1> colors = rt->create_index_space(ctx, Rect<1>(0, PIECES - 1));
  const FieldSpace fields = rt->create_field_space(ctx);
  rt->create_field_allocator(ctx, fields).allocate_field(sizeof(double), FIELD_VALUE);
  const LogicalRegionT<1> data = rt->create_logical_region(ctx, points, fields);
  const IndexPartitionT<1> blocks = rt->create_equal_partition(ctx, points, colors);
  const LogicalPartition pieces = rt->get_logical_partition(ctx, data, blocks);
  rt->attach_name(data, "data");
  rt->attach_name(pieces, "pieces");

  IndexLauncher filling(FILL, colors, TaskArgument(), ArgumentMap());
  filling.add_region_requirement(
      RegionRequirement(pieces, 0, LEGION_WRITE_DISCARD, LEGION_EXCLUSIVE, data));
  filling.add_field(0, FIELD_VALUE);
  rt->execute_index_space(ctx, filling);

  TaskLauncher summing(SUM, TaskArgument());
  summing.add_region_requirement(
      RegionRequirement(data, LEGION_READ_ONLY, LEGION_EXCLUSIVE, data));
  summing.add_field(0, FIELD_VALUE);
  const double total = rt->execute_task(ctx, summing).get_result<double>();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started;
  printf("ELAPSED TIME = %.6f s\n", elapsed.count());
  printf(total == POINTS ? "SUCCESS\n" : "FAILURE: %f\n", total);
}

template <typename Task>
static void add(TaskID id, const char *name, Task task, bool leaf)
{
  TaskVariantRegistrar registrar(id, name);
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  registrar.set_leaf(leaf);
  task(registrar, name);
}

int main(int argc, char **argv)
{
  Runtime::set_top_level_task_id(TOP_LEVEL);
  add(TOP_LEVEL, "top_level", [](auto &registrar, const char *name) {
    Runtime::preregister_task_variant<top_level>(registrar, name);
  }, false);
  add(FILL, "fill", [](auto &registrar, const char *name) {
    Runtime::preregister_task_variant<fill>(registrar, name);
  }, true);
  add(SUM, "sum", [](auto &registrar, const char *name) {
    Runtime::preregister_task_variant<double, sum>(registrar, name);
  }, true);
  return Runtime::start(argc, argv);
}
