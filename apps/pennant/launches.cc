// Every launch with its region requirements, and their order.

#include "names.h"
#include "pennant.h"
#include "vec2.h"

using namespace Legion;

namespace pennant {

namespace {

const Fields MAPS = {FID_MAPSP1, FID_MAPLOC1, FID_MAPSP2, FID_MAPLOC2};

// The launches of points are made twice, for private and for shared ones.
struct PointPart {
  LogicalPartition points;
  UntypedBuffer args;
};

PointPart privates(const Launches& all)
{
  return {all.r.rp_all_private_p, UntypedBuffer(&all.args, sizeof all.args)};
}

PointPart shared(const Launches& all)
{
  return {all.r.rp_all_shared_p, UntypedBuffer(&all.shared_args, sizeof all.shared_args)};
}

UntypedBuffer args_of(const Launches& all) { return UntypedBuffer(&all.args, sizeof all.args); }

void initialize_topology(const Launches& all)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(INITIALIZE_TOPOLOGY_TASK, r.pieces,
                             UntypedBuffer(&all.config, sizeof all.config), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rz_all).add_field(FID_ZNUMP));
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rs_all)
          .add_fields({FID_MAPSZ, FID_MAPSP1, FID_MAPSP2, FID_MAPSS3, FID_MAPSS4}));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_private_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rp_all)
          .add_fields({FID_PX, FID_HAS_BCX, FID_HAS_BCY}));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_shared_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rp_all)
          .add_fields({FID_PX, FID_HAS_BCX, FID_HAS_BCY}));
  all.runtime->execute_index_space(all.ctx, launcher);
}

void init_pointers(const Launches& all)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(INIT_POINTERS_TASK, r.pieces,
                             UntypedBuffer(&all.config, sizeof all.config), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, READ_ONLY, EXCLUSIVE, r.rs_all)
          .add_fields({FID_MAPSP1, FID_MAPSP2}));
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rs_all)
          .add_fields({FID_MAPLOC1, FID_MAPLOC2}));
  all.runtime->execute_index_space(all.ctx, launcher);
}

void init_mesh_zones(const Launches& all)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(INIT_MESH_ZONES_TASK, r.pieces, args_of(all), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rz_all)
          .add_fields({FID_ZX, FID_ZAREA, FID_ZVOL, FID_ZW}));
  all.runtime->execute_index_space(all.ctx, launcher);
}

void init_side_fracs(const Launches& all)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(INIT_SIDE_FRACS_TASK, r.pieces, args_of(all), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, READ_ONLY, EXCLUSIVE, r.rs_all)
          .add_fields({FID_MAPSZ, FID_SAREA}));
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rs_all).add_field(FID_SMF));
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_ONLY, EXCLUSIVE, r.rz_all).add_field(FID_ZAREA));
  all.runtime->execute_index_space(all.ctx, launcher);
}

void init_hydro(const Launches& all)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(INIT_HYDRO_TASK, r.pieces, args_of(all), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_ONLY, EXCLUSIVE, r.rz_all)
          .add_fields({FID_ZX, FID_ZVOL}));
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rz_all)
          .add_fields({FID_ZR, FID_ZE, FID_ZM, FID_ZETOT, FID_ZWRATE}));
  all.runtime->execute_index_space(all.ctx, launcher);
}

void init_radial_velocity(const Launches& all, const PointPart& part)
{
  IndexTaskLauncher launcher(INIT_RADIAL_VELOCITY_TASK, all.r.pieces, part.args, ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(part.points, 0, READ_ONLY, EXCLUSIVE, all.r.rp_all).add_field(FID_PX));
  launcher.add_region_requirement(
      RegionRequirement(part.points, 0, WRITE_DISCARD, EXCLUSIVE, all.r.rp_all)
          .add_field(FID_PU));
  all.runtime->execute_index_space(all.ctx, launcher);
}

void init_step_points(const Launches& all, const PointPart& part)
{
  IndexTaskLauncher launcher(INIT_STEP_POINTS_TASK, all.r.pieces, part.args, ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(part.points, 0, WRITE_DISCARD, EXCLUSIVE, all.r.rp_all)
          .add_fields({FID_PMASWT, FID_PF}));
  all.runtime->execute_index_space(all.ctx, launcher);
}

