// Driver entry points: streams and events.
#include "work.h"

using namespace mapc_emu;

MAPC_EXPORT CUresult cuStreamCreateWithPriority(CUstream* made, unsigned, int)
{
  Context* current = session().current();
  if (!current) return CUDA_ERROR_INVALID_CONTEXT;
  *made = new Stream{current, current->gpu};
  timing().add(*current, *made);
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuStreamCreate(CUstream* made, unsigned flags)
{
  return cuStreamCreateWithPriority(made, flags, 0);
}

MAPC_EXPORT CUresult cuStreamDestroy_v2(CUstream stream)
{
  timing().remove(stream);
  delete stream;
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuStreamWaitEvent(CUstream handle, CUevent event, unsigned)
{
  Stream* stream = stream_of(handle);
  if (!stream) return CUDA_ERROR_INVALID_CONTEXT;
  timing().wait(*stream, *event);
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuStreamQuery(CUstream handle)
{
  Stream* stream = stream_of(handle);
  if (!stream) return CUDA_ERROR_INVALID_CONTEXT;
  return timing().over(*stream) ? CUDA_SUCCESS : CUDA_ERROR_NOT_READY;
}

MAPC_EXPORT CUresult cuStreamSynchronize(CUstream handle)
{
  Stream* stream = stream_of(handle);
  if (!stream) return CUDA_ERROR_INVALID_CONTEXT;
  timing().await(*stream);
  return CUDA_SUCCESS;
}

/// Nothing runs beside the submitting threads, so the caller waits for the stream and calls.
MAPC_EXPORT CUresult cuLaunchHostFunc(CUstream handle, void (*function)(void*), void* data)
{
  CUresult waited = cuStreamSynchronize(handle);
  if (waited == CUDA_SUCCESS) function(data);
  return waited;
}

MAPC_EXPORT CUresult cuStreamAddCallback(CUstream handle,
                                         void (*function)(CUstream, CUresult, void*), void* data,
                                         unsigned)
{
  CUresult waited = cuStreamSynchronize(handle);
  if (waited == CUDA_SUCCESS) function(handle, CUDA_SUCCESS, data);
  return waited;
}

MAPC_EXPORT CUresult cuEventCreate(CUevent* made, unsigned)
{
  *made = new Event();
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuEventDestroy_v2(CUevent event)
{
  timing().destroy(*event);
  delete event;
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuEventRecord(CUevent event, CUstream handle)
{
  Stream* stream = stream_of(handle);
  if (!stream) return CUDA_ERROR_INVALID_CONTEXT;
  charge_pending(*stream);
  timing().record(*event, *stream);
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuEventQuery(CUevent event)
{
  return timing().over(*event) ? CUDA_SUCCESS : CUDA_ERROR_NOT_READY;
}

MAPC_EXPORT CUresult cuEventSynchronize(CUevent event)
{
  timing().await(*event);
  return CUDA_SUCCESS;
}
