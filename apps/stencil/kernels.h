// What the two tasks of a step do to a tile, on whatever processor, and what it costs.
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <type_traits>

#include "accessors.h"
#include "mapc/gpu.h"
#include "stencil.h"
#include "timing.h"

namespace stencil {

// A field of an instance whose points of one row are neighbours in memory: the kernels are written
// for that.
template <typename T>
struct Rows {
  T* origin;
  int64_t pitch;  // from a point to the next one in y

  MAPC_GPU T& operator[](Legion::Point<2> at) const { return origin[at[0] + pitch * at[1]]; }
};

template <template <typename, int> class Access>
auto rows(const Legion::PhysicalRegion& region, Legion::FieldID field, const Legion::Rect<2>& box)
{
  const Access<double, 2> access(region, field);
  const int64_t x = access.accessor.strides[0], y = access.accessor.strides[1];
  if (x != sizeof(double) || y % sizeof(double) != 0) {
    // Variants say what they accept, but Legion believes mappers unless told not to.
    std::fprintf(stderr, "Assertion failed: stride does not match expected value\n");
    std::abort();
  }
  const int64_t pitch = y / sizeof(double);
  auto* const first = access.ptr(box.lo);
  using T = std::remove_reference_t<decltype(*first)>;
  return Rows<T>{first - (box.lo[0] + pitch * box.lo[1]), pitch};
}

// A star of RADIUS points in each direction, added to the output.
struct Sweep {
  Rows<double> in, out;

  MAPC_GPU void operator()(Legion::Point<2> at) const
  {
    const double* const c = &in[at];
    double sum = 0;
    for (int64_t i = 1; i <= RADIUS; i++)
      sum += (c[i] - c[-i] + c[i * in.pitch] - c[-i * in.pitch]) * (1.0 / (2 * i * RADIUS));
    out[at] += sum;
  }
};

struct AddOne {
  Rows<double> in;

  MAPC_GPU void operator()(Legion::Point<2> at) const { in[at] += 1; }
};

// Adds x + y of the grid; `gap` is how much larger the sum of the tile's own coordinates is.
struct AddRamp {
  Rows<double> in;
  int64_t gap;

  MAPC_GPU void operator()(Legion::Point<2> at) const
  {
    in[at] += static_cast<double>(at[0] + at[1] - gap);
  }
};

template <typename T>
struct CopyStrip {
  Rows<double> to;
  Rows<T> from;
  Legion::Point<2> shift;

  MAPC_GPU void operator()(Legion::Point<2> at) const { to[at] = from[at + shift]; }
};

// A moment on the clock, written where the figure of merit finds it.
struct Stamp {
  app::Writer<double> times;
  double now;

