// The simulation in plain arrays, zone by zone.

#include "reference.h"

#include <algorithm>
#include <cmath>

namespace pennant {

// A zone with its corners and sides, both counted from the lower left to the left.
struct Reference::Quad {
  RefZone& zone;
  RefSide* side;
  RefPoint* corner[CORNERS];

  static int after(int k) { return k == CORNERS - 1 ? 0 : k + 1; }
  static int before(int k) { return k == 0 ? CORNERS - 1 : k - 1; }
};

template <typename Visit>
void Reference::for_zones(const Visit& visit)
{
  for (int64_t y = 0; y < nzy_; y++) {
    for (int64_t x = 0; x < nzx_; x++) {
      RefPoint* const low = &points_[y * (nzx_ + 1) + x];
      RefPoint* const high = low + nzx_ + 1;
      const int64_t z = y * nzx_ + x;
      visit(Quad{zones_[z], &sides_[CORNERS * z], {low, low + 1, high + 1, high}});
    }
  }
}

Reference::Reference(const Config& config)
    : config_(config), nzx_(config.nzx), nzy_(config.nzy), points_(config.points()),
      zones_(config.zones()), sides_(CORNERS * config.zones())
{
  const Problem& given = config.problem;
  for (int64_t y = 0; y <= nzy_; y++) {
    for (int64_t x = 0; x <= nzx_; x++) {
      RefPoint& p = points_[y * (nzx_ + 1) + x];
      p.x = {config.lenx * x / nzx_, config.leny * y / nzy_};
      p.has_bcx = x == 0 || (x == nzx_ && given.closed);
      p.has_bcy = y == 0 || (y == nzy_ && given.closed);
      const double away = std::hypot(p.x.x, p.x.y);
      if (away > 0) p.u = (given.uinitradial / away) * p.x;
    }
  }
  measure(&RefPoint::x, &RefZone::x, &RefZone::area, &RefZone::vol, &RefSide::area, &RefSide::ex);
  for_zones([&](const Quad& q) {
    RefZone& z = q.zone;
    for (int k = 0; k < CORNERS; k++) q.side[k].mf = q.side[k].area / z.area;
    const bool inside =
        z.x.x > given.x0 && z.x.x < given.x1 && z.x.y > given.y0 && z.x.y < given.y1;
    z.r = inside ? given.rinitsub : given.rinit;
    z.e = inside ? given.einitsub : given.einit;
    z.m = z.r * z.vol;
    z.etot = z.e * z.m;
  });
}

// Centres, areas and volumes. The volume is that of a ring around the axis, divided by 2 pi.
void Reference::measure(Vec2 RefPoint::*at, Vec2 RefZone::*center, double RefZone::*area,
                        double RefZone::*volume, double RefSide::*side, Vec2 RefSide::*edge)
{
  for_zones([&](const Quad& q) {
    Vec2 middle = {0, 0};
    for (const RefPoint* p : q.corner) middle = middle + 0.25 * (p->*at);
    q.zone.*center = middle;
    q.zone.*area = q.zone.*volume = 0;
    for (int k = 0; k < CORNERS; k++) {
      const Vec2 a = q.corner[k]->*at, b = q.corner[Quad::after(k)]->*at;
      q.side[k].*edge = 0.5 * (a + b);
      q.side[k].*side =
          ((b.x - a.x) * (middle.y - a.y) - (b.y - a.y) * (middle.x - a.x)) / 2;
      q.zone.*area += q.side[k].*side;
      q.zone.*volume += q.side[k].*side * ((a.x + b.x + middle.x) / 3);
    }
  });
}

void Reference::advance()
{
  choose_step();
  predict();
  push_sides();
  resist_compression();
  correct();
}

void Reference::choose_step()
{
  dt = dt > 0 ? dt * GROWTH : config_.dtinit;
  dt = std::min(dt, allowed_);
  if (config_.tstop > 0) dt = std::min(dt, config_.tstop - time);
  time += dt;
}

// Geometry, masses of points, and the state of zones in the middle of the step.
void Reference::predict()
{
  for (RefPoint& p : points_) {
    p.x0 = p.x;
    p.u0 = p.u;
    p.xp = p.x0 + (dt / 2) * p.u0;
    p.f = {0, 0};
    p.maswt = 0;
  }
  for (RefZone& z : zones_) z.vol0 = z.vol;
  measure(&RefPoint::xp, &RefZone::xp, &RefZone::areap, &RefZone::volp, &RefSide::areap,
          &RefSide::exp);
  for_zones([&](const Quad& q) {
    RefZone& z = q.zone;
    z.rp = z.m / z.volp;
    z.dl = LONGEST;
    for (int k = 0; k < CORNERS; k++) {
      const Vec2 edge = q.corner[Quad::after(k)]->xp - q.corner[k]->xp;
      q.side[k].elen = std::hypot(edge.x, edge.y);
      z.dl = std::min(z.dl, 4 * q.side[k].areap / q.side[k].elen);
      const double share = (q.side[k].mf + q.side[Quad::before(k)].mf) / 2;
      q.corner[k]->maswt += share * z.rp * z.areap;
    }
    const double warm = std::max(z.e, 0.0);
    const double pressure = (GAMMA - 1) * z.r * warm;
    // Of an ideal gas: the square is gamma p / rho.
    z.ss = std::sqrt(std::max({config_.problem.ssmin * config_.problem.ssmin, 1e-99,
                               GAMMA * (GAMMA - 1) * warm}));
    const double stiff = z.r * z.r * z.ss * z.ss, slope = (GAMMA - 1) * z.r;
    const double grown = (z.volp - z.vol0) / z.m;
    z.p = pressure + (slope * z.wrate * dt / (2 * z.m) - stiff * grown) / (1 + slope * grown / 2);
  });
}

// A side pushes its first point to the right of its way from the zone's centre, and its second
// point to the left.
void Reference::push_sides()
{
  for_zones([&](const Quad& q) {
    const RefZone& z = q.zone;
    for (int k = 0; k < CORNERS; k++) {
      RefSide& s = q.side[k];
      const Vec2 normal = {z.xp.y - s.exp.y, s.exp.x - z.xp.x};
      s.fp = -z.p * normal;
      const double speed = std::max(z.ss, config_.problem.ssmin);
      const double uneven = z.rp * (s.mf * z.areap / s.areap - 1);
      s.ft = -(SIDE_STIFFNESS * speed * speed * uneven) * normal;
    }
  });
}

// Artificial viscosity: at corners, from there to sides; and its part in the speed of waves.
void Reference::resist_compression()
{
  const double q1 = config_.problem.q1, q2 = config_.problem.q2;
  for_zones([&](const Quad& q) {
    RefZone& z = q.zone;
    z.uc = {0, 0};
    z.tmp = 0;
    for (int k = 0; k < CORNERS; k++) {
      z.uc = z.uc + 0.25 * q.corner[k]->u;
      const RefPoint &a = *q.corner[k], &b = *q.corner[Quad::after(k)];
      z.tmp = std::max(z.tmp, std::fabs(dot(b.u - a.u, b.xp - a.xp)) / q.side[k].elen);
    }
    z.du = q1 * z.ss + 2 * q2 * z.tmp;

    for (int k = 0; k < CORNERS; k++) {
      RefSide &out = q.side[k], &in = q.side[Quad::before(k)];
      const RefPoint& last = *q.corner[Quad::before(k)];
      const RefPoint& here = *q.corner[k];
      const RefPoint& next = *q.corner[Quad::after(k)];
      // The corner's quadrilateral, to the left, and its diagonals.
      const Vec2 x[] = {here.xp, out.exp, z.xp, in.exp};
      const Vec2 u[] = {here.u, 0.5 * (here.u + next.u), z.uc, 0.5 * (last.u + here.u)};
      const Vec2 far = x[2] - x[0], flat = x[3] - x[1];
      out.carea = cross(far, flat) / 2;
      out.ccos = 4 * dot(x[3] - x[0], x[1] - x[0]) / (in.elen * out.elen);
      out.cdiv = (cross(u[2] - u[0], flat) - cross(u[3] - u[1], far)) / (2 * out.carea);
      out.cevol = out.cdu = 0;
      if (out.cdiv < 0) {
        const Vec2 one = 0.5 * (far - flat), two = 0.5 * (far + flat);
        const double len1 = length(one), len2 = length(two);
        const Vec2 flow = 0.25 * (u[0] + u[1] + u[2] + u[3]);
        const bool first =
            std::fabs(dot(one, flow)) * len2 > std::fabs(dot(two, flow)) * len1;
        const double ratio = first ? len1 / len2 : len2 / len1;
        out.cevol = std::min(std::sqrt(4 * out.carea * ratio),
                             2 * std::min(in.elen, out.elen));
        const Vec2 jump1 = u[1] + u[2] - u[0] - u[3], jump2 = u[2] + u[3] - u[0] - u[1];
        out.cdu = std::max(length(jump1), length(jump2));
      }
      const double strong = q2 * (GAMMA + 1) / 4 * out.cdu, weak = q1 * z.ss;
      const double mu =
          out.cdiv > 0 ? 0 : (strong + std::hypot(strong, weak)) * z.rp * out.cevol;
      out.cqe1 = mu / in.elen * (here.u - last.u);
      out.cqe2 = mu / out.elen * (next.u - here.u);
    }
    for (int k = 0; k < CORNERS; k++) {
      RefSide &a = q.side[k], &b = q.side[Quad::after(k)];
      const double sin_a = 1 - a.ccos * a.ccos, sin_b = 1 - b.ccos * b.ccos;
      Vec2 force = {0, 0};
      if (sin_a >= 1e-4) force = force + a.carea / sin_a * (a.cqe2 + a.ccos * a.cqe1);
      if (sin_b >= 1e-4) force = force + b.carea / sin_b * (b.cqe1 + b.ccos * b.cqe2);
      a.fq = 1 / a.elen * force;
    }
  });
}

// Motion, work, and the state of zones at the end of the step.
void Reference::correct()
{
  for_zones([&](const Quad& q) {
    for (int k = 0; k < CORNERS; k++) {
      const RefSide& s = q.side[k];
      const Vec2 force = s.fp + s.ft + s.fq;
      q.corner[k]->f = q.corner[k]->f + force;
      q.corner[Quad::after(k)]->f = q.corner[Quad::after(k)]->f - force;
    }
  });
  for (RefPoint& p : points_) {
    if (p.has_bcx) p.u0.x = p.f.x = 0;
    if (p.has_bcy) p.u0.y = p.f.y = 0;
    p.u = p.u0 + (dt / std::max(p.maswt, 1e-99)) * p.f;
    p.x = p.x0 + (dt / 2) * (p.u0 + p.u);
  }
  measure(&RefPoint::x, &RefZone::x, &RefZone::area, &RefZone::vol, &RefSide::area, &RefSide::ex);
  allowed_ = LONGEST;
  for_zones([&](const Quad& q) {
    RefZone& z = q.zone;
    z.w = 0;
    for (int k = 0; k < CORNERS; k++) {
      const RefPoint &a = *q.corner[k], &b = *q.corner[Quad::after(k)];
      const Vec2 force = q.side[k].fp + q.side[k].fq;
      z.w += dt / 2 * (dot(force, b.u0 + b.u) * b.xp.x - dot(force, a.u0 + a.u) * a.xp.x);
    }
    z.etot += z.w;
    z.wrate = (z.w + z.p * (z.vol - z.vol0)) / dt;
    z.e = z.etot / z.m;
    z.r = z.m / z.vol;
    allowed_ = std::min(allowed_, COURANT * z.dl / std::max({z.du, z.ss, 1e-99}));
    const double change = std::fabs(z.vol / z.vol0 - 1);
    if (change > 0) allowed_ = std::min(allowed_, VOLUME_CHANGE * dt / change);
  });
}

double Reference::energy() const
{
  double sum = 0;
  for (int64_t y = 0; y < nzy_; y++) {
    for (int64_t x = 0; x < nzx_; x++) {
      const RefZone& z = zone(x, y);
      sum += z.etot;
      for (int k = 0; k < CORNERS; k++) {
        const RefPoint& p = point(x + (k == 1 || k == 2), y + (k >= 2));
        const double share = (side(x, y, k).mf + side(x, y, Quad::before(k)).mf) / 2;
        sum += z.m * (z.area * p.x.x * share / z.vol) * dot(p.u, p.u) / 2;
      }
    }
  }
  return sum;
}

double Reference::unevenness() const
{
  double most = 0, pressure = 0, density = 0;
  for (const RefZone& z : zones_) {
    pressure = std::max(pressure, std::fabs(z.p));
    density = std::max(density, z.r);
  }
  for (int64_t y = 0; y < nzy_; y++)
    for (int64_t x = 1; x < nzx_; x++)
      most = std::max({most, std::fabs(zone(x, y).p - zone(0, y).p) / pressure,
                       std::fabs(zone(x, y).r - zone(0, y).r) / density});
  return most;
}

double Reference::mean(double RefZone::*field) const
{
  double sum = 0;
  for (const RefZone& z : zones_) sum += std::fabs(z.*field);
  return sum / zones_.size();
}

double Reference::mean(double RefSide::*field) const
{
  double sum = 0;
  for (const RefSide& s : sides_) sum += std::fabs(s.*field);
  return sum / sides_.size();
}

double Reference::mean(Vec2 RefPoint::*field) const
{
  double sum = 0;
  for (const RefPoint& p : points_) sum += length(p.*field);
  return sum / points_.size();
}

double Reference::mean(Vec2 RefSide::*field) const
{
  double sum = 0;
  for (const RefSide& s : sides_) sum += length(s.*field);
  return sum / sides_.size();
}

}  // namespace pennant
