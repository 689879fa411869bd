// Which iterations are timed, and the stamps that tasks take.
//
// Stamps are taken inside tasks and not in the main program, which runs far ahead of them. Warm-up
// and trace capture stay outside of the window.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "legion.h"

namespace app {

// `loops` timed iterations with `prune` untimed ones on each side.
struct Window {
  int64_t loops;
  int64_t prune;

  int64_t iterations() const { return loops + 2 * prune; }
  bool opens(int64_t iteration) const { return iteration == prune; }
  bool closes(int64_t iteration) const { return iteration == prune + loops - 1; }
};

// Seconds on a clock that the nodes of one run share.
inline double now()
{
  return 1e-9 * static_cast<double>(Realm::Clock::current_time_in_nanoseconds());
}

// Start and stop of one piece, in seconds; also the earliest and latest of many.
struct Span {
  double start = std::numeric_limits<double>::infinity();
  double stop = -std::numeric_limits<double>::infinity();

  void include(const Span& other)
  {
    start = std::min(start, other.start);
    stop = std::max(stop, other.stop);
  }
  double seconds() const { return stop - start; }
};

}  // namespace app