void init_step_zones(const Launches& all)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(INIT_STEP_ZONES_TASK, r.pieces, args_of(all), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_ONLY, EXCLUSIVE, r.rz_all).add_field(FID_ZVOL));
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rz_all).add_field(FID_ZVOL0));
  all.runtime->execute_index_space(all.ctx, launcher);
}

Future calc_global_dt(const Launches& all, const Cycle& last)
{
  TaskLauncher launcher(CALC_GLOBAL_DT_TASK, UntypedBuffer(&all.config, sizeof all.config));
  launcher.add_future(last.clock);
  launcher.add_future(last.dt_hydro);
  launcher.add_future(last.turned_half);
  launcher.add_future(last.turned_full);
  return all.runtime->execute_task(all.ctx, launcher);
}

void adv_pos_half(const Launches& all, const PointPart& part, const Future& clock)
{
  IndexTaskLauncher launcher(ADV_POS_HALF_TASK, all.r.pieces, part.args, ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(part.points, 0, READ_ONLY, EXCLUSIVE, all.r.rp_all)
          .add_fields({FID_PX, FID_PU}));
  launcher.add_region_requirement(
      RegionRequirement(part.points, 0, WRITE_DISCARD, EXCLUSIVE, all.r.rp_all)
          .add_fields({FID_PX0, FID_PXP, FID_PU0}));
  launcher.add_future(clock);
  all.runtime->execute_index_space(all.ctx, launcher);
}

void calc_centers(const Launches& all)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(CALC_CENTERS_TASK, r.pieces, args_of(all), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_ONLY, EXCLUSIVE, r.rz_all).add_field(FID_ZNUMP));
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rz_all).add_field(FID_ZXP));
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, READ_ONLY, EXCLUSIVE, r.rs_all).add_fields(MAPS));
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rs_all).add_field(FID_EXP));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_private_p, 0, READ_ONLY, EXCLUSIVE, r.rp_all)
          .add_field(FID_PXP));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_ghost_p, 0, READ_ONLY, EXCLUSIVE, r.rp_all).add_field(FID_PXP));
  all.runtime->execute_index_space(all.ctx, launcher);
}

Future calc_volumes(const Launches& all)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(CALC_VOLUMES_TASK, r.pieces, args_of(all), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_ONLY, EXCLUSIVE, r.rz_all)
          .add_fields({FID_ZNUMP, FID_ZXP}));
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rz_all)
          .add_fields({FID_ZAREAP, FID_ZVOLP}));
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, READ_ONLY, EXCLUSIVE, r.rs_all).add_fields(MAPS));
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rs_all)
          .add_fields({FID_SAREAP, FID_ELEN}));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_private_p, 0, READ_ONLY, EXCLUSIVE, r.rp_all)
          .add_field(FID_PXP));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_ghost_p, 0, READ_ONLY, EXCLUSIVE, r.rp_all).add_field(FID_PXP));
  return all.runtime->execute_index_space(all.ctx, launcher, LEGION_REDOP_SUM_INT64);
}

void calc_char_len(const Launches& all)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(CALC_CHAR_LEN_TASK, r.pieces, args_of(all), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_ONLY, EXCLUSIVE, r.rz_all).add_field(FID_ZNUMP));
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rz_all).add_field(FID_ZDL));
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, READ_ONLY, EXCLUSIVE, r.rs_all)
          .add_fields({FID_SAREAP, FID_ELEN}));
  all.runtime->execute_index_space(all.ctx, launcher);
}

void calc_rho_half(const Launches& all)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(CALC_RHO_HALF_TASK, r.pieces, args_of(all), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_ONLY, EXCLUSIVE, r.rz_all)
          .add_fields({FID_ZVOLP, FID_ZM}));
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rz_all).add_field(FID_ZRP));
  all.runtime->execute_index_space(all.ctx, launcher);
}

void sum_point_mass(const Launches& all)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(SUM_POINT_MASS_TASK, r.pieces, args_of(all), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, READ_ONLY, EXCLUSIVE, r.rs_all)
          .add_fields({FID_MAPSZ, FID_MAPSP1, FID_MAPLOC1, FID_MAPSS3, FID_SMF}));
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_ONLY, EXCLUSIVE, r.rz_all)
          .add_fields({FID_ZAREAP, FID_ZRP}));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_private_p, 0, READ_WRITE, EXCLUSIVE, r.rp_all)
          .add_field(FID_PMASWT));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_ghost_p, 0, LEGION_REDOP_SUM_FLOAT64, EXCLUSIVE, r.rp_all)
          .add_field(FID_PMASWT));
  all.runtime->execute_index_space(all.ctx, launcher);
}

