// The two tasks of a step, CPU variants.

#include "kernels.h"
#include "tasks.h"

using namespace Legion;

namespace stencil {

namespace {

struct OnCpu {
  template <int DIM, typename Body>
  static void forall(const mapc::gpu::Work& work, const Rect<DIM>& box, const Body& body)
  {
    mapc::gpu::forall_on_cpu(work, box, body);
  }
  static void finish() {}
};

}  // namespace

void register_kernels(TaskID stencil, TaskID increment)
{
  Runtime::preregister_task_variant<stencil_on<OnCpu>>(want_rows(app::cpu_leaf(stencil, "cpu")),
                                                       "stencil");
  Runtime::preregister_task_variant<increment_on<OnCpu>>(
      want_rows(app::cpu_leaf(increment, "cpu")), "increment");
}

}  // namespace stencil
