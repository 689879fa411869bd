// What every task with kernels does to one zone, side or point, on whatever processor, and how many
// bytes it touches.
//
// A body runs over the elements of its task's first requirement. BYTES has an entry for each
// requirement: bytes touched per element, those that are read and written twice. They are of the
// data structures of the published program, which goes through sides to reach zones; arithmetic is
// not counted, as it takes less time than the bytes on all machines.
#pragma once

#include "accessors.h"
#include "pennant.h"
#include "vec2.h"

namespace pennant {

struct Bytes {
  Unit unit;
  double each;
};

// What a task was given.
struct Given {
  const std::vector<Legion::PhysicalRegion>& regions;
  const Args& args;
  double dt;  // 0 for tasks that do not depend on it

  Given(const Legion::Task* task, const std::vector<Legion::PhysicalRegion>& regions)
      : regions(regions), args(*static_cast<const Args*>(task->args)),
        dt(task->futures.empty() ? 0 : task->futures[0].get_result<Clock>(true).dt)
  {
  }
  const Legion::PhysicalRegion& operator[](unsigned requirement) const
  {
    return regions[requirement];
  }
};

using Numbers = app::Reader<double>;
using Vectors = app::Reader<Vec2>;
using Pointers = app::Reader<int64_t>;
using NumbersOut = app::Writer<double>;
using VectorsOut = app::Writer<Vec2>;

// The sides of a zone.
MAPC_GPU inline int64_t side_of(int64_t zone, int corner) { return CORNERS * zone + corner; }

// The points at the start and at the end of a side.
struct End {
  Pointers map;
  app::Reader<uint8_t> location;

  End(const Legion::PhysicalRegion& sides, FieldIDs map, FieldIDs location)
      : map(sides, map), location(sides, location)
  {
  }
};

struct Start : End {
  explicit Start(const Legion::PhysicalRegion& sides) : End(sides, FID_MAPSP1, FID_MAPLOC1) {}
};

struct Stop : End {
  explicit Stop(const Legion::PhysicalRegion& sides) : End(sides, FID_MAPSP2, FID_MAPLOC2) {}
};

// A field of all points that a piece touches, private ones and ghosts.
struct AtPoints {
  Vectors own, ghost;

  AtPoints(const Given& given, unsigned first_requirement, FieldIDs field)
      : own(given[first_requirement], field), ghost(given[first_requirement + 1], field)
  {
  }
  MAPC_GPU Vec2 operator()(const End& end, int64_t side) const
  {
    const int64_t point = end.map[side];
    return end.location[side] == PRIVATE ? own[point] : ghost[point];
  }
};

// The value that a task reduces to. Kernels may still be at it when the variant returns it.
template <typename Reduction>
struct Reduced {
  using Value = Legion::DeferredValue<typename Reduction::RHS>;
  Value value;

  Reduced() : value(Reduction::identity, alignof(typename Reduction::RHS), reachable_memory()) {}
  MAPC_GPU void operator<<=(typename Reduction::RHS more) const
  {
    Reduction::template fold<false>(value.ref(), more);
  }

 private:
  static Legion::Memory::Kind reachable_memory()
  {
    const bool gpu =
        Legion::Processor::get_executing_processor().kind() == Legion::Processor::TOC_PROC;
    return gpu ? Legion::Memory::Z_COPY_MEM : Legion::Memory::SYSTEM_MEM;
  }
};

// --- Initial state ------------------------------------------------------------------------------

struct InitMeshZones {
  static constexpr Bytes BYTES[] = {{ZONES, 40}};
  VectorsOut zx;
  NumbersOut zarea, zvol, zw;

  explicit InitMeshZones(const Given& g)
      : zx(g[0], FID_ZX), zarea(g[0], FID_ZAREA), zvol(g[0], FID_ZVOL), zw(g[0], FID_ZW)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> z) const
  {
    zx[z] = {0, 0};
    zarea[z] = zvol[z] = zw[z] = 0;
  }
};

