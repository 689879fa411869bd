// What a run on an emulated machine tells besides: which problem it stands for, and how long that
// takes on the modelled machine.
//
// A machine model is larger than the computer that emulates it, so a reduced problem is computed,
// and copies and kernels are charged as for the one it stands for: with a data scale D one real
// byte stands for D. Whatever else grows is for each application to say.
#pragma once

#include <cstdio>
#include <string>

#include "mapc/gpu.h"
#include "options.h"

namespace app {

inline Options& add_scale(Options& options, double& data_scale)
{
  return options.real("-scale", data_scale, "emulated machines: modelled bytes for a real one");
}

// Follows the figure of merit, which is in real seconds and of the problem really computed.
// `work` is what the modelled problem has to do.
inline void print_modelled(double real_seconds, const char* rate_name, double work,
                           const std::string& real_problem, const std::string& modelled_problem)
{
  const mapc::gpu::Emulation& emulated = mapc::gpu::emulation();
  if (!emulated.on) return;
  const double seconds = real_seconds / emulated.time_scale;
  std::printf("COMPUTED: %s\n", real_problem.c_str());
  std::printf("MODELLED: %s (data scale %g, time scale %g)\n", modelled_problem.c_str(),
              emulated.data_scale, emulated.time_scale);
  std::printf("MODELLED TIME = %.6f s\n", seconds);
  std::printf("MODELLED %s = %.6g\n", rate_name, work / seconds);
  std::fflush(stdout);
}

}  // namespace app