void calc_state_at_half(const Launches& all, const Future& clock)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(CALC_STATE_AT_HALF_TASK, r.pieces, args_of(all), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_ONLY, EXCLUSIVE, r.rz_all)
          .add_fields({FID_ZVOL0, FID_ZVOLP, FID_ZM, FID_ZR, FID_ZE, FID_ZWRATE}));
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rz_all)
          .add_fields({FID_ZP, FID_ZSS}));
  launcher.add_future(clock);
  all.runtime->execute_index_space(all.ctx, launcher);
}

void calc_force_pgas_tts(const Launches& all)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(CALC_FORCE_PGAS_TTS_TASK, r.pieces, args_of(all), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, READ_ONLY, EXCLUSIVE, r.rs_all)
          .add_fields({FID_MAPSZ, FID_SAREAP, FID_SMF, FID_EXP}));
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rs_all)
          .add_fields({FID_SFP, FID_SFT}));
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_ONLY, EXCLUSIVE, r.rz_all)
          .add_fields({FID_ZXP, FID_ZAREAP, FID_ZRP, FID_ZSS, FID_ZP}));
  all.runtime->execute_index_space(all.ctx, launcher);
}

void qcs_zone_center_velocity(const Launches& all)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(QCS_ZONE_CENTER_VELOCITY_TASK, r.pieces, args_of(all),
                             ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_ONLY, EXCLUSIVE, r.rz_all).add_field(FID_ZNUMP));
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rz_all).add_field(FID_ZUC));
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, READ_ONLY, EXCLUSIVE, r.rs_all)
          .add_fields({FID_MAPSP1, FID_MAPLOC1}));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_private_p, 0, READ_ONLY, EXCLUSIVE, r.rp_all).add_field(FID_PU));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_ghost_p, 0, READ_ONLY, EXCLUSIVE, r.rp_all).add_field(FID_PU));
  all.runtime->execute_index_space(all.ctx, launcher);
}

void qcs_corner_divergence(const Launches& all)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(QCS_CORNER_DIVERGENCE_TASK, r.pieces, args_of(all), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, READ_ONLY, EXCLUSIVE, r.rs_all)
          .add_fields(MAPS)
          .add_fields({FID_MAPSZ, FID_MAPSS3, FID_EXP, FID_ELEN}));
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rs_all)
          .add_fields({FID_CAREA, FID_CEVOL, FID_CDU, FID_CDIV, FID_CCOS}));
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_ONLY, EXCLUSIVE, r.rz_all)
          .add_fields({FID_ZXP, FID_ZUC}));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_private_p, 0, READ_ONLY, EXCLUSIVE, r.rp_all)
          .add_fields({FID_PXP, FID_PU}));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_ghost_p, 0, READ_ONLY, EXCLUSIVE, r.rp_all)
          .add_fields({FID_PXP, FID_PU}));
  all.runtime->execute_index_space(all.ctx, launcher);
}

void qcs_qcn_force(const Launches& all)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(QCS_QCN_FORCE_TASK, r.pieces, args_of(all), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, READ_ONLY, EXCLUSIVE, r.rs_all)
          .add_fields(MAPS)
          .add_fields({FID_MAPSZ, FID_MAPSS3, FID_ELEN, FID_CEVOL, FID_CDU, FID_CDIV}));
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rs_all)
          .add_fields({FID_CQE1, FID_CQE2}));
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_ONLY, EXCLUSIVE, r.rz_all)
          .add_fields({FID_ZRP, FID_ZSS}));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_private_p, 0, READ_ONLY, EXCLUSIVE, r.rp_all).add_field(FID_PU));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_ghost_p, 0, READ_ONLY, EXCLUSIVE, r.rp_all).add_field(FID_PU));
  all.runtime->execute_index_space(all.ctx, launcher);
}