struct InitSideFracs {
  static constexpr Bytes BYTES[] = {{SIDES, 16}, {SIDES, 8}, {ZONES, 8}};
  Pointers zone;
  Numbers sarea, zarea;
  NumbersOut smf;

  explicit InitSideFracs(const Given& g)
      : zone(g[0], FID_MAPSZ), sarea(g[0], FID_SAREA), zarea(g[2], FID_ZAREA), smf(g[1], FID_SMF)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> s) const { smf[s] = sarea[s] / zarea[zone[s]]; }
};

struct InitHydro {
  static constexpr Bytes BYTES[] = {{ZONES, 24}, {ZONES, 40}};
  Vectors zx;
  Numbers zvol;
  NumbersOut zr, ze, zm, zetot, zwrate;
  Problem problem;

  explicit InitHydro(const Given& g)
      : zx(g[0], FID_ZX), zvol(g[0], FID_ZVOL), zr(g[1], FID_ZR), ze(g[1], FID_ZE),
        zm(g[1], FID_ZM), zetot(g[1], FID_ZETOT), zwrate(g[1], FID_ZWRATE),
        problem(g.args.problem)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> z) const
  {
    const Vec2 at = zx[z];
    const bool inside = at.x > problem.x0 && at.x < problem.x1 && at.y > problem.y0 &&
                        at.y < problem.y1;
    zr[z] = inside ? problem.rinitsub : problem.rinit;
    ze[z] = inside ? problem.einitsub : problem.einit;
    zm[z] = zr[z] * zvol[z];
    zetot[z] = ze[z] * zm[z];
    zwrate[z] = 0;
  }
};

struct InitRadialVelocity {
  static constexpr Bytes BYTES[] = {{POINTS, 16}, {POINTS, 16}};
  Vectors px;
  VectorsOut pu;
  double speed;

  explicit InitRadialVelocity(const Given& g)
      : px(g[0], FID_PX), pu(g[1], FID_PU), speed(g.args.problem.uinitradial)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> p) const
  {
    const double distance = length(px[p]);
    pu[p] = distance > 0 ? (speed / distance) * px[p] : Vec2{0, 0};
  }
};

// --- Predictor: to the middle of the step -------------------------------------------------------

struct InitStepPoints {
  static constexpr Bytes BYTES[] = {{POINTS, 24}};
  NumbersOut pmaswt;
  VectorsOut pf;

  explicit InitStepPoints(const Given& g) : pmaswt(g[0], FID_PMASWT), pf(g[0], FID_PF) {}
  MAPC_GPU void operator()(Legion::Point<1> p) const
  {
    pmaswt[p] = 0;
    pf[p] = {0, 0};
  }
};

struct InitStepZones {
  static constexpr Bytes BYTES[] = {{ZONES, 8}, {ZONES, 8}};
  Numbers zvol;
  NumbersOut zvol0;

  explicit InitStepZones(const Given& g) : zvol(g[0], FID_ZVOL), zvol0(g[1], FID_ZVOL0) {}
  MAPC_GPU void operator()(Legion::Point<1> z) const { zvol0[z] = zvol[z]; }
};

struct AdvPosHalf {
  static constexpr Bytes BYTES[] = {{POINTS, 32}, {POINTS, 48}};
  Vectors px, pu;
  VectorsOut px0, pxp, pu0;
  double dt;

  explicit AdvPosHalf(const Given& g)
      : px(g[0], FID_PX), pu(g[0], FID_PU), px0(g[1], FID_PX0), pxp(g[1], FID_PXP),
        pu0(g[1], FID_PU0), dt(g.dt)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> p) const
  {
    px0[p] = px[p];
    pu0[p] = pu[p];
    pxp[p] = px[p] + (dt / 2) * pu[p];
  }
};

// Centres of zones and edges; in the middle and at the end of the step.
template <FieldIDs POINT, FieldIDs EDGE, FieldIDs ZONE, int EDGE_BYTES>
struct Centers {
  static constexpr Bytes BYTES[] = {{ZONES, 1},           {ZONES, 32},    {SIDES, 26},
                                    {SIDES, EDGE_BYTES}, {PRIVATES, 16}, {GHOSTS, 16}};
  app::Reader<uint8_t> znump;
  VectorsOut zx, ex;
  Start start;
  Stop stop;
  AtPoints px;

