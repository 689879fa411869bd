// Driver entry points: memory, without the moving of data.
#include <cstring>

#include "memory.h"
#include "session.h"

using namespace mapc_emu;

namespace {

void* pointer(CUdeviceptr address) { return reinterpret_cast<void*>(address); }

CUdeviceptr address(void* base) { return reinterpret_cast<CUdeviceptr>(base); }

}  // namespace

MAPC_EXPORT CUresult cuMemAlloc_v2(CUdeviceptr* made, std::size_t bytes)
{
  Context* current = session().current();
  if (!current) return CUDA_ERROR_INVALID_CONTEXT;
  void* base = memory().allocate(current->gpu, bytes);
  *made = address(base);
  return base ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

MAPC_EXPORT CUresult cuMemFree_v2(CUdeviceptr base)
{
  if (config().gpus == 0) return CUDA_ERROR_NO_DEVICE;
  return base == 0 || memory().release(pointer(base)) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

MAPC_EXPORT CUresult cuMemHostAlloc(void** made, std::size_t bytes, unsigned)
{
  *made = memory().allocate_host(bytes);
  return *made ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

MAPC_EXPORT CUresult cuMemFreeHost(void* base)
{
  if (config().gpus == 0) return CUDA_ERROR_NO_DEVICE;
  return memory().release(base) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

MAPC_EXPORT CUresult cuMemGetInfo_v2(std::size_t* free, std::size_t* total)
{
  Context* current = session().current();
  if (!current) return CUDA_ERROR_INVALID_CONTEXT;
  auto room = memory().room(current->gpu);
  *free = room.total - room.used;
  *total = room.total;
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuMemHostRegister_v2(void* base, std::size_t bytes, unsigned)
{
  return memory().enlist(base, bytes) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

MAPC_EXPORT CUresult cuMemHostUnregister(void* base)
{
  return memory().delist(base) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

MAPC_EXPORT CUresult cuMemHostGetDevicePointer_v2(CUdeviceptr* device, void* host, unsigned)
{
  *device = address(host);
  return memory().reachable(host) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

/// Realm wants a handle for every allocation, whether or not another process will open it.
MAPC_EXPORT CUresult cuIpcGetMemHandle(CUipcMemHandle* handle, CUdeviceptr base)
{
  std::memset(handle->bytes, 0, sizeof(handle->bytes));
  std::memcpy(handle->bytes, &base, sizeof(base));
  return CUDA_SUCCESS;
}

/// What lies in another process cannot be reached; Realm then goes through the host.
MAPC_EXPORT CUresult cuIpcOpenMemHandle_v2(CUdeviceptr*, CUipcMemHandle, unsigned)
{
  return CUDA_ERROR_NOT_SUPPORTED;
}
