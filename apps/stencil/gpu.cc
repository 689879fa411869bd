// The two tasks of a step, GPU variants. CUDA where nvcc compiles it; compiled by another compiler
// it is for emulated GPUs only.

#include "kernels.h"
#include "tasks.h"

using namespace Legion;

namespace stencil {

namespace {

struct OnGpu {
  template <int DIM, typename Body>
  static void forall(const mapc::gpu::Work& work, const Rect<DIM>& box, const Body& body)
  {
    mapc::gpu::forall(work, box, body);
  }
  static void finish() { mapc::gpu::finish(); }
};

}  // namespace

void register_gpu_kernels(TaskID stencil, TaskID increment)
{
  if (!mapc::gpu::available()) return;
  Runtime::preregister_task_variant<stencil_on<OnGpu>>(want_rows(app::gpu_leaf(stencil, "gpu")));
  Runtime::preregister_task_variant<increment_on<OnGpu>>(
      want_rows(app::gpu_leaf(increment, "gpu")));
}

}  // namespace stencil
