// A multiplication of matrices as a two-dimensional index launch: each point reads a row of blocks
// of A and a column of blocks of B, and adds to its block of C. Wrong values end the program.
//
// With -shard N it then asks all sharding functors that mappers have registered for the shards of
// N x N points: ends the program where two functors differ, and prints the nanoseconds a point of
// the first two.

#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "legion.h"

using namespace Legion;

namespace {

enum TaskIds { MAIN, INIT, MULTIPLY, VERIFY };
enum FieldIds { VALUE = 1 };
enum ProjectionIds { ROW = 1, COLUMN = 2 };

using Regions = std::vector<PhysicalRegion>;
template <PrivilegeMode MODE>
using Array = FieldAccessor<MODE, double, 2, coord_t, Realm::AffineAccessor<double, 2, coord_t>>;

struct Sizes {
  long long points = 8;  // the launches are points x points
  long long block = 2;   // the blocks are block x block
  long long steps = 4;
  long long shard = 0;
  long long rounds = 5;

  long long side() const { return points * block; }
};

Sizes sizes;  // from the command line

void read_flags(int argc, char** argv)
{
  for (int i = 1; i + 1 < argc; ++i) {
    if (!strcmp(argv[i], "-points")) sizes.points = atoll(argv[++i]);
    else if (!strcmp(argv[i], "-block")) sizes.block = atoll(argv[++i]);
    else if (!strcmp(argv[i], "-steps")) sizes.steps = atoll(argv[++i]);
    else if (!strcmp(argv[i], "-shard")) sizes.shard = atoll(argv[++i]);
    else if (!strcmp(argv[i], "-rounds")) sizes.rounds = atoll(argv[++i]);
  }
}

double a_at(coord_t i, coord_t k) { return static_cast<double>((i + 2 * k) % 7); }
double b_at(coord_t k, coord_t j) { return static_cast<double>((3 * k + j) % 5); }

Rect<2> bounds(const Task* task, unsigned index, Context ctx, Runtime* runtime)
{
  return Rect<2>(
      runtime->get_index_space_domain(ctx, task->regions[index].region.get_index_space()));
}

void init(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  const Array<LEGION_WRITE_DISCARD> a(regions[0], VALUE), b(regions[1], VALUE),
      c(regions[2], VALUE);
  for (PointInRectIterator<2> it(bounds(task, 0, ctx, runtime)); it(); it++) {
    a[*it] = a_at((*it)[0], (*it)[1]);
    b[*it] = b_at((*it)[0], (*it)[1]);
    c[*it] = 0;
  }
}

void multiply(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  const Array<LEGION_READ_ONLY> a(regions[0], VALUE), b(regions[1], VALUE);
  const Array<LEGION_READ_WRITE> c(regions[2], VALUE);
  for (PointInRectIterator<2> it(bounds(task, 2, ctx, runtime)); it(); it++) {
    double sum = 0;
    for (coord_t k = 0; k < sizes.side(); ++k)
      sum += a[Point<2>((*it)[0], k)] * b[Point<2>(k, (*it)[1])];
    c[*it] = c[*it] + sum;
  }
}

void verify(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  const Array<LEGION_READ_ONLY> c(regions[0], VALUE);
  for (PointInRectIterator<2> it(bounds(task, 0, ctx, runtime)); it(); it++) {
    double sum = 0;
    for (coord_t k = 0; k < sizes.side(); ++k)
      sum += a_at((*it)[0], k) * b_at(k, (*it)[1]);
    if (c[*it] == static_cast<double>(sizes.steps) * sum) continue;
    fprintf(stderr, "wrong at %lld, %lld\n", (*it)[0], (*it)[1]);
    exit(1);
  }
}

/// Gives a point of a launch the row or column of blocks that it reads.
class Line : public ProjectionFunctor {
 public:
  explicit Line(int axis) : axis_(axis) {}

  using ProjectionFunctor::project;
  LogicalRegion project(LogicalPartition upper, const DomainPoint& point, const Domain&) override
  {
    return runtime->get_logical_subregion_by_color(upper, DomainPoint(point[axis_]));
  }
  bool is_exclusive() const override { return false; }
  bool is_functional() const override { return true; }
  unsigned get_depth() const override { return 0; }

