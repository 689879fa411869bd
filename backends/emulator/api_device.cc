// Driver entry points: start, errors, devices, contexts.
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "memory.h"
#include "session.h"
#include "statistics.h"

using namespace mapc_emu;

MAPC_EXPORT CUresult cuInit(unsigned)
{
  const Config& chosen = config();
  if (!chosen.mistake.empty()) {
    std::fprintf(stderr, "MAPC_EMU_CONFIG: %s\n", chosen.mistake.c_str());
    return CUDA_ERROR_INVALID_VALUE;
  }
  if (chosen.gpus == 0) return CUDA_ERROR_NO_DEVICE;
  write_statistics_at_exit();
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuDriverGetVersion(int* version)
{
  *version = config().gpus ? 12040 : 0;
  return config().gpus ? CUDA_SUCCESS : CUDA_ERROR_NO_DEVICE;
}

MAPC_EXPORT CUresult cuGetErrorName(CUresult error, const char** name)
{
  switch (error) {
    case CUDA_SUCCESS:
      *name = "CUDA_SUCCESS";
      break;
    case CUDA_ERROR_INVALID_VALUE:
      *name = "CUDA_ERROR_INVALID_VALUE";
      break;
    case CUDA_ERROR_OUT_OF_MEMORY:
      *name = "CUDA_ERROR_OUT_OF_MEMORY";
      break;
    case CUDA_ERROR_NO_DEVICE:
      *name = "CUDA_ERROR_NO_DEVICE";
      break;
    case CUDA_ERROR_NOT_FOUND:
      *name = "CUDA_ERROR_NOT_FOUND";
      break;
    case CUDA_ERROR_NOT_SUPPORTED:
      *name = "CUDA_ERROR_NOT_SUPPORTED";
      break;
    default:
      *name = "CUDA_ERROR_UNKNOWN";
  }
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuGetErrorString(CUresult error, const char** text)
{
  *text = error == CUDA_ERROR_NO_DEVICE ? "no CUDA-capable device (mapc's stand-in for the driver)"
          : error == CUDA_SUCCESS       ? "no error"
                                        : "refused by mapc's emulated driver";
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuDeviceGetCount(int* count)
{
  *count = config().gpus;
  return config().gpus ? CUDA_SUCCESS : CUDA_ERROR_NO_DEVICE;
}

MAPC_EXPORT CUresult cuDeviceGet(CUdevice* device, int ordinal)
{
  *device = ordinal;
  return context_of(ordinal) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

MAPC_EXPORT CUresult cuDeviceGetName(char* name, int length, CUdevice device)
{
  std::snprintf(name, static_cast<std::size_t>(length), "mapc emulated GPU %d", device);
  return context_of(device) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

MAPC_EXPORT CUresult cuDeviceGetUuid_v2(CUuuid* uuid, CUdevice device)
{
  // Processes compare them to find GPUs that they share.
  int parts[4] = {0x6d617063, static_cast<int>(getpid()), device, 1};
  std::memcpy(uuid->bytes, parts, sizeof(uuid->bytes));
  return context_of(device) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

MAPC_EXPORT CUresult cuDeviceTotalMem_v2(std::size_t* bytes, CUdevice device)
{
  if (!context_of(device)) return CUDA_ERROR_INVALID_DEVICE;
  *bytes = memory().room(device).total;
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuDeviceGetAttribute(int* value, int attribute, CUdevice device)
{
  if (!context_of(device)) return CUDA_ERROR_INVALID_DEVICE;
  const int bus_bits = 4096;
  switch (attribute) {
    case 1:  // most threads in a block
      *value = 1024;
      break;
    case 10:  // threads in a warp
      *value = 32;
      break;
    case 16:  // multiprocessors
      *value = 56;
      break;
    case 33:  // number on the bus
      *value = device + 1;
      break;
    case 36:  // kHz of the memory: Realm derives the bandwidth from it, doubled, and the bus
      *value = static_cast<int>(config().fb_mbs * 1e6 / (250.0 * bus_bits));
      break;
    case 37:  // bits of the memory's bus
      *value = bus_bits;
      break;
    case 41:  // one address space for all
    case 91:  // host memory has the same address on the GPU
      *value = 1;
      break;
    case 75:  // compute capability
      *value = 6;
      break;
    case 134:  // node of the host's memory
      *value = -1;
      break;
    default:  // among them memory by mapping, access to pageable memory, fabrics
      *value = 0;
  }
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuDeviceCanAccessPeer(int* can, CUdevice one, CUdevice other)
{
  *can = config().peer && one != other;
  return context_of(one) && context_of(other) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

MAPC_EXPORT CUresult cuDevicePrimaryCtxSetFlags_v2(CUdevice, unsigned) { return CUDA_SUCCESS; }

MAPC_EXPORT CUresult cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice device)
{
  *context = context_of(device);
  return *context ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

MAPC_EXPORT CUresult cuDevicePrimaryCtxRelease_v2(CUdevice) { return CUDA_SUCCESS; }

MAPC_EXPORT CUresult cuCtxPushCurrent_v2(CUcontext context)
{
  session().contexts.push_back(context);
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuCtxPopCurrent_v2(CUcontext* context)
{
  Context* current = session().current();
  if (!current) return CUDA_ERROR_INVALID_CONTEXT;
  if (context) *context = current;
  session().contexts.pop_back();
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuCtxGetDevice(CUdevice* device)
{
  Context* current = session().current();
  *device = current ? current->gpu : 0;
  return current ? CUDA_SUCCESS : CUDA_ERROR_INVALID_CONTEXT;
}

MAPC_EXPORT CUresult cuCtxGetDevice_v2(CUdevice* device, CUcontext context)
{
  if (!context) return cuCtxGetDevice(device);
  *device = context->gpu;
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuCtxGetFlags(unsigned* flags)
{
  *flags = 0;
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuCtxGetStreamPriorityRange(int* least, int* greatest)
{
  *least = 0;
  *greatest = -1;
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuCtxEnablePeerAccess(CUcontext, unsigned)
{
  return config().peer ? CUDA_SUCCESS : CUDA_ERROR_PEER_ACCESS_UNSUPPORTED;
}

MAPC_EXPORT CUresult cuCtxSynchronize()
{
  Context* current = session().current();
  if (!current) return CUDA_ERROR_INVALID_CONTEXT;
  timing().await(*current);
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuCtxSynchronize_v2(CUcontext context)
{
  if (!context) return cuCtxSynchronize();
  timing().await(*context);
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuCtxRecordEvent(CUcontext context, CUevent event)
{
  timing().record(*event, *context);
  return CUDA_SUCCESS;
}
