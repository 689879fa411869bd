// Vectors in the plane, as fields of points, sides and zones hold them.
#pragma once

#include <cmath>

#include "legion.h"
#include "mapc/gpu.h"

namespace pennant {

struct Vec2 {
  double x, y;
};

MAPC_GPU inline Vec2 operator+(Vec2 a, Vec2 b) { return {a.x + b.x, a.y + b.y}; }
MAPC_GPU inline Vec2 operator-(Vec2 a, Vec2 b) { return {a.x - b.x, a.y - b.y}; }
MAPC_GPU inline Vec2 operator*(double factor, Vec2 a) { return {factor * a.x, factor * a.y}; }
MAPC_GPU inline double dot(Vec2 a, Vec2 b) { return a.x * b.x + a.y * b.y; }
MAPC_GPU inline double cross(Vec2 a, Vec2 b) { return a.x * b.y - a.y * b.x; }
MAPC_GPU inline double length(Vec2 a) { return sqrt(dot(a, a)); }
// A quarter turn to the left.
MAPC_GPU inline Vec2 turned(Vec2 a) { return {-a.y, a.x}; }

MAPC_GPU inline double larger(double a, double b) { return a > b ? a : b; }
MAPC_GPU inline double smaller(double a, double b) { return a < b ? a : b; }

// The reduction operator that adds vectors, one component after the other.
struct SumVec2 {
  using LHS = Vec2;
  using RHS = Vec2;
  static constexpr Vec2 identity = {0, 0};

  template <bool EXCLUSIVE>
  MAPC_GPU static void apply(Vec2& sum, Vec2 value)
  {
    Legion::SumReduction<double>::apply<EXCLUSIVE>(sum.x, value.x);
    Legion::SumReduction<double>::apply<EXCLUSIVE>(sum.y, value.y);
  }
  template <bool EXCLUSIVE>
  MAPC_GPU static void fold(Vec2& sum, Vec2 value)
  {
    apply<EXCLUSIVE>(sum, value);
  }
};

}  // namespace pennant
