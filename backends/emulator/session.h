// What a thread is doing: its current GPU, and the GPU task of Realm's that it runs.
#pragma once

#include <vector>

#include "timing.h"

namespace mapc_emu {

/// Null for numbers that no GPU has.
Context* context_of(CUdevice gpu);

/// A kernel charged where no stream is known: it belongs to the work that is fenced next.
struct Pending {
  Time since;
  double us;
};

struct Session {
  std::vector<Context*> contexts;  // pushed; the current one last
  Stream* task_stream = nullptr;   // of the task that runs; null outside
  Time task_began = 0;
  Time task_cpu_began = 0;  // processor time of this thread
  long task_pauses = 0;     // how often the thread had blocked by then
  std::vector<Pending> pending;

  Context* current() const { return contexts.empty() ? nullptr : contexts.back(); }

  void begin_task(Stream* stream);
  void end_task() { task_stream = nullptr; }

  /// When the kernel of a task began, if its work has been done on the host since: not when the
  /// work ended, or a task would take the real time and the modelled one. Waiting is not work.
  Time kernel_began() const;
};

Session& session();

/// The stream that a handle means, the current context's own for null; null without any.
Stream* stream_of(CUstream handle);

}  // namespace mapc_emu
