// Every kernel of Realm's by name, on random boxes, with the argument structures of Realm's own
// header: each element as the kernel's indices say, one by one.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "cuda_abi.h"
#include "realm/cuda/cuda_memcpy.h"

namespace rc = Realm::Cuda;

extern "C" {
CUresult cuInit(unsigned);
CUresult cuDevicePrimaryCtxRetain(CUcontext*, CUdevice);
CUresult cuCtxPushCurrent_v2(CUcontext);
CUresult cuModuleGetFunction(CUfunction*, CUmodule, const char*);
CUresult cuLaunchKernel(CUfunction, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned,
                        unsigned, CUstream, void**, void**);
}

static std::mt19937 random_number(5);
static std::vector<unsigned char> from(1 << 17), to(1 << 17), right(1 << 17);
static size_t elements, launches;

static size_t upto(size_t most) { return 1 + random_number() % most; }

static void launch(const std::string& name, void* argument)
{
  CUfunction function;
  void* arguments[] = {argument};
  cuModuleGetFunction(&function, nullptr, name.c_str());
  const CUresult done = cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, nullptr, arguments, nullptr);
  if (done != CUDA_SUCCESS || to != right) {
    fprintf(stderr, "wrong: %s (%d)\n", name.c_str(), done);
    exit(1);
  }
  ++launches;
}

static uintptr_t address(std::vector<unsigned char>& bytes, size_t at)
{
  return reinterpret_cast<uintptr_t>(&bytes[at]);
}

/// The offset of element `i` of a box, in elements: coordinates by the extents, then by the
/// strides.
template <int DIM>
static size_t offset_of(size_t i, const size_t* extents, const size_t* strides)
{
  size_t offset = 0, apart = 1;
  for (int d = 0; d < DIM; ++d) {
    offset += apart * (d + 1 < DIM ? i % extents[d] : i);
    i /= extents[d];
    if (d + 1 < DIM) apart *= strides[d];
  }
  return offset;
}

template <int DIM>
static size_t random_box(size_t* extents)
{
  size_t volume = 1;
  for (int d = 0; d < DIM; ++d) volume *= extents[d] = upto(DIM == 1 ? 200 : 8);
  return volume;
}

template <int DIM>
static void random_strides(size_t* strides, const size_t* extents)
{
  for (int d = 0; d + 1 < DIM; ++d) strides[d] = extents[d] + upto(3);
}

// Boxes lie in parts of their own, so that their order does not matter.
static const size_t kBoxes = 3, kPart = (1 << 17) / 4;

template <int DIM>
static void copies(size_t width)
{
  auto info = std::make_unique<rc::AffineCopyInfo<DIM>>();
  info->num_rects = static_cast<unsigned short>(upto(kBoxes));
  right = to;
  for (size_t b = 0; b < info->num_rects; ++b) {
    auto& box = info->subrects[b];
    box.volume = random_box<DIM>(box.extents);
    random_strides<DIM>(box.src.strides, box.extents);
    random_strides<DIM>(box.dst.strides, box.extents);
    const size_t source = b * kPart + 16 * upto(9), target = b * kPart + 16 * upto(9);
    box.src.addr = address(from, source);
    box.dst.addr = address(to, target);
    for (size_t i = 0; i < box.volume; ++i, ++elements)
      memcpy(&right[target + width * offset_of<DIM>(i, box.extents, box.dst.strides)],
             &from[source + width * offset_of<DIM>(i, box.extents, box.src.strides)], width);
  }
  launch("memcpy_affine_batch" + std::to_string(DIM) + "D_" + std::to_string(8 * width),
         info.get());
}

