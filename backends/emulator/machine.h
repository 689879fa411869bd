// The modelled machine: its resources, what an operation needs of them, and what they did.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "config.h"
#include "timeline.h"

namespace mapc_emu {

/// Where data lies: the number of a GPU, or the host's memory.
using Place = int;
constexpr Place kHost = -1;

struct Resource {
  std::string name;
  Timeline timeline;
  std::uint64_t operations = 0;
  double bytes = 0;    // modelled
  double busy_us = 0;  // modelled
};

/// What one operation uses, and for how long in the modelled machine.
struct Use {
  Resource* first = nullptr;
  Resource* second = nullptr;  // another one at the same time; null for none
  double us = 0;
  double bytes = 0;  // modelled
};

/// Not locked: whoever uses it holds the lock of the timing.
class Machine {
 public:
  explicit Machine(const Config& config);

  /// `executing` is the GPU that does the work: what it moves within the host's memory crosses
  /// its link twice.
  Use copy(Place from, Place to, int executing, double real_bytes);
  Use fill(Place to, int executing, double real_bytes);
  Use kernel(int gpu, double us);

  /// Books the first common gap after `earliest` and returns its real end.
  Time book(const Use& use, Time earliest, Time real_now);

  const std::deque<Resource>& resources() const { return resources_; }

 private:
  struct Gpu {
    Resource *h2d, *d2h, *framebuffer, *sm;
    std::vector<Resource*> link;  // to each GPU
  };

  Resource* add(const std::string& name);
  Use moving(Resource* first, Resource* second, double latency_us, double mbs, double real_bytes);

  const Config& config_;
  std::deque<Resource> resources_;  // does not move them
  std::vector<Gpu> gpus_;
};

}  // namespace mapc_emu
