// How a generated mapper gets into an application. With MAPC_PRELOAD the shared library interposes
// Legion::Runtime::start, so that it works under LD_PRELOAD with an unmodified program: its
// callback is added last and therefore wins over mappers that the program registers itself. With
// MAPC_LINKED the file is part of the program and does the same; the linker has to be told `--wrap`
// with both symbols. With neither, the program calls `mapc_register_<name>()`. No Legion here: the
// symbols are spelled as the linker sees them.
#pragma once

#ifdef MAPC_PRELOAD
#include <dlfcn.h>

#include <cstdlib>

namespace mapc {

/// The function that the interposed one stands before.
template <class Function>
Function* next_function(const char* symbol)
{
  void* const address = dlsym(RTLD_NEXT, symbol);
  if (address == nullptr) std::abort();
  return reinterpret_cast<Function*>(address);
}

}  // namespace mapc

/// Interposes both forms of Legion::Runtime::start; `registration` is called before the real one.
#define MAPC_INTERPOSE_START(registration)                                                       \
  extern "C" {                                                                                   \
  int mapc_start_3(int, char**, bool, bool, bool) asm("_ZN6Legion7Runtime5startEiPPcbbb");       \
  int mapc_start_5(int, char**, bool, bool, bool, bool,                                          \
                   bool) asm("_ZN6Legion7Runtime5startEiPPcbbbbb");                              \
  __attribute__((visibility("default"))) int mapc_start_3(int argc, char** argv,                 \
                                                          bool background, bool supply, bool filter) \
  {                                                                                              \
    registration();                                                                              \
    return mapc::next_function<int(int, char**, bool, bool, bool)>(                              \
        "_ZN6Legion7Runtime5startEiPPcbbb")(argc, argv, background, supply, filter);             \
  }                                                                                              \
  __attribute__((visibility("default"))) int mapc_start_5(                                       \
      int argc, char** argv, bool background, bool supply, bool filter, bool network,            \
      bool configure)                                                                            \
  {                                                                                              \
    registration();                                                                              \
    return mapc::next_function<int(int, char**, bool, bool, bool, bool, bool)>(                  \
        "_ZN6Legion7Runtime5startEiPPcbbbbb")(argc, argv, background, supply, filter, network,   \
                                              configure);                                        \
  }                                                                                              \
  }
#elif defined(MAPC_LINKED)
/// Takes the calls of both forms of Legion::Runtime::start. Weak, because each Legion has one form.
#define MAPC_INTERPOSE_START(registration)                                                       \
  extern "C" {                                                                                   \
  int mapc_real_start_3(int, char**, bool, bool, bool) asm(                                      \
      "__real__ZN6Legion7Runtime5startEiPPcbbb") __attribute__((weak));                          \
  int mapc_real_start_5(int, char**, bool, bool, bool, bool, bool) asm(                          \
      "__real__ZN6Legion7Runtime5startEiPPcbbbbb") __attribute__((weak));                        \
  int mapc_start_3(int, char**, bool, bool, bool) asm("__wrap__ZN6Legion7Runtime5startEiPPcbbb"); \
  int mapc_start_5(int, char**, bool, bool, bool, bool,                                          \
                   bool) asm("__wrap__ZN6Legion7Runtime5startEiPPcbbbbb");                       \
  int mapc_start_3(int argc, char** argv, bool background, bool supply, bool filter)             \
  {                                                                                              \
    registration();                                                                              \
    return mapc_real_start_3(argc, argv, background, supply, filter);                            \
  }                                                                                              \
  int mapc_start_5(int argc, char** argv, bool background, bool supply, bool filter,             \
                   bool network, bool configure)                                                 \
  {                                                                                              \
    registration();                                                                              \
    return mapc_real_start_5(argc, argv, background, supply, filter, network, configure);        \
  }                                                                                              \
  }
#else
#define MAPC_INTERPOSE_START(registration)
#endif
