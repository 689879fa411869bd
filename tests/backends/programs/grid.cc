// A small Legion program with something for every statement: 1-D and 2-D index launches, single
// launches, reading, writing and reducing requirements, named regions, partitions and fields.
// Prints "sum <n> ..." with values that no mapping may change. With -where it also prints what the
// mapping really was, as tasks see it: the processor, the memories, the strides.

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <string>
#include <thread>

#include "legion.h"

using namespace Legion;

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

using Regions = std::vector<PhysicalRegion>;

struct Sizes {
  int line = 8;    // points of the 1-D launches
  int rows = 2;    // the 2-D launches are rows x columns
  int columns = 4;
  int steps = 2;
  int busy = 0;  // milliseconds that a sweep takes
  bool where = false;
  bool futures = true;
};

Sizes sizes_of(int argc, char** argv)
{
  Sizes sizes;
  for (int i = 1; i + 1 < argc; ++i) {
    if (!strcmp(argv[i], "-line")) sizes.line = atoi(argv[++i]);
    else if (!strcmp(argv[i], "-rows")) sizes.rows = atoi(argv[++i]);
    else if (!strcmp(argv[i], "-columns")) sizes.columns = atoi(argv[++i]);
    else if (!strcmp(argv[i], "-steps")) sizes.steps = atoi(argv[++i]);
    else if (!strcmp(argv[i], "-busy")) sizes.busy = atoi(argv[++i]);
  }
  for (int i = 1; i < argc; ++i) {
    if (!strcmp(argv[i], "-where")) sizes.where = true;
    if (!strcmp(argv[i], "-nofutures")) sizes.futures = false;
  }
  return sizes;
}

const Sizes& chosen_sizes()
{
  static const Sizes result =
      sizes_of(Runtime::get_input_args().argc, Runtime::get_input_args().argv);
  return result;
}

/// Prints "ran TASK POINT KIND INDEX MEMORY...".
void report(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  if (!chosen_sizes().where) return;
  std::string line = std::string("ran ") + task->get_task_name() + " [";
  for (int d = 0; task->is_index_space && d < task->index_point.get_dim(); ++d)
    line += (d > 0 ? "," : "") + std::to_string(task->index_point[d]);
  const Processor here = runtime->get_executing_processor(ctx);
  int number = 0;
  Machine::ProcessorQuery query(Machine::get_machine());
  query.only_kind(here.kind()).local_address_space();
  for (const Processor p : query) number += p.id < here.id;
  line += std::string("] ") + (here.kind() == Processor::IO_PROC ? "IO " : "CPU ") +
          std::to_string(number);
  for (const PhysicalRegion& region : regions) {
    if (!region.is_mapped()) {
      line += " VIRTUAL";
      continue;
    }
    std::set<Memory> memories;
    region.get_memories(memories);
    for (const Memory memory : memories)
      line += memory.kind() == Memory::SYSTEM_MEM   ? " SYSMEM"
              : memory.kind() == Memory::REGDMA_MEM ? " RDMEM"
                                                    : " OTHER";
  }
  printf("%s\n", line.c_str());
}

template <class T>
using Affine = Realm::AffineAccessor<T, 2, coord_t>;

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
  if (chosen_sizes().where)
    printf("strides %zu %zu apart %lld at %zu\n", value.accessor.strides[0],
           value.accessor.strides[1], apart,
           reinterpret_cast<std::uintptr_t>(value.ptr(lo)) % 128);
  for (PointInDomainIterator<2> it(points); it(); it++) {
    value[*it] = static_cast<int>((*it)[0] + 10 * (*it)[1]);
    count[*it] = 0;
  }
}

std::atomic<int> sweeping{0}, most_sweeping{0};

void sweep_task(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  report(task, regions, ctx, runtime);
  const int now = ++sweeping;
  for (int most = most_sweeping; now > most && !most_sweeping.compare_exchange_weak(most, now);) {
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(chosen_sizes().busy));
  const FieldAccessor<READ_WRITE, double, 2> count(regions[0], COUNT);
  const FieldAccessor<READ_ONLY, int, 2> value(regions[1], VALUE);
  const DomainT<2> points = runtime->get_index_space_domain(
      ctx, IndexSpaceT<2>(task->regions[0].region.get_index_space()));
  for (PointInDomainIterator<2> it(points); it(); it++) {
    const int add = value[*it];
    count[*it] = count[*it] + add;
  }
  --sweeping;
}

void add_task(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
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

void main_task(const Task*, const Regions&, Context ctx, Runtime* runtime)
{
  const Sizes& sizes = chosen_sizes();
  const Rect<2> box(Point<2>(0, 0), Point<2>(sizes.rows * 4 - 1, sizes.columns * 4 - 1));
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
      ctx, Rect<2>(Point<2>(0, 0), Point<2>(sizes.rows - 1, sizes.columns - 1)));
  const IndexPartition tiling = runtime->create_equal_partition(ctx, cells, tiles);
  const LogicalPartition by_tile = runtime->get_logical_partition(ctx, grid, tiling);
  runtime->attach_name(by_tile, "tiles");

  const IndexSpaceT<1> line =
      runtime->create_index_space(ctx, Rect<1>(Point<1>(0), Point<1>(sizes.line - 1)));
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
  for (int step = 0; step < sizes.steps; ++step) {
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
  if (!sizes.futures) return;
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
  if (sizes.where) printf("most %d\n", most_sweeping.load());
  fflush(stdout);
}

template <void (*TASK)(const Task*, const Regions&, Context, Runtime*)>
void add_variant(TaskID id, const char* name, bool leaf)
{
  TaskVariantRegistrar registrar(id, name);
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  registrar.set_leaf(leaf);
  registrar.set_replicable(id == MAIN);
  Runtime::preregister_task_variant<TASK>(registrar, name);
}

template <int (*TASK)(const Task*, const Regions&, Context, Runtime*)>
void add_value_variant(TaskID id, const char* name, bool leaf, Processor::Kind kind)
{
  TaskVariantRegistrar registrar(id, name);
  registrar.add_constraint(ProcessorConstraint(kind));
  registrar.set_leaf(leaf);
  if (kind == Processor::IO_PROC) {  // this variant takes arrays only
    LayoutConstraintRegistrar soa(FieldSpace::NO_SPACE);
    soa.add_constraint(OrderingConstraint({LEGION_DIM_X, LEGION_DIM_F}, true /*contiguous*/));
    registrar.add_layout_constraint_set(0, Runtime::preregister_layout(soa));
  }
  Runtime::preregister_task_variant<int, TASK>(registrar, name);
}

}  // namespace

int main(int argc, char** argv)
{
  Runtime::set_top_level_task_id(MAIN);
  add_variant<main_task>(MAIN, "main", false);
  add_variant<fill_task>(FILL, "fill", true);
  add_variant<sweep_task>(SWEEP, "sweep", true);
  add_variant<add_task>(ADD, "add", true);
  add_value_variant<pick_task>(PICK, "pick", true, Processor::LOC_PROC);
  add_value_variant<pick_task>(PICK, "pick", true, Processor::IO_PROC);
  add_value_variant<walk_task>(WALK, "walk", false, Processor::LOC_PROC);
  add_value_variant<leaf_task>(LEAF, "leaf", true, Processor::LOC_PROC);
  add_value_variant<dig_task>(DIG, "dig", false, Processor::LOC_PROC);
  Runtime::register_reduction_op<SumInt>(SUM_INT);
  return Runtime::start(argc, argv);
}
