// Tasks of the two-dimensional algorithms: task_7 > task_6 > task_5 > task_4.
//
// A node multiplies one block of A. B and C are divided alike, so that a step needs one block of
// each; where the grid of nodes is not square, they are placed by a partition of their own, cut as
// A is. The inner levels touch no data, and need no instances.

#include "matmul/nest.h"

#include "mapc/gpu.h"
#include "mappers/default_mapper.h"
#include "matmul/matmul.h"
#include "tasks.h"

using namespace Legion;

namespace matmul {

namespace {

constexpr int64_t INNER = 2;  // rows and columns of processors in a node
constexpr Grid INNER_GRID = {INNER, INNER};

enum Partitions : Color { BLOCKS, TILES, PLACED };
enum Projections : ProjectionID { TILE_OF_POINT = FIRST_PROJECTION, WHOLE };

// The same in every process.
Config config;
Schedule schedule;
int64_t gx = 0, gy = 0;  // 0 if not given

constexpr MappingTagID ON_THIS_NODE = Mapping::DefaultMapper::SAME_ADDRESS_SPACE;

// What all levels are told.
struct Nest {
  int64_t steps;  // of task_7, as many as there are blocks of k
  Leaf leaf;
};

// As square as the number of nodes allows.
Grid grid_of_nodes()
{
  if (gx > 0) return {gx, gy};
  const int64_t nodes = count_nodes();
  int64_t less = 1;
  for (int64_t divisor = 2; divisor * divisor <= nodes; divisor++)
    if (nodes % divisor == 0) less = divisor;
  return schedule.tall ? Grid{nodes / less, less} : Grid{less, nodes / less};
}

// All points work on the same region. Projection 0 would say so too, but then DefaultMapper asks
// for instances that several nodes make together, and Legion waits for ever for those of inner
// tasks, which have none.
class WholeRegion : public ProjectionFunctor {
 public:
  using ProjectionFunctor::project;

