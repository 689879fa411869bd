// How Realm finds the driver's functions: by name and by the CUDA version that it was built with.
#include <string>
#include <utility>

#include "cuda_abi.h"
#include "statistics.h"

using namespace mapc_emu;

// Only addresses are taken here; the signatures stand where the functions are.
#define DECLARE(name) extern "C" void name();
// clang-format off
#define FUNCTIONS(use, versioned) \
  use(cuInit) use(cuDriverGetVersion) use(cuGetErrorName) use(cuGetErrorString) \
  use(cuDeviceGet) use(cuDeviceGetCount) use(cuDeviceGetName) versioned(cuDeviceGetUuid) \
  versioned(cuDeviceTotalMem) use(cuDeviceGetAttribute) use(cuDeviceCanAccessPeer) \
  versioned(cuDevicePrimaryCtxSetFlags) use(cuDevicePrimaryCtxRetain) \
  versioned(cuDevicePrimaryCtxRelease) versioned(cuCtxPushCurrent) versioned(cuCtxPopCurrent) \
  use(cuCtxGetFlags) use(cuCtxGetStreamPriorityRange) use(cuCtxEnablePeerAccess) \
  use(cuCtxRecordEvent) versioned(cuMemAlloc) versioned(cuMemFree) use(cuMemHostAlloc) \
  use(cuMemFreeHost) versioned(cuMemGetInfo) versioned(cuMemHostRegister) \
  use(cuMemHostUnregister) versioned(cuMemHostGetDevicePointer) use(cuIpcGetMemHandle) \
  versioned(cuIpcOpenMemHandle) \
  use(cuStreamCreateWithPriority) use(cuStreamCreate) versioned(cuStreamDestroy) \
  use(cuStreamWaitEvent) use(cuStreamQuery) use(cuStreamSynchronize) use(cuLaunchHostFunc) \
  use(cuStreamAddCallback) use(cuEventCreate) versioned(cuEventDestroy) use(cuEventRecord) \
  use(cuEventQuery) use(cuEventSynchronize) use(cuMemcpyAsync) versioned(cuMemcpyDtoDAsync) \
  versioned(cuMemcpyHtoDAsync) versioned(cuMemcpyDtoHAsync) versioned(cuMemcpyHtoD) \
  versioned(cuMemcpyDtoH) versioned(cuMemcpy2DAsync) versioned(cuMemcpy3DAsync) \
  use(cuMemsetD8Async) use(cuMemsetD16Async) use(cuMemsetD32Async) use(cuMemsetD2D8Async) \
  use(cuMemsetD2D16Async) use(cuMemsetD2D32Async) use(cuModuleLoadDataEx) \
  use(cuModuleGetFunction) use(cuOccupancyMaxPotentialBlockSize) use(cuLaunchKernel)
// clang-format on

#define DECLARE_V2(name) extern "C" void name##_v2();
FUNCTIONS(DECLARE, DECLARE_V2)
DECLARE(cuCtxGetDevice)
DECLARE(cuCtxGetDevice_v2)
DECLARE(cuCtxSynchronize)
DECLARE(cuCtxSynchronize_v2)

namespace {

using Any = void (*)();

struct Entry {
  const char* name;
  int since;  // the CUDA version from which on the name means this
  Any function;
};

// clang-format off
#define USE(name) {#name, 0, name},
#define USE_V2(name) {#name, 0, name##_v2}, {#name "_v2", 0, name##_v2},
/// Later entries of the same name are newer.
const Entry entries[] = {
    FUNCTIONS(USE, USE_V2)
    {"cuCtxGetDevice", 0, cuCtxGetDevice},
    {"cuCtxGetDevice", 13000, cuCtxGetDevice_v2},
    {"cuCtxGetDevice_v2", 0, cuCtxGetDevice_v2},
    {"cuCtxSynchronize", 0, cuCtxSynchronize},
    {"cuCtxSynchronize", 13000, cuCtxSynchronize_v2},
    {"cuCtxSynchronize_v2", 0, cuCtxSynchronize_v2},
};

/// Realm asks for these too. Some of them it calls just to try, so each gets a function that
/// refuses.
const char* const refused[] = {
    "cuIpcCloseMemHandle", "cuMemAllocManaged", "cuOccupancyMaxPotentialBlockSizeWithFlags",
    "cuEventElapsedTime", "cuOccupancyMaxActiveBlocksPerMultiprocessor", "cuMemAddressReserve",
    "cuMemAddressFree", "cuMemCreate", "cuMemRelease", "cuMemMap", "cuMemUnmap", "cuMemSetAccess",
    "cuMemGetAllocationGranularity", "cuMemGetAllocationPropertiesFromHandle",
    "cuMemExportToShareableHandle", "cuMemImportFromShareableHandle", "cuMemGetAddressRange",
    "cuPointerGetAttributes", "cuMemAdvise", "cuMemPrefetchAsync", "cuCtxSetSharedMemConfig",
    "cuCtxSetCacheConfig", "cuCtxSetLimit", "cuCtxGetLimit", "cuFuncSetAttribute",
    "cuFuncSetCacheConfig", "cuFuncSetSharedMemConfig", "cuFuncGetAttribute",
    "cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags", "cuArray3DCreate", "cuArrayDestroy",
    "cuSurfObjectCreate", "cuSurfObjectDestroy", "cuLaunchCooperativeKernel", "cuModuleGetGlobal",
    "cuArrayGetMemoryRequirements",
};
// clang-format on

template <std::size_t NUMBER>
CUresult refuse()
{
  note_unsupported(refused[NUMBER]);
  return CUDA_ERROR_NOT_SUPPORTED;
}

template <std::size_t... NUMBERS>
Any refusing(std::size_t number, std::index_sequence<NUMBERS...>)
{
  static CUresult (*const all[])() = {refuse<NUMBERS>...};
  return reinterpret_cast<Any>(all[number]);
}

Any find(const std::string& name, int version)
{
  Any found = nullptr;
  for (const Entry& entry : entries)
    if (name == entry.name && version >= entry.since) found = entry.function;
  const std::size_t number = sizeof(refused) / sizeof(refused[0]);
  for (std::size_t i = 0; i < number && !found; i++)
    if (name == refused[i]) found = refusing(i, std::make_index_sequence<number>());
  return found;
}

CUresult look_up(const char* name, void** function, int version, int* status)
{
  Any found = find(name, version);
  *function = reinterpret_cast<void*>(found);
  if (status) *status = found ? 0 : 1;
  if (!found) note_unsupported(name);
  return found ? CUDA_SUCCESS : CUDA_ERROR_NOT_FOUND;
}

}  // namespace

MAPC_EXPORT CUresult cuGetProcAddress_v2(const char* name, void** function, int version,
                                         unsigned long long, int* status)
{
  return look_up(name, function, version, status);
}

/// The signature before CUDA 12. Realm looks it up by this name and calls it with the newer
/// signature, whose fifth argument is null then.
MAPC_EXPORT CUresult cuGetProcAddress(const char* name, void** function, int version,
                                      unsigned long long)
{
  return look_up(name, function, version, nullptr);
}
