// Sweeps over a vector in four pieces with a variant for GPUs, and sums every piece by a reduction.
// Says how long the sweeps took, and whether each value is right.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "mapc/gpu.h"

using namespace Legion;

enum TaskIDs { MAIN = 1, FILL, SWEEP, TALLY, CHECK };
enum Fields { VALUE = 5, TOTAL };

constexpr int PIECES = 4;

using Regions = std::vector<PhysicalRegion>;
template <PrivilegeMode MODE>
using Values = FieldAccessor<MODE, int64_t, 1, coord_t, Realm::AffineAccessor<int64_t, 1, coord_t>>;
using Sums = ReductionAccessor<SumReduction<int64_t>, false, 1, coord_t,
                               Realm::AffineAccessor<int64_t, 1, coord_t>>;

struct Settings {
  int64_t n = 40000, sweeps = 10;
  double flops = 1000, scale = 1;
};

static Settings read_settings()
{
  Settings read;
  const InputArgs& given = Runtime::get_input_args();
  for (int i = 1; i + 1 < given.argc; i++) {
    const auto is = [&](const char* name) { return std::strcmp(given.argv[i], name) == 0; };
    if (is("-n")) read.n = std::atoll(given.argv[i + 1]);
    if (is("-sweeps")) read.sweeps = std::atoll(given.argv[i + 1]);
    if (is("-flops")) read.flops = std::atof(given.argv[i + 1]);
    if (is("-scale")) read.scale = std::atof(given.argv[i + 1]);
  }
  return read;
}

static Rect<1> bounds(const Task* task, Runtime* runtime)
{
  return runtime->get_index_space_domain(task->regions[0].region.get_index_space());
}

static int64_t right(int64_t i, int64_t sweeps) { return i + 3 * sweeps; }

static void fill(const Task* task, const Regions& regions, Context, Runtime* runtime)
{
  const Values<WRITE_DISCARD> value(regions[0], VALUE);
  for (PointInRectIterator<1> at(bounds(task, runtime)); at(); at++) value[*at] = right((*at)[0], 0);
}

struct Add {
  Values<READ_WRITE> value;
  MAPC_GPU void operator()(Point<1> i) const { value[i] = value[i] + 3; }
};

struct Sum {
  Values<READ_ONLY> value;
  Sums sums;
  coord_t slot;
  MAPC_GPU void operator()(Point<1> i) const { sums[slot] <<= value[i]; }
};

template <bool GPU, typename Body>
static void loop(const Task* task, const PhysicalRegion& region, const Rect<1>& box, Body body)
{
  const Settings& settings = *static_cast<const Settings*>(task->args);
  mapc::gpu::Work work;
  const double values = settings.scale * static_cast<double>(box.volume());
  work.flops32 = settings.flops * values;
  work.stream(mapc::gpu::place_of(region), 16 * values);
  if (GPU)
    mapc::gpu::forall(work, box, body);
  else
    mapc::gpu::forall_on_cpu(work, box, body);
}

template <bool GPU>
static void sweep(const Task* task, const Regions& regions, Context, Runtime* runtime)
{
  loop<GPU>(task, regions[0], bounds(task, runtime), Add{{regions[0], VALUE}});
}

template <bool GPU>
static void tally(const Task* task, const Regions& regions, Context, Runtime* runtime)
{
  const Sums sums(regions[1], TOTAL, LEGION_REDOP_SUM_INT64);
  const Sum body{{regions[0], VALUE}, sums, task->index_point[0]};
  loop<GPU>(task, regions[0], bounds(task, runtime), body);
}

static int64_t check(const Task* task, const Regions& regions, Context, Runtime* runtime)
{
  const Settings& settings = *static_cast<const Settings*>(task->args);
  const Values<READ_ONLY> value(regions[0], VALUE), total(regions[1], TOTAL);
  int64_t wrong = 0, sum = 0;
  for (PointInRectIterator<1> at(bounds(task, runtime)); at(); at++) {
    wrong += value[*at] != right((*at)[0], settings.sweeps + 1);
    sum += value[*at];
  }
  for (int piece = 0; piece < PIECES; piece++) sum -= total[piece];
  return wrong + (sum != 0);
}

