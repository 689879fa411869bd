// The same simulation, serially and in plain arrays: it knows nothing of tasks, regions or pieces.
#pragma once

#include <vector>

#include "pennant.h"
#include "vec2.h"

namespace pennant {

// Fields as in FieldIDs, without the letter that tells to what they belong.
struct RefPoint {
  Vec2 x0, xp, x, u0, u, f;
  double maswt;
  bool has_bcx, has_bcy;
};

struct RefZone {
  Vec2 xp, x, uc;
  double areap, area, vol0, volp, vol, dl, m, rp, r, e, etot, w, wrate, p, ss, du, tmp;
};

struct RefSide {
  double areap, area, mf, elen, carea, cevol, cdu, cdiv, ccos;
  Vec2 fp, ft, fq, exp, ex, cqe1, cqe2;
};

class Reference {
 public:
  explicit Reference(const Config& config);

  void advance();
  double energy() const;  // of heat and of motion
  // How much the rows of zones differ within themselves, relative to all there is.
  double unevenness() const;

  // Points and zones by rows; the sides of a zone from its lower edge on, to the left.
  const RefPoint& point(int64_t x, int64_t y) const { return points_[y * (nzx_ + 1) + x]; }
  const RefZone& zone(int64_t x, int64_t y) const { return zones_[y * nzx_ + x]; }
  const RefSide& side(int64_t x, int64_t y, int k) const
  {
    return sides_[CORNERS * (y * nzx_ + x) + k];
  }
  // The mean magnitude of a field.
  double mean(double RefZone::*field) const;
  double mean(double RefSide::*field) const;
  double mean(Vec2 RefPoint::*field) const;
  double mean(Vec2 RefSide::*field) const;

  double time = 0, dt = 0;

 private:
  struct Quad;
  template <typename Visit>
  void for_zones(const Visit& visit);
  void measure(Vec2 RefPoint::*at, Vec2 RefZone::*center, double RefZone::*area,
               double RefZone::*volume, double RefSide::*side, Vec2 RefSide::*edge);
  void choose_step();
  void predict();
  void push_sides();
  void resist_compression();
  void correct();

  Config config_;
  int64_t nzx_, nzy_;
  double allowed_ = LONGEST;
  std::vector<RefPoint> points_;
  std::vector<RefZone> zones_;
  std::vector<RefSide> sides_;
};

}  // namespace pennant
