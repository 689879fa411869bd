// Chains of dependent copies and kernels on emulated GPUs, through Realm alone: what Legion itself
// takes is not modelled. Prints the modelled microseconds that each part took.
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "realm.h"

using namespace Realm;

enum : Processor::TaskFuncID { MAIN = Processor::TASK_ID_FIRST_AVAILABLE, KERNEL };

static int asked_argc;
static char** asked_argv;

static double option(const char* name, double otherwise)
{
  for (int i = 1; i + 1 < asked_argc; ++i)
    if (!strcmp(asked_argv[i], name)) return atof(asked_argv[i + 1]);
  return otherwise;
}

/// A GPU task: some microseconds of real work, which the modelled time of its kernel covers.
static void kernel(const void* args, size_t, const void*, size_t, Processor)
{
  using Charge = void (*)(void*, double);
  static const auto charge = reinterpret_cast<Charge>(dlsym(RTLD_DEFAULT, "mapc_kernel"));
  const double* const us = static_cast<const double*>(args);
  const long long begin = Clock::current_time_in_microseconds();
  while (Clock::current_time_in_microseconds() - begin < us[1]) {
  }
  charge(nullptr, us[0]);
}

static double time_scale()
{
  using Ask = int (*)(double*, double*);
  double scale = 1;
  const auto ask = reinterpret_cast<Ask>(dlsym(RTLD_DEFAULT, "mapc_emulation"));
  if (!ask || !ask(&scale, nullptr)) abort();
  return scale;
}

struct Bench {
  std::vector<Processor> gpus;
  std::vector<Memory> framebuffers;
  Memory host;
  double scale = time_scale();

  Bench()
  {
    const Machine machine = Machine::get_machine();
    Machine::ProcessorQuery all(machine);
    all.only_kind(Processor::TOC_PROC);
    for (const Processor gpu : all) {
      gpus.push_back(gpu);
      Machine::MemoryQuery own(machine);
      own.only_kind(Memory::GPU_FB_MEM).best_affinity_to(gpu);
      framebuffers.push_back(own.first());
    }
    host = Machine::MemoryQuery(machine).only_kind(Memory::SYSTEM_MEM).first();
  }

  template <typename Chain>
  double timed(const Chain& chain) const
  {
    const long long begin = Clock::current_time_in_nanoseconds();
    chain().wait();
    return (Clock::current_time_in_nanoseconds() - begin) / 1000.0 / scale;
  }
};

static RegionInstance instance_in(Memory memory, const Rect<1>& points)
{
  RegionInstance made;
  RegionInstance::create_instance(made, memory, points, std::vector<size_t>{sizeof(double)}, 0,
                                  ProfilingRequestSet())
      .wait();
  return made;
}

static Event copy(RegionInstance from, RegionInstance to, const Rect<1>& points, Event after)
{
  std::vector<CopySrcDstField> source(1), target(1);
  source[0].set_field(from, 0, sizeof(double));
  target[0].set_field(to, 0, sizeof(double));
  return IndexSpace<1>(points).copy(source, target, ProfilingRequestSet(), after);
}

/// Copies back and forth between two memories, each after the other.
static Event chain_of_copies(RegionInstance one, RegionInstance other, const Rect<1>& points, int n)
{
  Event last = Event::NO_EVENT;
  for (int i = 0; i < n; ++i)
    last = i % 2 == 0 ? copy(one, other, points, last) : copy(other, one, points, last);
  return last;
}

static void copies(const Bench& bench, int repeats)
{
  const int n = static_cast<int>(option("-n", 6));
  const Rect<1> points(0, static_cast<long long>(option("-mb", 32) * 1e6 / sizeof(double)) - 1);
  const RegionInstance near = instance_in(bench.framebuffers[0], points);
  const bool peer = option("-peer", 0) != 0;
  const RegionInstance far = instance_in(peer ? bench.framebuffers[1] : bench.host, points);
  chain_of_copies(far, near, points, 2).wait();  // first touches
  for (int i = 0; i < repeats; ++i)
    printf("copies %.1f\n", bench.timed([&] { return chain_of_copies(far, near, points, n); }));
}

/// A chain of kernels on every GPU, side by side.
static void kernels(const Bench& bench, int repeats)
{
  const int n = static_cast<int>(option("-n", 10));
  const double us[] = {option("-us", 2000), option("-body", 0)};
  const auto chains = [&](int length) {
    std::vector<Event> last(bench.gpus.size(), Event::NO_EVENT);
    for (int i = 0; i < length; ++i)
      for (size_t g = 0; g < bench.gpus.size(); ++g)
        last[g] = bench.gpus[g].spawn(KERNEL, us, sizeof(us), last[g]);
    return Event::merge_events(last);
  };
  chains(1).wait();
  for (int i = 0; i < repeats; ++i)
    printf("kernels %.1f\n", bench.timed([&] { return chains(n); }));
}

/// In turn a kernel, a copy to the host and a copy back.
static void mixed(const Bench& bench, int repeats)
{
  const int n = static_cast<int>(option("-n", 5));
  const double us[] = {option("-us", 2000), 0};
  const Rect<1> points(0, static_cast<long long>(option("-mb", 16) * 1e6 / sizeof(double)) - 1);
  const RegionInstance near = instance_in(bench.framebuffers[0], points);
  const RegionInstance far = instance_in(bench.host, points);
  const auto chain = [&](int length) {
    Event last = Event::NO_EVENT;
    for (int i = 0; i < length; ++i) {
      last = bench.gpus[0].spawn(KERNEL, us, sizeof(us), last);
      last = copy(near, far, points, last);
      last = copy(far, near, points, last);
    }
    return last;
  };
  chain(1).wait();
  for (int i = 0; i < repeats; ++i) printf("mixed %.1f\n", bench.timed([&] { return chain(n); }));
}

static void top_level(const void*, size_t, const void*, size_t, Processor)
{
  const Bench bench;
  const int repeats = static_cast<int>(option("-repeats", 5));
  if (option("-copies", 0) != 0) copies(bench, repeats);
  if (option("-kernels", 0) != 0) kernels(bench, repeats);
  if (option("-mixed", 0) != 0) mixed(bench, repeats);
}

int main(int argc, char** argv)
{
  Runtime runtime;
  runtime.init(&argc, &argv);
  asked_argc = argc;
  asked_argv = argv;
  runtime.register_task(MAIN, top_level);
  Processor::register_task_by_kind(Processor::TOC_PROC, false, KERNEL, CodeDescriptor(kernel),
                                   ProfilingRequestSet())
      .wait();
  const Processor first =
      Machine::ProcessorQuery(Machine::get_machine()).only_kind(Processor::LOC_PROC).first();
  runtime.shutdown(runtime.collective_spawn(first, MAIN, nullptr, 0));
  return runtime.wait_for_shutdown();
}
