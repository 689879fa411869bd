// A small Legion program with a mapper of its own: fills a line of numbers in pieces, adds them up.
// With RING_REGISTERS it asks for the mapper of ring.mapl by itself.

#include <cstdio>
#include <set>

#include "legion.h"
#include "mappers/default_mapper.h"

using namespace Legion;

enum TaskIds { TOP_LEVEL, FILL, SUM };
enum FieldIds { VALUE = 101 };
enum { POINTS = 64, PIECES = 4 };

#ifdef RING_REGISTERS
extern "C" void mapc_register_ring();
#endif

namespace {

class OwnMapper : public Mapping::DefaultMapper {
 public:
  using DefaultMapper::DefaultMapper;

  void select_task_options(const Mapping::MapperContext ctx, const Task& task,
                           TaskOptions& output) override
  {
    printf("the program's own mapper maps %s\n", task.get_task_name());
    DefaultMapper::select_task_options(ctx, task, output);
  }
};

void use_own_mapper(Machine machine, Runtime* runtime, const std::set<Processor>& local)
{
  for (const Processor processor : local)
    runtime->replace_default_mapper(
        new OwnMapper(runtime->get_mapper_runtime(), machine, processor, "own"), processor);
}

using Regions = std::vector<PhysicalRegion>;

void fill(const Task* task, const Regions& regions, Context, Runtime* runtime)
{
  const FieldAccessor<LEGION_WRITE_DISCARD, double, 1> value(regions[0], VALUE);
  const Rect<1> points =
      runtime->get_index_space_domain(task->regions[0].region.get_index_space());
  for (PointInRectIterator<1> at(points); at(); at++) value[*at] = 1.0;
}

double sum(const Task* task, const Regions& regions, Context, Runtime* runtime)
{
  const FieldAccessor<LEGION_READ_ONLY, double, 1> value(regions[0], VALUE);
  const Rect<1> points =
      runtime->get_index_space_domain(task->regions[0].region.get_index_space());
  double total = 0;
  for (PointInRectIterator<1> at(points); at(); at++) total += value[*at];
  return total;
}

void top_level(const Task*, const Regions&, Context ctx, Runtime* runtime)
{
  const IndexSpaceT<1> points = runtime->create_index_space(ctx, Rect<1>(0, POINTS - 1));
  const IndexSpaceT<1> colors = runtime->create_index_space(ctx, Rect<1>(0, PIECES - 1));
  const FieldSpace fields = runtime->create_field_space(ctx);
  runtime->create_field_allocator(ctx, fields).allocate_field(sizeof(double), VALUE);
  const LogicalRegionT<1> line = runtime->create_logical_region(ctx, points, fields);
  const LogicalPartition pieces = runtime->get_logical_partition(
      ctx, line, runtime->create_equal_partition(ctx, points, colors));

  IndexLauncher filling(FILL, colors, TaskArgument(), ArgumentMap());
  filling.add_region_requirement(
      RegionRequirement(pieces, 0, LEGION_WRITE_DISCARD, LEGION_EXCLUSIVE, line));
  filling.add_field(0, VALUE);
  runtime->execute_index_space(ctx, filling);

  TaskLauncher summing(SUM, TaskArgument());
  summing.add_region_requirement(
      RegionRequirement(line, LEGION_READ_ONLY, LEGION_EXCLUSIVE, line));
  summing.add_field(0, VALUE);
  printf("sum %g\n", runtime->execute_task(ctx, summing).get_result<double>());
}

TaskVariantRegistrar on_cpu(TaskID id, const char* name, bool leaf)
{
  TaskVariantRegistrar registrar(id, name);
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  registrar.set_leaf(leaf);
  return registrar;
}

}  // namespace

int main(int argc, char** argv)
{
  Runtime::set_top_level_task_id(TOP_LEVEL);
  Runtime::preregister_task_variant<top_level>(on_cpu(TOP_LEVEL, "top_level", false), "top_level");
  Runtime::preregister_task_variant<fill>(on_cpu(FILL, "fill", true), "fill");
  Runtime::preregister_task_variant<double, sum>(on_cpu(SUM, "sum", true), "sum");
  Runtime::add_registration_callback(use_own_mapper);
#ifdef RING_REGISTERS
  mapc_register_ring();
#endif
  return Runtime::start(argc, argv);
}
