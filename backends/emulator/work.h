// One operation from its submission to the booking of its time, and the faults that tests ask for.
#pragma once

#include "session.h"

namespace mapc_emu {

/// Made when an operation is submitted; `copied` and the like are told when its data has moved.
class Work {
 public:
  explicit Work(CUstream handle) : stream_(stream_of(handle)), submitted_(now()) {}

  bool valid() const { return stream_ != nullptr; }
  Stream& stream() { return *stream_; }

  void copied(Place from, Place to, double bytes);
  void filled(Place to, double bytes);

  /// Whether this one is the copy in so many that is to be left out.
  static bool drop_this_copy();

 private:
  Stream* stream_;
  Time submitted_;
};

/// Books a kernel of the running task, or of `handle` where that is not null.
void charge_kernel(CUstream handle, double us);

/// Books what was charged before its stream was known.
void charge_pending(Stream& stream);

struct Counts {
  std::uint64_t copies, dropped, kernels;
};
Counts counts();

}  // namespace mapc_emu
