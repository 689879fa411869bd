// What a run tells: the figure of merit and the verdict of the check.
//
// Tuners read these lines, so all applications spell them here.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace app {

inline void print_merit(double seconds, const char* rate_name, double rate)
{
  std::printf("ELAPSED TIME = %.6f s\n", seconds);
  std::printf("%s = %.6g\n", rate_name, rate);
  std::fflush(stdout);
}

inline void print_verdict(bool correct)
{
  std::printf("%s\n", correct ? "SUCCESS" : "FAILURE");
  std::fflush(stdout);
}

// Equality within `tolerance`, relative to the expected value but to no less than `scale`: values
// that are small because large ones cancel cannot be expected to agree to the last digits.
// NaN and infinity equal nothing.
inline bool agree(double actual, double expected, double scale, double tolerance)
{
  const double allowed = tolerance * std::max(std::fabs(expected), scale);
  return std::isfinite(expected) && std::fabs(actual - expected) <= allowed;
}

}  // namespace app
