// Loaded before a mapper, it puts Legion's LoggingWrapper around every mapper that is installed:
// with `-level mapper=2` the log has every decision, whoever made it.

#include <dlfcn.h>

#include <cstdlib>

#include "legion.h"
#include "mappers/logging_wrapper.h"

void Legion::Runtime::replace_default_mapper(Mapping::Mapper* mapper, Processor processor)
{
  using Replace = void (*)(Runtime*, Mapping::Mapper*, Processor);
  void* const next = dlsym(RTLD_NEXT,
                           "_ZN6Legion7Runtime22replace_default_mapperEPNS_7Mapping6Mapper"
                           "EN5Realm9ProcessorE");
  if (next == nullptr) std::abort();
  reinterpret_cast<Replace>(next)(this, new Mapping::LoggingWrapper(mapper), processor);
}
