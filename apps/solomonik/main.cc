// Solomonik's algorithm ("2.5D"): c layers of processors, each with a square grid of them. A layer
// has a part of k, which is walked through in steps as by Cannon, and the sums of all layers are
// added up. More layers need more memory, and move less.
//
// task_5 is what one processor does, and task_4 a step of it.

#include "mapc/gpu.h"
#include "matmul/matmul.h"
#include "tasks.h"

using namespace Legion;

namespace {

using namespace matmul;

enum Partitions : Color { TILES, LAYERS, PIECES };
enum Projections : ProjectionID { A_OF_POINT = FIRST_PROJECTION, B_OF_POINT, C_OF_POINT };

struct Layers {
  int64_t side = 0, count = 0;  // of the grid of a layer; of layers
  int64_t steps = 0;
};

// The same in every process.
Config config;
int64_t processors = 0;  // that the layers are for; 0 for four on each node
Layers given;            // 0 for what suits the processors

// As few layers as leave a square.
Layers choose_layers()
{
  if (given.side > 0) return given;
  const int64_t count = processors > 0 ? processors : 4 * count_nodes();
  Layers best = {1, count, 1};
  for (int64_t side = 1; side * side <= count; side++)
    if (count % (side * side) == 0) best = {side, count / (side * side), side};
  return best;
}

// Cuts a matrix into what a row or column of processors needs in each layer, and that into steps.
LogicalPartition divide(LogicalRegion matrix, Grid layers, Grid steps, const char* name,
                        const char* partition, const char* pieces, Context ctx, Runtime* runtime)
{
  const LogicalPartition result = split(matrix, layers, LAYERS, name, partition, ctx, runtime);
  for (PointInRectIterator<2> part(layers.colors()); part(); part++)
    split(runtime->get_logical_subregion_by_color(ctx, result, *part), steps, PIECES, name, pieces,
          ctx, runtime);
  return result;
}

// What task_5 is told.
struct Steps {
  int64_t count;
  Leaf leaf;
};

void top_level(const Task*, const std::vector<PhysicalRegion>&, Context ctx, Runtime* runtime)
{
  const Layers layers = choose_layers();
  const Grid square = {layers.side, layers.side};
  const Matrices all = create_matrices(config, ctx, runtime);
  const LogicalPartition a = split(all.a, square, TILES, "A", "A_tiles", ctx, runtime);
  const LogicalPartition b = split(all.b, square, TILES, "B", "B_tiles", ctx, runtime);
  const LogicalPartition c = split(all.c, square, TILES, "C", "C_tiles", ctx, runtime);
  const LogicalPartition b_layers = divide(all.b, {layers.side, layers.count}, {1, layers.steps},
                                           "B", "B_layers", "B_pieces", ctx, runtime);
  const LogicalPartition c_layers = divide(all.c, {layers.count, layers.side}, {layers.steps, 1},
                                           "C", "C_layers", "C_pieces", ctx, runtime);

  // The owners of the tiles are the processors of the first layer.
  const Rect<3> cube({0, 0, 0}, {layers.side - 1, layers.side - 1, layers.count - 1});
  const Rect<3> bottom({0, 0, 0}, {layers.side - 1, layers.side - 1, 0});
  place(config, bottom, all.a, a, A_OF_POINT, 'A', /*fill=*/true, ctx, runtime);
  place(config, bottom, all.b, b, A_OF_POINT, 'B', /*fill=*/true, ctx, runtime);
  place(config, bottom, all.c, c, A_OF_POINT, 'C', /*fill=*/true, ctx, runtime);

  const Steps steps = {layers.steps, {config.data_scale}};
  IndexTaskLauncher multiply(TASK_5, Domain(cube), UntypedBuffer(&steps, sizeof steps),
                             ArgumentMap());
  if (layers.count == 1)
    multiply.add_region_requirement(
        RegionRequirement(a, A_OF_POINT, READ_WRITE, EXCLUSIVE, all.a).add_field(FID_VALS));
  else
    multiply.add_region_requirement(
        RegionRequirement(a, A_OF_POINT, SUM, EXCLUSIVE, all.a).add_field(FID_VALS));
  multiply.add_region_requirement(
      RegionRequirement(b_layers, B_OF_POINT, READ_ONLY, EXCLUSIVE, all.b).add_field(FID_VALS));
  multiply.add_region_requirement(
      RegionRequirement(c_layers, C_OF_POINT, READ_ONLY, EXCLUSIVE, all.c).add_field(FID_VALS));

  Clock clock;
  constexpr TraceID REPETITION = 1;
  for (int64_t repetition = 0; repetition < config.all_repetitions(); repetition++) {
    runtime->issue_execution_fence(ctx);  // every repetition is for itself
    clock.before(repetition, config, ctx, runtime);
    runtime->begin_trace(ctx, REPETITION);
    // It starts from the owners of B and C, and ends at those of A.
    place(config, bottom, all.b, b, A_OF_POINT, 'B', /*fill=*/false, ctx, runtime);
    place(config, bottom, all.c, c, A_OF_POINT, 'C', /*fill=*/false, ctx, runtime);
    runtime->execute_index_space(ctx, multiply);
    place(config, bottom, all.a, a, A_OF_POINT, 'A', /*fill=*/false, ctx, runtime);
    runtime->end_trace(ctx, REPETITION);
  }
  finish(config, clock.stop(ctx, runtime), all.a, a, square, ctx, runtime);
}

// All steps of a processor. Requirements: tile of A, what the layer has of B and C for it.
void task_5(const Task* task, const std::vector<PhysicalRegion>&, Context ctx, Runtime* runtime)
{
  const Steps steps = *static_cast<const Steps*>(task->args);
  const RegionRequirement &a = task->regions[0], &b = task->regions[1], &c = task->regions[2];
  const LogicalPartition b_pieces = runtime->get_logical_partition_by_color(ctx, b.region, PIECES);
  const LogicalPartition c_pieces = runtime->get_logical_partition_by_color(ctx, c.region, PIECES);
  for (int64_t s = 0; s < steps.count; s++) {
    const int64_t k = (task->index_point[0] + task->index_point[1] + s) % steps.count;
    const LogicalRegion b_piece =
        runtime->get_logical_subregion_by_color(ctx, b_pieces, Point<2>(0, k));
    const LogicalRegion c_piece =
        runtime->get_logical_subregion_by_color(ctx, c_pieces, Point<2>(k, 0));
    TaskLauncher product(TASK_4, UntypedBuffer(&steps.leaf, sizeof steps.leaf));
    if (a.privilege == LEGION_REDUCE)
      product.add_region_requirement(
          RegionRequirement(a.region, SUM, EXCLUSIVE, a.region).add_field(FID_VALS));
    else
      product.add_region_requirement(
          RegionRequirement(a.region, READ_WRITE, EXCLUSIVE, a.region).add_field(FID_VALS));
    product.add_region_requirement(
        RegionRequirement(b_piece, READ_ONLY, EXCLUSIVE, b.region).add_field(FID_VALS));
    product.add_region_requirement(
        RegionRequirement(c_piece, READ_ONLY, EXCLUSIVE, c.region).add_field(FID_VALS));
    runtime->execute_task(ctx, product);
  }
}

// Variants that launch tasks and touch no data.
void register_task_5()
{
  TaskVariantRegistrar on_cpu = app::cpu_parent(TASK_5, "cpu");
  on_cpu.set_inner();
  Runtime::preregister_task_variant<task_5>(on_cpu, "task_5");
  if (!mapc::gpu::available()) return;
  TaskVariantRegistrar on_gpu(TASK_5, "gpu");
  on_gpu.add_constraint(ProcessorConstraint(Processor::TOC_PROC));
  on_gpu.set_inner();
  Runtime::preregister_task_variant<task_5>(on_gpu, "task_5");
}

}  // namespace

