// Johnson's algorithm: the grid is a cube of g x g x g tasks.

#include "mapc/gpu.h"
#include "matmul/cube.h"
#include "tasks.h"

using namespace Legion;

namespace {

matmul::Config config;
int64_t processors = 0;  // that the grid is for; 0 for four on each node
int64_t given_g = 0;     // 0 for what suits the processors

int64_t choose_g()
{
  if (given_g > 0) return given_g;
  const int64_t count = processors > 0 ? processors : 4 * matmul::count_nodes();
  if (count == 16) return 4;  // 3 x 3 x 3 tasks would leave some of them idle for half of the time
  int64_t g = 1;
  while (g * g * g < count) g++;
  return g;
}

void top_level(const Task*, const std::vector<PhysicalRegion>&, Context ctx, Runtime* runtime)
{
  const int64_t g = choose_g();
  matmul::multiply_in_cube(config, {g, g, g}, ctx, runtime);
}

}  // namespace

int main(int argc, char** argv)
{
  app::Options options("johnson");
  matmul::add_flags(options, config);
  options.number("-procs", processors, 0, "processors that the grid is for (0: four a node)")
      .number("-g", given_g, 0, "side of the grid (0: by the processors)")
      .parse(argc, argv);
  mapc::gpu::require_data_scale(config.data_scale);
  matmul::register_tasks();
  matmul::register_cube();
  Runtime::preregister_task_variant<top_level>(
      app::cpu_top_level(matmul::TOP_LEVEL_TASK, "cpu"), "top_level");
  Runtime::set_top_level_task_id(matmul::TOP_LEVEL_TASK);
  return Runtime::start(argc, argv);
}
