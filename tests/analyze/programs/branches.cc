// Conditions that only a run decides: alternatives, early returns, switches.
#include "legion.h"

using namespace Legion;

enum { MAIN_TASK = 20, STEP_TASK, EXTRA_TASK, FAST_TASK, SLOW_TASK };
enum Mode { NONE, ONE, TWO, MANY };
enum { FID_A, FID_B };

using Regions = std::vector<PhysicalRegion>;
void step_task(const Task *, const Regions &, Context, Runtime *) {}
void extra_task(const Task *, const Regions &, Context, Runtime *) {}
void fast_task(const Task *, const Regions &, Context, Runtime *) {}
void slow_task(const Task *, const Regions &, Context, Runtime *) {}

static void early(Context ctx, Runtime *runtime, LogicalRegion a, bool skip)
{
  TaskLauncher launcher(STEP_TASK, UntypedBuffer());
  launcher.add_region_requirement(RegionRequirement(a, LEGION_READ_ONLY, LEGION_EXCLUSIVE, a));
  launcher.add_field(0, FID_A);
  if (skip) {
    runtime->execute_task(ctx, launcher);  // @early
    return;
  }
  launcher.add_field(0, FID_B);
  runtime->execute_task(ctx, launcher);  // @late
}

void main_task(const Task *task, const Regions &, Context ctx, Runtime *runtime)
{
  const InputArgs &args = Runtime::get_input_args();
  const bool big = args.argc > 2;
  const Mode mode = Mode(args.argc);
  IndexSpace is = runtime->create_index_space(ctx, Domain(Rect<1>(0, 9)));
  FieldSpace fs = runtime->create_field_space(ctx);
  {
    FieldAllocator fields = runtime->create_field_allocator(ctx, fs);
    fields.allocate_field(8, FID_A);
    runtime->attach_name(fs, FID_A, "a");
    fields.allocate_field(8, FID_B);
    runtime->attach_name(fs, FID_B, "b");
  }
  LogicalRegion left = runtime->create_logical_region(ctx, is, fs);
  LogicalRegion right = runtime->create_logical_region(ctx, is, fs);
  runtime->attach_name(left, "left");
  runtime->attach_name(right, "right");
  early(ctx, runtime, left, big);

  TaskLauncher step(STEP_TASK, UntypedBuffer());
  if (big)
    step.add_region_requirement(RegionRequirement(left, LEGION_READ_WRITE, LEGION_EXCLUSIVE, left));
  else
    step.add_region_requirement(RegionRequirement(right, LEGION_READ_ONLY, LEGION_EXCLUSIVE, right));
  step.add_field(0, FID_A);
  if (mode == MANY) {
    step.add_region_requirement(RegionRequirement(right, LEGION_REDUCE, LEGION_EXCLUSIVE, right));
    step.add_field(1, FID_B);
  }
  runtime->execute_task(ctx, step);  // @step

  TaskLauncher extra(EXTRA_TASK, UntypedBuffer());
  extra.add_region_requirement(RegionRequirement(big ? left : right, big ? LEGION_READ_ONLY : LEGION_READ_WRITE,
                                                 LEGION_EXCLUSIVE, big ? left : right));
  extra.region_requirements[0].add_field(FID_B);
  switch (mode) {
    case NONE:
      return;
    case ONE:
    case TWO:
      runtime->execute_task(ctx, extra);  // @few
      break;
    case MANY: {
      extra.add_field(0, FID_A);
      runtime->execute_task(ctx, extra);  // @many
    }  // falls through
    default:
      runtime->execute_task(ctx, TaskLauncher(FAST_TASK, UntypedBuffer()));  // @always
  }
  switch (2) {
    case 1: runtime->execute_task(ctx, TaskLauncher(EXTRA_TASK, UntypedBuffer())); break;
    case 2: runtime->execute_task(ctx, TaskLauncher(SLOW_TASK, UntypedBuffer()));  // @two
  }
  if (false)
    runtime->execute_task(ctx, extra);

  TaskLauncher either(big ? FAST_TASK : SLOW_TASK, UntypedBuffer());
  runtime->execute_task(ctx, either);  // @either
  if (!big) return;
  runtime->execute_task(ctx, TaskLauncher(FAST_TASK, UntypedBuffer()));  // @end
}

template <void (*BODY)(const Task *, const Regions &, Context, Runtime *)>
void add(TaskID id, const char *name, bool leaf = true)
{
  TaskVariantRegistrar registrar(id, name);
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  registrar.set_leaf(leaf);
  Runtime::preregister_task_variant<BODY>(registrar, name);
}

int main(int argc, char **argv)
{
  add<main_task>(MAIN_TASK, "main", false);
  add<step_task>(STEP_TASK, "step");
  add<extra_task>(EXTRA_TASK, "extra");
  add<fast_task>(FAST_TASK, "fast");
  add<slow_task>(SLOW_TASK, "slow");
  Runtime::set_top_level_task_id(MAIN_TASK);
  return Runtime::start(argc, argv);
}
