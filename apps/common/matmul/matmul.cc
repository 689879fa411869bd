// Flags, regions, placement, time and the report.

#include "matmul/leaf.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <set>
#include <string>

#include "model.h"
#include "names.h"
#include "report.h"
#include "tasks.h"
#include "timing.h"

using namespace Legion;

namespace matmul {

namespace {

// Block `index` of `count` in the interval that begins at `lo`.
int64_t block_start(int64_t lo, int64_t extent, int64_t count, int64_t index)
{
  const int64_t size = (extent + count - 1) / count;
  return lo + std::min(index * size, extent);
}

Rect<2> block(const Rect<2>& whole, const Grid& grid, const Point<2>& color)
{
  const int64_t counts[2] = {grid.rows, grid.columns};
  Rect<2> part;
  for (int d = 0; d < 2; d++) {
    const int64_t extent = whole.hi[d] - whole.lo[d] + 1;
    part.lo[d] = block_start(whole.lo[d], extent, counts[d], color[d]);
    part.hi[d] = block_start(whole.lo[d], extent, counts[d], color[d] + 1) - 1;
  }
  return part;
}

class TileProjection : public ProjectionFunctor {
 public:
  TileProjection(TileOf tile_of, Grid inner, Color inner_color)
      : tile_of_(tile_of), inner_(inner), inner_color_(inner_color)
  {
  }

  using ProjectionFunctor::project;

  LogicalRegion project(LogicalPartition upper_bound, const DomainPoint& point,
                        const Domain& domain) override
  {
    return project(upper_bound, point, domain, nullptr, 0);
  }

  LogicalRegion project(LogicalPartition upper_bound, const DomainPoint& point, const Domain&,
                        const void* args, size_t) override
  {
    const Point<2> tile =
        tile_of_(point, args == nullptr ? 0 : *static_cast<const int64_t*>(args));
    if (get_depth() == 0) return runtime->get_logical_subregion_by_color(upper_bound, tile);
    const Point<2> inner(inner_.rows, inner_.columns);
    const LogicalRegion outer = runtime->get_logical_subregion_by_color(upper_bound, tile / inner);
    const LogicalPartition parts = runtime->get_logical_partition_by_color(outer, inner_color_);
    return runtime->get_logical_subregion_by_color(parts, tile - tile / inner * inner);
  }

  bool is_functional() const override { return true; }
  unsigned get_depth() const override { return inner_.rows * inner_.columns > 1 ? 1 : 0; }

