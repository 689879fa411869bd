// Real time in nanoseconds, and waiting for it exactly.
#pragma once

#include <sys/prctl.h>
#include <time.h>

#include <cstdint>

namespace mapc_emu {

using Time = std::int64_t;

inline Time now()
{
  timespec read;
  clock_gettime(CLOCK_MONOTONIC, &read);
  return read.tv_sec * Time(1000000000) + read.tv_nsec;
}

inline void sleep_until(Time when)
{
  /// The kernel may wake a thread up to its timer slack late, 50 us unless told otherwise.
  static thread_local bool told = prctl(PR_SET_TIMERSLACK, 1000UL) == 0;
  (void)told;
  timespec target = {when / 1000000000, when % 1000000000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &target, nullptr) != 0) {
  }
}

/// Sleeps for most of the time and spins for the rest: sleeping alone ends too late.
inline void wait_exactly_until(Time when)
{
  const Time spin = 30000;
  if (when - now() > spin) sleep_until(when - spin);
  while (now() < when) __builtin_ia32_pause();
}

}  // namespace mapc_emu