  LogicalRegion project(LogicalRegion region, const DomainPoint&, const Domain&) override
  {
    return region;
  }
  bool is_functional() const override { return true; }
  unsigned get_depth() const override { return 0; }
};

Point<2> same_tile(const DomainPoint& point, int64_t) { return point; }

LogicalRegion part(LogicalRegion matrix, Color partition, int64_t row, int64_t column, Context ctx,
                   Runtime* runtime)
{
  return runtime->get_logical_subregion_by_color(
      ctx, runtime->get_logical_partition_by_color(ctx, matrix, partition), Point<2>(row, column));
}

// Cuts a matrix into blocks for nodes, and each of these into tiles for processors.
LogicalPartition divide(LogicalRegion matrix, Grid grid, const char* name, const char* blocks,
                        const char* tiles, Context ctx, Runtime* runtime)
{
  const LogicalPartition result = split(matrix, grid, BLOCKS, name, blocks, ctx, runtime);
  for (PointInRectIterator<2> node(grid.colors()); node(); node++)
    split(runtime->get_logical_subregion_by_color(ctx, result, *node), INNER_GRID, TILES, name,
          tiles, ctx, runtime);
  return result;
}

void top_level(const Task*, const std::vector<PhysicalRegion>&, Context ctx, Runtime* runtime)
{
  const Grid grid = grid_of_nodes(), grid_b = {grid.rows, grid.rows};
  const Matrices matrix = create_matrices(config, ctx, runtime);
  const LogicalPartition a_blocks =
      divide(matrix.a, grid, "A", "A_blocks", "A_tiles", ctx, runtime);
  const LogicalPartition b_blocks =
      divide(matrix.b, grid_b, "B", "B_blocks", "B_tiles", ctx, runtime);
  const LogicalPartition c_blocks =
      divide(matrix.c, grid, "C", "C_blocks", "C_tiles", ctx, runtime);

  const bool square = grid.rows == grid.columns;
  const Grid processors = {INNER * grid.rows, INNER * grid.columns};
  const LogicalPartition b_placed =
      square ? b_blocks : split(matrix.b, processors, PLACED, "B", "B_placed", ctx, runtime);
  const ProjectionID b_tile = square ? ProjectionID(TILE_OF_POINT) : 0;
  const auto place_all = [&](bool fill) {
    const Domain all = processors.colors();
    place(config, all, matrix.a, a_blocks, TILE_OF_POINT, 'A', fill, ctx, runtime);
    place(config, all, matrix.b, b_placed, b_tile, 'B', fill, ctx, runtime);
    place(config, all, matrix.c, c_blocks, TILE_OF_POINT, 'C', fill, ctx, runtime);
  };
  place_all(true);

  const Nest nest = {grid.rows, {config.data_scale}};
  IndexTaskLauncher multiply(TASK_7, Domain(grid.colors()), UntypedBuffer(&nest, sizeof nest),
                             ArgumentMap());
  multiply.add_region_requirement(
      RegionRequirement(a_blocks, 0, READ_WRITE, EXCLUSIVE, matrix.a).add_field(FID_VALS));
  multiply.add_region_requirement(
      RegionRequirement(matrix.b, WHOLE, READ_ONLY, EXCLUSIVE, matrix.b).add_field(FID_VALS));
  multiply.add_region_requirement(
      RegionRequirement(matrix.c, WHOLE, READ_ONLY, EXCLUSIVE, matrix.c).add_field(FID_VALS));

  constexpr TraceID LOOP = 1;
  Clock clock;
  for (int64_t repetition = 0; repetition < config.all_repetitions(); repetition++) {
    clock.before(repetition, config, ctx, runtime);
    runtime->begin_trace(ctx, LOOP);
    // Each repetition starts from the owners: copies that others have from the one before count no
    // more.
    place_all(false);
    runtime->execute_index_space(ctx, multiply);
    runtime->end_trace(ctx, LOOP);
  }
  const double seconds = clock.stop(ctx, runtime);
  finish(config, seconds, matrix.a, a_blocks, grid, ctx, runtime);
}

// The block of A of one node, a step for each block of k. Requirements: block of A, all of B and C.
void task_7(const Task* task, const std::vector<PhysicalRegion>&, Context ctx, Runtime* runtime)
{
  const Nest nest = *static_cast<const Nest*>(task->args);
  const int64_t i = task->index_point[0], j = task->index_point[1];
  const LogicalRegion a = task->regions[0].region;
  const LogicalRegion all_b = task->regions[1].region, all_c = task->regions[2].region;
  for (int64_t s = 0; s < nest.steps; s++) {
    const int64_t k = schedule.outer(i, j, s, nest.steps);
    const LogicalRegion b = part(all_b, BLOCKS, i, k, ctx, runtime);
    const LogicalRegion c = part(all_c, BLOCKS, k, j, ctx, runtime);
    TaskLauncher step(TASK_6, UntypedBuffer(&nest, sizeof nest));
    step.tag = ON_THIS_NODE;
    step.add_region_requirement(
        RegionRequirement(a, READ_WRITE, EXCLUSIVE, a).add_field(FID_VALS));
    step.add_region_requirement(
        RegionRequirement(b, READ_ONLY, EXCLUSIVE, all_b).add_field(FID_VALS));
    step.add_region_requirement(
        RegionRequirement(c, READ_ONLY, EXCLUSIVE, all_c).add_field(FID_VALS));
    runtime->execute_task(ctx, step);
  }
}

// One step of a node, on all its processors. Requirements: blocks of A, B, C.
void task_6(const Task* task, const std::vector<PhysicalRegion>&, Context ctx, Runtime* runtime)
{
  const LogicalRegion a = task->regions[0].region;
  const LogicalRegion b = task->regions[1].region, c = task->regions[2].region;
  const LogicalPartition a_tiles = runtime->get_logical_partition_by_color(ctx, a, TILES);
  IndexTaskLauncher processors(TASK_5, Domain(INNER_GRID.colors()),
                               UntypedBuffer(task->args, task->arglen), ArgumentMap());
  processors.tag = ON_THIS_NODE;
  processors.add_region_requirement(
      RegionRequirement(a_tiles, 0, READ_WRITE, EXCLUSIVE, a).add_field(FID_VALS));
  processors.add_region_requirement(
      RegionRequirement(b, WHOLE, READ_ONLY, EXCLUSIVE, b).add_field(FID_VALS));
  processors.add_region_requirement(
      RegionRequirement(c, WHOLE, READ_ONLY, EXCLUSIVE, c).add_field(FID_VALS));
  runtime->execute_index_space(ctx, processors);
}

// One step of a processor, in two steps of its own. Requirements: tile of A, blocks of B and C.
void task_5(const Task* task, const std::vector<PhysicalRegion>&, Context ctx, Runtime* runtime)
{
  const Nest nest = *static_cast<const Nest*>(task->args);
  const int64_t i = task->index_point[0], j = task->index_point[1];
  const LogicalRegion a = task->regions[0].region;
  const LogicalRegion block_b = task->regions[1].region, block_c = task->regions[2].region;
  for (int64_t s = 0; s < INNER; s++) {
    const int64_t k = schedule.inner(i, j, s, INNER);
    const LogicalRegion b = part(block_b, TILES, i, k, ctx, runtime);
    const LogicalRegion c = part(block_c, TILES, k, j, ctx, runtime);
    TaskLauncher product(TASK_4, UntypedBuffer(&nest.leaf, sizeof nest.leaf));
    product.tag = ON_THIS_NODE;
    product.add_region_requirement(
        RegionRequirement(a, READ_WRITE, EXCLUSIVE, a).add_field(FID_VALS));
    product.add_region_requirement(
        RegionRequirement(b, READ_ONLY, EXCLUSIVE, block_b).add_field(FID_VALS));
    product.add_region_requirement(
        RegionRequirement(c, READ_ONLY, EXCLUSIVE, block_c).add_field(FID_VALS));
    runtime->execute_task(ctx, product);
  }
}

template <void (*TASK)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*)>
void register_level(TaskID id, const char* name)
{
  TaskVariantRegistrar registrar = app::cpu_parent(id, "cpu");
  registrar.set_inner();
  Runtime::preregister_task_variant<TASK>(registrar, name);
}

}  // namespace

