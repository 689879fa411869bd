// GPU variants of tasks: one piece of code that is a CUDA kernel under nvcc and a loop on the host
// where GPUs are emulated, whose framebuffers are host memory. Needs Legion, but not CUDA.
//
// The body of a kernel is a function object (or, under nvcc with --extended-lambda, a lambda) that
// is called with a point:
//
//   struct Scale {
//     app::Writer<float> x;
//     MAPC_GPU void operator()(Legion::Point<1> i) const { x[i] *= 2; }
//   };
//
//   void scale_gpu(const Task* task, const std::vector<PhysicalRegion>& regions, ...)
//   {
//     mapc::gpu::Work work;  // of the modelled problem
//     work.flops32 = n;
//     work.stream(mapc::gpu::place_of(regions[0]), 8.0 * n);
//     mapc::gpu::forall(work, bounds, Scale{{regions[0], FID_X}});
//   }
//
// `mapc::gpu::forall_on_cpu` is the same for CPU variants. With an emulated machine both let the
// task last as long as the work would; otherwise the work is not looked at.
#pragma once

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <thread>

#include "legion.h"
#include "mapc/emulation.h"
#include "realm/cuda/cuda_module.h"

#ifdef __CUDACC__
#include <cuda_runtime.h>
/// Marks code that GPUs run.
#define MAPC_GPU __host__ __device__
#define MAPC_GPU_BUILD with_cuda
#else
#define MAPC_GPU
#define MAPC_GPU_BUILD without_cuda
#endif

