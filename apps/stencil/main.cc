// Flags, launches, check, timing and the summary.

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "accessors.h"
#include "model.h"
#include "names.h"
#include "options.h"
#include "report.h"
#include "stencil.h"
#include "tasks.h"
#include "timing.h"

using namespace Legion;

namespace stencil {

namespace {

enum TaskIDs : TaskID {
  TOP_LEVEL_TASK = 1,
  STENCIL_TASK,
  INCREMENT_TASK,
  CHECK_TASK,
  GET_ELAPSED_TASK,
  PRINT_TIME_TASK,
};

Config config;  // from the command line, so the same in every process

struct Summary {
  Config config;
  double seconds;
  int64_t wrong;
};

// How many points of the modelled problem a real one stands for, along x and along y.
double scale_x(const Config& c) { return c.scale_x > 0 ? c.scale_x : std::sqrt(c.data_scale); }
double scale_y(const Config& c) { return c.data_scale / scale_x(c); }

void simulate(const Regions& r, Context ctx, Runtime* runtime)
{
  const double start = static_cast<double>(config.init), zero = 0;
  runtime->fill_field(ctx, r.points, r.points, FID_INPUT, start);
  runtime->fill_field(ctx, r.points, r.points, FID_OUTPUT, start);
  runtime->fill_field(ctx, r.xm, r.xm, FID_INPUT, start);
  runtime->fill_field(ctx, r.xp, r.xp, FID_INPUT, start);
  runtime->fill_field(ctx, r.ym, r.ym, FID_INPUT, start);
  runtime->fill_field(ctx, r.yp, r.yp, FID_INPUT, start);
  runtime->fill_field(ctx, r.times, r.times, FID_START, zero);
  runtime->fill_field(ctx, r.times, r.times, FID_STOP, zero);

  IndexTaskLauncher stencil(STENCIL_TASK, r.tiles, UntypedBuffer(), ArgumentMap());
  stencil.add_region_requirement(
      RegionRequirement(r.p_private, 0, READ_WRITE, EXCLUSIVE, r.points)
          .add_fields({FID_INPUT, FID_OUTPUT}));
  // For its bounds only.
  stencil.add_region_requirement(
      RegionRequirement(r.p_interior, 0, NO_ACCESS, EXCLUSIVE, r.points));
  stencil.add_region_requirement(
      RegionRequirement(r.pxm_in, 0, READ_ONLY, EXCLUSIVE, r.xm).add_field(FID_INPUT));
  stencil.add_region_requirement(
      RegionRequirement(r.pxp_in, 0, READ_ONLY, EXCLUSIVE, r.xp).add_field(FID_INPUT));
  stencil.add_region_requirement(
      RegionRequirement(r.pym_in, 0, READ_ONLY, EXCLUSIVE, r.ym).add_field(FID_INPUT));
  stencil.add_region_requirement(
      RegionRequirement(r.pyp_in, 0, READ_ONLY, EXCLUSIVE, r.yp).add_field(FID_INPUT));
  stencil.add_region_requirement(
      RegionRequirement(r.p_times, 0, READ_WRITE, EXCLUSIVE, r.times).add_field(FID_START));

  IndexTaskLauncher increment(INCREMENT_TASK, r.tiles, UntypedBuffer(), ArgumentMap());
  increment.add_region_requirement(
      RegionRequirement(r.p_private, 0, READ_WRITE, EXCLUSIVE, r.points).add_field(FID_INPUT));
  increment.add_region_requirement(
      RegionRequirement(r.p_exterior, 0, NO_ACCESS, EXCLUSIVE, r.points));
  increment.add_region_requirement(
      RegionRequirement(r.pxm_out, 0, READ_WRITE, EXCLUSIVE, r.xm).add_field(FID_INPUT));
  increment.add_region_requirement(
      RegionRequirement(r.pxp_out, 0, READ_WRITE, EXCLUSIVE, r.xp).add_field(FID_INPUT));
  increment.add_region_requirement(
      RegionRequirement(r.pym_out, 0, READ_WRITE, EXCLUSIVE, r.ym).add_field(FID_INPUT));
  increment.add_region_requirement(
      RegionRequirement(r.pyp_out, 0, READ_WRITE, EXCLUSIVE, r.yp).add_field(FID_INPUT));
  increment.add_region_requirement(
      RegionRequirement(r.p_times, 0, READ_WRITE, EXCLUSIVE, r.times).add_field(FID_STOP));

  const Load load = {scale_x(config) * config.inner_x() / config.ntx,
                     scale_y(config) * config.inner_y() / config.nty};
  if (config.ramp) {
    const Step ramp = {false, true, config.ntx, load};
    increment.global_arg = UntypedBuffer(&ramp, sizeof ramp);
    runtime->execute_index_space(ctx, increment);
  }
  const app::Window window = {config.steps, config.prune};
  constexpr TraceID LOOP = 1;
  for (int64_t step = 0; step < window.iterations(); step++) {
    // Launches copy their arguments at once, so these may live here.
    const Step opening = {window.opens(step), false, config.ntx, load};
    const Step closing = {window.closes(step), false, config.ntx, load};
    stencil.global_arg = UntypedBuffer(&opening, sizeof opening);
    increment.global_arg = UntypedBuffer(&closing, sizeof closing);
    runtime->begin_trace(ctx, LOOP);
    runtime->execute_index_space(ctx, stencil);
    runtime->execute_index_space(ctx, increment);
    runtime->end_trace(ctx, LOOP);
  }
}

double elapsed(const Regions& r, Context ctx, Runtime* runtime)
{
  IndexTaskLauncher launcher(GET_ELAPSED_TASK, r.tiles, UntypedBuffer(), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.p_times, 0, READ_ONLY, EXCLUSIVE, r.times)
          .add_fields({FID_START, FID_STOP}));
  const FutureMap spans = runtime->execute_index_space(ctx, launcher);
  app::Span all;
  for (int64_t t = 0; t < config.tiles(); t++)
    all.include(spans.get_result<app::Span>(Point<1>(t)));
  return all.seconds();
}

int64_t count_wrong(const Regions& r, Context ctx, Runtime* runtime)
{
  IndexTaskLauncher launcher(CHECK_TASK, r.tiles, UntypedBuffer(&config, sizeof config),
                             ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.p_private, 0, READ_ONLY, EXCLUSIVE, r.points)
          .add_fields({FID_INPUT, FID_OUTPUT}));
  return runtime->execute_index_space(ctx, launcher, LEGION_REDOP_SUM_INT64).get_result<int64_t>();
}

