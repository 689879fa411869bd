// The check: all fields against the serial computation, which must itself make sense.

#include <cmath>
#include <cstdio>
#include <type_traits>

#include "accessors.h"
#include "reference.h"
#include "report.h"

using namespace Legion;

namespace pennant {

namespace {

constexpr double TOLERANCE = 1e-8;  // reductions happen in any order

struct Right {
  Reference end;
  double drift;

  explicit Right(const CheckArgs& args) : end(args.config)
  {
    const double before = end.energy();
    for (int64_t cycle = 0; cycle < args.cycles; cycle++) end.advance();
    drift = end.energy() / before - 1;
  }
};

// Computed once in a process, by whichever piece is checked first.
const Right& reference(const CheckArgs& args)
{
  static const Right once(args);
  return once;
}

bool same(double actual, double expected, double scale)
{
  return app::agree(actual, expected, scale, TOLERANCE);
}

bool same(Vec2 actual, Vec2 expected, double scale)
{
  const double size = std::fmax(scale, length(expected));
  return same(actual.x, expected.x, size) && same(actual.y, expected.y, size);
}

// What "small" means for values that would be zero but for rounding.
struct Scales {
  double length, edge, speed, force, work;

  Scales(const Config& config, const Reference& right)
      : length(std::fmax(config.lenx, config.leny)), edge(right.mean(&RefSide::elen)),
        speed(right.mean(&RefZone::ss) + right.mean(&RefPoint::u)),
        force(right.mean(&RefSide::fp) + right.mean(&RefSide::fq)), work(right.mean(&RefZone::w))
  {
  }
};

}  // namespace

// Returns the number of wrong values. Requirements: zones, sides, private points, shared points.
int64_t check(const Task* task, const std::vector<PhysicalRegion>& regions, Context, Runtime*)
{
  const CheckArgs args = *static_cast<const CheckArgs*>(task->args);
  const Reference& right = reference(args).end;
  const Scales scales(args.config, right);
  const Mesh mesh(args.config);
  const Mesh::Piece& piece = mesh.pieces()[task->index_point[0]];
  int64_t wrong = 0;

  const auto zones = [&](FieldIDs field, auto RefZone::*member, double scale) {
    using T = std::decay_t<decltype(right.zone(0, 0).*member)>;
    const app::Reader<T> actual(regions[0], field);
    for (int64_t y = piece.y0; y < piece.y1; y++)
      for (int64_t x = piece.x0; x < piece.x1; x++)
        wrong += !same(actual[mesh.zone(x, y)], right.zone(x, y).*member, scale);
  };
  zones(FID_ZXP, &RefZone::xp, scales.length);
  zones(FID_ZX, &RefZone::x, scales.length);
  zones(FID_ZUC, &RefZone::uc, scales.speed);
  zones(FID_ZAREAP, &RefZone::areap, 0);
  zones(FID_ZAREA, &RefZone::area, 0);
  zones(FID_ZVOL0, &RefZone::vol0, 0);
  zones(FID_ZVOLP, &RefZone::volp, 0);
  zones(FID_ZVOL, &RefZone::vol, 0);
  zones(FID_ZDL, &RefZone::dl, 0);
  zones(FID_ZM, &RefZone::m, 0);
  zones(FID_ZRP, &RefZone::rp, 0);
  zones(FID_ZR, &RefZone::r, 0);
  zones(FID_ZE, &RefZone::e, right.mean(&RefZone::e));
  zones(FID_ZETOT, &RefZone::etot, right.mean(&RefZone::etot));
  zones(FID_ZW, &RefZone::w, scales.work);
  zones(FID_ZWRATE, &RefZone::wrate, scales.work / right.dt);
  zones(FID_ZP, &RefZone::p, right.mean(&RefZone::p));
  zones(FID_ZSS, &RefZone::ss, 0);
  zones(FID_ZDU, &RefZone::du, scales.speed);
  zones(FID_Z0TMP, &RefZone::tmp, scales.speed);

  const auto sides = [&](FieldIDs field, auto RefSide::*member, double scale) {
    using T = std::decay_t<decltype(right.side(0, 0, 0).*member)>;
    const app::Reader<T> actual(regions[1], field);
    const bool depends_on_sign = field == FID_CEVOL || field == FID_CDU;
    for (int64_t y = piece.y0; y < piece.y1; y++)
      for (int64_t x = piece.x0; x < piece.x1; x++)
        for (int k = 0; k < CORNERS; k++) {
          const RefSide& expected = right.side(x, y, k);
          // Where nothing is compressed, rounding decides about the sign.
          if (depends_on_sign && std::fabs(expected.cdiv) < TOLERANCE * scales.speed / scales.edge)
            continue;
          wrong += !same(actual[CORNERS * mesh.zone(x, y) + k], expected.*member, scale);
        }
  };
  sides(FID_SAREAP, &RefSide::areap, 0);
  sides(FID_SAREA, &RefSide::area, 0);
  sides(FID_SMF, &RefSide::mf, 0);
  sides(FID_ELEN, &RefSide::elen, 0);
  sides(FID_EXP, &RefSide::exp, scales.length);
  sides(FID_EX, &RefSide::ex, scales.length);
  sides(FID_SFP, &RefSide::fp, scales.force);
  sides(FID_SFT, &RefSide::ft, scales.force);
  sides(FID_SFQ, &RefSide::fq, scales.force);
  sides(FID_CAREA, &RefSide::carea, 0);
  sides(FID_CEVOL, &RefSide::cevol, scales.edge);
  sides(FID_CDU, &RefSide::cdu, scales.speed);
  sides(FID_CDIV, &RefSide::cdiv, scales.speed / scales.edge);
  sides(FID_CCOS, &RefSide::ccos, 1);
  sides(FID_CQE1, &RefSide::cqe1, scales.force / scales.edge);
  sides(FID_CQE2, &RefSide::cqe2, scales.force / scales.edge);

  const auto points = [&](FieldIDs field, auto RefPoint::*member, double scale) {
    using T = std::decay_t<decltype(right.point(0, 0).*member)>;
    const app::Reader<T> own(regions[2], field), shared(regions[3], field);
    for (int64_t y = piece.py0; y <= piece.py1; y++)
      for (int64_t x = piece.px0; x <= piece.px1; x++) {
        const int64_t p = mesh.point(x, y);
        const T actual = p < mesh.private_points() ? own[p] : shared[p];
        wrong += !same(actual, right.point(x, y).*member, scale);
      }
  };
  points(FID_PX0, &RefPoint::x0, scales.length);
  points(FID_PXP, &RefPoint::xp, scales.length);
  points(FID_PX, &RefPoint::x, scales.length);
  points(FID_PU0, &RefPoint::u0, scales.speed);
  points(FID_PU, &RefPoint::u, scales.speed);
  points(FID_PF, &RefPoint::f, scales.force);
  points(FID_PMASWT, &RefPoint::maswt, 0);

  if (task->index_point[0] == 0) {
    const double drift = reference(args).drift, uneven = right.unevenness();
    std::printf("ENERGY DRIFT = %.3g\n", drift);
    wrong += !(std::fabs(drift) < args.config.problem.drift);
    // Between walls across the axis everything moves along it.
    if (args.config.problem.closed) wrong += !(uneven < TOLERANCE);
  }
  return wrong;
}

}  // namespace pennant
