// Regions and fields that take turns, launchers that a function changes and may leave early.
#include "legion.h"

using namespace Legion;

enum { TOP, SWEEP, COPY, REPORT };
enum { FID_T = 1, FID_OLD, FID_NEW };
using Regions = std::vector<PhysicalRegion>;
template <int WHICH> void body(const Task *, const Regions &, Context, Runtime *) {}

static RegionRequirement need(LogicalRegion r, PrivilegeMode mode, FieldID field = FID_T)
{
  return RegionRequirement(r, mode, LEGION_EXCLUSIVE, r).add_field(field);
}

static void prepare(TaskLauncher &launcher, LogicalRegion r, int level)
{
  launcher.tag = 1;
  if (level < 0) return;
  launcher.add_region_requirement(need(r, LEGION_READ_ONLY));
  if (level == 0) return;
  launcher.add_field(0, FID_OLD);
  launcher.tag = 2;
}

void top(const Task *task, const Regions &, Context ctx, Runtime *rt)
{
  const int level = Runtime::get_input_args().argc - 1;
  IndexSpace is = rt->create_index_space(ctx, Rect<3>(Point<3>(0, 0, 0), Point<3>(9, 9, 9)));
  FieldSpace fs = rt->create_field_space(ctx);
  std::vector<FieldID> ids;
  {
    FieldAllocator fa = rt->create_field_allocator(ctx, fs);
    fa.allocate_fields({sizeof(double), sizeof(double), sizeof(double)}, ids = {FID_T, FID_OLD, FID_NEW});
  }
  LogicalRegion red = rt->create_logical_region(ctx, is, fs), black = rt->create_logical_region(ctx, is, fs);
  rt->attach_name(red, "red");
  rt->attach_name(black, "black");

  double error = 1;
  bool first = true;
  LogicalRegion from = red, to = black;
  FieldID in = FID_OLD, out = FID_NEW;
  while (error > 1e-6) {
    TaskLauncher sweep(SWEEP, UntypedBuffer(&first, sizeof(first)));
    sweep.add_region_requirement(need(from, LEGION_READ_ONLY));
    sweep.add_region_requirement(need(to, first ? LEGION_WRITE_DISCARD : LEGION_READ_WRITE));
    Future f = rt->execute_task(ctx, sweep);  // @sweep
    error = f.get_result<double>();
    if (error > 1e9) {
      rt->execute_task(ctx, TaskLauncher(REPORT, UntypedBuffer()));  // @failed
      return;
    }
    std::swap(from, to);
    TaskLauncher copy(COPY, UntypedBuffer());
    copy.add_region_requirement(need(red, LEGION_READ_WRITE, in));
    copy.add_field(0, out);
    copy.add_region_requirement(need(black, LEGION_READ_WRITE, out));
    if (first) {
      first = false;
      continue;
    }
    rt->execute_task(ctx, copy);  // @copy
    FieldID kept = in;
    in = out;
    out = kept;
  }

  TaskLauncher report(REPORT, UntypedBuffer());
  prepare(report, red, level);
  rt->execute_task(ctx, report);  // @report
}

int main(int argc, char **argv)
{
  typedef void (*Body)(const Task *, const Regions &, Context, Runtime *);
  static_assert(sizeof(Body) == sizeof(void *), "a function has an address");
  TaskVariantRegistrar registrar;
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  registrar.task_id = TOP;
  Runtime::preregister_task_variant<top>(registrar, "top");
  registrar.task_id = SWEEP;
  registrar.set_leaf();
  Runtime::preregister_task_variant<body<1>>(registrar, "sweep");
  registrar.task_id = COPY;
  Runtime::preregister_task_variant<body<2>>(registrar, "copy");
  registrar.task_id = REPORT;
  registrar.leaf_variant = false;
  registrar.idempotent_variant = true;
  Runtime::preregister_task_variant<body<3>>(registrar, "report");
  Runtime::set_top_level_task_id(TOP);
  return Runtime::start(argc, argv);
}
