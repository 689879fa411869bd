// The three tasks of a loop, GPU variants. CUDA where nvcc compiles it; compiled by another
// compiler it is for emulated GPUs only.

#include "kernels.h"
#include "tasks.h"
#include "timing.h"

using namespace Legion;

namespace circuit {

namespace {

void stamp(const PhysicalRegion& times, FieldIDs field, int64_t superpiece)
{
  mapc::gpu::forall(mapc::gpu::Work(), Rect<1>(superpiece, superpiece),
                    Stamp{{times, field}, app::now()});
}

void calculate_new_currents_gpu(const Task* task, const std::vector<PhysicalRegion>& regions,
                                Context ctx, Runtime* runtime)
{
  const Step step = *static_cast<const Step*>(task->args);
  if (step.stamp) stamp(regions[5], FID_START, task->index_point[0]);
  mapc::gpu::forall(cost_of_currents(regions, step.load), app::bounds(task, 3, ctx, runtime),
                    SolveWire(regions, step.sweeps));
}

void distribute_charge_gpu(const Task* task, const std::vector<PhysicalRegion>& regions,
                           Context ctx, Runtime* runtime)
{
  const Step step = *static_cast<const Step*>(task->args);
  mapc::gpu::forall(cost_of_charges(regions, step.load), app::bounds(task, 3, ctx, runtime),
                    MoveCharge(regions));
}

void update_voltages_gpu(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx,
                         Runtime* runtime)
{
  const Step step = *static_cast<const Step*>(task->args);
  for (unsigned part = 0; part < 2; part++)
    mapc::gpu::forall(cost_of_voltages(regions[part], regions[part + 2], step.load.nodes[part]),
                      app::bounds(task, part, ctx, runtime),
                      UseCharge(regions[part], regions[part + 2]));
  if (!step.stamp) return;
  mapc::gpu::finish();  // kernels go on after they are launched
  stamp(regions[4], FID_STOP, task->index_point[0]);
}

}  // namespace

void register_gpu_variants(TaskID currents, TaskID charges, TaskID voltages)
{
  if (!mapc::gpu::available()) return;
  Runtime::preregister_task_variant<calculate_new_currents_gpu>(app::gpu_leaf(currents, "gpu"));
  Runtime::preregister_task_variant<distribute_charge_gpu>(app::gpu_leaf(charges, "gpu"));
  Runtime::preregister_task_variant<update_voltages_gpu>(app::gpu_leaf(voltages, "gpu"));
}

}  // namespace circuit
