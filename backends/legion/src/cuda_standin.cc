// Stand-in for libcuda.so.1 on machines without an NVIDIA driver.
//
// Legion's libraries are linked with CUDA and want libcuda.so.1 at start, GPU or not. This one says
// that there is no device, and Realm goes on with CPUs. Never used where a driver is installed.

typedef int CUresult;

enum { NO_DEVICE = 100 };

#define EXPORT extern "C" __attribute__((visibility("default")))

EXPORT CUresult cuInit(unsigned) { return NO_DEVICE; }

EXPORT CUresult cuDriverGetVersion(int *version)
{
  *version = 0;
  return NO_DEVICE;
}

EXPORT CUresult cuDeviceGetCount(int *count)
{
  *count = 0;
  return NO_DEVICE;
}

EXPORT CUresult cuGetErrorName(CUresult, const char **name)
{
  *name = "CUDA_ERROR_NO_DEVICE";
  return 0;
}

EXPORT CUresult cuGetErrorString(CUresult, const char **text)
{
  *text = "no CUDA-capable device (mapc's stand-in for the driver)";
  return 0;
}

EXPORT CUresult cuMemFree_v2(unsigned long long) { return NO_DEVICE; }

EXPORT CUresult cuMemFreeHost(void *) { return NO_DEVICE; }