static void top_level(const Task*, const Regions&, Context ctx, Runtime* runtime)
{
  const Settings settings = read_settings();
  mapc::gpu::require_data_scale(settings.scale);
  const IndexSpaceT<1> colors = runtime->create_index_space(ctx, Rect<1>(0, PIECES - 1));
  const auto make = [&](int64_t size, FieldID field, const char* name) {
    const FieldSpace fields = runtime->create_field_space(ctx);
    runtime->create_field_allocator(ctx, fields).allocate_field(sizeof(int64_t), field);
    const IndexSpaceT<1> points = runtime->create_index_space(ctx, Rect<1>(0, size - 1));
    const LogicalRegion made = runtime->create_logical_region(ctx, points, fields);
    runtime->attach_name(made, name);
    return made;
  };
  const auto split = [&](LogicalRegion region, const char* name) {
    const IndexPartition blocks = runtime->create_equal_partition(ctx, region.get_index_space(), colors);
    const LogicalPartition parts = runtime->get_logical_partition(ctx, region, blocks);
    runtime->attach_name(parts, name);
    return parts;
  };
  const LogicalRegion data = make(settings.n, VALUE, "data"), totals = make(PIECES, TOTAL, "totals");
  const LogicalPartition pieces = split(data, "pieces"), slots = split(totals, "slots");
  const TaskArgument told(&settings, sizeof settings);
  const auto launch = [&](TaskID id, PrivilegeMode mode) {
    IndexTaskLauncher launcher(id, colors, told, ArgumentMap());
    launcher.add_region_requirement(RegionRequirement(pieces, 0, mode, EXCLUSIVE, data));
    launcher.add_field(0, VALUE);
    if (id == TALLY) {
      launcher.add_region_requirement(
          RegionRequirement(slots, 0, LEGION_REDOP_SUM_INT64, EXCLUSIVE, totals));
      launcher.add_field(1, TOTAL);
    }
    return runtime->execute_index_space(ctx, launcher);
  };
  runtime->fill_field<int64_t>(ctx, totals, totals, TOTAL, 0);
  launch(FILL, WRITE_DISCARD);
  // Every GPU has its data, and is warm: the first task on each takes long.
  launch(TALLY, READ_ONLY);
  launch(SWEEP, READ_WRITE);
  runtime->fill_field<int64_t>(ctx, totals, totals, TOTAL, 0);
  runtime->issue_execution_fence(ctx).wait();
  const auto started = std::chrono::steady_clock::now();
  for (int64_t i = 0; i < settings.sweeps; i++) launch(SWEEP, READ_WRITE);
  runtime->issue_execution_fence(ctx).wait();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  launch(TALLY, READ_ONLY);

  TaskLauncher checking(CHECK, told);
  checking.add_region_requirement(RegionRequirement(data, READ_ONLY, EXCLUSIVE, data));
  checking.add_region_requirement(RegionRequirement(totals, READ_ONLY, EXCLUSIVE, totals));
  checking.add_field(0, VALUE);
  checking.add_field(1, TOTAL);
  const int64_t wrong = runtime->execute_task(ctx, checking).get_result<int64_t>();
  std::printf("ELAPSED TIME = %.6f s\n%s\n", took.count(), wrong == 0 ? "SUCCESS" : "FAILURE");
}

template <typename Register>
static void add(TaskID id, const char* name, bool gpu, bool leaf, Register enter)
{
  TaskVariantRegistrar registrar(id, name);
  registrar.add_constraint(ProcessorConstraint(gpu ? Processor::TOC_PROC : Processor::LOC_PROC));
  registrar.set_leaf(leaf);
  enter(registrar, name);
}

#define ADD(ID, NAME, ON_GPU, LEAF, ...)                                        \
  add(ID, NAME, ON_GPU, LEAF, [](const TaskVariantRegistrar& how, const char* name) { \
    Runtime::preregister_task_variant<__VA_ARGS__>(how, name);                  \
  })

int main(int argc, char** argv)
{
  Runtime::set_top_level_task_id(MAIN);
  ADD(MAIN, "main", false, false, top_level);
  ADD(FILL, "fill", false, true, fill);
  ADD(SWEEP, "sweep", false, true, sweep<false>);
  ADD(TALLY, "tally", false, true, tally<false>);
  ADD(CHECK, "check", false, true, int64_t, check);
  if (mapc::gpu::available()) {
    ADD(SWEEP, "sweep", true, true, sweep<true>);
    ADD(TALLY, "tally", true, true, tally<true>);
  }
  return Runtime::start(argc, argv);
}