int run_nest(const char* name, Schedule given, int argc, char** argv)
{
  schedule = given;
  app::Options options(name);
  add_flags(options, config)
      .number("-gx", gx, 0, "rows of nodes; 0 for a grid of all nodes")
      .number("-gy", gy, 0, "columns of nodes");
  options.parse(argc, argv);
  if ((gx == 0) != (gy == 0)) options.fail("-gx and -gy have to be given together");
  mapc::gpu::require_data_scale(config.data_scale);

  register_tasks();
  register_projection(TILE_OF_POINT, same_tile, INNER_GRID, TILES);
  Runtime::preregister_projection_functor(WHOLE, new WholeRegion());
  Runtime::preregister_task_variant<top_level>(app::cpu_top_level(TOP_LEVEL_TASK, "cpu"),
                                               "top_level");
  register_level<task_7>(TASK_7, "task_7");
  register_level<task_6>(TASK_6, "task_6");
  register_level<task_5>(TASK_5, "task_5");
  if (mapc::gpu::available()) {
    TaskVariantRegistrar on_gpu(TASK_5, "gpu");
    on_gpu.add_constraint(ProcessorConstraint(Processor::TOC_PROC));
    on_gpu.set_inner();
    Runtime::preregister_task_variant<task_5>(on_gpu, "task_5");
  }
  Runtime::set_top_level_task_id(TOP_LEVEL_TASK);
  return Runtime::start(argc, argv);
}

}  // namespace matmul
