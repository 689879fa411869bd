// Placement and the leaf, GPU variants. CUDA where nvcc compiles it; compiled by another compiler
// it is for emulated GPUs only.

#include "matmul/leaf.h"
#include "tasks.h"

#if defined(__CUDACC__) && defined(__has_include)
#if __has_include(<cublas_v2.h>)
#include <cublas_v2.h>
#define MATMUL_CUBLAS
#endif
#endif

using namespace Legion;

namespace matmul {

namespace {

// All of the product, on the host, where GPUs are emulated.
struct Product {
  const Tiles& tiles;
  const std::vector<PhysicalRegion>& regions;
  bool reduces;

  MAPC_GPU void operator()(Point<1>) const
  {
#ifndef __CUDA_ARCH__
    if (reduces)
      multiply_and_reduce(tiles, regions);
    else
      multiply_into(tiles, regions, multiply);
#endif
  }
};

// One entry of the product, added to A.
template <typename Target>
struct Entry {
  Target a;
  app::Reader<double, 2> b, c;
  coord_t lo, hi;  // of k

  MAPC_GPU double sum(Point<2> at) const
  {
    double result = 0;
    for (coord_t k = lo; k <= hi; k++) result += b[Point<2>(at[0], k)] * c[Point<2>(k, at[1])];
    return result;
  }
};

struct AddTo : Entry<app::Writer<double, 2>> {
  MAPC_GPU void operator()(Point<2> at) const { a[at] += sum(at); }
};

struct ReduceInto : Entry<app::Adder<double, 2>> {
  MAPC_GPU void operator()(Point<2> at) const { a[at] <<= sum(at); }
};

#ifdef MATMUL_CUBLAS
void require(cublasStatus_t status)
{
  if (status != CUBLAS_STATUS_SUCCESS) mapc::gpu::refuse("cuBLAS cannot multiply");
}

// Column-major BLAS takes row-major matrices for their transposes: A' += C' B'.
void multiply_by_cublas(int64_t m, int64_t n, int64_t k, Dense<const double> b,
                        Dense<const double> c, Dense<double> a)
{
  thread_local cublasHandle_t handle = nullptr;  // every GPU has a thread of its own
  const double one = 1;
  if (handle == nullptr) require(cublasCreate(&handle));
  require(cublasSetStream(handle, mapc::gpu::stream()));
  require(cublasDgemm(handle, CUBLAS_OP_N, CUBLAS_OP_N, n, m, k, &one, c.data, c.stride, b.data,
                      b.stride, &one, a.data, a.stride));
}
#endif

void place_tile_gpu(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx,
                    Runtime* runtime)
{
  const Placement placement = *static_cast<const Placement*>(task->args);
  const Rect<2> box = app::bounds<2>(task, 0, ctx, runtime);
  if (!placement.fill || box.empty()) return;
  mapc::gpu::forall(cost_of_fill(regions[0], placement, box.volume()), box,
                    FillTile{{regions[0], FID_VALS}, placement.matrix});
}

void task_4_gpu(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx,
                Runtime* runtime)
{
  const Leaf leaf = *static_cast<const Leaf*>(task->args);
  const Tiles tiles(task, ctx, runtime);
  if (tiles.empty()) return;
  const mapc::gpu::Work work = cost_of_product(regions, leaf, tiles);
  if (mapc::gpu::emulation().on)
    return mapc::gpu::forall(work, Rect<1>(0, 0), Product{tiles, regions, reduces(task)});
  const app::Reader<double, 2> b(regions[1], FID_VALS), c(regions[2], FID_VALS);
  const coord_t lo = tiles.b.lo[1], hi = tiles.b.hi[1];
  if (reduces(task)) {
    const app::Adder<double, 2> a(regions[0], FID_VALS, SUM);
    return mapc::gpu::forall(work, tiles.a, ReduceInto{{a, b, c, lo, hi}});
  }
#ifdef MATMUL_CUBLAS
  multiply_into(tiles, regions, multiply_by_cublas);
#else
  const app::Writer<double, 2> a(regions[0], FID_VALS);
  mapc::gpu::forall(work, tiles.a, AddTo{{a, b, c, lo, hi}});
#endif
}

}  // namespace

void register_gpu_variants(LayoutConstraintID rows)
{
  if (!mapc::gpu::available()) return;
  for (const TaskID task : {TASK_1, TASK_2, TASK_3})
    Runtime::preregister_task_variant<place_tile_gpu>(app::gpu_leaf(task, "gpu"));
  TaskVariantRegistrar leaf = app::gpu_leaf(TASK_4, "gpu");
  for (unsigned operand = 0; operand < 3; operand++)
    leaf.add_layout_constraint_set(operand, rows);
  Runtime::preregister_task_variant<task_4_gpu>(leaf);
}

}  // namespace matmul
