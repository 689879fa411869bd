// What an ordinary Legion program sees of emulated GPUs under the default mapper: the machine,
// variants that write and reduce in framebuffer, and a CPU that reads it all back.
#include <sys/resource.h>

#include "program.h"

enum TaskIDs { MAIN = 1, WRITE, ADD, CHECK };
enum Fields { VALUE = 7 };

static const ReductionOpID SUM = 11;

struct Sum {
  using LHS = int64_t;
  using RHS = int64_t;
  static constexpr RHS identity = 0;
  template <bool EXCLUSIVE>
  static void apply(LHS& lhs, RHS rhs)
  {
    if (EXCLUSIVE)
      lhs += rhs;
    else
      __atomic_fetch_add(&lhs, rhs, __ATOMIC_RELAXED);
  }
  template <bool EXCLUSIVE>
  static void fold(RHS& one, RHS other)
  {
    apply<EXCLUSIVE>(one, other);
  }
};

// The accessors without it ask Realm for every single element, which copies each from a GPU.
using Affine = Realm::AffineAccessor<int64_t, 1, coord_t>;

static int64_t written(int64_t i) { return 3 * i + 1; }

static const char* kind_name(Memory::Kind kind)
{
  switch (kind) {
    case Memory::SYSTEM_MEM:
      return "SYSMEM";
    case Memory::GPU_FB_MEM:
      return "FBMEM";
    case Memory::Z_COPY_MEM:
      return "ZCMEM";
    default:
      return "OTHER";
  }
}

static const char* place_of(const PhysicalRegion& region)
{
  std::set<Memory> memories;
  region.get_memories(memories);
  return memories.size() == 1 ? kind_name(memories.begin()->kind()) : "SEVERAL";
}

static void write(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  const DomainT<1> points = runtime->get_index_space_domain(
      ctx, IndexSpaceT<1>(task->regions[0].region.get_index_space()));
  const FieldAccessor<WRITE_DISCARD, int64_t, 1, coord_t, Affine> value(regions[0], VALUE);
  for (PointInDomainIterator<1> at(points); at(); ++at) value[*at] = written((*at)[0]);
  printf("write in %s\n", place_of(regions[0]));
}

template <typename Operator>
static void add_with(ReductionOpID id, const DomainT<1>& points, const PhysicalRegion& region)
{
  const ReductionAccessor<Operator, false, 1, coord_t, Affine> value(region, VALUE, id);
  for (PointInDomainIterator<1> at(points); at(); ++at) value[*at] <<= (*at)[0] + 5;
}

static void add(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  const RegionRequirement& asked = task->regions[0];
  const DomainT<1> points =
      runtime->get_index_space_domain(ctx, IndexSpaceT<1>(asked.region.get_index_space()));
  if (asked.redop == SUM)
    add_with<Sum>(SUM, points, regions[0]);
  else
    add_with<SumReduction<int64_t>>(LEGION_REDOP_SUM_INT64, points, regions[0]);
  printf("add in %s\n", place_of(regions[0]));
}

static int64_t check(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  const int64_t rounds = *static_cast<const int64_t*>(task->args);
  const DomainT<1> points = runtime->get_index_space_domain(
      ctx, IndexSpaceT<1>(task->regions[0].region.get_index_space()));
  const FieldAccessor<READ_ONLY, int64_t, 1, coord_t, Affine> value(regions[0], VALUE);
  int64_t wrong = 0;
  for (PointInDomainIterator<1> at(points); at(); ++at)
    wrong += value[*at] != written((*at)[0]) + rounds * ((*at)[0] + 5);
  printf("check in %s\n", place_of(regions[0]));
  return wrong;
}

static void show_machine()
{
  const Machine machine = Machine::get_machine();
  for (const Memory memory : Machine::MemoryQuery(machine))
    if (memory.kind() == Memory::GPU_FB_MEM || memory.kind() == Memory::Z_COPY_MEM)
      printf("memory %s %zu MB\n", kind_name(memory.kind()), memory.capacity() >> 20);
  Machine::ProcessorQuery gpus(machine);
  gpus.only_kind(Processor::TOC_PROC);
  for (const Processor gpu : gpus) {
    std::string reached;
    for (const Memory::Kind kind : {Memory::GPU_FB_MEM, Memory::Z_COPY_MEM}) {
      Machine::MemoryQuery near(machine);
      near.only_kind(kind).has_affinity_to(gpu);
      reached += std::string(" ") + kind_name(kind) + " " + std::to_string(near.count());
    }
    printf("gpu affinities%s\n", reached.c_str());
  }
  rusage used;
  getrusage(RUSAGE_SELF, &used);
  printf("resident %ld MB\n", used.ru_maxrss / 1024);
}

static void top_level(const Task*, const Regions&, Context ctx, Runtime* runtime)
{
  show_machine();
  const int64_t elements = option("-elements", 1000000), rounds = option("-rounds", 0);
  const int pieces = option("-pieces", 4);
  const IndexSpaceT<1> points = runtime->create_index_space(ctx, Rect<1>(0, elements - 1));
  const FieldSpace fields = runtime->create_field_space(ctx);
  runtime->create_field_allocator(ctx, fields).allocate_field(sizeof(int64_t), VALUE);
  const LogicalRegion all = runtime->create_logical_region(ctx, points, fields);
  const IndexSpaceT<1> colors = runtime->create_index_space(ctx, Rect<1>(0, pieces - 1));
  const LogicalPartition parts = runtime->get_logical_partition(
      ctx, all, runtime->create_equal_partition(ctx, points, colors));

  IndexTaskLauncher writing(WRITE, colors, TaskArgument(), ArgumentMap());
  writing.add_region_requirement(RegionRequirement(parts, 0, WRITE_DISCARD, EXCLUSIVE, all));
  writing.add_field(0, VALUE);
  runtime->execute_index_space(ctx, writing);
  for (int64_t round = 0; round < rounds; ++round) {
    // Everything is reduced to, so that instances have to be merged: with an operator of this
    // program's, or with one of Legion's, which has functions for real GPUs.
    const ReductionOpID id = option("-builtin", 0) ? LEGION_REDOP_SUM_INT64 : int{SUM};
    TaskLauncher adding(ADD, TaskArgument());
    adding.add_region_requirement(RegionRequirement(all, id, EXCLUSIVE, all));
    adding.add_field(0, VALUE);
    runtime->execute_task(ctx, adding);
  }
  TaskLauncher checking(CHECK, TaskArgument(&rounds, sizeof(rounds)));
  checking.add_region_requirement(RegionRequirement(all, READ_ONLY, EXCLUSIVE, all));
  checking.add_field(0, VALUE);
  const int64_t wrong = runtime->execute_task(ctx, checking).get_result<int64_t>();
  printf("wrong %ld of %ld\n", static_cast<long>(wrong), static_cast<long>(elements));
}

int main(int argc, char** argv)
{
  add_main<top_level>(MAIN);
  add_task<write>(WRITE, "write", true, {Processor::TOC_PROC});
  add_task<add>(ADD, "add", true, {Processor::TOC_PROC});
  // With `-check gpu` the reductions have to be applied within framebuffer.
  bool on_gpu = false;
  for (int i = 1; i + 1 < argc; ++i)
    on_gpu |= !strcmp(argv[i], "-check") && !strcmp(argv[i + 1], "gpu");
  add_task<check>(CHECK, "check", true, {on_gpu ? Processor::TOC_PROC : Processor::LOC_PROC});
  Runtime::register_reduction_op<Sum>(SUM);
  return Runtime::start(argc, argv);
}
