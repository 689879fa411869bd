// The part of the public CUDA driver ABI that the emulator speaks, declared here so that nobody
// needs a CUDA installation to build it. Handles are pointers to our own objects.
#pragma once

#include <cstddef>
#include <cstdint>

#define MAPC_EXPORT extern "C" __attribute__((visibility("default")))

namespace mapc_emu {
struct Context;
struct Stream;
struct Event;
struct Function;
}  // namespace mapc_emu

using CUresult = int;
using CUdevice = int;
using CUdeviceptr = unsigned long long;
using CUcontext = mapc_emu::Context*;
using CUstream = mapc_emu::Stream*;
using CUevent = mapc_emu::Event*;
using CUfunction = mapc_emu::Function*;
using CUmodule = void*;
using CUarray = void*;

enum : CUresult {
  CUDA_SUCCESS = 0,
  CUDA_ERROR_INVALID_VALUE = 1,
  CUDA_ERROR_OUT_OF_MEMORY = 2,
  CUDA_ERROR_NO_DEVICE = 100,
  CUDA_ERROR_INVALID_DEVICE = 101,
  CUDA_ERROR_INVALID_CONTEXT = 201,
  CUDA_ERROR_INVALID_HANDLE = 400,
  CUDA_ERROR_NOT_FOUND = 500,
  CUDA_ERROR_NOT_READY = 600,
  CUDA_ERROR_PEER_ACCESS_UNSUPPORTED = 217,
  CUDA_ERROR_NOT_SUPPORTED = 801,
};

enum CUmemorytype : int {
  kMemoryHost = 1,
  kMemoryDevice = 2,
  kMemoryArray = 3,
  kMemoryUnified = 4
};

struct CUuuid {
  char bytes[16];
};

struct CUipcMemHandle {
  char bytes[64];
};

struct CopyEnd2D {
  size_t x_bytes, y;
  CUmemorytype type;
  void* host;
  CUdeviceptr device;
  CUarray array;
  size_t pitch;
};

struct CUDA_MEMCPY2D {
  CopyEnd2D from, to;
  size_t width_bytes, height;
};

struct CopyEnd3D {
  size_t x_bytes, y, z, lod;
  CUmemorytype type;
  void* host;
  CUdeviceptr device;
  CUarray array;
  void* reserved;
  size_t pitch, height;
};

struct CUDA_MEMCPY3D {
  CopyEnd3D from, to;
  size_t width_bytes, height, depth;
};

static_assert(sizeof(CUDA_MEMCPY2D) == 128 && sizeof(CUDA_MEMCPY3D) == 200,
              "as CUDA lays them out");
