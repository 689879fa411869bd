// Realm's own kernels: told apart by name, run on the host.
#pragma once

#include <string>

#include "machine.h"

namespace mapc_emu {

enum class KernelKind { kAffineCopy, kAffineFill, kTranspose, kIndirectCopy, kUnknown };

struct Function {
  std::string name;
  KernelKind kind = KernelKind::kUnknown;
  int dim = 0;
  std::size_t width = 0;    // bytes of an element
  std::size_t address = 0;  // bytes of a coordinate, of the indirect ones
};

Function parse_function(const std::string& name);

/// What a launch touches. `dropped` launches do everything but move data.
struct Launch {
  Place from = kHost, to = kHost;
  double bytes = 0;
};
Launch run_kernel(const Function& function, const void* parameter, bool dropped);

}  // namespace mapc_emu
