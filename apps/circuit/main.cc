// Flags, launches, timing and the summary.

#include <cstdio>
#include <string>

#include "accessors.h"
#include "circuit.h"
#include "model.h"
#include "names.h"
#include "options.h"
#include "report.h"
#include "tasks.h"
#include "timing.h"

using namespace Legion;

namespace circuit {

namespace {

enum TaskIDs : TaskID {
  TOP_LEVEL_TASK = 1,
  INIT_PIECE_TASK,
  CREATE_GHOST_PARTITION_TASK,
  INIT_POINTERS_TASK,
  CALCULATE_NEW_CURRENTS_TASK,
  DISTRIBUTE_CHARGE_TASK,
  UPDATE_VOLTAGES_TASK,
  GET_ELAPSED_TASK,
  CHECK_TASK,
  PRINT_SUMMARY_TASK,
};

using Fields = std::vector<FieldID>;
const Fields NODE = {FID_NODE_CAP, FID_LEAKAGE, FID_CHARGE, FID_NODE_VOLTAGE};
const Fields ENDS = {FID_IN_PTR, FID_IN_LOC, FID_OUT_PTR, FID_OUT_LOC};
const Fields CONSTANTS = {FID_INDUCTANCE, FID_RESISTANCE, FID_WIRE_CAP};
const Fields TIMES = {FID_START, FID_STOP};
const Fields STATE = [] {
  Fields fields;
  for (FieldID k = 0; k < SEGMENTS; k++) fields.push_back(FID_CURRENT + k);
  for (FieldID k = 0; k < INNER; k++) fields.push_back(FID_WIRE_VOLTAGE + k);
  return fields;
}();

Config config;  // from the command line, so the same in every process

struct Summary {
  Config config;
  double seconds;
  int64_t wrong;
};

void initialize(Regions& r, Context ctx, Runtime* runtime)
{
  for (const FieldID time : TIMES) runtime->fill_field(ctx, r.all_times, r.all_times, time, 0.0);

  const UntypedBuffer args(&config, sizeof config);
  IndexTaskLauncher pieces(INIT_PIECE_TASK, r.superpieces, args, ArgumentMap());
  pieces.add_region_requirement(
      RegionRequirement(r.rp_ghost_ranges, 0, WRITE_DISCARD, EXCLUSIVE, r.ghost_ranges)
          .add_field(FID_RANGE));
  pieces.add_region_requirement(
      RegionRequirement(r.rp_private, 0, WRITE_DISCARD, EXCLUSIVE, r.all_nodes).add_fields(NODE));
  pieces.add_region_requirement(
      RegionRequirement(r.rp_shared, 0, WRITE_DISCARD, EXCLUSIVE, r.all_nodes).add_fields(NODE));
  // For its bounds only. Access would make the points wait for each other.
  pieces.add_region_requirement(
      RegionRequirement(r.all_shared, 0, NO_ACCESS, EXCLUSIVE, r.all_nodes));
  pieces.add_region_requirement(
      RegionRequirement(r.rp_wires, 0, WRITE_DISCARD, EXCLUSIVE, r.all_wires)
          .add_fields(ENDS)
          .add_fields(CONSTANTS)
          .add_fields(STATE));
  runtime->execute_index_space(ctx, pieces);

  const GhostArgs ghost_args = {r.all_shared.get_index_space(), r.superpieces};
  TaskLauncher ghosts(CREATE_GHOST_PARTITION_TASK, UntypedBuffer(&ghost_args, sizeof ghost_args));
  ghosts.add_region_requirement(
      RegionRequirement(r.ghost_ranges, READ_ONLY, EXCLUSIVE, r.ghost_ranges)
          .add_field(FID_RANGE));
  const Future partition = runtime->execute_task(ctx, ghosts);

  IndexTaskLauncher pointers(INIT_POINTERS_TASK, r.superpieces, args, ArgumentMap());
  pointers.add_region_requirement(
      RegionRequirement(r.rp_wires, 0, READ_WRITE, EXCLUSIVE, r.all_wires).add_fields(ENDS));
  runtime->execute_index_space(ctx, pointers);

  r.rp_ghost = runtime->get_logical_partition(ctx, r.all_shared,
                                              partition.get_result<IndexPartition>());
  app::attach_name(runtime, r.rp_ghost, "rp_ghost");
}

void simulate(const Regions& r, Context ctx, Runtime* runtime)
{
  IndexTaskLauncher currents(CALCULATE_NEW_CURRENTS_TASK, r.superpieces, UntypedBuffer(),
                             ArgumentMap());
  currents.add_region_requirement(
      RegionRequirement(r.rp_private, 0, READ_ONLY, EXCLUSIVE, r.all_nodes)
          .add_field(FID_NODE_VOLTAGE));
  currents.add_region_requirement(
      RegionRequirement(r.rp_shared, 0, READ_ONLY, EXCLUSIVE, r.all_nodes)
          .add_field(FID_NODE_VOLTAGE));
  currents.add_region_requirement(
      RegionRequirement(r.rp_ghost, 0, READ_ONLY, EXCLUSIVE, r.all_nodes)
          .add_field(FID_NODE_VOLTAGE));
  currents.add_region_requirement(
      RegionRequirement(r.rp_wires, 0, READ_ONLY, EXCLUSIVE, r.all_wires)
          .add_fields(ENDS)
          .add_fields(CONSTANTS));
  currents.add_region_requirement(
      RegionRequirement(r.rp_wires, 0, READ_WRITE, EXCLUSIVE, r.all_wires).add_fields(STATE));
  currents.add_region_requirement(
      RegionRequirement(r.rp_times, 0, READ_WRITE, EXCLUSIVE, r.all_times).add_field(FID_START));

  IndexTaskLauncher charges(DISTRIBUTE_CHARGE_TASK, r.superpieces, UntypedBuffer(), ArgumentMap());
  charges.add_region_requirement(
      RegionRequirement(r.rp_private, 0, READ_WRITE, EXCLUSIVE, r.all_nodes)
          .add_field(FID_CHARGE));
  charges.add_region_requirement(
      RegionRequirement(r.rp_shared, 0, LEGION_REDOP_SUM_FLOAT32, EXCLUSIVE, r.all_nodes)
          .add_field(FID_CHARGE));
  charges.add_region_requirement(
      RegionRequirement(r.rp_ghost, 0, LEGION_REDOP_SUM_FLOAT32, EXCLUSIVE, r.all_nodes)
          .add_field(FID_CHARGE));
  charges.add_region_requirement(
      RegionRequirement(r.rp_wires, 0, READ_ONLY, EXCLUSIVE, r.all_wires)
          .add_fields(ENDS)
          .add_field(FID_CURRENT)
          .add_field(FID_CURRENT + SEGMENTS - 1));

  IndexTaskLauncher voltages(UPDATE_VOLTAGES_TASK, r.superpieces, UntypedBuffer(), ArgumentMap());
  voltages.add_region_requirement(
      RegionRequirement(r.rp_private, 0, READ_WRITE, EXCLUSIVE, r.all_nodes)
          .add_fields({FID_NODE_VOLTAGE, FID_CHARGE}));
  voltages.add_region_requirement(
      RegionRequirement(r.rp_shared, 0, READ_WRITE, EXCLUSIVE, r.all_nodes)
          .add_fields({FID_NODE_VOLTAGE, FID_CHARGE}));
  voltages.add_region_requirement(
      RegionRequirement(r.rp_private, 0, READ_ONLY, EXCLUSIVE, r.all_nodes)
          .add_fields({FID_NODE_CAP, FID_LEAKAGE}));
  voltages.add_region_requirement(
      RegionRequirement(r.rp_shared, 0, READ_ONLY, EXCLUSIVE, r.all_nodes)
          .add_fields({FID_NODE_CAP, FID_LEAKAGE}));
  voltages.add_region_requirement(
      RegionRequirement(r.rp_times, 0, READ_WRITE, EXCLUSIVE, r.all_times).add_field(FID_STOP));

  const app::Window window = {config.loops, config.prune};
  const Load load = modelled_load(config);
  constexpr TraceID LOOP = 1;
  for (int64_t loop = 0; loop < window.iterations(); loop++) {
    // Launches copy their arguments at once, so these may live here.
    const Step opening = {config.sweeps, window.opens(loop), load};
    const Step closing = {config.sweeps, window.closes(loop), load};
    currents.global_arg = UntypedBuffer(&opening, sizeof opening);
    charges.global_arg = UntypedBuffer(&closing, sizeof closing);
    voltages.global_arg = UntypedBuffer(&closing, sizeof closing);
    runtime->begin_trace(ctx, LOOP);
    runtime->execute_index_space(ctx, currents);
    runtime->execute_index_space(ctx, charges);
    runtime->execute_index_space(ctx, voltages);
    runtime->end_trace(ctx, LOOP);
  }
}

double elapsed(const Regions& r, Context ctx, Runtime* runtime)
{
  IndexTaskLauncher launcher(GET_ELAPSED_TASK, r.superpieces, UntypedBuffer(), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rp_times, 0, READ_ONLY, EXCLUSIVE, r.all_times).add_fields(TIMES));
  const FutureMap spans = runtime->execute_index_space(ctx, launcher);
  app::Span all;
  for (int64_t s = 0; s < config.superpieces(); s++)
    all.include(spans.get_result<app::Span>(Point<1>(s)));
  return all.seconds();
}

int64_t count_wrong(const Regions& r, Context ctx, Runtime* runtime)
{
  IndexTaskLauncher launcher(CHECK_TASK, r.superpieces, UntypedBuffer(&config, sizeof config),
                             ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rp_private, 0, READ_ONLY, EXCLUSIVE, r.all_nodes)
          .add_field(FID_NODE_VOLTAGE));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_shared, 0, READ_ONLY, EXCLUSIVE, r.all_nodes)
          .add_field(FID_NODE_VOLTAGE));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_wires, 0, READ_ONLY, EXCLUSIVE, r.all_wires).add_fields(STATE));
  return runtime->execute_index_space(ctx, launcher, LEGION_REDOP_SUM_INT64).get_result<int64_t>();
}

