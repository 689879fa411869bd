// What the emulator offers beyond the driver: to Realm, to applications, to the reduction shim. All
// of it is looked up at run time, so that the same binaries run with the real driver.
#include "memory.h"
#include "work.h"

using namespace mapc_emu;

/// Realm calls these around every GPU task if the process has them: the way to learn its stream.
MAPC_EXPORT void cuhook_register_callback() {}

MAPC_EXPORT void cuhook_start_task(CUstream stream) { session().begin_task(stream); }

MAPC_EXPORT void cuhook_end_task(CUstream) { session().end_task(); }

/// Charges a kernel of so many modelled microseconds to the GPU, on a stream or on the one of the
/// task that runs. The work itself is ordinary host code, done before or after in the same task.
MAPC_EXPORT void mapc_kernel(void* stream, double modelled_microseconds)
{
  if (config().gpus > 0) charge_kernel(static_cast<CUstream>(stream), modelled_microseconds);
}

/// 1 where GPUs are emulated; then also the scales, where asked for.
MAPC_EXPORT int mapc_emulation(double* time_scale, double* data_scale)
{
  if (time_scale) *time_scale = config().time_scale;
  if (data_scale) *data_scale = config().data_scale;
  return config().gpus > 0;
}

/// Reduces on the host what Realm launched as a kernel, and charges it as a copy of the same bytes.
MAPC_EXPORT void mapc_reduction(void* stream, const void* from, const void* to, double bytes,
                                void (*reduce)(void*), void* data)
{
  Work work(static_cast<CUstream>(stream));
  reduce(data);
  if (work.valid()) work.copied(memory().place_of(from), memory().place_of(to), bytes);
}
