// What the tasks do to a tile, on whatever processor, and what it costs.
#pragma once

#include <cmath>

#include "accessors.h"
#include "mapc/gpu.h"
#include "matmul/matmul.h"

namespace matmul {

// B(i, k) = f(i) + g(k) and C(k, j) = h(k) + l(j), with f, g, h, l pseudo-random in 1 .. 8. Entries
// of the product then follow from a few sums over k, while each step of an algorithm, each tile and
// its transpose contributes something of its own.
enum Term : uint64_t { F, G, H, L };

MAPC_GPU inline int64_t term(Term which, int64_t index)
{
  uint64_t mixed = (4 * static_cast<uint64_t>(index) + which + 1) * 0x9E3779B97F4A7C15U;
  mixed = (mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9U;
  return 1 + static_cast<int64_t>(mixed >> 61);
}

struct FillTile {
  app::Writer<double, 2> vals;
  int64_t matrix;

  MAPC_GPU void operator()(Legion::Point<2> at) const
  {
    const Term row = matrix == 'B' ? F : H, column = matrix == 'B' ? G : L;
    vals[at] = matrix == 'A' ? 0 : static_cast<double>(term(row, at[0]) + term(column, at[1]));
  }
};

// A matrix in memory: rows are contiguous, and `stride` values apart.
template <typename T>
struct Dense {
  T* data;
  int64_t stride;
};

// a += b c, where b is m x k and c is k x n. The one for the host is `multiply`.
using Multiply = void(int64_t m, int64_t n, int64_t k, Dense<const double> b,
                      Dense<const double> c, Dense<double> a);
Multiply multiply;

// The three tiles of a leaf task.
struct Tiles {
  Legion::Rect<2> a, b, c;

  Tiles(const Legion::Task* task, Legion::Context ctx, Legion::Runtime* runtime)
      : a(app::bounds<2>(task, 0, ctx, runtime)), b(app::bounds<2>(task, 1, ctx, runtime)),
        c(app::bounds<2>(task, 2, ctx, runtime))
  {
  }

  bool empty() const { return a.empty() || b.empty(); }
  int64_t m() const { return a.hi[0] - a.lo[0] + 1; }
  int64_t n() const { return a.hi[1] - a.lo[1] + 1; }
  int64_t k() const { return b.hi[1] - b.lo[1] + 1; }
};

// Gives the instances to a `Multiply`; ends the program if BLAS could not take them.
void multiply_into(const Tiles& tiles, const std::vector<Legion::PhysicalRegion>& regions,
                   Multiply* multiply);

// The same for A in a reduction instance, on the host.
void multiply_and_reduce(const Tiles& tiles, const std::vector<Legion::PhysicalRegion>& regions);

inline bool reduces(const Legion::Task* task)
{
  return task->regions[0].privilege == LEGION_REDUCE;
}

// What the tasks cost on a modelled machine. Its matrices have data_scale times the entries, so
// each side of a tile is longer by the square root of that.
inline mapc::gpu::Work cost_of_fill(const Legion::PhysicalRegion& region, const Placement& placed,
                                    double entries)
{
  mapc::gpu::Work work;
  work.stream(mapc::gpu::place_of(region), 8 * entries * placed.data_scale);
  return work;
}

inline mapc::gpu::Work cost_of_product(const std::vector<Legion::PhysicalRegion>& regions,
                                       const Leaf& leaf, const Tiles& tiles)
{
  using mapc::gpu::place_of;
  const double side = std::sqrt(leaf.data_scale);
  const double m = side * tiles.m(), n = side * tiles.n(), k = side * tiles.k();
  // What a processor multiplies at a time is limited; for the next such part of A it reads the rows
  // of B or the columns of C once more. Nobody notices where memory is near.
  constexpr double AT_A_TIME = 1024;
  mapc::gpu::Work work;
  work.flops64 = 2 * m * n * k;
  work.stream(place_of(regions[0]), 8 * 2 * m * n)
      .stream(place_of(regions[1]), 8 * m * k * std::ceil(n / AT_A_TIME))
      .stream(place_of(regions[2]), 8 * k * n * std::ceil(m / AT_A_TIME));
  return work;
}

// Argument of `report`.
struct Summary {
  Config config;
  double seconds;
  int64_t wrong;
};

#define MATMUL_TASK(result, name)                                                             \
  result name(const Legion::Task* task, const std::vector<Legion::PhysicalRegion>& regions, \
              Legion::Context ctx, Legion::Runtime* runtime)
MATMUL_TASK(void, place_tile);  // task_1, task_2, task_3
MATMUL_TASK(void, task_4);
MATMUL_TASK(int64_t, taco_validate);
MATMUL_TASK(void, report);
#undef MATMUL_TASK

// Of task_1 .. task_4, where there is something that can run them.
void register_gpu_variants(Legion::LayoutConstraintID rows);

}  // namespace matmul
