// A small Legion program with something for every statement: 1-D and 2-D index launches, single
// launches, reading, writing and reducing requirements, named regions, partitions and fields.
// Prints "sum <n> ..." with values that no mapping may change, and what the mapping really was, as
// tasks see it: the processor, the memories, the strides.

#include "program.h"

enum TaskIds { MAIN, FILL, SWEEP, ADD, PICK, WALK, LEAF, DIG };
enum FieldIds { VALUE = 101, COUNT = 102, TOTAL = 201 };
enum { SUM_INT = 1 };

class SumInt {
 public:
  using LHS = int;
  using RHS = int;
  static constexpr int identity = 0;
  template <bool EXCLUSIVE>
  static void apply(LHS& lhs, RHS rhs)
  {
    if (EXCLUSIVE)
      lhs += rhs;
    else
      __sync_fetch_and_add(&lhs, rhs);
  }
  template <bool EXCLUSIVE>
  static void fold(RHS& a, RHS b)
  {
    apply<EXCLUSIVE>(a, b);
  }
};

namespace {

template <class T>
using Affine = Realm::AffineAccessor<T, 2, coord_t>;

/// Prints "layout TASK REQUIREMENT strides X Y at BYTES", the bytes being those behind a multiple
/// of 1024 at which the field begins.
template <class Accessor>
void report_layout(const Task* task, int requirement, const Accessor& field, Point<2> lo)
{
  printf("layout %s %d strides %zu %zu at %zu\n", task->get_task_name(), requirement,
         field.accessor.strides[0], field.accessor.strides[1],
         reinterpret_cast<std::uintptr_t>(field.ptr(lo)) % 1024);
}

void fill_task(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  report(task, regions, ctx, runtime);
  const FieldAccessor<WRITE_DISCARD, int, 2, coord_t, Affine<int>> value(regions[0], VALUE);
  const FieldAccessor<WRITE_DISCARD, double, 2, coord_t, Affine<double>> count(regions[0], COUNT);
  const DomainT<2> points = runtime->get_index_space_domain(
      ctx, IndexSpaceT<2>(task->regions[0].region.get_index_space()));
  const Point<2> lo = points.bounds.lo;
  const long long apart = reinterpret_cast<const char*>(count.ptr(lo)) -
                          reinterpret_cast<const char*>(value.ptr(lo));
  report_layout(task, 0, value, lo);
  printf("apart %lld\n", apart);
  for (PointInDomainIterator<2> it(points); it(); it++) {
    value[*it] = static_cast<int>((*it)[0] + 10 * (*it)[1]);
    count[*it] = 0;
  }
}

Crowd sweeping;

void sweep_task(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  report(task, regions, ctx, runtime);
  sweeping.enter();
  busy(option("-busy", 0));
  const FieldAccessor<READ_WRITE, double, 2, coord_t, Affine<double>> count(regions[0], COUNT);
  const FieldAccessor<READ_ONLY, int, 2, coord_t, Affine<int>> value(regions[1], VALUE);
  const DomainT<2> points = runtime->get_index_space_domain(
      ctx, IndexSpaceT<2>(task->regions[0].region.get_index_space()));
  report_layout(task, 0, count, points.bounds.lo);
  report_layout(task, 1, value, points.bounds.lo);
  for (PointInDomainIterator<2> it(points); it(); it++) {
    const int add = value[*it];
    count[*it] = count[*it] + add;
  }
  sweeping.leave();
}

void add_task_body(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  report(task, regions, ctx, runtime);
  const FieldAccessor<READ_ONLY, double, 2> count(regions[0], COUNT);
  const ReductionAccessor<SumInt, false, 1, coord_t, Realm::AffineAccessor<int, 1, coord_t>> total(
      regions[1], TOTAL, SUM_INT);
  const DomainT<2> points = runtime->get_index_space_domain(
      ctx, IndexSpaceT<2>(task->regions[0].region.get_index_space()));
  for (PointInDomainIterator<2> it(points); it(); it++)
    total[Point<1>(0)] <<= static_cast<int>(count[*it]);
}

int pick_task(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  report(task, regions, ctx, runtime);
  const FieldAccessor<READ_ONLY, int, 1> total(regions[0], TOTAL);
  return total[Point<1>(0)];
}

int leaf_task(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  report(task, regions, ctx, runtime);
  const FieldAccessor<READ_ONLY, int, 2> value(regions[0], VALUE);
  return value[Point<2>(1, 1)];
}

/// Only hands its region on, so that it may be mapped virtually.
int walk_task(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  report(task, regions, ctx, runtime);
  const LogicalRegion grid = task->regions[0].region;
  TaskLauncher leaf(LEAF, UntypedBuffer());
  leaf.add_region_requirement(RegionRequirement(grid, READ_ONLY, EXCLUSIVE, grid));
  leaf.add_field(0, VALUE);
  return runtime->execute_task(ctx, leaf).get_result<int>();
}

/// Launches itself some levels deep.
int dig_task(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  report(task, regions, ctx, runtime);
  const int levels = *static_cast<const int*>(task->args) - 1;
  if (levels == 0) return 1;
  TaskLauncher dig(DIG, UntypedBuffer(&levels, sizeof levels));
  return runtime->execute_task(ctx, dig).get_result<int>() + 1;
}

void main_task(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  report(task, regions, ctx, runtime);
  // The 2-D launches are rows x columns, the 1-D launches have 8 points.
  const int rows = option("-rows", 2), columns = option("-columns", 4);
  const Rect<2> box(Point<2>(0, 0), Point<2>(rows * 4 - 1, columns * 4 - 1));
  const IndexSpaceT<2> cells = runtime->create_index_space(ctx, box);
  FieldSpace cell_fields = runtime->create_field_space(ctx);
  {
    FieldAllocator allocator = runtime->create_field_allocator(ctx, cell_fields);
    allocator.allocate_field(sizeof(int), VALUE);
    allocator.allocate_field(sizeof(double), COUNT);
  }
  runtime->attach_name(cell_fields, VALUE, "value");
  runtime->attach_name(cell_fields, COUNT, "count");
  const LogicalRegion grid = runtime->create_logical_region(ctx, cells, cell_fields);
  runtime->attach_name(grid, "grid");

  const IndexSpaceT<2> tiles = runtime->create_index_space(
      ctx, Rect<2>(Point<2>(0, 0), Point<2>(rows - 1, columns - 1)));
  const IndexPartition tiling = runtime->create_equal_partition(ctx, cells, tiles);
  const LogicalPartition by_tile = runtime->get_logical_partition(ctx, grid, tiling);
  runtime->attach_name(by_tile, "tiles");

  const IndexSpaceT<1> line =
      runtime->create_index_space(ctx, Rect<1>(Point<1>(0), Point<1>(7)));
  const IndexPartition lining = runtime->create_equal_partition(ctx, cells, line);
  const LogicalPartition by_line = runtime->get_logical_partition(ctx, grid, lining);
  runtime->attach_name(by_line, "stripes");

  const IndexSpaceT<1> one = runtime->create_index_space(ctx, Rect<1>(Point<1>(0), Point<1>(0)));
  FieldSpace total_fields = runtime->create_field_space(ctx);
  runtime->create_field_allocator(ctx, total_fields).allocate_field(sizeof(int), TOTAL);
  runtime->attach_name(total_fields, TOTAL, "total");
  const LogicalRegion result = runtime->create_logical_region(ctx, one, total_fields);
  runtime->attach_name(result, "result");
  runtime->fill_field<int>(ctx, result, result, TOTAL, 0);

  {
    IndexLauncher fill(FILL, tiles, UntypedBuffer(), ArgumentMap());
    fill.add_region_requirement(RegionRequirement(by_tile, 0, WRITE_DISCARD, EXCLUSIVE, grid));
    fill.add_field(0, VALUE);
    fill.add_field(0, COUNT);
    runtime->execute_index_space(ctx, fill);
  }
  for (int step = 0; step < option("-steps", 2); ++step) {
    IndexLauncher sweep(SWEEP, tiles, UntypedBuffer(), ArgumentMap());
    sweep.add_region_requirement(RegionRequirement(by_tile, 0, READ_WRITE, EXCLUSIVE, grid));
    sweep.add_field(0, COUNT);
    sweep.add_region_requirement(RegionRequirement(by_tile, 0, READ_ONLY, EXCLUSIVE, grid));
    sweep.add_field(1, VALUE);
    runtime->execute_index_space(ctx, sweep);
  }
  {
    IndexLauncher add(ADD, line, UntypedBuffer(), ArgumentMap());
    add.add_region_requirement(RegionRequirement(by_line, 0, READ_ONLY, EXCLUSIVE, grid));
    add.add_field(0, COUNT);
    add.add_region_requirement(RegionRequirement(result, 0, SUM_INT, EXCLUSIVE, result));
    add.add_field(1, TOTAL);
    runtime->execute_index_space(ctx, add);
  }
  if (flag("-nofutures")) return;
  TaskLauncher pick(PICK, UntypedBuffer());
  pick.add_region_requirement(RegionRequirement(result, READ_ONLY, EXCLUSIVE, result));
  pick.add_field(0, TOTAL);
  const int sum = runtime->execute_task(ctx, pick).get_result<int>();
  TaskLauncher walk(WALK, UntypedBuffer());
  walk.add_region_requirement(RegionRequirement(grid, READ_ONLY, EXCLUSIVE, grid));
  walk.add_field(0, VALUE);
  const int walked = runtime->execute_task(ctx, walk).get_result<int>();
  const int levels = 3;
  const int dug = runtime->execute_task(ctx, TaskLauncher(DIG, UntypedBuffer(&levels, sizeof levels)))
                      .get_result<int>();
  printf("sum %d walked %d dug %d\n", sum, walked, dug);
  printf("most %d\n", sweeping.most());
  fflush(stdout);
}

/// A variant of `pick` that takes arrays only.
void add_pick_on_io()
{
  TaskVariantRegistrar registrar(PICK, "pick");
  registrar.add_constraint(ProcessorConstraint(Processor::IO_PROC));
  registrar.set_leaf();
  LayoutConstraintRegistrar arrays(FieldSpace::NO_SPACE);
  arrays.add_constraint(OrderingConstraint({LEGION_DIM_X, LEGION_DIM_F}, true /*contiguous*/));
  registrar.add_layout_constraint_set(0, Runtime::preregister_layout(arrays));
  Runtime::preregister_task_variant<int, pick_task>(registrar, "pick");
}

}  // namespace

int main(int argc, char** argv)
{
  add_main<main_task>(MAIN);
  add_task<fill_task>(FILL, "fill", true);
  add_task<sweep_task>(SWEEP, "sweep", true, kCpuAndIo);
  add_task<add_task_body>(ADD, "add", true);
  add_task<pick_task>(PICK, "pick", true);
  add_pick_on_io();
  add_task<walk_task>(WALK, "walk", false);
  add_task<leaf_task>(LEAF, "leaf", true);
  add_task<dig_task>(DIG, "dig", false, kCpuAndIo);
  Runtime::register_reduction_op<SumInt>(SUM_INT);
  return Runtime::start(argc, argv);
}
