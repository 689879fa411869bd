// A Legion program for several ranks: data that moves between them, and a print of where every point
// ran. Values are exact, so that no mapping may change the last line.
//
// One step of `blur` reads a tile with its neighbours' cells, which another rank may have written.
// Options: -rows N -columns N -line N -steps N -nap MS (of a blur) -where
//          -fail-on RANK, -exit-on RANK, -hang-on RANK: what a `blur` there does instead
//          -touch PATH: the first `blur` of a rank makes the file PATH.RANK

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#include <unistd.h>

#include "legion.h"

using namespace Legion;

enum TaskIds { MAIN, INIT, BLUR, TALLY, WHOLE, NEST };
enum FieldIds { OLD = 101, NEW = 102, TOTAL = 201 };
enum { SUM = 1 };

class Sum {
 public:
  using LHS = long long;
  using RHS = long long;
  static constexpr long long identity = 0;
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
using Cells = DomainT<2>;

struct Options {
  int rows = 2;  // tiles of 4 x 4 cells
  int columns = 4;
  int line = 8;  // stripes
  int steps = 2;
  int nap = 0;
  int fail_on = -1;
  int exit_on = -1;
  int hang_on = -1;
  bool where = false;
  std::string touch;
};

const Options& options()
{
  static const Options result = [] {
    Options chosen;
    const InputArgs& args = Runtime::get_input_args();
    const auto number = [&](int i) { return i + 1 < args.argc ? atoi(args.argv[i + 1]) : 0; };
    for (int i = 1; i < args.argc; ++i) {
      const std::string word = args.argv[i];
      if (word == "-rows") chosen.rows = number(i);
      if (word == "-columns") chosen.columns = number(i);
      if (word == "-line") chosen.line = number(i);
      if (word == "-steps") chosen.steps = number(i);
      if (word == "-nap") chosen.nap = number(i);
      if (word == "-fail-on") chosen.fail_on = number(i);
      if (word == "-exit-on") chosen.exit_on = number(i);
      if (word == "-hang-on") chosen.hang_on = number(i);
      if (word == "-where") chosen.where = true;
      if (word == "-touch" && i + 1 < args.argc) chosen.touch = args.argv[i + 1];
    }
    return chosen;
  }();
  return result;
}

/// Prints "ran TASK POINT NODE INDEX MEMORY...": the processor by its place on its node.
void report(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  if (!options().where) return;
  std::string line = std::string("ran ") + task->get_task_name() + " [";
  for (int d = 0; task->is_index_space && d < task->index_point.get_dim(); ++d)
    line += (d > 0 ? "," : "") + std::to_string(task->index_point[d]);
  const Processor here = runtime->get_executing_processor(ctx);
  int number = 0;
  Machine::ProcessorQuery query(Machine::get_machine());
  query.only_kind(here.kind()).local_address_space();
  for (const Processor p : query) number += p.id < here.id;
  line += "] " + std::to_string(here.address_space()) + " " + std::to_string(number);
  for (const PhysicalRegion& region : regions) {
    std::set<Memory> memories;
    region.get_memories(memories);
    for (const Memory memory : memories) {
      line += memory.kind() == Memory::SYSTEM_MEM   ? " SYSMEM"
              : memory.kind() == Memory::REGDMA_MEM ? " RDMEM"
                                                    : " OTHER";
      if (memory.address_space() != here.address_space()) line += "-REMOTE";
    }
  }
  printf("%s\n", line.c_str());
}

Cells cells_of(Context ctx, Runtime* runtime, LogicalRegion region)
{
  return runtime->get_index_space_domain(ctx, IndexSpaceT<2>(region.get_index_space()));
}

void init_task(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  report(task, regions, ctx, runtime);
  const FieldAccessor<WRITE_DISCARD, long long, 2> old(regions[0], OLD);
  for (PointInDomainIterator<2> it(cells_of(ctx, runtime, task->regions[0].region)); it(); it++)
    old[*it] = 1 + (*it)[0] * 31 + (*it)[1];
}

/// Requirement 0 is written, requirement 1 read: a tile and its rim.
void blur_task(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  report(task, regions, ctx, runtime);
  const int node = static_cast<int>(runtime->get_executing_processor(ctx).address_space());
  static std::atomic_flag touched = ATOMIC_FLAG_INIT;
  if (!options().touch.empty() && !touched.test_and_set())
    fclose(fopen((options().touch + "." + std::to_string(node)).c_str(), "w"));
  if (node == options().fail_on) abort();
  if (node == options().exit_on) {
    fprintf(stderr, "node %d has had enough\n", node);
    _exit(3);
  }
  while (node == options().hang_on) std::this_thread::sleep_for(std::chrono::seconds(1));
  if (options().nap > 0) std::this_thread::sleep_for(std::chrono::milliseconds(options().nap));
  const int from = static_cast<int>(task->regions[1].instance_fields[0]);
  const int to = static_cast<int>(task->regions[0].instance_fields[0]);
  const FieldAccessor<WRITE_DISCARD, long long, 2> result(regions[0], to);
  const FieldAccessor<READ_ONLY, long long, 2> source(regions[1], from);
  const Cells rim = cells_of(ctx, runtime, task->regions[1].region);
  const Point<2> sides[] = {{0, 0}, {1, 0}, {-1, 0}, {0, 1}, {0, -1}};
  for (PointInDomainIterator<2> it(cells_of(ctx, runtime, task->regions[0].region)); it(); it++) {
    long long sum = 0;
    for (const Point<2>& side : sides)
      if (rim.contains(*it + side)) sum += source[*it + side];
    result[*it] = sum % 1000003;
  }
}

void tally_task(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  report(task, regions, ctx, runtime);
  const int field = static_cast<int>(task->regions[0].instance_fields[0]);
  const FieldAccessor<READ_ONLY, long long, 2> cells(regions[0], field);
  const ReductionAccessor<Sum, false, 1, coord_t, Realm::AffineAccessor<long long, 1, coord_t>>
      total(regions[1], TOTAL, SUM);
  for (PointInDomainIterator<2> it(cells_of(ctx, runtime, task->regions[0].region)); it(); it++)
    total[Point<1>(0)] <<= cells[*it];
}

/// Adds up everything itself, wherever it runs, and compares with what the stripes added up to.
long long whole_task(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  report(task, regions, ctx, runtime);
  const int field = static_cast<int>(task->regions[0].instance_fields[0]);
  const FieldAccessor<READ_ONLY, long long, 2> cells(regions[0], field);
  const FieldAccessor<READ_ONLY, long long, 1> total(regions[1], TOTAL);
  long long sum = 0;
  for (PointInDomainIterator<2> it(cells_of(ctx, runtime, task->regions[0].region)); it(); it++)
    sum += cells[*it];
  return sum == total[Point<1>(0)] ? sum : -1;
}

/// Launches itself some levels deep, and says how deep it came.
int nest_task(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  report(task, regions, ctx, runtime);
  const int levels = *static_cast<const int*>(task->args) - 1;
  if (levels == 0) return 1;
  TaskLauncher nest(NEST, UntypedBuffer(&levels, sizeof levels));
  return runtime->execute_task(ctx, nest).get_result<int>() + 1;
}

/// What the program must compute, without Legion.
long long expected(const Options& sizes)
{
  const int height = sizes.rows * 4, width = sizes.columns * 4;
  std::vector<long long> old(height * width), next(height * width);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) old[y * width + x] = 1 + y * 31 + x;
  for (int step = 0; step < sizes.steps; ++step) {
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        long long sum = old[y * width + x];
        if (y > 0) sum += old[(y - 1) * width + x];
        if (y + 1 < height) sum += old[(y + 1) * width + x];
        if (x > 0) sum += old[y * width + x - 1];
        if (x + 1 < width) sum += old[y * width + x + 1];
        next[y * width + x] = sum % 1000003;
      }
    old.swap(next);
  }
  long long total = 0;
  for (const long long cell : old) total += cell;
  return total;
}