void qcs_force(const Launches& all)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(QCS_FORCE_TASK, r.pieces, args_of(all), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, READ_ONLY, EXCLUSIVE, r.rs_all)
          .add_fields({FID_MAPSS4, FID_ELEN, FID_CAREA, FID_CCOS, FID_CQE1, FID_CQE2}));
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rs_all).add_field(FID_SFQ));
  all.runtime->execute_index_space(all.ctx, launcher);
}

void qcs_vel_diff(const Launches& all)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(QCS_VEL_DIFF_TASK, r.pieces, args_of(all), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_ONLY, EXCLUSIVE, r.rz_all)
          .add_fields({FID_ZNUMP, FID_ZSS}));
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rz_all)
          .add_fields({FID_ZDU, FID_Z0TMP}));
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, READ_ONLY, EXCLUSIVE, r.rs_all)
          .add_fields(MAPS)
          .add_field(FID_ELEN));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_private_p, 0, READ_ONLY, EXCLUSIVE, r.rp_all)
          .add_fields({FID_PXP, FID_PU}));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_ghost_p, 0, READ_ONLY, EXCLUSIVE, r.rp_all)
          .add_fields({FID_PXP, FID_PU}));
  all.runtime->execute_index_space(all.ctx, launcher);
}

void sum_point_force(const Launches& all)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(SUM_POINT_FORCE_TASK, r.pieces, args_of(all), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_ONLY, EXCLUSIVE, r.rz_all).add_field(FID_ZNUMP));
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, READ_ONLY, EXCLUSIVE, r.rs_all)
          .add_fields({FID_MAPSP1, FID_MAPLOC1, FID_SFP, FID_SFQ, FID_SFT}));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_private_p, 0, READ_WRITE, EXCLUSIVE, r.rp_all)
          .add_field(FID_PF));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_ghost_p, 0, REDOP_SUM_VEC2, EXCLUSIVE, r.rp_all)
          .add_field(FID_PF));
  all.runtime->execute_index_space(all.ctx, launcher);
}

void apply_boundary_conditions(const Launches& all, const PointPart& part)
{
  IndexTaskLauncher launcher(APPLY_BOUNDARY_CONDITIONS_TASK, all.r.pieces, part.args,
                             ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(part.points, 0, READ_ONLY, EXCLUSIVE, all.r.rp_all)
          .add_fields({FID_HAS_BCX, FID_HAS_BCY}));
  launcher.add_region_requirement(
      RegionRequirement(part.points, 0, READ_WRITE, EXCLUSIVE, all.r.rp_all)
          .add_fields({FID_PU0, FID_PF}));
  all.runtime->execute_index_space(all.ctx, launcher);
}

void adv_pos_full(const Launches& all, const PointPart& part, const Future& clock)
{
  IndexTaskLauncher launcher(ADV_POS_FULL_TASK, all.r.pieces, part.args, ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(part.points, 0, READ_ONLY, EXCLUSIVE, all.r.rp_all)
          .add_fields({FID_PX0, FID_PU0, FID_PF, FID_PMASWT}));
  launcher.add_region_requirement(
      RegionRequirement(part.points, 0, WRITE_DISCARD, EXCLUSIVE, all.r.rp_all)
          .add_fields({FID_PX, FID_PU}));
  launcher.add_future(clock);
  all.runtime->execute_index_space(all.ctx, launcher);
}

void calc_centers_full(const Launches& all)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(CALC_CENTERS_FULL_TASK, r.pieces, args_of(all), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_ONLY, EXCLUSIVE, r.rz_all).add_field(FID_ZNUMP));
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rz_all).add_field(FID_ZX));
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, READ_ONLY, EXCLUSIVE, r.rs_all).add_fields(MAPS));
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rs_all).add_field(FID_EX));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_private_p, 0, READ_ONLY, EXCLUSIVE, r.rp_all).add_field(FID_PX));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_ghost_p, 0, READ_ONLY, EXCLUSIVE, r.rp_all).add_field(FID_PX));
  all.runtime->execute_index_space(all.ctx, launcher);
}