  explicit Centers(const Given& g)
      : znump(g[0], FID_ZNUMP), zx(g[1], ZONE), ex(g[3], EDGE), start(g[2]), stop(g[2]),
        px(g, 4, POINT)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> z) const
  {
    const int corners = znump[z];
    Vec2 sum = {0, 0};
    for (int k = 0; k < corners; k++) {
      const int64_t s = side_of(z, k);
      const Vec2 begin = px(start, s);
      sum = sum + begin;
      ex[s] = 0.5 * (begin + px(stop, s));
    }
    zx[z] = (1.0 / corners) * sum;
  }
};
using CalcCenters = Centers<FID_PXP, FID_EXP, FID_ZXP, 16>;
using CalcCentersFull = Centers<FID_PX, FID_EX, FID_ZX, 32>;

// The common part of calc_volumes and calc_volumes_full; counts the sides that have turned over.
struct Volumes {
  using Result = Reduced<Legion::SumReduction<int64_t>>;
  app::Reader<uint8_t> znump;
  Vectors zx;
  NumbersOut zarea, zvol, sarea;
  Start start;
  Stop stop;
  AtPoints px;
  Result result;

  Volumes(const Given& g, FieldIDs center, FieldIDs area, FieldIDs volume, FieldIDs side,
          FieldIDs points)
      : znump(g[0], FID_ZNUMP), zx(g[0], center), zarea(g[1], area), zvol(g[1], volume),
        sarea(g[3], side), start(g[2]), stop(g[2]), px(g, 4, points)
  {
  }
  template <typename Visit>
  MAPC_GPU void sum_up(int64_t z, const Visit& visit) const
  {
    const Vec2 center = zx[z];
    const int corners = znump[z];
    double area = 0, volume = 0;
    int64_t turned_over = 0;
    for (int k = 0; k < corners; k++) {
      const int64_t s = side_of(z, k);
      const Vec2 p1 = px(start, s), p2 = px(stop, s);
      const double side = 0.5 * cross(p2 - p1, center - p1);
      const double around = side * (p1.x + p2.x + center.x) / 3;
      turned_over += !(around > 0);
      area += side;
      volume += around;
      sarea[s] = side;
      visit(s, p2 - p1);
    }
    zarea[z] = area;
    zvol[z] = volume;
    if (turned_over > 0) result <<= turned_over;
  }
};

struct CalcVolumes : Volumes {
  static constexpr Bytes BYTES[] = {{ZONES, 17}, {ZONES, 32},    {SIDES, 26},
                                    {SIDES, 16}, {PRIVATES, 16}, {GHOSTS, 16}};
  NumbersOut elen;

  struct KeepLength {
    const NumbersOut& elen;
    MAPC_GPU void operator()(int64_t s, Vec2 edge) const { elen[s] = length(edge); }
  };
  explicit CalcVolumes(const Given& g)
      : Volumes(g, FID_ZXP, FID_ZAREAP, FID_ZVOLP, FID_SAREAP, FID_PXP), elen(g[3], FID_ELEN)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> z) const { sum_up(z, KeepLength{elen}); }
};

struct CalcVolumesFull : Volumes {
  static constexpr Bytes BYTES[] = {{ZONES, 17}, {ZONES, 32},    {SIDES, 26},
                                    {SIDES, 8},  {PRIVATES, 16}, {GHOSTS, 16}};
  struct Nothing {
    MAPC_GPU void operator()(int64_t, Vec2) const {}
  };
  explicit CalcVolumesFull(const Given& g)
      : Volumes(g, FID_ZX, FID_ZAREA, FID_ZVOL, FID_SAREA, FID_PX)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> z) const { sum_up(z, Nothing{}); }
};

struct CalcCharLen {
  static constexpr Bytes BYTES[] = {{ZONES, 1}, {ZONES, 16}, {SIDES, 24}};
  app::Reader<uint8_t> znump;
  NumbersOut zdl;
  Numbers sareap, elen;