void summarize(const Regions& r, double seconds, int64_t wrong, Context ctx, Runtime* runtime)
{
  const Summary summary = {config, seconds, wrong};
  IndexTaskLauncher launcher(PRINT_SUMMARY_TASK, r.superpieces,
                             UntypedBuffer(&summary, sizeof summary), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rp_times, 0, READ_ONLY, EXCLUSIVE, r.all_times).add_fields(TIMES));
  runtime->execute_index_space(ctx, launcher);
}

void top_level(const Task*, const std::vector<PhysicalRegion>&, Context ctx, Runtime* runtime)
{
  Regions regions = create_regions(config, ctx, runtime);
  initialize(regions, ctx, runtime);
  simulate(regions, ctx, runtime);
  const double seconds = elapsed(regions, ctx, runtime);
  const int64_t wrong = config.checks ? count_wrong(regions, ctx, runtime) : 0;
  summarize(regions, seconds, wrong, ctx, runtime);
  if (wrong > 0) Runtime::set_return_code(1);
}

app::Span get_elapsed(const Task* task, const std::vector<PhysicalRegion>& regions, Context,
                      Runtime*)
{
  const app::Reader<double> start(regions[0], FID_START), stop(regions[0], FID_STOP);
  return {start[task->index_point[0]], stop[task->index_point[0]]};
}