  MAPC_GPU void operator()(Legion::Point<1> tile) const { times[tile] = now; }
};

// The strip next to a tile that it receives from a neighbour, and its own one that the neighbour on
// the opposite side receives: what is the lower side to one is the higher one to the other.
inline Legion::Rect<2> received(const Legion::Rect<2>& interior, int side)
{
  Legion::Rect<2> strip = interior;
  const int dim = side / 2;
  const bool low = side % 2 == 0;
  strip.lo[dim] = low ? interior.lo[dim] - RADIUS : interior.hi[dim] + 1;
  strip.hi[dim] = strip.lo[dim] + RADIUS - 1;
  return strip;
}

inline Legion::Rect<2> sent(const Legion::Rect<2>& interior, int side)
{
  Legion::Rect<2> strip = interior;
  const int dim = side / 2;
  const bool low = side % 2 == 0;
  strip.lo[dim] = low ? interior.hi[dim] - RADIUS + 1 : interior.lo[dim];
  strip.hi[dim] = strip.lo[dim] + RADIUS - 1;
  return strip;
}

// What they cost on a modelled machine, by where their instances lie. A strip is charged with more
// points than it has where threads do not fall on it evenly.
inline mapc::gpu::Work cost_of_sweep(const Legion::PhysicalRegion& points, const Load& load)
{
  mapc::gpu::Work work;
  work.flops64 = 16 * load.tx * load.ty;
  work.stream(mapc::gpu::place_of(points), (8 + 16) * load.tx * load.ty);
  return work;
}

inline mapc::gpu::Work cost_of_addition(const Legion::PhysicalRegion& points, const Load& load)
{
  mapc::gpu::Work work;
  work.flops64 = load.tx * load.ty;
  work.stream(mapc::gpu::place_of(points), 16 * load.tx * load.ty);
  return work;
}

inline mapc::gpu::Work cost_of_strip(const Legion::PhysicalRegion& points,
                                     const Legion::PhysicalRegion& halo, double copied)
{
  mapc::gpu::Work work;
  work.stream(mapc::gpu::place_of(points), 8 * copied)
      .stream(mapc::gpu::place_of(halo), 8 * copied);
  return work;
}

// Bodies of both variants of a task. `Device` has forall(work, rectangle, body) and finish().
//
// Requirements: private, interior (bounds only); xm, xp, ym, yp; times.
template <typename Device>
void stencil_on(const Legion::Task* task, const std::vector<Legion::PhysicalRegion>& regions,
                Legion::Context ctx, Legion::Runtime* runtime)
{
  const Step step = *static_cast<const Step*>(task->args);
  const int64_t tile = task->index_point[0];
  if (step.stamp)
    Device::forall(mapc::gpu::Work(), Legion::Rect<1>(tile, tile),
                   Stamp{{regions[6], FID_START}, app::now()});
  const Legion::Rect<2> all = app::bounds<2>(task, 0, ctx, runtime);
  const Legion::Rect<2> interior = app::bounds<2>(task, 1, ctx, runtime);
  const Rows<double> in = rows<app::Writer>(regions[0], FID_INPUT, all);
  const Rows<double> out = rows<app::Writer>(regions[0], FID_OUTPUT, all);
  for (int side = 0; side < SIDES; side++) {
    const Legion::PhysicalRegion& halo = regions[2 + side];
    const Legion::Rect<2> strip = app::bounds<2>(task, 2 + side, ctx, runtime);
    if (strip.empty()) continue;
    const Legion::Rect<2> place = received(interior, side);
    const Rows<const double> from = rows<app::Reader>(halo, FID_INPUT, strip);
    Device::forall(
        cost_of_strip(regions[0], halo, RADIUS * std::max(step.load.tx, step.load.ty)), place,
        CopyStrip<const double>{in, from, strip.lo - place.lo});
  }
  Device::forall(cost_of_sweep(regions[0], step.load), interior, Sweep{in, out});
}

// Requirements: private, exterior (bounds only); xm, xp, ym, yp; times.
template <typename Device>
void increment_on(const Legion::Task* task, const std::vector<Legion::PhysicalRegion>& regions,
                  Legion::Context ctx, Legion::Runtime* runtime)
{
  const Step step = *static_cast<const Step*>(task->args);
  const int64_t tile = task->index_point[0];
  const Legion::Rect<2> all = app::bounds<2>(task, 0, ctx, runtime);
  const Legion::Rect<2> exterior = app::bounds<2>(task, 1, ctx, runtime);
  const Legion::Point<2> border(RADIUS, RADIUS);
  const Legion::Rect<2> interior(all.lo + border, all.hi - border);
  const Rows<double> in = rows<app::Writer>(regions[0], FID_INPUT, all);
  if (step.ramp)
    Device::forall(cost_of_addition(regions[0], step.load), exterior,
                   AddRamp{in, 2 * RADIUS * (tile % step.ntx + tile / step.ntx)});
  else
    Device::forall(cost_of_addition(regions[0], step.load), exterior, AddOne{in});
  for (int side = 0; side < SIDES; side++) {
    const Legion::PhysicalRegion& halo = regions[2 + side];
    const Legion::Rect<2> strip = app::bounds<2>(task, 2 + side, ctx, runtime);
    const Legion::Rect<2> place = sent(interior, side);
    const Rows<double> to = rows<app::Writer>(halo, FID_INPUT, strip);
    const double along = side < 2 ? step.load.ty : step.load.tx;
    Device::forall(cost_of_strip(regions[0], halo, 2 * RADIUS * along), strip,
                   CopyStrip<double>{to, in, place.lo - strip.lo});
  }
  if (!step.stamp) return;
  Device::finish();  // kernels go on after they are launched
  Device::forall(mapc::gpu::Work(), Legion::Rect<1>(tile, tile),
                 Stamp{{regions[6], FID_STOP}, app::now()});
}

// The layout that both tasks want of their points and halos: x fastest, then y, then fields.
inline Legion::TaskVariantRegistrar want_rows(Legion::TaskVariantRegistrar registrar)
{
  static const Legion::LayoutConstraintID x_fastest = [] {
    Legion::LayoutConstraintRegistrar layout(Legion::FieldSpace::NO_SPACE, "x_fastest");
    layout.add_constraint(Legion::OrderingConstraint(
        std::vector<Legion::DimensionKind>{LEGION_DIM_X, LEGION_DIM_Y, LEGION_DIM_F},
        false /*contiguous*/));
    return Legion::Runtime::preregister_layout(layout);
  }();
  for (const unsigned requirement : {0, 2, 3, 4, 5})
    registrar.add_layout_constraint_set(requirement, x_fastest);
  return registrar;
}

}  // namespace stencil