  explicit CalcCharLen(const Given& g)
      : znump(g[0], FID_ZNUMP), zdl(g[1], FID_ZDL), sareap(g[2], FID_SAREAP), elen(g[2], FID_ELEN)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> z) const
  {
    const int corners = znump[z];
    const double factor = corners == 3 ? 3 : 4;
    double least = LONGEST;
    for (int k = 0; k < corners; k++) {
      const int64_t s = side_of(z, k);
      least = smaller(least, factor * sareap[s] / elen[s]);
    }
    zdl[z] = least;
  }
};

struct CalcRhoHalf {
  static constexpr Bytes BYTES[] = {{ZONES, 16}, {ZONES, 8}};
  Numbers zvolp, zm;
  NumbersOut zrp;

  explicit CalcRhoHalf(const Given& g)
      : zvolp(g[0], FID_ZVOLP), zm(g[0], FID_ZM), zrp(g[1], FID_ZRP)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> z) const { zrp[z] = zm[z] / zvolp[z]; }
};

// Every corner's part of the mass of its zone, added to its point.
struct SumPointMass {
  static constexpr Bytes BYTES[] = {{SIDES, 33}, {ZONES, 16}, {PRIVATES, 16}, {GHOSTS, 16}};
  Pointers zone, before;
  Start start;
  Numbers smf, zareap, zrp;
  NumbersOut own;
  app::Adder<double> ghost;

  explicit SumPointMass(const Given& g)
      : zone(g[0], FID_MAPSZ), before(g[0], FID_MAPSS3), start(g[0]), smf(g[0], FID_SMF),
        zareap(g[1], FID_ZAREAP), zrp(g[1], FID_ZRP), own(g[2], FID_PMASWT),
        ghost(g[3], FID_PMASWT, LEGION_REDOP_SUM_FLOAT64)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> s) const
  {
    const int64_t z = zone[s], point = start.map[s];
    const double mass = zrp[z] * zareap[z] * 0.5 * (smf[s] + smf[before[s]]);
    if (start.location[s] == PRIVATE)
      mapc::gpu::add(own[point], mass);
    else
      ghost[point] <<= mass;
  }
};

struct CalcStateAtHalf {
  static constexpr Bytes BYTES[] = {{ZONES, 48}, {ZONES, 16}};
  Numbers zvol0, zvolp, zm, zr, ze, zwrate;
  NumbersOut zp, zss;
  double dt, ssmin;

  explicit CalcStateAtHalf(const Given& g)
      : zvol0(g[0], FID_ZVOL0), zvolp(g[0], FID_ZVOLP), zm(g[0], FID_ZM), zr(g[0], FID_ZR),
        ze(g[0], FID_ZE), zwrate(g[0], FID_ZWRATE), zp(g[1], FID_ZP), zss(g[1], FID_ZSS),
        dt(g.dt), ssmin(g.args.problem.ssmin)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> z) const
  {
    const double density = zr[z], energy = larger(ze[z], 0);
    const double pressure = (GAMMA - 1) * density * energy;
    const double by_energy = (GAMMA - 1) * density;  // derivative of the pressure
    const double thermal = (GAMMA - 1) * energy + by_energy * pressure / (density * density);
    const double squared = larger(thermal, larger(ssmin * ssmin, 1e-99));
    const double growth = (zvolp[z] - zvol0[z]) / zm[z];  // of the volume, per mass
    const double work = zwrate[z] * (dt / 2) / zm[z];
    zss[z] = sqrt(squared);
    zp[z] = pressure + (by_energy * work - density * density * squared * growth) /
                           (1 + 0.5 * by_energy * growth);
  }
};

// Forces of sides: of the pressure, and against uneven density within a zone.
struct CalcForcePgasTts {
  static constexpr Bytes BYTES[] = {{SIDES, 40}, {SIDES, 32}, {ZONES, 48}};
  Pointers zone;
  Numbers sareap, smf, zareap, zrp, zss, zp;
  Vectors exp, zxp;
  VectorsOut sfp, sft;
  double ssmin;

