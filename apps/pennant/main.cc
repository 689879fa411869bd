// Flags, standard problems, the main loop, timing and the summary.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "accessors.h"
#include "model.h"
#include "options.h"
#include "pennant.h"
#include "report.h"
#include "tasks.h"
#include "timing.h"

using namespace Legion;

namespace pennant {

namespace {

Config config;  // from the command line, so the same in every process

struct Summary {
  Config config;
  int64_t cycles, timed;
  double seconds, time;
  int64_t turned_over, wrong;

  bool correct() const { return wrong == 0 && turned_over == 0 && timed > 0; }
};

// When everything launched so far is done. Read by a task, so that all copies of the main program
// get the same answer.
double time_when_done(Context ctx, Runtime* runtime)
{
  const Future done = runtime->issue_execution_fence(ctx);
  done.wait();
  TimingLauncher launcher(LEGION_MEASURE_NANO_SECONDS);
  launcher.add_precondition(done);
  return 1e-9 * runtime->issue_timing_measurement(ctx, launcher).get_result<long long>();
}

// Fills in what happened but for the check.
void simulate(const Launches& all, Summary& summary)
{
  Cycle last = {Future::from_value(Clock()), Future::from_value(LONGEST),
                Future::from_value(int64_t(0)), Future::from_value(int64_t(0))};
  const app::Window window = {config.cstop, config.prune};
  double start = 0, stop = 0;
  constexpr TraceID LOOP = 1;
  int64_t cycle = 0;
  for (; cycle < window.iterations(); cycle++) {
    // Only where the end is asked for, is the clock waited for in each cycle.
    if (config.tstop > 0 && last.clock.get_result<Clock>(true).time >= config.tstop) break;
    if (window.opens(cycle)) start = time_when_done(all.ctx, all.runtime);
    // The first cycle moves the mesh to where it is used. Traced, it would do so in every cycle.
    if (cycle > 0) all.runtime->begin_trace(all.ctx, LOOP);
    last = simulate_cycle(all, last);
    if (cycle > 0) all.runtime->end_trace(all.ctx, LOOP);
    if (window.closes(cycle)) stop = time_when_done(all.ctx, all.runtime);
  }
  if (stop == 0) stop = time_when_done(all.ctx, all.runtime);
  const Clock clock = last.clock.get_result<Clock>(true);
  summary.cycles = cycle;
  summary.timed = std::min(cycle - config.prune, config.cstop);
  summary.seconds = stop - start;
  summary.time = clock.time;
  summary.turned_over = clock.turned_over + last.turned_half.get_result<int64_t>(true) +
                        last.turned_full.get_result<int64_t>(true);
}

int64_t count_wrong(const Regions& r, int64_t cycles, Context ctx, Runtime* runtime)
{
  const CheckArgs args = {config, cycles};
  IndexTaskLauncher launcher(CHECK_TASK, r.pieces, UntypedBuffer(&args, sizeof args),
                             ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.rz_all_p, 0, READ_ONLY, EXCLUSIVE, r.rz_all)
          .add_fields({FID_ZXP, FID_ZX, FID_ZUC, FID_ZAREAP, FID_ZAREA, FID_ZVOL0, FID_ZVOLP,
                       FID_ZVOL, FID_ZDL, FID_ZM, FID_ZRP, FID_ZR, FID_ZE, FID_ZETOT, FID_ZW,
                       FID_ZWRATE, FID_ZP, FID_ZSS, FID_ZDU, FID_Z0TMP}));
  launcher.add_region_requirement(
      RegionRequirement(r.rs_all_p, 0, READ_ONLY, EXCLUSIVE, r.rs_all)
          .add_fields({FID_SAREAP, FID_SAREA, FID_SMF, FID_ELEN, FID_SFP, FID_SFT, FID_SFQ,
                       FID_EXP, FID_EX, FID_CAREA, FID_CEVOL, FID_CDU, FID_CDIV, FID_CCOS,
                       FID_CQE1, FID_CQE2}));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_private_p, 0, READ_ONLY, EXCLUSIVE, r.rp_all)
          .add_fields({FID_PX0, FID_PXP, FID_PX, FID_PU0, FID_PU, FID_PF, FID_PMASWT}));
  launcher.add_region_requirement(
      RegionRequirement(r.rp_all_shared_p, 0, READ_ONLY, EXCLUSIVE, r.rp_all)
          .add_fields({FID_PX0, FID_PXP, FID_PX, FID_PU0, FID_PU, FID_PF, FID_PMASWT}));
  return runtime->execute_index_space(ctx, launcher, LEGION_REDOP_SUM_INT64).get_result<int64_t>();
}

