// Placement, the leaf and the check: CPU variants.

#include "matmul/leaf.h"

#include <cstdio>
#include <cstdlib>

using namespace Legion;

namespace matmul {

namespace {

// What BLAS says about an operand that it cannot take, by the number of its argument.
[[noreturn]] void reject(int number)
{
  std::fprintf(stderr, " ** On entry to DGEMM parameter number %d had an illegal value\n", number);
  std::fflush(stderr);
  std::_Exit(1);
}

template <typename T, typename Accessor>
Dense<T> dense(const Accessor& vals, const Rect<2>& box, int number)
{
  size_t strides[2];
  T* const data = vals.ptr(box, strides);
  const bool one_row = box.lo[0] == box.hi[0], one_column = box.lo[1] == box.hi[1];
  const int64_t columns = box.hi[1] - box.lo[1] + 1;
  const int64_t stride = one_row ? columns : strides[0];
  if ((!one_column && strides[1] != 1) || stride < columns) reject(number);
  return {data, stride};
}

}  // namespace

void multiply_into(const Tiles& tiles, const std::vector<PhysicalRegion>& regions,
                   Multiply* multiply)
{
  const app::Reader<double, 2> b(regions[1], FID_VALS), c(regions[2], FID_VALS);
  const app::Writer<double, 2> a(regions[0], FID_VALS);
  const Dense<const double> b_rows = dense<const double>(b, tiles.b, 8);
  const Dense<const double> c_rows = dense<const double>(c, tiles.c, 10);
  multiply(tiles.m(), tiles.n(), tiles.k(), b_rows, c_rows, dense<double>(a, tiles.a, 13));
}

// Others may add to the same reduction instance meanwhile, so the product is made elsewhere.
void multiply_and_reduce(const Tiles& tiles, const std::vector<PhysicalRegion>& regions)
{
  const app::Reader<double, 2> b(regions[1], FID_VALS), c(regions[2], FID_VALS);
  const app::Adder<double, 2> a(regions[0], FID_VALS, SUM);
  const Dense<const double> b_rows = dense<const double>(b, tiles.b, 8);
  const Dense<const double> c_rows = dense<const double>(c, tiles.c, 10);
  std::vector<double> product(tiles.m() * tiles.n());
  multiply(tiles.m(), tiles.n(), tiles.k(), b_rows, c_rows, {product.data(), tiles.n()});
  const double* value = product.data();
  for (coord_t i = tiles.a.lo[0]; i <= tiles.a.hi[0]; i++)
    for (coord_t j = tiles.a.lo[1]; j <= tiles.a.hi[1]; j++) a[Point<2>(i, j)] <<= *value++;
}

// Requirement: the tile.
void place_tile(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx,
                Runtime* runtime)
{
  const Placement placement = *static_cast<const Placement*>(task->args);
  const Rect<2> box = app::bounds<2>(task, 0, ctx, runtime);
  if (!placement.fill || box.empty()) return;
  mapc::gpu::forall_on_cpu(cost_of_fill(regions[0], placement, box.volume()), box,
                           FillTile{{regions[0], FID_VALS}, placement.matrix});
}

// Requirements: tiles of A, B, C.
void task_4(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx,
            Runtime* runtime)
{
  const Leaf leaf = *static_cast<const Leaf*>(task->args);
  const Tiles tiles(task, ctx, runtime);
  if (tiles.empty()) return;
  const auto whole = [&](Point<1>) {
    if (reduces(task))
      multiply_and_reduce(tiles, regions);
    else
      multiply_into(tiles, regions, multiply);
  };
  mapc::gpu::forall_on_cpu(cost_of_product(regions, leaf, tiles), Rect<1>(0, 0), whole);
}

// Returns the number of wrong entries. Requirement: a tile of A.
int64_t taco_validate(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx,
                      Runtime* runtime)
{
  const Config config = *static_cast<const Config*>(task->args);
  const Rect<2> box = app::bounds<2>(task, 0, ctx, runtime);
  if (box.empty()) return 0;
  int64_t g = 0, h = 0, gh = 0;
  for (int64_t k = 0; k < config.n; k++) {
    g += term(G, k);
    h += term(H, k);
    gh += term(G, k) * term(H, k);
  }
  const app::Reader<double, 2> vals(regions[0], FID_VALS);
  int64_t wrong = 0;
  for (PointInRectIterator<2> at(box); at(); at++) {
    const int64_t f = term(F, (*at)[0]), l = term(L, (*at)[1]);
    const int64_t product = config.n * f * l + f * h + l * g + gh;
    wrong += vals[*at] != static_cast<double>(config.all_repetitions() * product);
  }
  return wrong;
}

}  // namespace matmul
