// Driver entry points: copies and fills.
#include <algorithm>
#include <cstring>

#include "memory.h"
#include "move.h"
#include "work.h"

using namespace mapc_emu;

namespace {

char* pointer(CUdeviceptr address) { return reinterpret_cast<char*>(address); }

/// One end of a 2D or 3D copy; null where it is an array, which are not emulated.
template <typename End>
char* base_of(const End& end)
{
  if (end.type == kMemoryArray) return nullptr;
  char* base = end.type == kMemoryHost ? static_cast<char*>(end.host) : pointer(end.device);
  return base + end.x_bytes + end.y * end.pitch;
}

CUresult copy(const Box& from, const Box& to, std::size_t bytes, std::size_t lines,
              std::size_t planes, CUstream handle)
{
  Work work(handle);
  if (!work.valid()) return CUDA_ERROR_INVALID_CONTEXT;
  if (bytes * lines * planes == 0) return CUDA_SUCCESS;
  if (!Work::drop_this_copy()) copy_box(from, to, bytes, lines, planes);
  work.copied(memory().place_of(from.base), memory().place_of(to.base),
              double(bytes) * lines * planes);
  return CUDA_SUCCESS;
}

CUresult copy_line(CUdeviceptr to, CUdeviceptr from, std::size_t bytes, CUstream handle)
{
  return copy({pointer(from), 0, 0}, {pointer(to), 0, 0}, bytes, 1, 1, handle);
}

template <typename Value>
CUresult fill(CUdeviceptr to, std::size_t pitch, Value value, std::size_t width, std::size_t lines,
              CUstream handle)
{
  Work work(handle);
  if (!work.valid()) return CUDA_ERROR_INVALID_CONTEXT;
  if (width * lines == 0) return CUDA_SUCCESS;
  for (std::size_t y = 0; y < lines; y++)
    fill_line(pointer(to) + y * pitch, &value, sizeof(value), width);
  work.filled(memory().place_of(pointer(to)), double(width) * lines * sizeof(value));
  return CUDA_SUCCESS;
}

}  // namespace

MAPC_EXPORT CUresult cuMemcpyAsync(CUdeviceptr to, CUdeviceptr from, std::size_t bytes,
                                   CUstream stream)
{
  return copy_line(to, from, bytes, stream);
}

MAPC_EXPORT CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, std::size_t bytes,
                                          CUstream stream)
{
  return copy_line(to, from, bytes, stream);
}

MAPC_EXPORT CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, std::size_t bytes,
                                          CUstream stream)
{
  return copy_line(to, reinterpret_cast<CUdeviceptr>(from), bytes, stream);
}

MAPC_EXPORT CUresult cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, std::size_t bytes,
                                          CUstream stream)
{
  return copy_line(reinterpret_cast<CUdeviceptr>(to), from, bytes, stream);
}

MAPC_EXPORT CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void* from, std::size_t bytes)
{
  CUresult done = cuMemcpyHtoDAsync_v2(to, from, bytes, nullptr);
  if (done == CUDA_SUCCESS) timing().await(*stream_of(nullptr));
  return done;
}

MAPC_EXPORT CUresult cuMemcpyDtoH_v2(void* to, CUdeviceptr from, std::size_t bytes)
{
  CUresult done = cuMemcpyDtoHAsync_v2(to, from, bytes, nullptr);
  if (done == CUDA_SUCCESS) timing().await(*stream_of(nullptr));
  return done;
}

MAPC_EXPORT CUresult cuMemcpy2DAsync_v2(const CUDA_MEMCPY2D* asked, CUstream stream)
{
  char *from = base_of(asked->from), *to = base_of(asked->to);
  if (!from || !to) return CUDA_ERROR_NOT_SUPPORTED;
  return copy({from, asked->from.pitch, 0}, {to, asked->to.pitch, 0}, asked->width_bytes,
              asked->height, 1, stream);
}

MAPC_EXPORT CUresult cuMemcpy3DAsync_v2(const CUDA_MEMCPY3D* asked, CUstream stream)
{
  char *from = base_of(asked->from), *to = base_of(asked->to);
  if (!from || !to) return CUDA_ERROR_NOT_SUPPORTED;
  std::size_t from_plane = asked->from.pitch * asked->from.height;
  std::size_t to_plane = asked->to.pitch * asked->to.height;
  return copy({from + asked->from.z * from_plane, asked->from.pitch, from_plane},
              {to + asked->to.z * to_plane, asked->to.pitch, to_plane}, asked->width_bytes,
              asked->height, asked->depth, stream);
}

MAPC_EXPORT CUresult cuMemsetD8Async(CUdeviceptr to, unsigned char value, std::size_t count,
                                     CUstream stream)
{
  return fill(to, 0, value, count, 1, stream);
}

MAPC_EXPORT CUresult cuMemsetD16Async(CUdeviceptr to, unsigned short value, std::size_t count,
                                      CUstream stream)
{
  return fill(to, 0, value, count, 1, stream);
}

MAPC_EXPORT CUresult cuMemsetD32Async(CUdeviceptr to, unsigned value, std::size_t count,
                                      CUstream stream)
{
  return fill(to, 0, value, count, 1, stream);
}

MAPC_EXPORT CUresult cuMemsetD2D8Async(CUdeviceptr to, std::size_t pitch, unsigned char value,
                                       std::size_t width, std::size_t height, CUstream stream)
{
  return fill(to, pitch, value, width, height, stream);
}

MAPC_EXPORT CUresult cuMemsetD2D16Async(CUdeviceptr to, std::size_t pitch, unsigned short value,
                                        std::size_t width, std::size_t height, CUstream stream)
{
  return fill(to, pitch, value, width, height, stream);
}

MAPC_EXPORT CUresult cuMemsetD2D32Async(CUdeviceptr to, std::size_t pitch, unsigned value,
                                        std::size_t width, std::size_t height, CUstream stream)
{
  return fill(to, pitch, value, width, height, stream);
}
