// COSMA: the grid of tasks has as many points as there are processors, and the sides for which the
// least data moves.

#include "mapc/gpu.h"
#include "matmul/cube.h"
#include "tasks.h"

using namespace Legion;

namespace {

matmul::Config config;
int64_t processors = 0;        // that the grid is for; 0 for four on each node
matmul::Cube given = {0, 0, 0};  // 0 for what suits the processors

// A task needs 1/xz of B and 1/zy of C, and gives 1/xy of A: together (x + y + z) / count. Of the
// best grids with x <= y <= z there is one.
matmul::Cube choose_cube()
{
  if (given.x > 0) return given;
  const int64_t count = processors > 0 ? processors : 4 * matmul::count_nodes();
  if (count == 2) return {2, 1, 1};  // nothing to sum, for the same amount
  matmul::Cube best = {1, 1, count};
  for (int64_t x = 1; x * x * x <= count; x++)
    for (int64_t y = x; x * y * y <= count; y++) {
      const int64_t z = count / (x * y);
      if (x * y * z == count && x + y + z < best.x + best.y + best.z) best = {x, y, z};
    }
  return best;
}

void top_level(const Task*, const std::vector<PhysicalRegion>&, Context ctx, Runtime* runtime)
{
  matmul::multiply_in_cube(config, choose_cube(), ctx, runtime);
}

}  // namespace

int main(int argc, char** argv)
{
  app::Options options("cosma");
  matmul::add_flags(options, config);
  options.number("-procs", processors, 0, "processors that the grid is for (0: four a node)")
      .number("-gx", given.x, 0, "parts of the rows of A and B (0: by the processors)")
      .number("-gy", given.y, 0, "parts of the columns of A and C")
      .number("-gz", given.z, 0, "parts of what is summed over")
      .parse(argc, argv);
  if ((given.x > 0) != (given.y > 0) || (given.x > 0) != (given.z > 0))
    options.fail("-gx, -gy and -gz go together");
  mapc::gpu::require_data_scale(config.data_scale);
  matmul::register_tasks();
  matmul::register_cube();
  Runtime::preregister_task_variant<top_level>(
      app::cpu_top_level(matmul::TOP_LEVEL_TASK, "cpu"), "top_level");
  Runtime::set_top_level_task_id(matmul::TOP_LEVEL_TASK);
  return Runtime::start(argc, argv);
}