Future calc_volumes_full(const Launches& all)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(CALC_VOLUMES_FULL_TASK, r.pieces, args_of(all), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_ONLY, EXCLUSIVE, r.rz_all)
          .add_fields({FID_ZNUMP, FID_ZX}));
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rz_all)
          .add_fields({FID_ZAREA, FID_ZVOL}));
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, READ_ONLY, EXCLUSIVE, r.rs_all).add_fields(MAPS));
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rs_all).add_field(FID_SAREA));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_private_p, 0, READ_ONLY, EXCLUSIVE, r.rp_all).add_field(FID_PX));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_ghost_p, 0, READ_ONLY, EXCLUSIVE, r.rp_all).add_field(FID_PX));
  return all.runtime->execute_index_space(all.ctx, launcher, LEGION_REDOP_SUM_INT64);
}

void calc_work(const Launches& all, const Future& clock)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(CALC_WORK_TASK, r.pieces, args_of(all), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_ONLY, EXCLUSIVE, r.rz_all).add_field(FID_ZNUMP));
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_WRITE, EXCLUSIVE, r.rz_all)
          .add_fields({FID_ZETOT, FID_ZW}));
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, READ_ONLY, EXCLUSIVE, r.rs_all)
          .add_fields(MAPS)
          .add_fields({FID_SFP, FID_SFQ}));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_private_p, 0, READ_ONLY, EXCLUSIVE, r.rp_all)
          .add_fields({FID_PXP, FID_PU0, FID_PU}));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_ghost_p, 0, READ_ONLY, EXCLUSIVE, r.rp_all)
          .add_fields({FID_PXP, FID_PU0, FID_PU}));
  launcher.add_future(clock);
  all.runtime->execute_index_space(all.ctx, launcher);
}

void calc_work_rate_energy_rho_full(const Launches& all, const Future& clock)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(CALC_WORK_RATE_ENERGY_RHO_FULL_TASK, r.pieces, args_of(all),
                             ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_ONLY, EXCLUSIVE, r.rz_all)
          .add_fields({FID_ZVOL0, FID_ZVOL, FID_ZM, FID_ZW, FID_ZP, FID_ZETOT}));
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, WRITE_DISCARD, EXCLUSIVE, r.rz_all)
          .add_fields({FID_ZWRATE, FID_ZE, FID_ZR}));
  launcher.add_future(clock);
  all.runtime->execute_index_space(all.ctx, launcher);
}

Future calc_dt_hydro(const Launches& all, const Future& clock)
{
  const Regions& r = all.r;
  IndexTaskLauncher launcher(CALC_DT_HYDRO_TASK, r.pieces, args_of(all), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_ONLY, EXCLUSIVE, r.rz_all)
          .add_fields({FID_ZDL, FID_ZVOL0, FID_ZVOL, FID_ZSS, FID_ZDU}));
  launcher.add_future(clock);
  return all.runtime->execute_index_space(all.ctx, launcher, LEGION_REDOP_MIN_FLOAT64);
}

}  // namespace

void initialize(const Launches& all)
{
  initialize_topology(all);
  init_pointers(all);
  init_mesh_zones(all);
  calc_centers_full(all);
  calc_volumes_full(all);
  init_side_fracs(all);
  init_hydro(all);
  init_radial_velocity(all, privates(all));
  init_radial_velocity(all, shared(all));
}

Cycle simulate_cycle(const Launches& all, const Cycle& last)
{
  Cycle now;
  init_step_points(all, privates(all));
  init_step_points(all, shared(all));
  init_step_zones(all);
  now.clock = calc_global_dt(all, last);
  adv_pos_half(all, privates(all), now.clock);
  adv_pos_half(all, shared(all), now.clock);
  calc_centers(all);
  now.turned_half = calc_volumes(all);
  calc_char_len(all);
  calc_rho_half(all);
  sum_point_mass(all);
  calc_state_at_half(all, now.clock);
  calc_force_pgas_tts(all);
  qcs_zone_center_velocity(all);
  qcs_corner_divergence(all);
  qcs_qcn_force(all);
  qcs_force(all);
  qcs_vel_diff(all);
  sum_point_force(all);
  apply_boundary_conditions(all, privates(all));
  apply_boundary_conditions(all, shared(all));
  adv_pos_full(all, privates(all), now.clock);
  adv_pos_full(all, shared(all), now.clock);
  calc_centers_full(all);
  now.turned_full = calc_volumes_full(all);
  calc_work(all, now.clock);
  calc_work_rate_energy_rho_full(all, now.clock);
  now.dt_hydro = calc_dt_hydro(all, now.clock);
  return now;
}

}  // namespace pennant