void summarize(const Regions& r, double seconds, int64_t wrong, Context ctx, Runtime* runtime)
{
  const Summary summary = {config, seconds, wrong};
  IndexTaskLauncher launcher(PRINT_TIME_TASK, r.tiles, UntypedBuffer(&summary, sizeof summary),
                             ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(r.p_times, 0, READ_ONLY, EXCLUSIVE, r.times)
          .add_fields({FID_START, FID_STOP}));
  runtime->execute_index_space(ctx, launcher);
}

void top_level(const Task*, const std::vector<PhysicalRegion>&, Context ctx, Runtime* runtime)
{
  const Regions regions = create_regions(config, ctx, runtime);
  simulate(regions, ctx, runtime);
  const double seconds = elapsed(regions, ctx, runtime);
  const int64_t wrong = config.checks ? count_wrong(regions, ctx, runtime) : 0;
  summarize(regions, seconds, wrong, ctx, runtime);
  if (wrong > 0) Runtime::set_return_code(1);
}

// Returns the number of wrong values: all are integers and small, so the right ones are exact. The
// differences of a constant are 0 at every step, those of x + y are 2; values that are a step too
// old or too new in one halo only do not cancel.
int64_t check(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx,
              Runtime* runtime)
{
  const Config c = *static_cast<const Config*>(task->args);
  const int64_t steps = app::Window{c.steps, c.prune}.iterations(), tile = task->index_point[0];
  const int64_t gap = 2 * RADIUS * (tile % c.ntx + tile / c.ntx);
  const app::Reader<double, 2> input(regions[0], FID_INPUT), output(regions[0], FID_OUTPUT);
  const Rect<2> all = app::bounds<2>(task, 0, ctx, runtime);
  const Point<2> border(RADIUS, RADIUS);
  int64_t wrong = 0;
  for (PointInRectIterator<2> at(Rect<2>(all.lo + border, all.hi - border)); at(); at++) {
    const int64_t ramp = c.ramp ? (*at)[0] + (*at)[1] - gap : 0;
    wrong += input[*at] != static_cast<double>(c.init + ramp + steps);
    wrong += output[*at] != static_cast<double>(c.init + (c.ramp ? 2 * steps : 0));
  }
  return wrong;
}