  explicit CalcForcePgasTts(const Given& g)
      : zone(g[0], FID_MAPSZ), sareap(g[0], FID_SAREAP), smf(g[0], FID_SMF),
        zareap(g[2], FID_ZAREAP), zrp(g[2], FID_ZRP), zss(g[2], FID_ZSS), zp(g[2], FID_ZP),
        exp(g[0], FID_EXP), zxp(g[2], FID_ZXP), sfp(g[1], FID_SFP), sft(g[1], FID_SFT),
        ssmin(g.args.problem.ssmin)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> s) const
  {
    const int64_t z = zone[s];
    const Vec2 surface = turned(exp[s] - zxp[z]);
    const double density = zrp[z] * smf[s] * zareap[z] / sareap[s];
    const double speed = larger(zss[z], ssmin);
    const double excess = SIDE_STIFFNESS * speed * speed * (density - zrp[z]);
    sfp[s] = -zp[z] * surface;
    sft[s] = -excess * surface;
  }
};

// --- Artificial viscosity at corners ------------------------------------------------------------

struct QcsZoneCenterVelocity {
  static constexpr Bytes BYTES[] = {
      {ZONES, 1}, {ZONES, 32}, {SIDES, 17}, {PRIVATES, 16}, {GHOSTS, 16}};
  app::Reader<uint8_t> znump;
  VectorsOut zuc;
  Start start;
  AtPoints pu;

  explicit QcsZoneCenterVelocity(const Given& g)
      : znump(g[0], FID_ZNUMP), zuc(g[1], FID_ZUC), start(g[2]), pu(g, 3, FID_PU)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> z) const
  {
    const int corners = znump[z];
    Vec2 sum = {0, 0};
    for (int k = 0; k < corners; k++) sum = sum + pu(start, side_of(z, k));
    zuc[z] = (1.0 / corners) * sum;
  }
};

// A corner is the quadrilateral of a point, the middle of the edge after it, the centre of the
// zone, and the middle of the edge before it: 0, 1, 2, 3.
struct QcsCornerDivergence {
  static constexpr Bytes BYTES[] = {
      {SIDES, 58}, {SIDES, 40}, {ZONES, 32}, {PRIVATES, 32}, {GHOSTS, 32}};
  Pointers zone, before;
  Start start;
  Stop stop;
  Vectors exp, zxp, zuc;
  Numbers elen;
  NumbersOut carea, cevol, cdu, cdiv, ccos;
  AtPoints pxp, pu;

  explicit QcsCornerDivergence(const Given& g)
      : zone(g[0], FID_MAPSZ), before(g[0], FID_MAPSS3), start(g[0]), stop(g[0]),
        exp(g[0], FID_EXP), zxp(g[2], FID_ZXP), zuc(g[2], FID_ZUC), elen(g[0], FID_ELEN),
        carea(g[1], FID_CAREA), cevol(g[1], FID_CEVOL), cdu(g[1], FID_CDU), cdiv(g[1], FID_CDIV),
        ccos(g[1], FID_CCOS), pxp(g, 3, FID_PXP), pu(g, 3, FID_PU)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> c) const
  {
    const int64_t s = before[c], z = zone[c];
    const Vec2 u0 = pu(start, c), u2 = zuc[z];
    const Vec2 u1 = 0.5 * (u0 + pu(stop, c)), u3 = 0.5 * (pu(start, s) + u0);
    const Vec2 x0 = pxp(start, c), x1 = exp[c], x2 = zxp[z], x3 = exp[s];

    const double area = 0.5 * cross(x2 - x0, x3 - x1);
    const double shortest = smaller(elen[s], elen[c]);
    carea[c] = area;
    ccos[c] = shortest < 1e-12 ? 0 : 4 * dot(x3 - x0, x1 - x0) / (elen[s] * elen[c]);
    const double divergence =
        (cross(u2 - u0, x3 - x1) - cross(u3 - u1, x2 - x0)) / (2 * area);
    cdiv[c] = divergence;

    // How far it reaches in the direction of flow: its two mean extents, and which counts.
    const Vec2 along = 0.5 * (x1 + x2 - x0 - x3), across = 0.5 * (x2 + x3 - x0 - x1);
    const Vec2 flow = 0.25 * (u0 + u1 + u2 + u3);
    const double dx1 = length(along), dx2 = length(across);
    const bool is_along = fabs(dot(along, flow) * dx2) > fabs(dot(across, flow) * dx1);
    const double ratio = is_along ? dx1 / dx2 : dx2 / dx1;
    const double evolution = smaller(sqrt(4 * area * ratio), 2 * shortest);
    const Vec2 du1 = u1 + u2 - u0 - u3, du2 = u2 + u3 - u0 - u1;
    const double jump = sqrt(larger(dot(du1, du1), dot(du2, du2)));
    cevol[c] = divergence < 0 ? evolution : 0;
    cdu[c] = divergence < 0 ? jump : 0;
  }
};

