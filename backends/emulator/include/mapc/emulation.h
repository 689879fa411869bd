// Whether GPUs are emulated in this process, and what the emulated machine can do. Does not need
// Legion or CUDA. The emulated driver is looked up at run time: a program built once runs with it,
// with a real driver, or with none.
#pragma once

#include <dlfcn.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "mapc/roofline.h"

namespace mapc::gpu {

struct Emulation {
  bool on = false;
  double time_scale = 1;  ///< real microseconds for a modelled one
  double data_scale = 1;  ///< modelled bytes for a real one
  Model model;
};

/// Ends the program with one sentence about its settings.
[[noreturn]] inline void refuse(const std::string& sentence)
{
  std::fprintf(stderr, "mapc: %s\n", sentence.c_str());
  std::exit(2);
}

/// A function of the driver; null where there is no driver, or it has no such function. Realm may
/// have loaded the driver for itself only, so the whole program does not have to see it.
inline void* driver_function(const char* name)
{
  static void* const driver = dlopen("libcuda.so.1", RTLD_LAZY);
  return driver == nullptr ? nullptr : dlsym(driver, name);
}

/// What is emulated: asked of the driver once. An emulated machine without usable figures ends
/// the program, because its times would mean nothing.
inline const Emulation& emulation()
{
  static const Emulation once = [] {
    Emulation found;
    using Ask = int(double*, double*);
    Ask* const ask = reinterpret_cast<Ask*>(driver_function("mapc_emulation"));
    if (ask == nullptr || ask(&found.time_scale, &found.data_scale) == 0) return Emulation{};
    found.on = true;
    const char* const text = std::getenv("MAPC_MODEL");
    if (text == nullptr)
      refuse("GPUs are emulated, but MAPC_MODEL does not say how fast the machine is");
    found.model = parse_model(text);
    if (!found.model.mistake.empty()) refuse("MAPC_MODEL: " + found.model.mistake);
    return found;
  }();
  return once;
}

/// Checks that the data scale that the program was told is the one that the driver charges copies
/// with; a program without GPUs to emulate may model whatever it likes.
inline void require_data_scale(double scale)
{
  const Emulation& now = emulation();
  if (!now.on || std::abs(now.data_scale - scale) <= 1e-9 * scale) return;
  char sentence[160];
  std::snprintf(sentence, sizeof sentence,
                "the program models %g bytes for a real one, the emulated machine %g; give both "
                "the same data scale",
                scale, now.data_scale);
  refuse(sentence);
}

/// Counts tasks whose real work took longer than what it stands for, and tells at the end if
/// that matters.
class Overruns {
 public:
  void count(double real_us, double allowed_us)
  {
    tasks_++;
    allowed_us_ += static_cast<std::int64_t>(allowed_us);
    if (real_us <= allowed_us) return;
    late_++;
    late_us_ += static_cast<std::int64_t>(real_us - allowed_us);
  }

  // mapc reads this line.
  ~Overruns()
  {
    if (100 * late_us_ <= allowed_us_) return;  // less than the times themselves are good for
    std::fprintf(stderr,
                 "mapc: %lld of %lld modelled tasks took longer to compute than the time they "
                 "stand for, %.3f s in all; a larger time scale helps\n",
                 static_cast<long long>(late_), static_cast<long long>(tasks_),
                 1e-6 * static_cast<double>(late_us_));
  }

  static Overruns& all()
  {
    static Overruns one;
    return one;
  }

 private:
  std::atomic<std::int64_t> tasks_ = {0}, late_ = {0}, late_us_ = {0}, allowed_us_ = {0};
};

}  // namespace mapc::gpu
