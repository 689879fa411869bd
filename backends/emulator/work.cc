#include "work.h"

#include <atomic>

namespace mapc_emu {
namespace {

std::atomic<std::uint64_t> copies, dropped, kernels;

}  // namespace

void Work::copied(Place from, Place to, double bytes)
{
  timing().run(*stream_, submitted_,
               [&](Machine& machine) { return machine.copy(from, to, stream_->gpu, bytes); });
}

void Work::filled(Place to, double bytes)
{
  timing().run(*stream_, submitted_,
               [&](Machine& machine) { return machine.fill(to, stream_->gpu, bytes); });
}

bool Work::drop_this_copy()
{
  std::uint64_t number = copies++;
  std::uint64_t every = config().drop;
  bool drop = every != 0 && (number + config().seed) % every == every - 1;
  dropped += drop;
  return drop;
}

void charge_kernel(CUstream handle, double us)
{
  Session& mine = session();
  Time since = mine.kernel_began();
  Stream* stream = handle ? stream_of(handle) : mine.task_stream;
  if (!stream) {
    // Without a current GPU the task runs on a CPU, where its work takes the time it takes.
    if (mine.current()) mine.pending.push_back({since, us});
    return;
  }
  kernels++;
  timing().run(*stream, since, [&](Machine& machine) { return machine.kernel(stream->gpu, us); });
}

void charge_pending(Stream& stream)
{
  for (const Pending& one : session().pending) {
    kernels++;
    timing().run(stream, one.since,
                 [&](Machine& machine) { return machine.kernel(stream.gpu, one.us); });
  }
  session().pending.clear();
}

Counts counts() { return {copies, dropped, kernels}; }

}  // namespace mapc_emu