struct QcsQcnForce {
  static constexpr Bytes BYTES[] = {
      {SIDES, 66}, {SIDES, 32}, {ZONES, 16}, {PRIVATES, 16}, {GHOSTS, 16}};
  Pointers zone, before;
  Start start;
  Stop stop;
  Numbers elen, cevol, cdu, cdiv, zrp, zss;
  VectorsOut cqe1, cqe2;
  AtPoints pu;
  double q1, q2;

  explicit QcsQcnForce(const Given& g)
      : zone(g[0], FID_MAPSZ), before(g[0], FID_MAPSS3), start(g[0]), stop(g[0]),
        elen(g[0], FID_ELEN), cevol(g[0], FID_CEVOL), cdu(g[0], FID_CDU), cdiv(g[0], FID_CDIV),
        zrp(g[2], FID_ZRP), zss(g[2], FID_ZSS), cqe1(g[1], FID_CQE1), cqe2(g[1], FID_CQE2),
        pu(g, 3, FID_PU), q1(g.args.problem.q1), q2(g.args.problem.q2)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> c) const
  {
    const int64_t s = before[c], z = zone[c];
    const double quadratic = q2 * 0.25 * (GAMMA + 1) * cdu[c], linear = q1 * zss[z];
    const double speed = quadratic + sqrt(quadratic * quadratic + linear * linear);
    const double viscosity = cdiv[c] > 0 ? 0 : speed * zrp[z] * cevol[c];
    const Vec2 u = pu(start, c);
    cqe1[c] = (viscosity / elen[s]) * (u - pu(start, s));
    cqe2[c] = (viscosity / elen[c]) * (pu(stop, c) - u);
  }
};

struct QcsForce {
  static constexpr Bytes BYTES[] = {{SIDES, 64}, {SIDES, 16}};
  Pointers after;
  Numbers elen, carea, ccos;
  Vectors cqe1, cqe2;
  VectorsOut sfq;

  explicit QcsForce(const Given& g)
      : after(g[0], FID_MAPSS4), elen(g[0], FID_ELEN), carea(g[0], FID_CAREA),
        ccos(g[0], FID_CCOS), cqe1(g[0], FID_CQE1), cqe2(g[0], FID_CQE2), sfq(g[1], FID_SFQ)
  {
  }
  MAPC_GPU double weight(int64_t corner) const
  {
    const double sin2 = 1 - ccos[corner] * ccos[corner];
    return sin2 < 1e-4 ? 0 : carea[corner] / sin2;
  }
  MAPC_GPU void operator()(Legion::Point<1> s) const
  {
    const int64_t c1 = s[0], c2 = after[s];
    sfq[s] = (1 / elen[s]) * (weight(c1) * (cqe2[c1] + ccos[c1] * cqe1[c1]) +
                              weight(c2) * (cqe1[c2] + ccos[c2] * cqe2[c2]));
  }
};

struct QcsVelDiff {
  static constexpr Bytes BYTES[] = {
      {ZONES, 8}, {ZONES, 24}, {SIDES, 34}, {PRIVATES, 32}, {GHOSTS, 32}};
  app::Reader<uint8_t> znump;
  Numbers zss, elen;
  NumbersOut zdu, z0tmp;
  Start start;
  Stop stop;
  AtPoints pxp, pu;
  double q1, q2;

