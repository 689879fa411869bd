// A line of numbers in tiles, and the same line in a part with gaps. Made once, then read tile by
// tile, so that copies of all tiles are there in the end unless somebody throws them away.
// Prints "sum <n>", which no mapping may change, and how many bytes the part takes up.

#include <algorithm>
#include <map>

#include "program.h"

namespace {

enum TaskIds { MAIN, MAKE, READ, SPREAD };
enum { NUMBER = 1 };

using Access = Realm::AffineAccessor<std::int64_t, 1, coord_t>;

DomainT<1> points_of(const Task* task, Runtime* runtime, Context ctx)
{
  return runtime->get_index_space_domain(
      ctx, IndexSpaceT<1>(task->regions[0].region.get_index_space()));
}

void make_task(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  report(task, regions, ctx, runtime);
  const FieldAccessor<WRITE_DISCARD, std::int64_t, 1, coord_t, Access> number(regions[0], NUMBER);
  for (PointInDomainIterator<1> it(points_of(task, runtime, ctx)); it(); it++)
    number[*it] = (*it)[0] % 97;
}

std::int64_t read_task(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  report(task, regions, ctx, runtime);
  const FieldAccessor<READ_ONLY, std::int64_t, 1, coord_t, Access> number(regions[0], NUMBER);
  std::int64_t sum = 0;
  for (PointInDomainIterator<1> it(points_of(task, runtime, ctx)); it(); it++) sum += number[*it];
  return sum;
}

/// Reads a part with gaps, from whatever kind of instance. Prints how many bytes it spans.
std::int64_t spread_task(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  report(task, regions, ctx, runtime);
  const FieldAccessor<READ_ONLY, std::int64_t, 1, coord_t,
                      Realm::MultiAffineAccessor<std::int64_t, 1, coord_t>>
      number(regions[0], NUMBER);
  std::int64_t sum = 0;
  std::uintptr_t first = UINTPTR_MAX, last = 0;
  for (PointInDomainIterator<1> it(points_of(task, runtime, ctx)); it(); it++) {
    sum += number[*it];
    const auto place = reinterpret_cast<std::uintptr_t>(&number[*it]);
    first = std::min(first, place);
    last = std::max(last, place + sizeof(std::int64_t));
  }
  printf("span %zu\n", static_cast<std::size_t>(last - first));
  return sum;
}

void main_task(const Task*, const Regions&, Context ctx, Runtime* runtime)
{
  const int tiles = option("-tiles", 8), tile = option("-tile", 1000);
  const Rect<1> all(0, tiles * tile - 1);
  const IndexSpaceT<1> cells = runtime->create_index_space(ctx, all);
  FieldSpace fields = runtime->create_field_space(ctx);
  runtime->create_field_allocator(ctx, fields).allocate_field(sizeof(std::int64_t), NUMBER);
  const LogicalRegion line = runtime->create_logical_region(ctx, cells, fields);
  runtime->attach_name(line, "line");
  const IndexSpaceT<1> colors = runtime->create_index_space(ctx, Rect<1>(0, tiles - 1));
  const IndexPartition tiling = runtime->create_equal_partition(ctx, cells, colors);
  const LogicalPartition by_tile = runtime->get_logical_partition(ctx, line, tiling);
  runtime->attach_name(by_tile, "tiles");

  IndexLauncher make(MAKE, colors, UntypedBuffer(), ArgumentMap());
  make.add_region_requirement(RegionRequirement(by_tile, 0, WRITE_DISCARD, EXCLUSIVE, line));
  make.add_field(0, NUMBER);
  runtime->execute_index_space(ctx, make).wait_all_results();

  std::int64_t sum = 0;
  for (int i = 0; i < tiles; ++i) {
    const LogicalRegion part = runtime->get_logical_subregion_by_color(ctx, by_tile, DomainPoint(i));
    TaskLauncher read(READ, UntypedBuffer());
    read.add_region_requirement(RegionRequirement(part, READ_ONLY, EXCLUSIVE, line));
    read.add_field(0, NUMBER);
    sum += runtime->execute_task(ctx, read).get_result<std::int64_t>();
  }

  // The first and the last cell of every tile.
  std::vector<Point<1>> ends;
  for (int i = 0; i < tiles; ++i) {
    ends.push_back(Point<1>(i * tile));
    ends.push_back(Point<1>((i + 1) * tile - 1));
  }
  const IndexSpaceT<1> one = runtime->create_index_space(ctx, Rect<1>(0, 0));
  std::map<DomainPoint, Domain> gaps = {{DomainPoint(0), DomainT<1>(ends)}};
  const IndexPartition gapping =
      runtime->create_partition_by_domain(ctx, cells, gaps, one, true /*intersections*/);
  const LogicalPartition by_gap = runtime->get_logical_partition(ctx, line, gapping);
  runtime->attach_name(by_gap, "ends");
  TaskLauncher spread(SPREAD, UntypedBuffer());
  spread.add_region_requirement(
      RegionRequirement(runtime->get_logical_subregion_by_color(ctx, by_gap, DomainPoint(0)),
                        READ_ONLY, EXCLUSIVE, line));
  spread.add_field(0, NUMBER);
  const std::int64_t outer = runtime->execute_task(ctx, spread).get_result<std::int64_t>();
  printf("sum %lld ends %lld\n", static_cast<long long>(sum), static_cast<long long>(outer));
  fflush(stdout);
}

}  // namespace

int main(int argc, char** argv)
{
  add_main<main_task>(MAIN);
  add_task<make_task>(MAKE, "make", true);
  add_task<read_task>(READ, "read", true);
  add_task<spread_task>(SPREAD, "spread", true);
  return Runtime::start(argc, argv);
}