int main(int argc, char** argv)
{
  app::Options options("solomonik");
  add_flags(options, config)
      .number("-procs", processors, 0, "processors that the layers are for (0: four a node)")
      .number("-rpoc", given.side, 0, "side of a layer (0: by the processors)")
      .number("-c", given.count, 0, "layers")
      .number("-rpoc3", given.steps, 0, "steps of a layer")
      .parse(argc, argv);
  if ((given.side > 0) != (given.count > 0) || (given.side > 0) != (given.steps > 0))
    options.fail("-rpoc, -c and -rpoc3 go together");
  mapc::gpu::require_data_scale(config.data_scale);
  matmul::register_tasks();
  register_task_5();
  register_projection(A_OF_POINT, [](const DomainPoint& p, int64_t) { return Point<2>(p[0], p[1]); });
  register_projection(B_OF_POINT, [](const DomainPoint& p, int64_t) { return Point<2>(p[0], p[2]); });
  register_projection(C_OF_POINT, [](const DomainPoint& p, int64_t) { return Point<2>(p[2], p[1]); });
  Runtime::preregister_task_variant<top_level>(app::cpu_top_level(TOP_LEVEL_TASK, "cpu"),
                                               "top_level");
  Runtime::set_top_level_task_id(TOP_LEVEL_TASK);
  return Runtime::start(argc, argv);
}
