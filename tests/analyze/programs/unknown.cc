// What only a run can know: it is told with its place, and all else is still found.
#include <cstdlib>
#include "legion.h"

using namespace Legion;

enum { TOP = 1, PLAIN };
using Regions = std::vector<PhysicalRegion>;
void plain(const Task *, const Regions &, Context, Runtime *) {}
void plugin(const Task *, const Regions &, Context ctx, Runtime *runtime)
{
  runtime->execute_task(ctx, TaskLauncher(PLAIN, UntypedBuffer()));  // @within
}
static TaskID plugin_id = 7;
extern LogicalRegion outside(Context ctx, Runtime *runtime);

void top(const Task *, const Regions &, Context ctx, Runtime *runtime)
{
  char **argv = Runtime::get_input_args().argv;
  const TaskID chosen = strtol(argv[1], NULL, 10);
  runtime->execute_task(ctx, TaskLauncher(chosen, UntypedBuffer()));  // @chosen
  runtime->execute_task(ctx, TaskLauncher(plugin_id, UntypedBuffer()));  // @plugin
  LogicalRegion theirs = outside(ctx, runtime);
  TaskLauncher launcher(PLAIN, UntypedBuffer());
  launcher.add_region_requirement(
      RegionRequirement(theirs, static_cast<PrivilegeMode>(atoi(argv[2])), LEGION_EXCLUSIVE, theirs));
  launcher.add_field(0, atoi(argv[3]));
  const int more = atoi(argv[4]);
  for (int i = 0; i < more; i++) {
    launcher.add_region_requirement(RegionRequirement(theirs, LEGION_READ_ONLY, LEGION_EXCLUSIVE, theirs));
    launcher.add_field(i + 1, 5);
  }
  runtime->execute_task(ctx, launcher);  // @plain
  runtime->execute_index_space(ctx, IndexLauncher(PLAIN, Rect<2>(Point<2>(0, 0), Point<2>(more, 3)),  // @index
                                                  UntypedBuffer(), ArgumentMap()));
}

int main(int argc, char **argv)
{
  for (int i = 1; i < argc; i++)
    if (argv[i][0] == '-') plugin_id = atoi(argv[i] + 1);
  Runtime::set_top_level_task_id(TOP);
  {
    TaskVariantRegistrar registrar(TOP, "top");
    registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
    Runtime::preregister_task_variant<top>(registrar, "top");
  }
  {
    TaskVariantRegistrar registrar(PLAIN, "plain");
    registrar.add_constraint(ProcessorConstraint(argc > 9 ? Processor::LOC_PROC : Processor::OMP_PROC));
    registrar.set_leaf(argc > 2);
    Runtime::preregister_task_variant<plain>(registrar, "plain");
  }
  TaskVariantRegistrar registrar(plugin_id, "plugin");
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  Runtime::preregister_task_variant<plugin>(registrar, "plugin");  // @plugin_registered
  return Runtime::start(argc, argv);
}
