// The three tasks of a loop, CPU variants.

#include "kernels.h"

#include "timing.h"

using namespace Legion;

namespace circuit {

namespace {

void stamp(const PhysicalRegion& times, FieldIDs field, int64_t superpiece)
{
  Stamp{{times, field}, app::now()}(superpiece);
}

}  // namespace

// Requirements: private, shared, ghost voltages; wires constant, wires state; times.
void calculate_new_currents(const Task* task, const std::vector<PhysicalRegion>& regions,
                            Context ctx, Runtime* runtime)
{
  const Step step = *static_cast<const Step*>(task->args);
  if (step.stamp) stamp(regions[5], FID_START, task->index_point[0]);
  mapc::gpu::forall_on_cpu(cost_of_currents(regions, step.load),
                           app::bounds(task, 3, ctx, runtime), SolveWire(regions, step.sweeps));
}

// Requirements: private, shared, ghost charges; wires.
void distribute_charge(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx,
                       Runtime* runtime)
{
  const Step step = *static_cast<const Step*>(task->args);
  mapc::gpu::forall_on_cpu(cost_of_charges(regions, step.load), app::bounds(task, 3, ctx, runtime),
                           MoveCharge(regions));
}

// Requirements: private and shared state, private and shared constants; times.
void update_voltages(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx,
                     Runtime* runtime)
{
  const Step step = *static_cast<const Step*>(task->args);
  for (unsigned part = 0; part < 2; part++)
    mapc::gpu::forall_on_cpu(
        cost_of_voltages(regions[part], regions[part + 2], step.load.nodes[part]),
        app::bounds(task, part, ctx, runtime), UseCharge(regions[part], regions[part + 2]));
  if (step.stamp) stamp(regions[4], FID_STOP, task->index_point[0]);
}

}  // namespace circuit