// Launched for every superpiece, though only one speaks: mappings have it as an index launch.
void print_summary(const Task* task, const std::vector<PhysicalRegion>&, Context, Runtime*)
{
  if (task->index_point[0] != 0) return;
  const Summary summary = *static_cast<const Summary*>(task->args);
  const Config& c = summary.config;
  const auto flops = [&](double scale, double sweeps) {
    return c.loops * scale * (c.wires() * (96 * sweeps + 4) + 4 * c.nodes());
  };
  const auto size = [&](double scale, double sweeps) {
    char text[120];
    std::snprintf(text, sizeof text, "%.0f wires, %.0f nodes, %.0f sweeps", scale * c.wires(),
                  scale * c.nodes(), sweeps);
    return std::string(text);
  };
  const double sweeps = modelled_load(c).sweeps;
  app::print_merit(summary.seconds, "GFLOPS", 1e-9 * flops(1, c.sweeps) / summary.seconds);
  app::print_modelled(summary.seconds, "GFLOPS", 1e-9 * flops(c.data_scale, sweeps),
                      size(1, c.sweeps), size(c.data_scale, sweeps));
  if (!c.checks) return;
  if (summary.wrong > 0)
    std::printf("%lld values differ from the reference\n", static_cast<long long>(summary.wrong));
  app::print_verdict(summary.wrong == 0);
}