 private:
  const int axis_;
};

std::atomic_flag measures = ATOMIC_FLAG_INIT;
void measure_shards();

void main_task(const Task*, const Regions&, Context ctx, Runtime* runtime)
{
  const auto box = [&](long long rows, long long columns) {
    return runtime->create_index_space(
        ctx, Rect<2>(Point<2>(0, 0), Point<2>(rows - 1, columns - 1)));
  };
  const IndexSpaceT<2> cells = box(sizes.side(), sizes.side());
  const IndexSpaceT<2> blocks = box(sizes.points, sizes.points);
  const IndexSpaceT<1> lines =
      runtime->create_index_space(ctx, Rect<1>(Point<1>(0), Point<1>(sizes.points - 1)));
  FieldSpace fields = runtime->create_field_space(ctx);
  runtime->create_field_allocator(ctx, fields).allocate_field(sizeof(double), VALUE);

  // Rows have all of the second dimension, columns all of the first.
  const auto strips = [&](int axis) {
    Transform<2, 1> transform;
    transform[0][0] = axis == 0 ? sizes.block : 0;
    transform[1][0] = axis == 0 ? 0 : sizes.block;
    Rect<2> extent(Point<2>(0, 0), Point<2>(sizes.side() - 1, sizes.side() - 1));
    extent.hi[axis] = sizes.block - 1;
    return runtime->create_partition_by_restriction(ctx, cells, lines, transform, extent);
  };
  const IndexPartition rows = strips(0), columns = strips(1);
  Transform<2, 2> scale;
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 2; ++j) scale[i][j] = i == j ? sizes.block : 0;
  const IndexPartition tiles = runtime->create_partition_by_restriction(
      ctx, cells, blocks, scale,
      Rect<2>(Point<2>(0, 0), Point<2>(sizes.block - 1, sizes.block - 1)));

  const auto matrix = [&](const char* name) {
    const LogicalRegion region = runtime->create_logical_region(ctx, cells, fields);
    runtime->attach_name(region, name);
    return region;
  };
  const LogicalRegion a = matrix("a"), b = matrix("b"), c = matrix("c");
  const auto part = [&](LogicalRegion region, IndexPartition by, const char* name) {
    const LogicalPartition partition = runtime->get_logical_partition(ctx, region, by);
    runtime->attach_name(partition, name);
    return partition;
  };
  const LogicalPartition a_tiles = part(a, tiles, "a_tiles"), b_tiles = part(b, tiles, "b_tiles"),
                         c_tiles = part(c, tiles, "c_tiles"), a_rows = part(a, rows, "a_rows"),
                         b_columns = part(b, columns, "b_columns");

  const auto add = [](IndexTaskLauncher& launcher, LogicalPartition of, LogicalRegion parent,
                      PrivilegeMode mode, ProjectionID projection = 0) {
    launcher.add_region_requirement(
        RegionRequirement(of, projection, mode, EXCLUSIVE, parent).add_field(VALUE));
  };
  IndexTaskLauncher fill(INIT, blocks, UntypedBuffer(), ArgumentMap());
  add(fill, a_tiles, a, LEGION_WRITE_DISCARD);
  add(fill, b_tiles, b, LEGION_WRITE_DISCARD);
  add(fill, c_tiles, c, LEGION_WRITE_DISCARD);
  runtime->execute_index_space(ctx, fill);

  for (long long step = 0; step < sizes.steps; ++step) {
    IndexTaskLauncher product(MULTIPLY, blocks, UntypedBuffer(), ArgumentMap());
    add(product, a_rows, a, LEGION_READ_ONLY, ROW);
    add(product, b_columns, b, LEGION_READ_ONLY, COLUMN);
    add(product, c_tiles, c, LEGION_READ_WRITE);
    runtime->begin_trace(ctx, 1);
    runtime->execute_index_space(ctx, product);
    runtime->end_trace(ctx, 1);
  }
  IndexTaskLauncher check(VERIFY, blocks, UntypedBuffer(), ArgumentMap());
  add(check, c_tiles, c, LEGION_READ_ONLY);
  runtime->execute_index_space(ctx, check);
  if (sizes.shard == 0) return;
  runtime->issue_execution_fence(ctx).wait();
  if (measures.test_and_set()) return;  // one shard of the replicated task does it
  measure_shards();
}

