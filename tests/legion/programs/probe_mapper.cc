// A mapper without mapc's support header: the default one, which says what it is asked, and deals
// the points of index launches out to the processors.

#include <dlfcn.h>

#include <cstdlib>

#include "legion.h"
#include "mappers/default_mapper.h"

using namespace Legion;
using namespace Legion::Mapping;

namespace {

Logger log_mapc("mapc");

class ProbeMapper : public DefaultMapper {
 public:
  using DefaultMapper::DefaultMapper;

  void select_task_options(const MapperContext ctx, const Task &task, TaskOptions &output) override
  {
    DefaultMapper::select_task_options(ctx, task, output);
    log_mapc.print("{\"task\": \"%s\"}", task.get_task_name());
  }

  void slice_task(const MapperContext, const Task &, const SliceTaskInput &input,
                  SliceTaskOutput &output) override
  {
    size_t turn = 0;
    for (Domain::DomainPointIterator it(input.domain); it; it++) {
      const Processor target = local_cpus[turn++ % local_cpus.size()];
      output.slices.push_back(TaskSlice(Domain(*it, *it), target, false, false));
    }
  }
};

void replace(Machine machine, Runtime *runtime, const std::set<Processor> &local)
{
  for (const Processor processor : local)
    runtime->replace_default_mapper(
        new ProbeMapper(runtime->get_mapper_runtime(), machine, processor, "probe"), processor);
}

template <typename Function>
Function *next(const char *symbol)
{
  void *const address = dlsym(RTLD_NEXT, symbol);
  if (address == nullptr) std::abort();
  return reinterpret_cast<Function *>(address);
}

}  // namespace

extern "C" int _ZN6Legion7Runtime5startEiPPcbbb(int argc, char **argv, bool background, bool supply,
                                                bool filter)
{
  Runtime::add_registration_callback(replace);
  return next<int(int, char **, bool, bool, bool)>("_ZN6Legion7Runtime5startEiPPcbbb")(
      argc, argv, background, supply, filter);
}

extern "C" int _ZN6Legion7Runtime5startEiPPcbbbbb(int argc, char **argv, bool background,
                                                  bool supply, bool filter, bool network,
                                                  bool configure)
{
  Runtime::add_registration_callback(replace);
  return next<int(int, char **, bool, bool, bool, bool, bool)>(
      "_ZN6Legion7Runtime5startEiPPcbbbbb")(argc, argv, background, supply, filter, network,
                                            configure);
}