void read_flags(int argc, char** argv)
{
  app::Options options("circuit");
  options.number("-l", config.loops, 1, "timed loops")
      .number("-i", config.sweeps, 1, "sweeps per loop")
      .number("-p", config.pieces, 1, "pieces")
      .number("-pps", config.pieces_per_superpiece, 1, "pieces per superpiece")
      .number("-npp", config.nodes_per_piece, 2, "nodes per piece")
      .number("-wpp", config.wires_per_piece, 1, "wires per piece")
      .number("-pct", config.percent_inside, 0, "per cent of the wires that stay in their piece")
      .number("-s", config.seed, 0, "seed of the random graph")
      .number("-prune", config.prune, 0, "untimed loops before and after the timed ones")
      .number("-model-i", config.modelled_sweeps, 0, "sweeps that those stand for (as many)")
      .toggle("-checks", config.checks, "compare with a serial computation");
  app::add_scale(options, config.data_scale);
  options.parse(argc, argv);
  if (config.pieces % config.pieces_per_superpiece != 0)
    options.fail("-pps must divide -p, so that all superpieces have the same size");
  if (config.percent_inside > 100) options.fail("flag -pct must be at most 100");
  mapc::gpu::require_data_scale(config.data_scale);
}

void register_tasks()
{
  Runtime::preregister_task_variant<top_level>(app::cpu_top_level(TOP_LEVEL_TASK, "cpu"),
                                               "top_level");
  Runtime::preregister_task_variant<init_piece>(app::cpu_leaf(INIT_PIECE_TASK, "cpu"),
                                                "init_piece");
  Runtime::preregister_task_variant<IndexPartition, create_ghost_partition>(
      app::cpu_parent(CREATE_GHOST_PARTITION_TASK, "cpu"), "create_ghost_partition");
  Runtime::preregister_task_variant<init_pointers>(app::cpu_leaf(INIT_POINTERS_TASK, "cpu"),
                                                   "init_pointers");
  Runtime::preregister_task_variant<calculate_new_currents>(
      app::cpu_leaf(CALCULATE_NEW_CURRENTS_TASK, "cpu"), "calculate_new_currents");
  Runtime::preregister_task_variant<distribute_charge>(
      app::cpu_leaf(DISTRIBUTE_CHARGE_TASK, "cpu"), "distribute_charge");
  Runtime::preregister_task_variant<update_voltages>(app::cpu_leaf(UPDATE_VOLTAGES_TASK, "cpu"),
                                                     "update_voltages");
  register_gpu_variants(CALCULATE_NEW_CURRENTS_TASK, DISTRIBUTE_CHARGE_TASK, UPDATE_VOLTAGES_TASK);
  Runtime::preregister_task_variant<app::Span, get_elapsed>(
      app::cpu_leaf(GET_ELAPSED_TASK, "cpu"), "get_elapsed");
  Runtime::preregister_task_variant<int64_t, check>(app::cpu_leaf(CHECK_TASK, "cpu"), "check");
  Runtime::preregister_task_variant<print_summary>(app::cpu_leaf(PRINT_SUMMARY_TASK, "cpu"),
                                                   "print_summary");
  Runtime::set_top_level_task_id(TOP_LEVEL_TASK);
}

}  // namespace

}  // namespace circuit

int main(int argc, char** argv)
{
  circuit::read_flags(argc, argv);
  circuit::register_tasks();
  return Legion::Runtime::start(argc, argv);
}
