// The GPU variants of the tasks with kernels. CUDA where nvcc compiles it; compiled by another
// compiler it is for emulated GPUs only.

#include "kernels.h"

#include "tasks.h"

using namespace Legion;

namespace pennant {

namespace {

template <typename Body>
void run(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx,
         Runtime* runtime)
{
  const Given given(task, regions);
  mapc::gpu::forall(cost_of<Body>(given), app::bounds(task, 0, ctx, runtime), Body(given));
}

// For bodies that reduce to one value.
template <typename Body>
typename Body::Result::Value reduce(const Task* task, const std::vector<PhysicalRegion>& regions,
                                    Context ctx, Runtime* runtime)
{
  const Given given(task, regions);
  const Body body(given);
  mapc::gpu::forall(cost_of<Body>(given), app::bounds(task, 0, ctx, runtime), body);
  return body.result.value;
}

TaskVariantRegistrar leaf(TaskID task) { return app::gpu_leaf(task, "gpu"); }

// Results of reductions are made while the task runs.
TaskVariantRegistrar reducing_leaf(TaskID task)
{
  TaskVariantRegistrar registrar = leaf(task);
  registrar.leaf_pool_bounds.emplace(Memory::Z_COPY_MEM, PoolBounds(64));
  return registrar;
}

}  // namespace

void register_gpu_kernels()
{
  Runtime::register_reduction_op<SumVec2>(REDOP_SUM_VEC2);
  if (!mapc::gpu::available()) return;
  Runtime::preregister_task_variant<run<InitMeshZones>>(leaf(INIT_MESH_ZONES_TASK));
  Runtime::preregister_task_variant<run<InitSideFracs>>(leaf(INIT_SIDE_FRACS_TASK));
  Runtime::preregister_task_variant<run<InitHydro>>(leaf(INIT_HYDRO_TASK));
  Runtime::preregister_task_variant<run<InitRadialVelocity>>(leaf(INIT_RADIAL_VELOCITY_TASK));
  Runtime::preregister_task_variant<run<InitStepPoints>>(leaf(INIT_STEP_POINTS_TASK));
  Runtime::preregister_task_variant<run<InitStepZones>>(leaf(INIT_STEP_ZONES_TASK));
  Runtime::preregister_task_variant<run<AdvPosHalf>>(leaf(ADV_POS_HALF_TASK));
  Runtime::preregister_task_variant<run<CalcCenters>>(leaf(CALC_CENTERS_TASK));
  Runtime::preregister_task_variant<CalcVolumes::Result::Value, reduce<CalcVolumes>>(
      reducing_leaf(CALC_VOLUMES_TASK));
  Runtime::preregister_task_variant<run<CalcCharLen>>(leaf(CALC_CHAR_LEN_TASK));
  Runtime::preregister_task_variant<run<CalcRhoHalf>>(leaf(CALC_RHO_HALF_TASK));
  Runtime::preregister_task_variant<run<SumPointMass>>(leaf(SUM_POINT_MASS_TASK));
  Runtime::preregister_task_variant<run<CalcStateAtHalf>>(leaf(CALC_STATE_AT_HALF_TASK));
  Runtime::preregister_task_variant<run<CalcForcePgasTts>>(leaf(CALC_FORCE_PGAS_TTS_TASK));
  Runtime::preregister_task_variant<run<QcsZoneCenterVelocity>>(
      leaf(QCS_ZONE_CENTER_VELOCITY_TASK));
  Runtime::preregister_task_variant<run<QcsCornerDivergence>>(leaf(QCS_CORNER_DIVERGENCE_TASK));
  Runtime::preregister_task_variant<run<QcsQcnForce>>(leaf(QCS_QCN_FORCE_TASK));
  Runtime::preregister_task_variant<run<QcsForce>>(leaf(QCS_FORCE_TASK));
  Runtime::preregister_task_variant<run<QcsVelDiff>>(leaf(QCS_VEL_DIFF_TASK));
  Runtime::preregister_task_variant<run<SumPointForce>>(leaf(SUM_POINT_FORCE_TASK));
  Runtime::preregister_task_variant<run<ApplyBoundaryConditions>>(
      leaf(APPLY_BOUNDARY_CONDITIONS_TASK));
  Runtime::preregister_task_variant<run<AdvPosFull>>(leaf(ADV_POS_FULL_TASK));
  Runtime::preregister_task_variant<run<CalcCentersFull>>(leaf(CALC_CENTERS_FULL_TASK));
  Runtime::preregister_task_variant<CalcVolumesFull::Result::Value, reduce<CalcVolumesFull>>(
      reducing_leaf(CALC_VOLUMES_FULL_TASK));
  Runtime::preregister_task_variant<run<CalcWork>>(leaf(CALC_WORK_TASK));
  Runtime::preregister_task_variant<run<CalcWorkRateEnergyRhoFull>>(
      leaf(CALC_WORK_RATE_ENERGY_RHO_FULL_TASK));
  Runtime::preregister_task_variant<CalcDtHydro::Result::Value, reduce<CalcDtHydro>>(
      reducing_leaf(CALC_DT_HYDRO_TASK));
}

}  // namespace pennant
