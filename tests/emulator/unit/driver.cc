// The driver through its entry points, without Legion: time, memory, copies of every shape, faults.
#include <sched.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "clock.h"
#include "cuda_abi.h"

using mapc_emu::now;
using mapc_emu::Time;

extern "C" {
CUresult cuInit(unsigned);
CUresult cuDeviceGetCount(int*);
CUresult cuDeviceTotalMem_v2(size_t*, CUdevice);
CUresult cuDevicePrimaryCtxRetain(CUcontext*, CUdevice);
CUresult cuCtxPushCurrent_v2(CUcontext);
CUresult cuCtxSynchronize();
CUresult cuMemAlloc_v2(CUdeviceptr*, size_t);
CUresult cuMemFree_v2(CUdeviceptr);
CUresult cuMemGetInfo_v2(size_t*, size_t*);
CUresult cuMemcpyAsync(CUdeviceptr, CUdeviceptr, size_t, CUstream);
CUresult cuMemcpy2DAsync_v2(const CUDA_MEMCPY2D*, CUstream);
CUresult cuMemcpy3DAsync_v2(const CUDA_MEMCPY3D*, CUstream);
CUresult cuMemsetD2D8Async(CUdeviceptr, size_t, unsigned char, size_t, size_t, CUstream);
CUresult cuMemsetD2D16Async(CUdeviceptr, size_t, unsigned short, size_t, size_t, CUstream);
CUresult cuMemsetD2D32Async(CUdeviceptr, size_t, unsigned, size_t, size_t, CUstream);
CUresult cuStreamCreate(CUstream*, unsigned);
CUresult cuStreamSynchronize(CUstream);
CUresult cuStreamWaitEvent(CUstream, CUevent, unsigned);
CUresult cuEventCreate(CUevent*, unsigned);
CUresult cuEventRecord(CUevent, CUstream);
CUresult cuEventQuery(CUevent);
CUresult cuGetProcAddress(const char*, void**, int, unsigned long long);
void cuhook_start_task(CUstream);
void cuhook_end_task(CUstream);
void mapc_kernel(void*, double);
int mapc_emulation(double*, double*);
}

static void expect(bool right, const char* what)
{
  if (right) return;
  fprintf(stderr, "wrong: %s\n", what);
  exit(1);
}

#define OK(call) expect((call) == CUDA_SUCCESS, #call)

static CUdeviceptr device(const void* host) { return reinterpret_cast<CUdeviceptr>(host); }

static double scale;
static CUcontext contexts[2];

static CUdeviceptr allocate(int gpu, size_t bytes)
{
  CUdeviceptr made;
  OK(cuCtxPushCurrent_v2(contexts[gpu]));
  OK(cuMemAlloc_v2(&made, bytes));
  memset(reinterpret_cast<void*>(made), 1, bytes);
  return made;
}

static CUstream stream_on(int gpu)
{
  CUstream made;
  OK(cuCtxPushCurrent_v2(contexts[gpu]));
  OK(cuStreamCreate(&made, 0));
  return made;
}

/// Does something until it takes the modelled microseconds: the machine may be busy with others, so
/// that it can take longer, but never less.
template <typename Work>
static void takes(double expected, const char* what, const Work& work)
{
  double measured = 0;
  for (int tries = 0; tries < 40; ++tries) {
    const Time begin = now();
    work();
    measured = (now() - begin) / 1000.0 / scale;
    expect(measured > expected * 0.999, what);
    if (measured < expected * 1.05) break;
  }
  printf("%s: %.1f us modelled, %.1f measured\n", what, expected, measured);
  expect(measured < expected * 1.05, what);
}