  explicit QcsVelDiff(const Given& g)
      : znump(g[0], FID_ZNUMP), zss(g[0], FID_ZSS), elen(g[2], FID_ELEN), zdu(g[1], FID_ZDU),
        z0tmp(g[1], FID_Z0TMP), start(g[2]), stop(g[2]), pxp(g, 3, FID_PXP), pu(g, 3, FID_PU),
        q1(g.args.problem.q1), q2(g.args.problem.q2)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> z) const
  {
    const int corners = znump[z];
    double most = 0;
    for (int k = 0; k < corners; k++) {
      const int64_t s = side_of(z, k);
      const Vec2 dx = pxp(stop, s) - pxp(start, s), du = pu(stop, s) - pu(start, s);
      if (elen[s] > 0) most = larger(most, fabs(dot(du, dx)) / elen[s]);
    }
    z0tmp[z] = most;
    zdu[z] = q1 * zss[z] + 2 * q2 * most;
  }
};

// --- Corrector: to the end of the step ----------------------------------------------------------

// The forces of the two sides at every corner, added to its point.
struct SumPointForce {
  static constexpr Bytes BYTES[] = {{ZONES, 1}, {SIDES, 57}, {PRIVATES, 32}, {GHOSTS, 32}};
  app::Reader<uint8_t> znump;
  Start start;
  Vectors sfp, sfq, sft;
  VectorsOut own;
  Legion::ReductionAccessor<SumVec2, false, 1, Legion::coord_t,
                            Realm::AffineAccessor<Vec2, 1, Legion::coord_t>>
      ghost;

  explicit SumPointForce(const Given& g)
      : znump(g[0], FID_ZNUMP), start(g[1]), sfp(g[1], FID_SFP), sfq(g[1], FID_SFQ),
        sft(g[1], FID_SFT), own(g[2], FID_PF), ghost(g[3], FID_PF, REDOP_SUM_VEC2)
  {
  }
  MAPC_GPU Vec2 total(int64_t s) const { return sfp[s] + sfq[s] + sft[s]; }
  MAPC_GPU void operator()(Legion::Point<1> z) const
  {
    const int corners = znump[z];
    Vec2 last = total(side_of(z, corners - 1));
    for (int k = 0; k < corners; k++) {
      const int64_t s = side_of(z, k), point = start.map[s];
      const Vec2 next = total(s), force = next - last;
      last = next;
      if (start.location[s] != PRIVATE) {
        ghost[point] <<= force;
        continue;
      }
      mapc::gpu::add(own[point].x, force.x);
      mapc::gpu::add(own[point].y, force.y);
    }
  }
};

struct ApplyBoundaryConditions {
  static constexpr Bytes BYTES[] = {{POINTS, 2}, {POINTS, 64}};
  app::Reader<bool> has_bcx, has_bcy;
  VectorsOut pu0, pf;

  explicit ApplyBoundaryConditions(const Given& g)
      : has_bcx(g[0], FID_HAS_BCX), has_bcy(g[0], FID_HAS_BCY), pu0(g[1], FID_PU0),
        pf(g[1], FID_PF)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> p) const
  {
    if (has_bcx[p]) pu0[p].x = pf[p].x = 0;
    if (has_bcy[p]) pu0[p].y = pf[p].y = 0;
  }
};

struct AdvPosFull {
  static constexpr Bytes BYTES[] = {{POINTS, 56}, {POINTS, 32}};
  Vectors px0, pu0, pf;
  Numbers pmaswt;
  VectorsOut px, pu;
  double dt;

  explicit AdvPosFull(const Given& g)
      : px0(g[0], FID_PX0), pu0(g[0], FID_PU0), pf(g[0], FID_PF), pmaswt(g[0], FID_PMASWT),
        px(g[1], FID_PX), pu(g[1], FID_PU), dt(g.dt)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> p) const
  {
    const Vec2 faster = pu0[p] + (dt / larger(pmaswt[p], 1e-99)) * pf[p];
    pu[p] = faster;
    px[p] = px0[p] + (dt / 2) * (faster + pu0[p]);
  }
};

