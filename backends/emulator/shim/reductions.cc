// Lets reductions go into emulated framebuffer: Realm wants every operator to have GPU functions
// for that, which only a CUDA compiler can make. Linked or preloaded into an application, this
// library gives each operator that is registered its own host functions as the GPU ones. Without
// the emulated driver it changes nothing.
#include <dlfcn.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "realm.h"

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace {

using Operator = Realm::ReductionOpUntyped;
using Function = decltype(Operator::cpu_apply_excl_fn);

/// What Realm takes for a kernel of the CUDA runtime's.
struct Kernel {
  Function function;
  std::size_t written_bytes, read_bytes;  // of an element
};

/// One launch; the arguments of Realm's reduction kernels, in their order.
struct Reduction {
  const Kernel* kernel;
  std::uintptr_t to, to_stride, from, from_stride;
  std::size_t count;
  const void* userdata;

  static void run(void* data)
  {
    auto& one = *static_cast<Reduction*>(data);
    one.kernel->function(reinterpret_cast<void*>(one.to), one.to_stride,
                         reinterpret_cast<const void*>(one.from), one.from_stride, one.count,
                         one.userdata);
  }
};

/// As the CUDA runtime's: passed by value.
struct Extent {
  unsigned x, y, z;
};

using Charge = void (*)(void* stream, const void* from, const void* to, double bytes,
                        void (*reduce)(void*), void* data);

/// The emulated driver's function; null with any other driver, or without GPUs.
Charge charge()
{
  using Asked = int (*)(double*, double*);
  auto emulation = reinterpret_cast<Asked>(dlsym(RTLD_DEFAULT, "mapc_emulation"));
  if (!emulation || !emulation(nullptr, nullptr)) return nullptr;
  return reinterpret_cast<Charge>(dlsym(RTLD_DEFAULT, "mapc_reduction"));
}

/// In the place of cudaLaunchKernel.
int launch(const void* kernel, Extent, Extent, void** arguments, std::size_t, void* stream)
{
  auto number = [&](int i) { return *static_cast<const std::uintptr_t*>(arguments[i]); };
  Reduction one = {static_cast<const Kernel*>(kernel),
                   number(0),
                   number(1),
                   number(2),
                   number(3),
                   number(4),
                   arguments[5]};
  static const Charge charged = charge();
  charged(stream, reinterpret_cast<const void*>(one.from), reinterpret_cast<const void*>(one.to),
          double(one.count) * one.kernel->read_bytes, Reduction::run, &one);
  return 0;
}

/// Never freed: Realm keeps the operators until the process ends.
void* kernel(Function function, std::size_t written_bytes, std::size_t read_bytes)
{
  return function ? new Kernel{function, written_bytes, read_bytes} : nullptr;
}

/// Legion's own operators have GPU functions, but nothing can run those.
void complete(Operator& operation)
{
  // Legion's own operators come with kernels of CUDA's, which nothing here could run.
  if (!charge()) return;
  std::size_t left = operation.sizeof_lhs, right = operation.sizeof_rhs;
  operation.cuda_apply_excl_fn = kernel(operation.cpu_apply_excl_fn, left, right);
  operation.cuda_apply_nonexcl_fn = kernel(operation.cpu_apply_nonexcl_fn, left, right);
  operation.cuda_fold_excl_fn = kernel(operation.cpu_fold_excl_fn, right, right);
  operation.cuda_fold_nonexcl_fn = kernel(operation.cpu_fold_nonexcl_fn, right, right);
  operation.cudaLaunchKernel_fn = reinterpret_cast<void*>(&launch);
  operation.cudaGetFuncBySymbol_fn = nullptr;
  operation.cudaGetFuncBySymbol_fn = nullptr;  // Realm would rather use that
}

}  // namespace

/// Realm::Runtime::register_reduction(Event &, ReductionOpID, const ReductionOpUntyped *), which
/// everything that registers an operator goes through. Realm copies the operator, so it is
/// completed before.
EXPORT bool _ZN5Realm7Runtime18register_reductionERNS_5EventEiPKNS_18ReductionOpUntypedE(
    Realm::Runtime* runtime, Realm::Event& event, Realm::ReductionOpID id,
    const Operator* operation)
{
  using Original = bool (*)(Realm::Runtime*, Realm::Event&, Realm::ReductionOpID, const Operator*);
  static const auto original = reinterpret_cast<Original>(dlsym(
      RTLD_NEXT, "_ZN5Realm7Runtime18register_reductionERNS_5EventEiPKNS_18ReductionOpUntypedE"));
  if (!original) {
    std::fprintf(stderr, "mapc: this Realm has no register_reduction that could be completed\n");
    std::abort();
  }
  complete(const_cast<Operator&>(*operation));
  return original(runtime, event, id, operation);
}
