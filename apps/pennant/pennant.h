// PENNANT, Lagrangian hydrodynamics on a mesh of zones: what its parts share.
//
// A zone is a quadrilateral with a point at each corner; a side is the triangle between an edge of
// a zone and its centre. Coordinates are cylindrical: x is the radius, y the axis.
#pragma once

#include <cstdint>
#include <vector>

#include "legion.h"

namespace pennant {

constexpr int CORNERS = 4;  // of a zone: its sides are CORNERS * zone, ..., in turn to the left
constexpr double GAMMA = 5.0 / 3;
constexpr double SIDE_STIFFNESS = 0.5;           // of sides against uneven density
constexpr double COURANT = 0.6;                  // of the time a wave takes through a zone
constexpr double VOLUME_CHANGE = 0.1;            // of a zone in a cycle
constexpr double GROWTH = 1.2, LONGEST = 1e99;  // of a time step

// A standard case: what is in the box at first, and around it.
struct Problem {
  double rinit, einit;                        // density and energy per mass
  double x0, x1, y0, y1, rinitsub, einitsub;  // those of the zones whose centres lie in here
  double uinitradial;                         // speed away from the origin
  double ssmin, q1, q2;  // least speed of sound, linear and quadratic viscosity
  bool closed;           // walls also at the far ends of x and y
  double drift;          // of the total energy, more would be a mistake
};

struct Config {
  int64_t nzx = 0, nzy = 0;  // zones
  double lenx = 0, leny = 0;
  int64_t npieces = 0, numpcx = 0, numpcy = 0;  // blocks of zones
  int64_t cstop = 10, prune = 0;                // timed cycles, and untimed ones on each side
  double tstop = 0, dtinit = 0;                 // 0: never; as it suits the problem
  bool checks = false;
  double data_scale = 1;  // of the modelled problem: its zones for a real one
  Problem problem = {};

  int64_t zones() const { return nzx * nzy; }
  int64_t points() const { return (nzx + 1) * (nzy + 1); }
};

// How zones and points are numbered. Those of a piece follow each other. A point belongs to the
// piece below and left of it; points that several pieces touch come after all others.
class Mesh {
 public:
  explicit Mesh(const Config& config);

  struct Piece {
    int64_t x0, x1, y0, y1;          // its zones: x0 <= x < x1
    int64_t px0, px1, py0, py1;      // its points: px0 <= x <= px1
    bool right, above;               // whether there are pieces further on
    Legion::Rect<1> zones, privates, shared;  // numbers
  };

  const std::vector<Piece>& pieces() const { return pieces_; }
  int64_t private_points() const { return private_points_; }
  int64_t zone(int64_t x, int64_t y) const;
  int64_t point(int64_t x, int64_t y) const;
  // The points of a piece's zones that other pieces touch, too.
  std::vector<Legion::Rect<1>> ghosts(const Piece& piece) const;

 private:
  bool cut_x(int64_t x) const;
  bool cut_y(int64_t y) const;

