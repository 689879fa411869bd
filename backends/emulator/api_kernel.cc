// Driver entry points: modules and launches. The code in a module is not looked at: the kernels of
// Realm's are known by name.
#include <cstdio>
#include <map>
#include <mutex>

#include "kernels.h"
#include "work.h"

using namespace mapc_emu;

namespace {

std::mutex functions_lock;

CUfunction function_named(const std::string& name)
{
  static auto& all = *new std::map<std::string, Function>();
  std::lock_guard<std::mutex> held(functions_lock);
  auto found = all.find(name);
  if (found == all.end()) found = all.emplace(name, parse_function(name)).first;
  return &found->second;
}

/// A launch gives its arguments one by one, or all in one buffer.
const void* first_parameter(void** parameters, void** extra)
{
  if (parameters) return parameters[0];
  const auto buffer = reinterpret_cast<void*>(1);
  for (; extra && *extra; extra += 2)
    if (*extra == buffer) return extra[1];
  return nullptr;
}

}  // namespace

MAPC_EXPORT CUresult cuModuleLoadDataEx(CUmodule* module, const void*, unsigned, int*, void**)
{
  static char one;
  *module = &one;
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuModuleGetFunction(CUfunction* function, CUmodule, const char* name)
{
  *function = function_named(name);
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuOccupancyMaxPotentialBlockSize(int* blocks, int* threads,
                                                      CUfunction function, std::size_t (*)(int),
                                                      std::size_t, int)
{
  // Realm divides the root of it by the elements in a field, and by the result: up to 64 fit.
  *threads = function->kind == KernelKind::kTranspose ? 4096 : 256;
  *blocks = 64;
  return CUDA_SUCCESS;
}

MAPC_EXPORT CUresult cuLaunchKernel(CUfunction function, unsigned, unsigned, unsigned, unsigned,
                                    unsigned, unsigned, unsigned, CUstream stream,
                                    void** parameters, void** extra)
{
  const void* parameter = first_parameter(parameters, extra);
  if (function->kind == KernelKind::kUnknown || !parameter) {
    std::fprintf(stderr, "mapc's emulated driver cannot run the kernel `%s`\n",
                 function->name.c_str());
    return CUDA_ERROR_NOT_SUPPORTED;
  }
  Work work(stream);
  if (!work.valid()) return CUDA_ERROR_INVALID_CONTEXT;
  bool fills = function->kind == KernelKind::kAffineFill;
  Launch done = run_kernel(*function, parameter, !fills && Work::drop_this_copy());
  if (fills)
    work.filled(done.to, done.bytes);
  else
    work.copied(done.from, done.to, done.bytes);
  return CUDA_SUCCESS;
}