void top_level(const Task*, const std::vector<PhysicalRegion>&, Context ctx, Runtime* runtime)
{
  const Regions regions = create_regions(config, ctx, runtime);
  const Launches all = {config,  regions, ctx, runtime, modelled_args(config, false),
                        modelled_args(config, true)};
  initialize(all);
  Summary summary = {config, 0, 0, 0, 0, 0, 0};
  simulate(all, summary);
  if (config.checks) summary.wrong = count_wrong(regions, summary.cycles, ctx, runtime);
  TaskLauncher launcher(PRINT_SUMMARY_TASK, UntypedBuffer(&summary, sizeof summary));
  runtime->execute_task(ctx, launcher);
  if (!summary.correct()) Runtime::set_return_code(1);
}

void print_summary(const Task* task, const std::vector<PhysicalRegion>&, Context, Runtime*)
{
  const Summary summary = *static_cast<const Summary*>(task->args);
  const Config& c = summary.config;
  const auto size = [&](double finer) {
    char text[120];
    std::snprintf(text, sizeof text, "%.0f x %.0f zones", finer * c.nzx, finer * c.nzy);
    return std::string(text);
  };
  std::printf("CYCLES = %lld\n", static_cast<long long>(summary.cycles));
  std::printf("END TIME = %.9g\n", summary.time);
  if (summary.timed > 0) {
    const double work = static_cast<double>(summary.timed) * c.zones();
    app::print_merit(summary.seconds, "ZONES/S", work / summary.seconds);
    app::print_modelled(summary.seconds, "ZONES/S", c.data_scale * work, size(1),
                        size(std::sqrt(c.data_scale)));
  } else {
    std::printf("-tstop is reached before the timed cycles begin\n");
  }
  if (summary.turned_over > 0)
    std::printf("%lld times a side has no volume\n", static_cast<long long>(summary.turned_over));
  if (summary.wrong > 0)
    std::printf("%lld values differ from the reference\n", static_cast<long long>(summary.wrong));
  if (c.checks || !summary.correct()) app::print_verdict(summary.correct());
}

// A shock tube with a jump of 10^4 in energy; gas that falls onto the origin; a point explosion.
// Gives what the flags left open.
void pose_problem(const std::string& name, Config& c)
{
  constexpr double PI = 3.14159265358979, FAR = 1e99;
  const auto choose = [](auto& value, auto proposal) {
    if (value == 0) value = proposal;
  };
  const bool leblanc = name == "leblanc";
  const bool sedov = name == "sedov";
  choose(c.nzx, leblanc ? 4 : 45);
  choose(c.nzy, leblanc ? 36 : 45);
  choose(c.leny, leblanc ? 9.0 : sedov ? 1.125 : 1.0);
  choose(c.lenx, leblanc ? c.leny * c.nzx / c.nzy : c.leny);
  const double dx = c.lenx / c.nzx, dy = c.leny / c.nzy;
  if (leblanc) {
    c.problem = {1, 0.1, -FAR, FAR, c.leny / 3, c.leny, 1e-3, 1e-7, 0, 0.1, 0.3, 2, true, 1e-6};
  } else if (sedov) {
    // All in the first zone: of the energy that drives the front to 1 at time 1, the half above x.
    // At first the scheme takes the single hot zone for a tenth more than it is.
    const double energy = 0.49339 / 2 / (2 * PI * dx * dx * dy / 2);
    c.problem = {1, 0, 0, dx, 0, dy, 1, energy, 0, 0.1, 0.1, 1, false, 0.15};
  } else {
    c.problem = {1, 0, FAR, FAR, FAR, FAR, 1, 0, -1, 0.1, 1.0 / 3, 2, false, 0.01};
  }
  const double hottest = std::max(c.problem.einit, c.problem.einitsub);
  const double fastest =
      std::max(std::sqrt(GAMMA * (GAMMA - 1) * hottest), std::fabs(c.problem.uinitradial));
  choose(c.dtinit, 0.01 * std::min(dx, dy) / fastest);
}