  std::vector<int64_t> xs_, ys_;  // where pieces end, from 0 to all zones
  std::vector<Piece> pieces_;
  int64_t private_points_ = 0;
};

// What bytes are counted for. POINTS are the private or the shared ones, whichever are launched.
enum Unit { ZONES, SIDES, PRIVATES, GHOSTS, POINTS, UNITS };

// Arguments of all tasks with kernels. Counts are of a piece of the modelled problem, on average.
struct Args {
  Problem problem;
  double count[UNITS];
};

// If `shared`, POINTS are shared points.
Args modelled_args(const Config& config, bool shared);

// What passes from one cycle to the next: the result of calc_global_dt.
struct Clock {
  double dt = 0, time = 0;
  int64_t turned_over = 0;  // sides whose volume was not positive
};

// Of a side's ends: which of the two point regions of its piece has them.
enum Location : uint8_t { PRIVATE, GHOST };

enum FieldIDs : Legion::FieldID {
  // zones
  FID_ZNUMP = 1, FID_ZXP, FID_ZX, FID_ZUC, FID_ZAREAP, FID_ZAREA, FID_ZVOL0, FID_ZVOLP, FID_ZVOL,
  FID_ZDL, FID_ZM, FID_ZRP, FID_ZR, FID_ZE, FID_ZETOT, FID_ZW, FID_ZWRATE, FID_ZP, FID_ZSS,
  FID_ZDU, FID_Z0TMP,
  // points
  FID_PX0, FID_PXP, FID_PX, FID_PU0, FID_PU, FID_PF, FID_PMASWT, FID_HAS_BCX, FID_HAS_BCY,
  // sides
  FID_MAPSZ, FID_MAPSP1, FID_MAPLOC1, FID_MAPSP2, FID_MAPLOC2, FID_MAPSS3, FID_MAPSS4, FID_SAREAP,
  FID_SAREA, FID_SMF, FID_ELEN, FID_SFP, FID_SFT, FID_SFQ, FID_EXP, FID_EX,
  // corners: one for each side, at its first point
  FID_CAREA, FID_CEVOL, FID_CDU, FID_CDIV, FID_CCOS, FID_CQE1, FID_CQE2,
};

enum TaskIDs : Legion::TaskID {
  TOP_LEVEL_TASK = 1,
  INITIALIZE_TOPOLOGY_TASK,
  INIT_POINTERS_TASK,
  INIT_MESH_ZONES_TASK,
  INIT_SIDE_FRACS_TASK,
  INIT_HYDRO_TASK,
  INIT_RADIAL_VELOCITY_TASK,
  INIT_STEP_POINTS_TASK,
  INIT_STEP_ZONES_TASK,
  CALC_GLOBAL_DT_TASK,
  ADV_POS_HALF_TASK,
  CALC_CENTERS_TASK,
  CALC_VOLUMES_TASK,
  CALC_CHAR_LEN_TASK,
  CALC_RHO_HALF_TASK,
  SUM_POINT_MASS_TASK,
  CALC_STATE_AT_HALF_TASK,
  CALC_FORCE_PGAS_TTS_TASK,
  QCS_ZONE_CENTER_VELOCITY_TASK,
  QCS_CORNER_DIVERGENCE_TASK,
  QCS_QCN_FORCE_TASK,
  QCS_FORCE_TASK,
  QCS_VEL_DIFF_TASK,
  SUM_POINT_FORCE_TASK,
  APPLY_BOUNDARY_CONDITIONS_TASK,
  ADV_POS_FULL_TASK,
  CALC_CENTERS_FULL_TASK,
  CALC_VOLUMES_FULL_TASK,
  CALC_WORK_TASK,
  CALC_WORK_RATE_ENERGY_RHO_FULL_TASK,
  CALC_DT_HYDRO_TASK,
  CHECK_TASK,
  PRINT_SUMMARY_TASK,
};

constexpr Legion::ReductionOpID REDOP_SUM_VEC2 = 1;

using Fields = std::vector<Legion::FieldID>;

struct Regions {
  Legion::IndexSpace pieces;  // colours of the partitions, domain of the launches
  Legion::LogicalRegion rz_all, rs_all, rp_all, rp_all_private, rp_all_ghost;
  Legion::LogicalPartition rz_all_p, rs_all_p, rp_all_private_p, rp_all_ghost_p, rp_all_shared_p;
};

Regions create_regions(const Config& config, Legion::Context ctx, Legion::Runtime* runtime);

// Launches of a cycle, and what they all need.
struct Launches {
  const Config& config;
  const Regions& r;
  Legion::Context ctx;
  Legion::Runtime* runtime;
  Args args, shared_args;
};

void initialize(const Launches& all);

// Futures that one cycle leaves for the next.
struct Cycle {
  Legion::Future clock;                      // a Clock
  Legion::Future dt_hydro;                   // double: the longest next step
  Legion::Future turned_half, turned_full;  // int64_t: sides without volume
};

Cycle simulate_cycle(const Launches& all, const Cycle& last);

// Arguments of the check.
struct CheckArgs {
  Config config;
  int64_t cycles;  // that were simulated
};

#define PENNANT_TASK(result, name)                                                            \
  result name(const Legion::Task* task, const std::vector<Legion::PhysicalRegion>& regions, \
              Legion::Context ctx, Legion::Runtime* runtime)
PENNANT_TASK(void, initialize_topology);
PENNANT_TASK(void, init_pointers);
PENNANT_TASK(Clock, calc_global_dt);
PENNANT_TASK(int64_t, check);
#undef PENNANT_TASK

void register_cpu_kernels();
// Where there is something that can run them.
void register_gpu_kernels();

}  // namespace pennant
