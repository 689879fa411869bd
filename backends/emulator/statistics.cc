#include "statistics.h"

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <set>

#include "memory.h"
#include "work.h"

namespace mapc_emu {
namespace {

std::mutex unsupported_lock;

std::set<std::string>& unsupported()
{
  static auto& all = *new std::set<std::string>();
  return all;
}

void write_resources(std::FILE* file, const Machine& machine)
{
  std::fprintf(file, "  \"resources\": {");
  const char* comma = "\n";
  for (const Resource& one : machine.resources()) {
    std::fprintf(file, "%s    \"%s\": {\"operations\": %llu, \"bytes\": %.17g, \"busy_us\": %.17g}",
                 comma, one.name.c_str(), static_cast<unsigned long long>(one.operations),
                 one.bytes, one.busy_us);
    comma = ",\n";
  }
  std::fprintf(file, "\n  },\n");
}

void write_totals(std::FILE* file, const Totals& totals)
{
  Counts done = counts();
  std::fprintf(file, "  \"copies\": %llu,\n  \"dropped\": %llu,\n  \"kernels\": %llu,\n",
               static_cast<unsigned long long>(done.copies),
               static_cast<unsigned long long>(done.dropped),
               static_cast<unsigned long long>(done.kernels));
  std::fprintf(file, "  \"overruns\": %llu,\n  \"overrun_real_us\": %.1f,\n",
               static_cast<unsigned long long>(totals.overruns), totals.overrun_us);
  std::fprintf(file, "  \"events\": %llu,\n  \"late_real_us\": %.1f,\n  \"queries\": %llu,\n",
               static_cast<unsigned long long>(totals.late), totals.late_us,
               static_cast<unsigned long long>(totals.queries));
}

void write_memory(std::FILE* file)
{
  std::fprintf(file, "  \"peak_bytes\": [");
  for (int gpu = 0; gpu < config().gpus; gpu++)
    std::fprintf(file, "%s%zu", gpu ? ", " : "", memory().room(gpu).most);
  std::fprintf(file, "],\n");
}

void write_unsupported(std::FILE* file)
{
  std::lock_guard<std::mutex> held(unsupported_lock);
  std::fprintf(file, "  \"unsupported\": [");
  const char* comma = "";
  for (const std::string& name : unsupported()) {
    std::fprintf(file, "%s\"%s\"", comma, name.c_str());
    comma = ", ";
  }
  std::fprintf(file, "]\n");
}

void write_statistics()
{
  if (config().stats.empty()) return;
  std::FILE* file = std::fopen(config().stats.c_str(), "w");
  if (!file) {
    std::fprintf(stderr, "MAPC_EMU_STATS: cannot write `%s`\n", config().stats.c_str());
    return;
  }
  std::fprintf(file, "{\n  \"gpus\": %d,\n  \"time_scale\": %.17g,\n  \"data_scale\": %.17g,\n",
               config().gpus, config().time_scale, config().data_scale);
  timing().look([&](const Machine& machine, const Totals& totals) {
    write_resources(file, machine);
    write_totals(file, totals);
  });
  write_memory(file);
  write_unsupported(file);
  std::fprintf(file, "}\n");
  std::fclose(file);
}

}  // namespace

void write_statistics_at_exit()
{
  static const bool once = std::atexit(write_statistics) == 0;
  (void)once;
}

void note_unsupported(const std::string& name)
{
  std::lock_guard<std::mutex> held(unsupported_lock);
  if (unsupported().insert(name).second)
    std::fprintf(stderr, "mapc's emulated driver: %s is not supported\n", name.c_str());
}

}  // namespace mapc_emu