// gpus=2;h2d_mbs=4000;d2h_mbs=2000;peer_mbs=8000;fb_mbs=100000;...=10 us;launch_us=5
static void check_times()
{
  const size_t bytes = 1000000;
  std::vector<char> host(bytes);
  const CUdeviceptr own = allocate(0, 2 * bytes), other = allocate(1, bytes);
  const CUstream one = stream_on(0), two = stream_on(0), far = stream_on(1);
  const auto to_gpu = [&](CUstream stream) {
    OK(cuMemcpyAsync(own, device(&host[0]), bytes, stream));
  };
  const auto to_host = [&](CUstream stream) {
    OK(cuMemcpyAsync(device(&host[0]), own, bytes, stream));
  };
  const auto finish = [&] {
    OK(cuStreamSynchronize(one));
    OK(cuStreamSynchronize(two));
    OK(cuStreamSynchronize(far));
  };
  takes(260, "to the GPU", [&] { to_gpu(one), finish(); });
  takes(510, "to the host", [&] { to_host(one), finish(); });
  takes(770, "in one stream, in turn", [&] { to_gpu(one), to_host(one), finish(); });
  takes(520, "one link, in turn", [&] { to_gpu(one), to_gpu(two), finish(); });
  takes(510, "two links, at once", [&] { to_gpu(one), to_host(two), finish(); });
  takes(135, "to the peer", [&] { OK(cuMemcpyAsync(other, own, bytes, one)), finish(); });
  const auto within_and_out = [&] {
    OK(cuMemcpyAsync(other, own, bytes, one));
    OK(cuMemcpyAsync(own + bytes, own, bytes, two));
    finish();
  };
  takes(135, "to the peer and within, at once", within_and_out);
  takes(20, "framebuffer", [&] { OK(cuMemcpyAsync(own + bytes, own, bytes, one)), finish(); });
  takes(410, "kernels, one GPU", [&] { mapc_kernel(one, 200), mapc_kernel(two, 200), finish(); });
  takes(205, "kernels, two GPUs", [&] { mapc_kernel(one, 200), mapc_kernel(far, 200), finish(); });
  CUevent event;
  OK(cuEventCreate(&event, 0));
  const auto after = [&] {
    to_gpu(one);
    OK(cuEventRecord(event, one));
    OK(cuStreamWaitEvent(far, event, 0));
    mapc_kernel(far, 200);
    finish();
  };
  takes(465, "a kernel after an event", after);
  int asked = 0;
  const auto polled = [&] {
    mapc_kernel(one, 400);
    OK(cuEventRecord(event, one));
    for (asked = 1; cuEventQuery(event) == CUDA_ERROR_NOT_READY; ++asked) {
    }
  };
  takes(405, "asking for an event", polled);
  expect(asked < 200, "asking waits");
  const auto gap = [&] {  // the short copy goes into the gap that the wait of the long one leaves
    mapc_kernel(far, 300);
    OK(cuEventRecord(event, far));
    OK(cuStreamWaitEvent(two, event, 0));
    to_gpu(two);
    to_gpu(one);
    OK(cuStreamSynchronize(one));
  };
  takes(260, "the first gap", [&] { gap(); });
  finish();
}

static void check_copies()
{
  std::mt19937 random(3);
  const auto upto = [&](size_t most) { return 1 + random() % most; };
  std::vector<char> from(1 << 16), to(1 << 16), right(1 << 16);
  for (char& byte : from) byte = static_cast<char>(random());
  const CUstream stream = stream_on(0);
  size_t elements = 0;
  for (int round = 0; round < 400; ++round) {
    const bool plane = round % 2 == 0;
    CUDA_MEMCPY3D box = {};
    box.width_bytes = upto(40), box.height = upto(20), box.depth = plane ? 1 : upto(10);
    for (CopyEnd3D* end : {&box.from, &box.to}) {
      end->pitch = box.width_bytes + upto(9), end->height = box.height + upto(3);
      end->x_bytes = upto(9) - 1, end->y = upto(9) - 1, end->z = plane ? 0 : upto(3) - 1;
    }
    box.from.type = kMemoryUnified, box.to.type = kMemoryHost;
    box.from.device = device(&from[upto(100)]), box.to.host = &to[upto(100)];
    CUDA_MEMCPY2D flat = {};
    flat.width_bytes = box.width_bytes, flat.height = box.height;
    flat.from = {box.from.x_bytes, box.from.y, kMemoryDevice, nullptr,
                 box.from.device,  nullptr,    box.from.pitch};
    flat.to = {box.to.x_bytes,      box.to.y, kMemoryDevice, nullptr,
               device(box.to.host), nullptr,  box.to.pitch};
    const auto offset = [](const CopyEnd3D& end, size_t x, size_t y, size_t z) {
      return end.x_bytes + x + (end.y + y + (end.z + z) * end.height) * end.pitch;
    };
    right = to;
    const size_t at = static_cast<char*>(box.to.host) - &to[0];
    for (size_t z = 0; z < box.depth; ++z)
      for (size_t y = 0; y < box.height; ++y)
        for (size_t x = 0; x < box.width_bytes; ++x, ++elements)
          right[at + offset(box.to, x, y, z)] =
              *reinterpret_cast<char*>(box.from.device + offset(box.from, x, y, z));
    if (plane)
      OK(cuMemcpy2DAsync_v2(&flat, stream));
    else
      OK(cuMemcpy3DAsync_v2(&box, stream));
    expect(to == right, "a copied box");
  }
  for (int round = 0; round < 300; ++round) {
    const size_t width = upto(9), height = upto(9), bytes = size_t(1) << random() % 3;
    const size_t pitch = bytes * (width + upto(4)), begin = 4 * upto(20);
    const unsigned value = static_cast<unsigned>(random());
    right = to;
    for (size_t y = 0; y < height; ++y)
      for (size_t x = 0; x < width; ++x, ++elements)
        memcpy(&right[begin + y * pitch + x * bytes], &value, bytes);
    const CUdeviceptr target = device(&to[begin]);
    if (bytes == 1)
      OK(cuMemsetD2D8Async(target, pitch, static_cast<unsigned char>(value), width, height,
                           stream));
    else if (bytes == 2)
      OK(cuMemsetD2D16Async(target, pitch, static_cast<unsigned short>(value), width, height,
                            stream));
    else
      OK(cuMemsetD2D32Async(target, pitch, value, width, height, stream));
    expect(to == right, "a filled box");
  }
  printf("elements %zu\n", elements);
}

