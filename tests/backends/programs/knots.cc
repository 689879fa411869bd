// Shapes of launches in which tasks wait for tasks that a limit may hold back: if a limit counted
// without looking, each of them would hang. `-knot NAME` picks one; prints "knot NAME done".

#include <map>

#include "program.h"

namespace {

enum TaskIds { MAIN, A, B, LEAF, SLOW, TOGETHER };
enum { NUMBER = 1, SUM = 1 };

/// What a task is to do before it ends.
struct Wish {
  int a = 0;  // so many levels of children of each name
  int b = 0;
  int busy = 0;  // milliseconds
};

int launch_and_wait(TaskID id, const Wish& wish, Context ctx, Runtime* runtime)
{
  return runtime->execute_task(ctx, TaskLauncher(id, UntypedBuffer(&wish, sizeof wish)))
      .get_result<int>();
}

/// `a` and `b`: a child of the other kind, then of the same kind.
int node_task(const Task* task, const Regions&, Context ctx, Runtime* runtime)
{
  const bool is_a = task->task_id == A;
  Wish wish;
  if (task->arglen == sizeof wish) memcpy(&wish, task->args, sizeof wish);
  busy(wish.busy);
  const int same = is_a ? wish.a : wish.b, other = is_a ? wish.b : wish.a;
  Wish next;
  next.busy = wish.busy;
  int count = 1;
  next.a = is_a ? 0 : wish.a - 1;
  next.b = is_a ? wish.b - 1 : 0;
  if (other > 0) count += launch_and_wait(is_a ? B : A, next, ctx, runtime);
  next.a = is_a ? wish.a - 1 : 0;
  next.b = is_a ? 0 : wish.b - 1;
  if (same > 0) count += launch_and_wait(task->task_id, next, ctx, runtime);
  return count;
}

int leaf_task(const Task* task, const Regions&, Context, Runtime*)
{
  busy(task->task_id == SLOW ? 50 : 2);
  return 1;
}

LogicalRegion make_region(Context ctx, Runtime* runtime)
{
  const IndexSpaceT<1> cells = runtime->create_index_space(ctx, Rect<1>(Point<1>(0), Point<1>(7)));
  FieldSpace fields = runtime->create_field_space(ctx);
  runtime->create_field_allocator(ctx, fields).allocate_field(sizeof(int), NUMBER);
  const LogicalRegion region = runtime->create_logical_region(ctx, cells, fields);
  runtime->fill_field<int>(ctx, region, region, NUMBER, 0);
  return region;
}

template <class Launcher>
Launcher& with(Launcher& launcher, RegionRequirement requirement)
{
  requirement.add_field(NUMBER);
  launcher.add_region_requirement(requirement);
  return launcher;
}

const Rect<1> kFew(Point<1>(0), Point<1>(5));

IndexLauncher few(TaskID id, const Wish& wish = Wish())
{
  static std::map<TaskID, Wish> kept;
  kept[id] = wish;
  return IndexLauncher(id, kFew, UntypedBuffer(&kept[id], sizeof wish), ArgumentMap());
}

using Knot = void (*)(Context, Runtime*);

/// A task waits for children of its own name.
void recursion(Context ctx, Runtime* runtime)
{
  Wish wish;
  wish.a = 5;
  IndexLauncher launcher = few(A, wish);
  runtime->execute_index_space(ctx, launcher).wait_all_results();
}

/// `a` waits for `b` and `b` for `a`, in different trees.
void mutual(Context ctx, Runtime* runtime)
{
  Wish wish;
  wish.a = wish.b = 2;
  wish.busy = 5;
  IndexLauncher a = few(A, wish), b = few(B, wish);
  const FutureMap first = runtime->execute_index_space(ctx, a);
  runtime->execute_index_space(ctx, b).wait_all_results();
  first.wait_all_results();
}

/// All points read, then reduce to, the same region.
void shared(Context ctx, Runtime* runtime)
{
  const LogicalRegion region = make_region(ctx, runtime);
  IndexLauncher read = few(LEAF);
  with(read, RegionRequirement(region, 0, READ_ONLY, EXCLUSIVE, region));
  runtime->execute_index_space(ctx, read);
  IndexLauncher reduce = few(LEAF);
  with(reduce, RegionRequirement(region, 0, LEGION_REDOP_SUM_INT32, EXCLUSIVE, region));
  runtime->execute_index_space(ctx, reduce);
  IndexLauncher both = few(LEAF);
  with(both, RegionRequirement(region, 0, READ_ONLY, LEGION_COLLECTIVE_EXCLUSIVE, region));
  runtime->execute_index_space(ctx, both).wait_all_results();
}

/// The later of two tasks is ready first, and takes the future of the earlier.
void futures(Context ctx, Runtime* runtime)
{
  const LogicalRegion region = make_region(ctx, runtime);
  TaskLauncher slow(SLOW, UntypedBuffer());
  runtime->execute_task(ctx, slow);
  TaskLauncher writer(SLOW, UntypedBuffer());  // held while the first runs
  runtime->execute_task(ctx, with(writer, RegionRequirement(region, READ_WRITE, EXCLUSIVE, region)));
  TaskLauncher earlier(LEAF, UntypedBuffer());  // is mapped behind the writer
  const Future value = runtime->execute_task(
      ctx, with(earlier, RegionRequirement(region, READ_ONLY, EXCLUSIVE, region)));
  TaskLauncher later(LEAF, UntypedBuffer());
  later.add_future(value);
  runtime->execute_task(ctx, later).get_void_result();
}

/// Tasks that wait for each other's phase barrier.
void barrier(Context ctx, Runtime* runtime)
{
  PhaseBarrier barrier = runtime->create_phase_barrier(ctx, 1);
  const PhaseBarrier next = runtime->advance_phase_barrier(ctx, barrier);
  TaskLauncher waits(LEAF, UntypedBuffer());
  waits.add_wait_barrier(next);
  const Future done = runtime->execute_task(ctx, waits);
  TaskLauncher arrives(LEAF, UntypedBuffer());
  arrives.add_arrival_barrier(barrier);
  runtime->execute_task(ctx, arrives);
  done.get_void_result();
}

/// Tasks that Legion runs together or not at all.
void together(Context ctx, Runtime* runtime)
{
  const Rect<1> two(Point<1>(0), Point<1>(1));
  MustEpochLauncher epoch;
  for (int i = 0; i < 2; ++i)
    epoch.add_single_task(DomainPoint(i), TaskLauncher(TOGETHER, UntypedBuffer()));
  epoch.launch_domain = two;
  runtime->execute_must_epoch(ctx, epoch).wait_all_results();
  IndexLauncher concurrent(TOGETHER, two, UntypedBuffer(), ArgumentMap());
  concurrent.concurrent = true;
  for (int i = 0; i < 3; ++i) runtime->execute_index_space(ctx, concurrent).wait_all_results();
}

/// The same launches again and again, as a trace.
void trace(Context ctx, Runtime* runtime)
{
  IndexLauncher launcher = few(LEAF);
  for (int i = 0; i < 5; ++i) {
    runtime->begin_trace(ctx, 1);
    runtime->execute_index_space(ctx, launcher);
    runtime->end_trace(ctx, 1);
  }
  runtime->issue_execution_fence(ctx).get_void_result();
}

/// Tasks that never run because of what they depend on.
void predicate(Context ctx, Runtime* runtime)
{
  for (int i = 0; i < 6; ++i) {
    const bool yes = i % 2 == 0;
    const Predicate when = runtime->create_predicate(ctx, Future::from_value<bool>(yes));
    TaskLauncher launcher(LEAF, UntypedBuffer(), when);
    const int otherwise = 0;
    launcher.set_predicate_false_result(UntypedBuffer(&otherwise, sizeof otherwise));
    runtime->execute_task(ctx, launcher);
  }
  launch_and_wait(LEAF, Wish(), ctx, runtime);
}

const std::map<std::string, Knot> kKnots = {
    {"recursion", recursion}, {"mutual", mutual}, {"shared", shared},
    {"futures", futures},     {"barrier", barrier}, {"together", together},
    {"trace", trace},         {"predicate", predicate},
};

void main_task(const Task*, const Regions&, Context ctx, Runtime* runtime)
{
  const InputArgs& input = Runtime::get_input_args();
  for (int i = 1; i + 1 < input.argc; ++i) {
    if (strcmp(input.argv[i], "-knot")) continue;
    const std::string name = input.argv[i + 1];
    kKnots.at(name)(ctx, runtime);
    runtime->issue_execution_fence(ctx).get_void_result();
    printf("knot %s done\n", name.c_str());
    fflush(stdout);
  }
}

/// Tasks that run together or not at all need a variant that says so.
void add_together()
{
  TaskVariantRegistrar registrar(TOGETHER, "together");
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  registrar.set_leaf();
  registrar.set_concurrent();
  Runtime::preregister_task_variant<int, leaf_task>(registrar, "together");
}

}  // namespace

int main(int argc, char** argv)
{
  add_main<main_task>(MAIN);
  add_task<node_task>(A, "a", false);
  add_task<leaf_task>(LEAF, "leaf", true);
  add_task<node_task>(B, "b", false);
  add_task<leaf_task>(SLOW, "slow", true);
  add_together();
  return Runtime::start(argc, argv);
}
