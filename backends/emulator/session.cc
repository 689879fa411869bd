#include "session.h"

#include <sys/resource.h>

#include <algorithm>
#include <deque>

namespace mapc_emu {
namespace {

Time processor_time()
{
  timespec read;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &read);
  return read.tv_sec * Time(1000000000) + read.tv_nsec;
}

long pauses()
{
  rusage used;
  getrusage(RUSAGE_THREAD, &used);
  return used.ru_nvcsw;
}

std::deque<Context>& contexts()
{
  static std::deque<Context>& all = *[] {
    auto* made = new std::deque<Context>();
    for (int gpu = 0; gpu < config().gpus; gpu++) made->emplace_back(gpu);
    return made;
  }();
  return all;
}

}  // namespace

Context* context_of(CUdevice gpu)
{
  bool known = gpu >= 0 && gpu < static_cast<int>(contexts().size());
  return known ? &contexts()[gpu] : nullptr;
}

void Session::begin_task(Stream* stream)
{
  task_stream = stream;
  task_began = now();
  task_cpu_began = processor_time();
  task_pauses = pauses();
}

Time Session::kernel_began() const
{
  if (!task_stream) return now();
  if (pauses() == task_pauses) return task_began;
  return std::max(task_began, now() - (processor_time() - task_cpu_began));
}

Session& session()
{
  static thread_local Session one;
  return one;
}

Stream* stream_of(CUstream handle)
{
  // 1 and 2 are the public handles of the legacy and the thread's default stream.
  if (reinterpret_cast<std::uintptr_t>(handle) > 2) return handle;
  Context* current = session().current();
  return current ? &current->legacy : nullptr;
}

}  // namespace mapc_emu