template <int DIM>
static void fills(size_t width)
{
  auto info = std::make_unique<rc::AffineFillInfo<DIM>>();
  info->num_rects = static_cast<unsigned short>(upto(kBoxes));
  const size_t alike = upto(3) == 1 ? width : upto(width) - 1;  // bytes at the beginning
  for (unsigned char& byte : info->fill_value) byte = static_cast<unsigned char>(random_number());
  memset(info->fill_value, 0x5a, alike);
  right = to;
  for (size_t b = 0; b < info->num_rects; ++b) {
    auto& box = info->subrects[b];
    box.volume = random_box<DIM>(box.extents);
    random_strides<DIM>(box.strides, box.extents);
    const size_t target = b * kPart + 16 * upto(9);
    box.addr = address(to, target);
    for (size_t i = 0; i < box.volume; ++i, ++elements)
      memcpy(&right[target + width * offset_of<DIM>(i, box.extents, box.strides)], info->fill_value,
             width);
  }
  launch("fill_affine_batch" + std::to_string(DIM) + "D_" + std::to_string(8 * width), info.get());
}

static void transposes(size_t width)
{
  rc::MemcpyTransposeInfo<size_t> info = {};
  const size_t bytes = info.extents[0] = width * upto(3);
  const size_t lines = info.extents[1] = upto(20), planes = info.extents[2] = upto(20);
  // One side runs along the lines, the other along the planes.
  info.src_strides[0] = bytes, info.src_strides[1] = bytes * (lines + upto(3));
  info.dst_strides[1] = bytes, info.dst_strides[0] = bytes * (planes + upto(3));
  const size_t source = 16 * upto(9), target = 16 * upto(9);
  info.src = address(from, source), info.dst = address(to, target);
  right = to;
  for (size_t z = 0; z < planes; ++z)
    for (size_t y = 0; y < lines; ++y, ++elements)
      memcpy(&right[target + y * info.dst_strides[0] + z * info.dst_strides[1]],
             &from[source + y * info.src_strides[0] + z * info.src_strides[1]], bytes);
  launch("memcpy_transpose" + std::to_string(8 * width), &info);
}

template <int DIM, typename Coordinate>
static void indirect(size_t width)
{
  rc::MemcpyIndirectInfo<3> info = {};
  const bool gather = upto(2) == 1;
  const size_t field = info.field_size = width * upto(2);
  size_t extents[DIM], apart = 1;
  const size_t volume = info.volume = random_box<DIM>(extents);
  for (int d = 0; d < DIM; ++d) {
    info.src_strides[d] = info.dst_strides[d] = apart;
    apart *= extents[d];
  }
  std::vector<Coordinate> points(DIM * volume);
  const size_t source = 16 * upto(9), target = 16 * upto(9);
  info.src_addr = address(from, source), info.dst_addr = address(to, target);
  (gather ? info.src_ind_addr : info.dst_ind_addr) = reinterpret_cast<uintptr_t>(points.data());
  right = to;
  for (size_t i = 0; i < volume; ++i, ++elements) {
    size_t index = 0;
    for (int d = 0; d < DIM; ++d) {
      points[DIM * i + d] = static_cast<Coordinate>(random_number() % extents[d]);
      index += static_cast<size_t>(points[DIM * i + d]) * info.src_strides[d];
    }
    memcpy(&right[target + field * (gather ? i : index)],
           &from[source + field * (gather ? index : i)], field);
  }
  launch("memcpy_indirect" + std::to_string(DIM) + "D_" + std::to_string(8 * width) +
             std::to_string(8 * sizeof(Coordinate)),
         &info);
}

template <int DIM>
static void all(size_t width)
{
  copies<DIM>(width);
  fills<DIM>(width);
  indirect<DIM, int>(width);
  indirect<DIM, long long>(width);
}

int main()
{
  CUcontext context;
  if (cuInit(0) != CUDA_SUCCESS || cuDevicePrimaryCtxRetain(&context, 0) != CUDA_SUCCESS) return 1;
  cuCtxPushCurrent_v2(context);
  for (unsigned char& byte : from) byte = static_cast<unsigned char>(random_number());
  for (int round = 0; round < 40; ++round)
    for (const size_t width : {1, 2, 4, 8, 16}) {
      all<1>(width);
      all<2>(width);
      all<3>(width);
      transposes(width);
    }
  printf("launches %zu elements %zu\n", launches, elements);
}