static void check_memory()
{
  size_t total, free, left;
  OK(cuDeviceTotalMem_v2(&total, 1));
  expect(total == size_t(1024 + 256) << 20, "the memory of a GPU");
  OK(cuCtxPushCurrent_v2(contexts[1]));
  OK(cuMemGetInfo_v2(&free, &total));
  CUdeviceptr big;
  expect(cuMemAlloc_v2(&big, free + 1) == CUDA_ERROR_OUT_OF_MEMORY, "more than there is");
  OK(cuMemAlloc_v2(&big, free));
  OK(cuMemGetInfo_v2(&left, &total));
  expect(left == 0, "nothing left");
  OK(cuMemFree_v2(big));
  OK(cuMemGetInfo_v2(&left, &total));
  expect(left == free, "given back");
  CUDA_MEMCPY3D arrays = {};
  arrays.from.type = kMemoryArray;
  expect(cuMemcpy3DAsync_v2(&arrays, nullptr) == CUDA_ERROR_NOT_SUPPORTED, "arrays are refused");
}

static void check_names()
{
  void *old, *recent, *refused;
  OK(cuGetProcAddress("cuCtxSynchronize", &old, 12000, 0));
  OK(cuGetProcAddress("cuCtxSynchronize", &recent, 13000, 0));
  expect(old != recent, "a name means what the version says");
  OK(cuGetProcAddress("cuMemCreate", &refused, 12000, 0));
  const auto call = reinterpret_cast<CUresult (*)()>(refused);
  expect(call() == CUDA_ERROR_NOT_SUPPORTED, "what is not emulated refuses");
  expect(cuGetProcAddress("cuNoSuchThing", &refused, 12000, 0) == CUDA_ERROR_NOT_FOUND,
         "unknown names");
  expect(refused == nullptr, "unknown names have no function");
}

static void busy(double milliseconds)
{
  for (const Time end = now() + Time(milliseconds * 1e6); now() < end;) {
  }
}

/// Works for a time of which another thread gets half.
static void share_a_core(double milliseconds)
{
  cpu_set_t before, one;
  sched_getaffinity(0, sizeof(before), &before);
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  sched_setaffinity(0, sizeof(one), &one);
  const Time end = now() + Time(milliseconds * 1e6);
  std::thread([end] {
    while (now() < end) {
    }
  }).detach();  // joining it would be waiting
  while (now() < end) sched_yield();
  sched_setaffinity(0, sizeof(before), &before);
}

/// How the driver learns to which stream a kernel belongs, and when it began.
static void check_tasks()
{
  const CUstream stream = stream_on(0);
  CUevent event;
  OK(cuEventCreate(&event, 0));
  const auto task = [&](const auto& body) {
    cuhook_start_task(stream);
    body();
    mapc_kernel(nullptr, 400);
    cuhook_end_task(stream);
    OK(cuStreamSynchronize(stream));
  };
  takes(405, "a task", [&] { task([] {}); });
  takes(405, "work hides in its kernel", [&] { task([] { busy(4); }); });
  const auto nap = [] { std::this_thread::sleep_for(std::chrono::milliseconds(5)); };
  takes(405 + 5000 / scale, "waiting does not", [&] { task(nap); });
  const auto unknown = [&] {
    mapc_kernel(nullptr, 400);
    OK(cuEventRecord(event, stream));
    OK(cuStreamSynchronize(stream));
  };
  takes(405, "a stream that is known later", unknown);
  OK(cuEventRecord(event, stream));
  expect(cuEventQuery(event) == CUDA_SUCCESS, "a kernel is charged once");
  takes(405, "work hides in its kernel on a shared core", [&] { task([] { share_a_core(4); }); });
  const Time begin = now();
  std::thread([&] {
    mapc_kernel(nullptr, 1e6);
    OK(cuEventRecord(event, stream));
    OK(cuStreamSynchronize(stream));
  }).join();
  expect(now() - begin < 1000000000, "a CPU has no kernels");
}

int main()
{
  int count;
  OK(cuInit(0));
  OK(cuDeviceGetCount(&count));
  expect(count == 2 && mapc_emulation(&scale, nullptr) == 1, "two GPUs");
  for (int gpu = 0; gpu < 2; ++gpu) OK(cuDevicePrimaryCtxRetain(&contexts[gpu], gpu));
  check_memory();
  check_names();
  check_copies();
  check_times();
  check_tasks();
}