// --- sharding functors ---------------------------------------------------------------------------

std::vector<ShardingFunctor*>& functors()
{
  static std::vector<ShardingFunctor*> functors;
  return functors;
}

/// Calls `take` for all points, in the order in which Legion goes through a domain.
template <class TAKE>
void each_point(TAKE take)
{
  DomainPoint point(Point<2>(0, 0));
  for (point[1] = 0; point[1] < sizes.shard; ++point[1])
    for (point[0] = 0; point[0] < sizes.shard; ++point[0]) take(point);
}

/// Nanoseconds a point that a functor takes for all of them. `sum` keeps the compiler from leaving
/// calls out.
double measure(ShardingFunctor& functor, const Domain& domain, std::size_t shards,
               std::size_t& sum)
{
  sum = 0;
  const auto started = std::chrono::steady_clock::now();
  each_point([&](const DomainPoint& point) { sum += functor.shard(point, domain, shards); });
  const std::chrono::duration<double, std::nano> elapsed =
      std::chrono::steady_clock::now() - started;
  return elapsed.count() / static_cast<double>(sizes.shard * sizes.shard);
}

void measure_shards()
{
  const Domain domain(Rect<2>(Point<2>(0, 0), Point<2>(sizes.shard - 1, sizes.shard - 1)));
  const std::size_t shards =
      Machine::ProcessorQuery(Machine::get_machine()).only_kind(Processor::LOC_PROC).count();
  std::size_t sum = 0;
  for (std::size_t f = 0; f < functors().size(); ++f)  // tables are made now
    printf("first %zu %.3f ns\n", f, measure(*functors()[f], domain, shards, sum));
  each_point([&](const DomainPoint& point) {
    const ShardID first = functors().front()->shard(point, domain, shards);
    for (ShardingFunctor* const functor : functors()) {
      if (functor->shard(point, domain, shards) == first) continue;
      fprintf(stderr, "functors differ at %lld, %lld\n", point[0], point[1]);
      exit(1);
    }
  });
  const std::size_t timed = std::min<std::size_t>(2, functors().size());  // one of each mapper
  for (long long round = 0; round < sizes.rounds; ++round)
    for (std::size_t f = 0; f < timed; ++f) {
      const double nanoseconds = measure(*functors()[f], domain, shards, sum);
      printf("shard %zu %.3f ns sum %zu\n", f, nanoseconds, sum);
    }
  fflush(stdout);
}

template <void (*TASK)(const Task*, const Regions&, Context, Runtime*)>
void add_variant(TaskID id, const char* name)
{
  TaskVariantRegistrar registrar(id, name);
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  registrar.set_leaf(id != MAIN);
  registrar.set_replicable(id == MAIN);
  Runtime::preregister_task_variant<TASK>(registrar, name);
}

}  // namespace

/// Stands before Legion's own function and keeps what mappers register.
void Runtime::register_sharding_functor(ShardingID id, ShardingFunctor* functor, bool silence,
                                        const char* warning)
{
  functors().push_back(functor);
  using Register = void (*)(Runtime*, ShardingID, ShardingFunctor*, bool, const char*);
  const char* const symbol =
      "_ZN6Legion7Runtime25register_sharding_functorEjPNS_15ShardingFunctorEbPKc";
  const auto next = reinterpret_cast<Register>(dlsym(RTLD_NEXT, symbol));
  if (next == nullptr) abort();
  next(this, id, functor, silence, warning);
}

int main(int argc, char** argv)
{
  read_flags(argc, argv);
  Runtime::set_top_level_task_id(MAIN);
  add_variant<main_task>(MAIN, "main");
  add_variant<init>(INIT, "init");
  add_variant<multiply>(MULTIPLY, "multiply");
  add_variant<verify>(VERIFY, "verify");
  Runtime::preregister_projection_functor(ROW, new Line(0));
  Runtime::preregister_projection_functor(COLUMN, new Line(1));
  return Runtime::start(argc, argv);
}