void read_flags(int argc, char** argv)
{
  std::string problem = "leblanc";
  app::Options options("pennant");
  options.word("-problem", problem, {"leblanc", "noh", "sedov"}, "the gas and the box it is in")
      .number("-nzx", config.nzx, 1, "zones in x; 0 for as many as suit the problem")
      .number("-nzy", config.nzy, 1, "zones in y; the same")
      .real("-lenx", config.lenx, "size of the box in x; 0 for one that suits the problem")
      .real("-leny", config.leny, "size of the box in y; the same")
      .number("-cstop", config.cstop, 1, "timed cycles")
      .number("-prune", config.prune, 0, "untimed cycles before and after the timed ones")
      .real("-tstop", config.tstop, "simulated time after which cycles end; 0 for never")
      .real("-dtinit", config.dtinit, "first time step; 0 for one that suits the problem")
      .number("-npieces", config.npieces, 1, "pieces of the mesh; 0 for 4, or as those two say:")
      .number("-numpcx", config.numpcx, 1, "pieces in x; 0 for 1")
      .number("-numpcy", config.numpcy, 1, "pieces in y; 0 for as many as there are")
      .toggle("-checks", config.checks, "compare with a serial computation");
  app::add_scale(options, config.data_scale);
  options.parse(argc, argv);
  pose_problem(problem, config);
  if (config.npieces == 0)
    config.npieces = config.numpcy > 0 ? std::max<int64_t>(config.numpcx, 1) * config.numpcy
                     : config.numpcx > 4 ? config.numpcx
                                         : 4;
  if (config.numpcx == 0) config.numpcx = config.numpcy == 0 ? 1 : config.npieces / config.numpcy;
  if (config.numpcy == 0) config.numpcy = config.npieces / config.numpcx;
  if (config.numpcx * config.numpcy != config.npieces)
    options.fail("-npieces must be the product of -numpcx and -numpcy");
  if (config.numpcx > config.nzx || config.numpcy > config.nzy)
    options.fail("there are more pieces than zones in a row or a column");
  mapc::gpu::require_data_scale(config.data_scale);
}

void register_tasks()
{
  Runtime::preregister_task_variant<top_level>(app::cpu_top_level(TOP_LEVEL_TASK, "cpu"),
                                               "top_level");
  Runtime::preregister_task_variant<initialize_topology>(
      app::cpu_leaf(INITIALIZE_TOPOLOGY_TASK, "cpu"), "initialize_topology");
  Runtime::preregister_task_variant<init_pointers>(app::cpu_leaf(INIT_POINTERS_TASK, "cpu"),
                                                   "init_pointers");
  Runtime::preregister_task_variant<Clock, calc_global_dt>(
      app::cpu_leaf(CALC_GLOBAL_DT_TASK, "cpu"), "calc_global_dt");
  Runtime::preregister_task_variant<int64_t, check>(app::cpu_leaf(CHECK_TASK, "cpu"), "check");
  Runtime::preregister_task_variant<print_summary>(app::cpu_leaf(PRINT_SUMMARY_TASK, "cpu"),
                                                   "print_summary");
  register_cpu_kernels();
  register_gpu_kernels();
  Runtime::set_top_level_task_id(TOP_LEVEL_TASK);
}

}  // namespace

}  // namespace pennant

int main(int argc, char** argv)
{
  pennant::read_flags(argc, argv);
  pennant::register_tasks();
  return Legion::Runtime::start(argc, argv);
}
