// Lets threads that wait for one of Legion's locks give their core to the one that holds it. They
// spin otherwise, which is right where every thread has a core. A few cores that emulate four GPUs
// do not have that many, and a holder who is not running keeps everybody waiting for some 0.1 s.
// Preloaded; reads nothing but the lock's own word, which says when only Realm itself can go on.
#include <dlfcn.h>
#include <sched.h>
#include <time.h>

#include <cstdio>
#include <cstdlib>

#include "realm.h"

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace {

using Realm::Event;
using Realm::FastReservation;
using Slow = Event (*)(FastReservation*, FastReservation::WaitMode);

struct Open : FastReservation {
  using FastReservation::state;
};

/// The holder sleeps on an event, or the lock is one of Realm's distributed ones.
bool is_exceptional(FastReservation& lock)
{
  constexpr FastReservation::State kinds =
      FastReservation::STATE_SLEEPER | FastReservation::STATE_BASE_RSRV |
      FastReservation::STATE_BASE_RSRV_WAITING | FastReservation::STATE_SLOW_FALLBACK;
  return ((lock.*(&Open::state)).load() & kinds) != 0;
}

void rest(int turn)
{
  constexpr int YIELDS = 16;
  constexpr timespec NAP = {0, 20000};
  if (turn < YIELDS)
    sched_yield();
  else
    nanosleep(&NAP, nullptr);
}

Event take(FastReservation& lock, FastReservation::WaitMode mode, Slow slow,
           bool (FastReservation::*attempt)())
{
  for (int turn = 0; !is_exceptional(lock); turn++) {
    if ((lock.*attempt)()) return Event::NO_EVENT;
    rest(turn);
  }
  return slow(&lock, mode);
}

Slow next(const char* name)
{
  void* const found = dlsym(RTLD_NEXT, name);
  if (found == nullptr) {
    std::fprintf(stderr, "mapc locks: there is no function %s\n", name);
    std::abort();
  }
  return reinterpret_cast<Slow>(found);
}

}  // namespace

// Members of Realm's, under the names that the compiler gives them: `FastReservation::wrlock_slow`
// and `rdlock_slow`, which are called where a lock is not free.

EXPORT Event _ZN5Realm15FastReservation11wrlock_slowENS0_8WaitModeE(
    FastReservation* lock, FastReservation::WaitMode mode)
{
  static const Slow slow = next("_ZN5Realm15FastReservation11wrlock_slowENS0_8WaitModeE");
  return take(*lock, mode, slow, &FastReservation::trywrlock);
}

EXPORT Event _ZN5Realm15FastReservation11rdlock_slowENS0_8WaitModeE(
    FastReservation* lock, FastReservation::WaitMode mode)
{
  static const Slow slow = next("_ZN5Realm15FastReservation11rdlock_slowENS0_8WaitModeE");
  return take(*lock, mode, slow, &FastReservation::tryrdlock);
}