app::Span get_elapsed(const Task* task, const std::vector<PhysicalRegion>& regions, Context,
                      Runtime*)
{
  const app::Reader<double> start(regions[0], FID_START), stop(regions[0], FID_STOP);
  return {start[task->index_point[0]], stop[task->index_point[0]]};
}

// Launched for every tile, though only one speaks: mappings have it as an index launch.
void print_time(const Task* task, const std::vector<PhysicalRegion>&, Context, Runtime*)
{
  if (task->index_point[0] != 0) return;
  const Summary summary = *static_cast<const Summary*>(task->args);
  const Config& c = summary.config;
  const double points = static_cast<double>(c.inner_x() * c.inner_y()) * c.steps;
  const auto size = [&](double along_x, double along_y) {
    char text[120];
    std::snprintf(text, sizeof text, "%.0f x %.0f points in %lld x %lld tiles",
                  along_x * c.inner_x(), along_y * c.inner_y(), static_cast<long long>(c.ntx),
                  static_cast<long long>(c.nty));
    return std::string(text);
  };
  app::print_merit(summary.seconds, "POINTS/S", points / summary.seconds);
  app::print_modelled(summary.seconds, "POINTS/S", c.data_scale * points, size(1, 1),
                      size(scale_x(c), scale_y(c)));
  if (!c.checks) return;
  if (summary.wrong > 0)
    std::printf("%lld values are wrong\n", static_cast<long long>(summary.wrong));
  app::print_verdict(summary.wrong == 0);
}

void read_flags(int argc, char** argv)
{
  app::Options options("stencil");
  options.number("-nx", config.nx, 1, "points along x, with a border of 2 on each side")
      .number("-ny", config.ny, 1, "points along y, likewise")
      .number("-ntx", config.ntx, 1, "tiles along x")
      .number("-nty", config.nty, 1, "tiles along y")
      .number("-tsteps", config.steps, 1, "timed steps")
      .number("-tprune", config.prune, 0, "untimed steps before and after the timed ones")
      .number("-init", config.init, 0, "value of all points at the start")
      .toggle("-ramp", config.ramp, "add x + y to it, so that no two strips look alike")
      .toggle("-checks", config.checks, "compare with the exact solution");
  app::add_scale(options, config.data_scale);
  options.real("-scale-x", config.scale_x, "the part of it that is along x, if not its root");
  options.parse(argc, argv);
  // A strip that a tile sends must not be wider than what it computes.
  if (config.inner_x() / config.ntx < RADIUS)
    options.fail("-nx must be at least 4 and 2 more for each of -ntx tiles");
  if (config.inner_y() / config.nty < RADIUS)
    options.fail("-ny must be at least 4 and 2 more for each of -nty tiles");
  constexpr int64_t EXACT = int64_t(1) << 49;  // and eighths of it, in double precision
  if (config.init > EXACT) options.fail("flag -init must be at most " + std::to_string(EXACT));
  mapc::gpu::require_data_scale(config.data_scale);
}

void register_tasks()
{
  Runtime::preregister_task_variant<top_level>(app::cpu_top_level(TOP_LEVEL_TASK, "cpu"),
                                               "top_level");
  register_kernels(STENCIL_TASK, INCREMENT_TASK);
  register_gpu_kernels(STENCIL_TASK, INCREMENT_TASK);
  Runtime::preregister_task_variant<int64_t, check>(app::cpu_leaf(CHECK_TASK, "cpu"), "check");
  Runtime::preregister_task_variant<app::Span, get_elapsed>(
      app::cpu_leaf(GET_ELAPSED_TASK, "cpu"), "get_elapsed");
  Runtime::preregister_task_variant<print_time>(app::cpu_leaf(PRINT_TIME_TASK, "cpu"),
                                                "print_time");
  Runtime::set_top_level_task_id(TOP_LEVEL_TASK);
}

}  // namespace

}  // namespace stencil

int main(int argc, char** argv)
{
  stencil::read_flags(argc, argv);
  stencil::register_tasks();
  return Legion::Runtime::start(argc, argv);
}