namespace mapc::gpu {

// Sources compiled with and without nvcc go into one program: what differs must not be merged.
inline namespace MAPC_GPU_BUILD {

/// Whether GPU variants can run in this process. Register them only then: a program without CUDA
/// code has nothing to run on a real GPU.
inline bool available()
{
#ifdef __CUDACC__
  return true;
#else
  return emulation().on;
#endif
}

/// Where the instance of a region requirement lies, seen from the processor that asks; FAR if only
/// some of its fields do. Always NEAR where nothing is emulated: nobody needs to know.
inline Place place_of(const Legion::PhysicalRegion& region)
{
  using Legion::Machine;
  using Legion::Memory;
  if (!emulation().on) return Place::NEAR;
  const Legion::Processor here = Legion::Processor::get_executing_processor();
  std::set<Memory> memories;
  region.get_memories(memories);
  for (const Memory memory : memories) {
    if (here.kind() != Legion::Processor::TOC_PROC) {
      if (memory.kind() == Memory::Z_COPY_MEM) return Place::FAR;
      continue;
    }
    // Another GPU's framebuffer can be reached as well, but is not the nearest.
    Machine::MemoryQuery own(Machine::get_machine());
    own.only_kind(Memory::GPU_FB_MEM).best_affinity_to(here);
    if (memory != own.first()) return Place::FAR;
  }
  return Place::NEAR;
}

/// Adds to a value that iterations of one `forall` share. Other tasks must not touch it: that is
/// what reduction accessors are for, which can be used in kernels as they are.
template <typename T>
MAPC_GPU void add(T& sum, T value)
{
#ifdef __CUDA_ARCH__
  atomicAdd(&sum, value);
#else
  sum += value;
#endif
}

/// The stream of the task that runs; null outside of GPU tasks.
inline CUstream_st* stream()
{
  auto* const module = Realm::Runtime::get_runtime().get_module<Realm::Cuda::CudaModule>("cuda");
  return module == nullptr ? nullptr : module->get_task_cuda_stream();
}

/// Charges a kernel to the GPU where GPUs are emulated; nothing with a real one. Returns the real
/// microseconds it takes. `forall` calls it; call it for kernels of other shapes, before their
/// work, which then hides in that time.
inline double gpu_time(const Work& work)
{
  const Emulation& emulated = emulation();
  if (!emulated.on) return 0;
  using Charge = void(void*, double);
  static Charge* const charge = reinterpret_cast<Charge*>(driver_function("mapc_kernel"));
  if (charge == nullptr) refuse("the emulated driver has no `mapc_kernel`");
  const double lasts = microseconds(work, emulated.model.gpu);
  charge(stream(), lasts);
  return lasts * emulated.time_scale;
}

/// Waits until all that the running task gave to its GPU is done: to look at the clock.
inline void finish()
{
  using Wait = int(CUstream_st*);
  static Wait* const wait = reinterpret_cast<Wait*>(driver_function("cuStreamSynchronize"));
  if (wait == nullptr || wait(stream()) != 0) refuse("the GPU's stream cannot be waited for");
}

namespace detail {

inline double real_microseconds()
{
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::micro>(now).count();
}

template <int DIM, typename Body>
void host_loop(const Legion::Rect<DIM>& box, const Body& given)
{
  const Body body = given;  // of its own, so that its accessors can be kept in registers
  for (Legion::PointInRectIterator<DIM> point(box); point(); point++) body(*point);
}

#ifdef __CUDACC__
template <int DIM, typename Body>
__global__ void kernel(Legion::Rect<DIM> box, Legion::coord_t volume, Body body)
{
  const Legion::coord_t step = Legion::coord_t(gridDim.x) * blockDim.x;
  Legion::coord_t index = Legion::coord_t(blockIdx.x) * blockDim.x + threadIdx.x;
  for (; index < volume; index += step) {
    Legion::Point<DIM> point;
    Legion::coord_t rest = index;
    for (int d = 0; d < DIM; d++) {  // neighbouring threads are neighbours in the first dimension
      const Legion::coord_t extent = box.hi[d] - box.lo[d] + 1;
      point[d] = box.lo[d] + rest % extent;
      rest /= extent;
    }
    body(point);
  }
}

template <int DIM, typename Body>
void launch(const Legion::Rect<DIM>& box, const Body& body)
{
  constexpr unsigned THREADS = 128;
  constexpr Legion::coord_t MOST_BLOCKS = 65535;
  const auto volume = static_cast<Legion::coord_t>(box.volume());
  if (volume == 0) return;
  const Legion::coord_t blocks = std::min(MOST_BLOCKS, (volume + THREADS - 1) / THREADS);
  // Everything is on the task's stream, so Realm need not wait for the whole device.
  Realm::Runtime::get_runtime()
      .get_module<Realm::Cuda::CudaModule>("cuda")
      ->set_task_ctxsync_required(false);
  kernel<<<static_cast<unsigned>(blocks), THREADS, 0, stream()>>>(box, volume, body);
  const cudaError_t error = cudaGetLastError();
  if (error != cudaSuccess)
    refuse(std::string("a kernel does not start: ") + cudaGetErrorString(error));
}
#endif

}  // namespace detail

/// Calls the body for every point, in a GPU variant: in any order, many at a time.
template <int DIM, typename Body>
void forall(const Work& work, const Legion::Rect<DIM>& box, const Body& body)
{
  if (emulation().on) {
    const double began = detail::real_microseconds();
    const double lasts = gpu_time(work);
    detail::host_loop(box, body);
    Overruns::all().count(detail::real_microseconds() - began, lasts);
    return;
  }
#ifdef __CUDACC__
  detail::launch(box, body);
#else
  refuse("this program was compiled without CUDA, so it has no kernels for a real GPU");
#endif
}

/// Calls the body for every point, in a CPU variant.
template <int DIM, typename Body>
void forall_on_cpu(const Work& work, const Legion::Rect<DIM>& box, const Body& body)
{
  const Emulation& emulated = emulation();
  if (!emulated.on) return detail::host_loop(box, body);
  const double began = detail::real_microseconds();
  detail::host_loop(box, body);
  const double took = detail::real_microseconds() - began;
  const double lasts = microseconds(work, emulated.model.cpu) * emulated.time_scale;
  Overruns::all().count(took, lasts);
  if (took < lasts)
    std::this_thread::sleep_for(std::chrono::duration<double, std::micro>(lasts - took));
}

}  // namespace MAPC_GPU_BUILD

}  // namespace mapc::gpu
