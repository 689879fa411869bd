// Tasks and futures: a task that launches itself, and text that only looks like launches.
#include <cstdlib>
#include <cstring>
#include "legion.h"

using namespace Legion;

enum TaskIDs {
  TOP_LEVEL_TASK_ID,
  HELLO_TASK_ID,
  TREE_TASK_ID = 10,
  JOIN_TASK_ID,
};

/* runtime->execute_task(ctx, TaskLauncher(99, UntypedBuffer())); is no launch. */
static const char *advice = "call runtime->execute_task(ctx, launcher) for every task";

void hello_task(const Task *task, const std::vector<PhysicalRegion> &regions, Context ctx, Runtime *runtime)
{
  printf("%s: Runtime::preregister_task_variant<hello_task>(registrar, \"fake\")\n", advice);
}

int join_task(const Task *task, const std::vector<PhysicalRegion> &regions, Context ctx, Runtime *runtime)
{
  return task->futures[0].get_result<int>() + task->futures[1].get_result<int>();
}

int tree_task(const Task *task, const std::vector<PhysicalRegion> &regions, Context ctx, Runtime *runtime)
{
  int depth = *(const int *)task->args;
  if (depth == 0)
    return 1;  // runtime->execute_task(ctx, leaf);

  int below = depth - 1;
  TaskLauncher left(TREE_TASK_ID, UntypedBuffer(&below, sizeof(below)));
  Future one = runtime->execute_task(ctx, left);  // @left
  TaskLauncher right(TREE_TASK_ID, UntypedBuffer(&below, sizeof(below)));
  Future two = runtime->execute_task(ctx, right);  // @right

  TaskLauncher join(JOIN_TASK_ID, UntypedBuffer(NULL, 0));
  join.add_future(one);
  join.add_future(two);
#if 0
  runtime->execute_task(ctx, join);
#endif
  Future sum = runtime->execute_task(ctx, join);  // @join
  return sum.get_result<int>();
}

void top_level_task(const Task *task, const std::vector<PhysicalRegion> &regions, Context ctx, Runtime *runtime)
{
  int depth = 3;
  const InputArgs &command_args = Runtime::get_input_args();
  for (int i = 1; i < command_args.argc; i++)
    if (!strcmp(command_args.argv[i], "-d"))
      depth = atoi(command_args.argv[++i]);

  runtime->execute_task(ctx, TaskLauncher(HELLO_TASK_ID, UntypedBuffer()));  // @hello
  std::vector<Future> results;
  for (int i = 0; i < depth; i++) {
    TaskLauncher launcher(TREE_TASK_ID, UntypedBuffer(&i, sizeof(i)));
    results.push_back(runtime->execute_task(ctx, launcher));  // @tree
  }
  for (unsigned i = 0; i < results.size(); i++)
    printf("tree %u has %d leaves\n", i, results[i].get_result<int>());
}

int main(int argc, char **argv)
{
  Runtime::set_top_level_task_id(TOP_LEVEL_TASK_ID);
  {
    TaskVariantRegistrar registrar(TOP_LEVEL_TASK_ID, "top_level");
    registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
    registrar.set_inner();
    Runtime::preregister_task_variant<top_level_task>(registrar, "top_level");
  }
  {
    TaskVariantRegistrar registrar(HELLO_TASK_ID, "hello on a core");
    registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
    registrar.set_leaf(true);
    Runtime::preregister_task_variant<hello_task>(registrar, "hello");
  }
  {
    TaskVariantRegistrar registrar(TREE_TASK_ID, "tree");
    registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
    Runtime::preregister_task_variant<int, tree_task>(registrar, "tree");
  }
  {
    TaskVariantRegistrar registrar(JOIN_TASK_ID, "join");
    registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
    registrar.set_leaf(true);
    registrar.set_idempotent(true);
    Runtime::preregister_task_variant<int, join_task>(registrar, "join");
  }
  return Runtime::start(argc, argv);
}