// What the sides of a zone do to the points, its energy loses.
struct CalcWork {
  static constexpr Bytes BYTES[] = {
      {ZONES, 1}, {ZONES, 32}, {SIDES, 58}, {PRIVATES, 48}, {GHOSTS, 48}};
  app::Reader<uint8_t> znump;
  NumbersOut zetot, zw;
  Start start;
  Stop stop;
  Vectors sfp, sfq;
  AtPoints pxp, pu0, pu;
  double dt;

  explicit CalcWork(const Given& g)
      : znump(g[0], FID_ZNUMP), zetot(g[1], FID_ZETOT), zw(g[1], FID_ZW), start(g[2]),
        stop(g[2]), sfp(g[2], FID_SFP), sfq(g[2], FID_SFQ), pxp(g, 3, FID_PXP),
        pu0(g, 3, FID_PU0), pu(g, 3, FID_PU), dt(g.dt)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> z) const
  {
    const int corners = znump[z];
    double work = 0;
    for (int k = 0; k < corners; k++) {
      const int64_t s = side_of(z, k);
      const Vec2 force = sfp[s] + sfq[s];
      const double on_first = dot(force, pu0(start, s) + pu(start, s));
      const double on_second = -dot(force, pu0(stop, s) + pu(stop, s));
      work -= dt / 2 * (on_first * pxp(start, s).x + on_second * pxp(stop, s).x);
    }
    zw[z] = work;
    zetot[z] += work;
  }
};

struct CalcWorkRateEnergyRhoFull {
  static constexpr Bytes BYTES[] = {{ZONES, 48}, {ZONES, 24}};
  Numbers zvol0, zvol, zm, zw, zp, zetot;
  NumbersOut zwrate, ze, zr;
  double dt;

  explicit CalcWorkRateEnergyRhoFull(const Given& g)
      : zvol0(g[0], FID_ZVOL0), zvol(g[0], FID_ZVOL), zm(g[0], FID_ZM), zw(g[0], FID_ZW),
        zp(g[0], FID_ZP), zetot(g[0], FID_ZETOT), zwrate(g[1], FID_ZWRATE), ze(g[1], FID_ZE),
        zr(g[1], FID_ZR), dt(g.dt)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> z) const
  {
    zwrate[z] = (zw[z] + zp[z] * (zvol[z] - zvol0[z])) / dt;
    ze[z] = zetot[z] / zm[z];
    zr[z] = zm[z] / zvol[z];
  }
};

// The longest step that the zones allow.
struct CalcDtHydro {
  using Result = Reduced<Legion::MinReduction<double>>;
  static constexpr Bytes BYTES[] = {{ZONES, 40}};
  Numbers zdl, zvol0, zvol, zss, zdu;
  double dt;
  Result result;

  explicit CalcDtHydro(const Given& g)
      : zdl(g[0], FID_ZDL), zvol0(g[0], FID_ZVOL0), zvol(g[0], FID_ZVOL), zss(g[0], FID_ZSS),
        zdu(g[0], FID_ZDU), dt(g.dt)
  {
  }
  MAPC_GPU void operator()(Legion::Point<1> z) const
  {
    const double speed = larger(larger(zdu[z], zss[z]), 1e-99);
    const double change = larger(fabs((zvol[z] - zvol0[z]) / zvol0[z]), 1e-99);
    result <<= smaller(COURANT * zdl[z] / speed, dt * VOLUME_CHANGE / change);
  }
};

// What a task costs on a modelled machine, by where its instances lie.
template <typename Body>
mapc::gpu::Work cost_of(const Given& given)
{
  mapc::gpu::Work work;
  unsigned requirement = 0;
  for (const Bytes& bytes : Body::BYTES)
    work.stream(mapc::gpu::place_of(given[requirement++]),
                bytes.each * given.args.count[bytes.unit]);
  return work;
}

}  // namespace pennant
