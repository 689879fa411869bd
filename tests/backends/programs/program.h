// What the test programs share: options, variants, and a line for every task that ran, saying where.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <initializer_list>
#include <set>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "legion.h"

using namespace Legion;
using Regions = std::vector<PhysicalRegion>;

inline bool flag(const char* name)
{
  const InputArgs& input = Runtime::get_input_args();
  for (int i = 1; i < input.argc; ++i)
    if (!strcmp(input.argv[i], name)) return true;
  return false;
}

inline const char* option(const char* name, const char* otherwise)
{
  const InputArgs& input = Runtime::get_input_args();
  for (int i = 1; i + 1 < input.argc; ++i)
    if (!strcmp(input.argv[i], name)) return input.argv[i + 1];
  return otherwise;
}

inline int option(const char* name, int otherwise)
{
  const char* const text = option(name, "");
  return *text != 0 ? atoi(text) : otherwise;
}

inline void busy(int milliseconds)
{
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

/// How many are inside at once, and how many were at most.
class Crowd {
 public:
  void enter()
  {
    const int now = ++inside_;
    for (int most = most_; now > most && !most_.compare_exchange_weak(most, now);) {
    }
    ++total_;
  }
  void leave() { --inside_; }
  int most() const { return most_; }
  int total() const { return total_; }

 private:
  std::atomic<int> inside_{0}, most_{0}, total_{0};
};

inline const char* name_of(Memory memory)
{
  switch (memory.kind()) {
    case Memory::SYSTEM_MEM: return "SYSMEM";
    case Memory::REGDMA_MEM: return "RDMEM";
    case Memory::SOCKET_MEM: return "SOCKMEM";
    default: return "OTHER";
  }
}

/// Prints "ran TASK POINT KIND NUMBER MEMORY...", the processor's number being that among its kind.
inline void report(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  std::string line = std::string("ran ") + task->get_task_name() + " [";
  for (int d = 0; task->is_index_space && d < task->index_point.get_dim(); ++d)
    line += (d > 0 ? "," : "") + std::to_string(task->index_point[d]);
  const Processor here = runtime->get_executing_processor(ctx);
  int number = 0;
  Machine::ProcessorQuery query(Machine::get_machine());
  query.only_kind(here.kind()).local_address_space();
  for (const Processor p : query) number += p.id < here.id;
  line += std::string("] ") + (here.kind() == Processor::IO_PROC ? "IO " : "CPU ") +
          std::to_string(number);
  for (const PhysicalRegion& region : regions) {
    std::set<Memory> memories;
    if (region.is_mapped()) region.get_memories(memories);
    if (!region.is_mapped()) line += " VIRTUAL";
    for (const Memory memory : memories) line += std::string(" ") + name_of(memory);
  }
  printf("%s\n", line.c_str());
}

/// Registers one variant of a task, or one for each kind of processor.
template <auto TASK>
void add_task(TaskID id, const char* name, bool leaf,
              std::initializer_list<Processor::Kind> kinds = {Processor::LOC_PROC})
{
  for (const Processor::Kind kind : kinds) {
    TaskVariantRegistrar registrar(id, name);
    registrar.add_constraint(ProcessorConstraint(kind));
    registrar.set_leaf(leaf);
    using Result = std::invoke_result_t<decltype(TASK), const Task*, const Regions&, Context,
                                        Runtime*>;
    if constexpr (std::is_void_v<Result>)
      Runtime::preregister_task_variant<TASK>(registrar, name);
    else
      Runtime::preregister_task_variant<Result, TASK>(registrar, name);
  }
}

inline constexpr std::initializer_list<Processor::Kind> kCpuAndIo = {Processor::LOC_PROC,
                                                                     Processor::IO_PROC};

/// Registers the top-level task.
template <auto TASK>
void add_main(TaskID id)
{
  Runtime::set_top_level_task_id(id);
  TaskVariantRegistrar registrar(id, "main");
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  registrar.set_replicable();
  Runtime::preregister_task_variant<TASK>(registrar, "main");
}