 private:
  TileOf tile_of_;
  Grid inner_;
  Color inner_color_;
};

int64_t count(Processor::Kind kind)
{
  return Machine::ProcessorQuery(Machine::get_machine()).only_kind(kind).count();
}

}  // namespace

app::Options& add_flags(app::Options& options, Config& config)
{
  options.number("-n", config.n, 1, "rows and columns of the matrices")
      .number("-r", config.repetitions, 1, "timed repetitions")
      .number("-warm", config.warm_up, 0, "untimed repetitions before them")
      .toggle("-checks", config.checks, "compare all of A with its closed form");
  return app::add_scale(options, config.data_scale);
}

int64_t count_nodes()
{
  std::set<AddressSpace> nodes;
  for (const Processor cpu :
       Machine::ProcessorQuery(Machine::get_machine()).only_kind(Processor::LOC_PROC))
    nodes.insert(cpu.address_space());
  return nodes.size();
}

int64_t count_processors()
{
  const int64_t gpus = mapc::gpu::available() ? count(Processor::TOC_PROC) : 0;
  return gpus > 0 ? gpus : count(Processor::LOC_PROC);
}

Matrices create_matrices(const Config& config, Context ctx, Runtime* runtime)
{
  const FieldSpace fields =
      app::create_fields(ctx, runtime, "matrix", {{FID_VALS, sizeof(double), "vals"}});
  const Rect<2> square(Point<2>(0, 0), Point<2>(config.n - 1, config.n - 1));
  const auto matrix = [&](const char* name) {
    const LogicalRegion region =
        runtime->create_logical_region(ctx, runtime->create_index_space(ctx, square), fields);
    app::attach_name(runtime, region, name);
    runtime->fill_field(ctx, region, region, FID_VALS, 0.0);
    return region;
  };
  return {matrix("A"), matrix("B"), matrix("C")};
}

LogicalPartition split(LogicalRegion region, Grid grid, Color color, const char* matrix,
                       const char* partition, Context ctx, Runtime* runtime)
{
  const Rect<2> whole(runtime->get_index_space_domain(ctx, region.get_index_space()));
  std::map<DomainPoint, Domain> blocks;
  for (PointInRectIterator<2> c(grid.colors()); c(); c++) blocks[*c] = block(whole, grid, *c);
  const IndexSpace colors = runtime->create_index_space(ctx, grid.colors());
  runtime->attach_name(colors, partition);
  const LogicalPartition result = runtime->get_logical_partition(
      ctx, region,
      runtime->create_partition_by_domain(ctx, region.get_index_space(), blocks, colors,
                                          /*perform_intersections=*/false,
                                          LEGION_DISJOINT_COMPLETE_KIND, color));
  app::attach_name(runtime, result, partition);
  for (PointInRectIterator<2> c(grid.colors()); c(); c++)
    app::attach_name(runtime, runtime->get_logical_subregion_by_color(ctx, result, *c), matrix);
  return result;
}

void register_projection(ProjectionID id, TileOf tile_of, Grid inner, Color inner_color)
{
  Runtime::preregister_projection_functor(id, new TileProjection(tile_of, inner, inner_color));
}

void set_step(RegionRequirement& requirement, int64_t step)
{
  requirement.set_projection_args(&step, sizeof step);
}

void place(const Config& config, const Domain& domain, LogicalRegion matrix,
           LogicalPartition tiles, ProjectionID tile_of_point, char name, bool fill, Context ctx,
           Runtime* runtime)
{
  const Placement placement = {name, fill, config.data_scale};
  const TaskID task = name == 'A' ? TASK_1 : name == 'B' ? TASK_2 : TASK_3;
  IndexTaskLauncher launcher(task, domain, UntypedBuffer(&placement, sizeof placement),
                             ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(tiles, tile_of_point, READ_WRITE, EXCLUSIVE, matrix).add_field(FID_VALS));
  runtime->execute_index_space(ctx, launcher);
}

Future Clock::stamp(Context ctx, Runtime* runtime)
{
  return runtime->get_current_time(ctx, runtime->issue_execution_fence(ctx));
}

void Clock::before(int64_t repetition, const Config& config, Context ctx, Runtime* runtime)
{
  if (repetition == config.warm_up) start_ = stamp(ctx, runtime);
}

double Clock::stop(Context ctx, Runtime* runtime)
{
  Future stop = stamp(ctx, runtime);
  return stop.get_result<double>() - start_.get_result<double>();
}

int64_t count_wrong(const Config& config, LogicalRegion a, LogicalPartition tiles, Grid grid,
                    Context ctx, Runtime* runtime)
{
  IndexTaskLauncher launcher(VALIDATE_TASK, Domain(grid.colors()),
                             UntypedBuffer(&config, sizeof config), ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(tiles, 0, READ_ONLY, EXCLUSIVE, a).add_field(FID_VALS));
  return runtime->execute_index_space(ctx, launcher, LEGION_REDOP_SUM_INT64).get_result<int64_t>();
}

void finish(const Config& config, double seconds, LogicalRegion a, LogicalPartition tiles,
            Grid grid, Context ctx, Runtime* runtime)
{
  const int64_t wrong = config.checks ? count_wrong(config, a, tiles, grid, ctx, runtime) : 0;
  const Summary summary = {config, seconds, wrong};
  runtime->execute_task(ctx, TaskLauncher(REPORT_TASK, UntypedBuffer(&summary, sizeof summary)));
  if (wrong > 0) Runtime::set_return_code(1);
}

void report(const Task* task, const std::vector<PhysicalRegion>&, Context, Runtime*)
{
  const Summary summary = *static_cast<const Summary*>(task->args);
  const Config& c = summary.config;
  const double modelled_n = c.n * std::sqrt(c.data_scale);
  const auto gflop = [&](double n) {
    return 1e-9 * c.repetitions * n * n * (2 * n - 1) / count_nodes();
  };
  const auto size = [](double n) {
    char text[80];
    std::snprintf(text, sizeof text, "matrices of %.0f x %.0f", n, n);
    return std::string(text);
  };
  app::print_merit(summary.seconds, "GFLOPS PER NODE", gflop(c.n) / summary.seconds);
  app::print_modelled(summary.seconds, "GFLOPS PER NODE", gflop(modelled_n), size(c.n),
                      size(modelled_n));
  if (!c.checks) return;
  if (summary.wrong > 0)
    std::printf("%lld entries of A are wrong\n", static_cast<long long>(summary.wrong));
  app::print_verdict(summary.wrong == 0);
}

void register_tasks()
{
  // BLAS takes matrices whose rows are contiguous.
  LayoutConstraintRegistrar rows(FieldSpace::NO_SPACE, "rows");
  rows.add_constraint(OrderingConstraint({LEGION_DIM_Y, LEGION_DIM_X}, /*contiguous=*/false));
  rows.add_constraint(SpecializedConstraint(LEGION_NO_SPECIALIZE));  // reduction instances as well
  const LayoutConstraintID layout = Runtime::preregister_layout(rows);
  TaskVariantRegistrar leaf = app::cpu_leaf(TASK_4, "cpu");
  for (unsigned operand = 0; operand < 3; operand++)
    leaf.add_layout_constraint_set(operand, layout);
  Runtime::preregister_task_variant<task_4>(leaf, "task_4");
  Runtime::preregister_task_variant<place_tile>(app::cpu_leaf(TASK_1, "cpu"), "task_1");
  Runtime::preregister_task_variant<place_tile>(app::cpu_leaf(TASK_2, "cpu"), "task_2");
  Runtime::preregister_task_variant<place_tile>(app::cpu_leaf(TASK_3, "cpu"), "task_3");
  Runtime::preregister_task_variant<int64_t, taco_validate>(app::cpu_leaf(VALIDATE_TASK, "cpu"),
                                                            "taco_validate");
  Runtime::preregister_task_variant<report>(app::cpu_leaf(REPORT_TASK, "cpu"), "report");
  register_gpu_variants(layout);
}

}  // namespace matmul