LogicalRegion named_region(Context ctx, Runtime* runtime, IndexSpace space,
                           std::vector<std::pair<FieldID, const char*>> fields, const char* name)
{
  const FieldSpace field_space = runtime->create_field_space(ctx);
  FieldAllocator allocator = runtime->create_field_allocator(ctx, field_space);
  for (const auto& [field, field_name] : fields) {
    allocator.allocate_field(sizeof(long long), field);
    runtime->attach_name(field_space, field, field_name);
  }
  const LogicalRegion region = runtime->create_logical_region(ctx, space, field_space);
  runtime->attach_name(region, name);
  return region;
}

void main_task(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  report(task, regions, ctx, runtime);
  const Options& sizes = options();
  const Rect<2> box(Point<2>(0, 0), Point<2>(sizes.rows * 4 - 1, sizes.columns * 4 - 1));
  const IndexSpaceT<2> cells = runtime->create_index_space(ctx, box);
  const LogicalRegion field =
      named_region(ctx, runtime, cells, {{OLD, "old"}, {NEW, "new"}}, "field");

  const IndexSpaceT<2> tiles = runtime->create_index_space(
      ctx, Rect<2>(Point<2>(0, 0), Point<2>(sizes.rows - 1, sizes.columns - 1)));
  const IndexPartition tiling = runtime->create_partition_by_blockify(ctx, cells, Point<2>(4, 4));
  Transform<2, 2> scale;
  scale[0] = Point<2>(4, 0);
  scale[1] = Point<2>(0, 4);
  const IndexPartition rimmed = runtime->create_partition_by_restriction(
      ctx, cells, tiles, scale, Rect<2>(Point<2>(-1, -1), Point<2>(4, 4)), LEGION_ALIASED_KIND);
  const LogicalPartition inner = runtime->get_logical_partition(ctx, field, tiling);
  const LogicalPartition outer = runtime->get_logical_partition(ctx, field, rimmed);
  runtime->attach_name(inner, "tiles");
  runtime->attach_name(outer, "rims");

  const IndexSpaceT<1> line =
      runtime->create_index_space(ctx, Rect<1>(Point<1>(0), Point<1>(sizes.line - 1)));
  const LogicalPartition stripes = runtime->get_logical_partition(
      ctx, field, runtime->create_equal_partition(ctx, cells, line));
  runtime->attach_name(stripes, "stripes");

  const IndexSpaceT<1> one = runtime->create_index_space(ctx, Rect<1>(Point<1>(0), Point<1>(0)));
  const LogicalRegion result = named_region(ctx, runtime, one, {{TOTAL, "total"}}, "result");
  runtime->fill_field<long long>(ctx, result, result, TOTAL, 0);

  {
    IndexLauncher init(INIT, tiles, UntypedBuffer(), ArgumentMap());
    init.add_region_requirement(RegionRequirement(inner, 0, WRITE_DISCARD, EXCLUSIVE, field));
    init.add_field(0, OLD);
    runtime->execute_index_space(ctx, init);
  }
  for (int step = 0; step < sizes.steps; ++step) {
    const bool even = step % 2 == 0;
    IndexLauncher blur(BLUR, tiles, UntypedBuffer(), ArgumentMap());
    blur.add_region_requirement(RegionRequirement(inner, 0, WRITE_DISCARD, EXCLUSIVE, field));
    blur.add_field(0, even ? NEW : OLD);
    blur.add_region_requirement(RegionRequirement(outer, 0, READ_ONLY, EXCLUSIVE, field));
    blur.add_field(1, even ? OLD : NEW);
    runtime->execute_index_space(ctx, blur);
  }
  const FieldID last = sizes.steps % 2 == 0 ? OLD : NEW;
  {
    IndexLauncher tally(TALLY, line, UntypedBuffer(), ArgumentMap());
    tally.add_region_requirement(RegionRequirement(stripes, 0, READ_ONLY, EXCLUSIVE, field));
    tally.add_field(0, last);
    tally.add_region_requirement(RegionRequirement(result, 0, SUM, EXCLUSIVE, result));
    tally.add_field(1, TOTAL);
    runtime->execute_index_space(ctx, tally);
  }
  TaskLauncher whole(WHOLE, UntypedBuffer());
  whole.add_region_requirement(RegionRequirement(field, READ_ONLY, EXCLUSIVE, field));
  whole.add_field(0, last);
  whole.add_region_requirement(RegionRequirement(result, READ_ONLY, EXCLUSIVE, result));
  whole.add_field(1, TOTAL);
  const long long sum = runtime->execute_task(ctx, whole).get_result<long long>();
  const int levels = 3;
  const int nested =
      runtime->execute_task(ctx, TaskLauncher(NEST, UntypedBuffer(&levels, sizeof levels)))
          .get_result<int>();
  if (runtime->get_shard_id(ctx, true /*can be alone*/) != 0) return;
  printf("%s sum %lld nested %d\n", sum == expected(sizes) ? "right" : "WRONG", sum, nested);
  fflush(stdout);
}

template <class Result, Result (*TASK)(const Task*, const Regions&, Context, Runtime*)>
void add_variant(TaskID id, const char* name, bool leaf)
{
  TaskVariantRegistrar registrar(id, name);
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  registrar.set_leaf(leaf);
  registrar.set_replicable(id == MAIN);
  if constexpr (std::is_void_v<Result>)
    Runtime::preregister_task_variant<TASK>(registrar, name);
  else
    Runtime::preregister_task_variant<Result, TASK>(registrar, name);
}

}  // namespace

int main(int argc, char** argv)
{
  setvbuf(stdout, nullptr, _IOLBF, 0);  // the last words of a rank that is killed
  Runtime::set_top_level_task_id(MAIN);
  add_variant<void, main_task>(MAIN, "main", false);
  add_variant<void, init_task>(INIT, "init", true);
  add_variant<void, blur_task>(BLUR, "blur", true);
  add_variant<void, tally_task>(TALLY, "tally", true);
  add_variant<long long, whole_task>(WHOLE, "whole", true);
  add_variant<int, nest_task>(NEST, "nest", false);
  Runtime::register_reduction_op<Sum>(SUM);
  return Runtime::start(argc, argv);
}
