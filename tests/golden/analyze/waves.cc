// Waves on a string: two time steps in each other's regions, and a summary that few see.
#include <cstdlib>
#include "legion.h"

using namespace Legion;

enum TaskIDs { MAIN = 1, STEP, SUMMARY };
enum FieldIDs { HEIGHT = 10, SPEED = 11 };

void step(const Task *task, const std::vector<PhysicalRegion> &regions, Context ctx, Runtime *runtime) {}

double summary(const Task *task, const std::vector<PhysicalRegion> &regions, Context ctx, Runtime *runtime)
{
  return 0;
}

void main_task(const Task *task, const std::vector<PhysicalRegion> &regions, Context ctx, Runtime *runtime)
{
  const int parts = 4;
  const int steps = atoi(Runtime::get_input_args().argv[1]);
  IndexSpace points = runtime->create_index_space(ctx, Rect<1>(0, 99));
  FieldSpace fields = runtime->create_field_space(ctx);
  FieldAllocator allocator = runtime->create_field_allocator(ctx, fields);
  allocator.allocate_field(sizeof(double), HEIGHT);
  allocator.allocate_field(sizeof(double), SPEED);
  runtime->attach_name(fields, HEIGHT, "height");
  runtime->attach_name(fields, SPEED, "speed");
  LogicalRegion string = runtime->create_logical_region(ctx, points, fields);
  runtime->attach_name(string, "string");
  IndexSpace colours = runtime->create_index_space(ctx, Rect<1>(0, parts - 1));
  IndexPartition equal = runtime->create_equal_partition(ctx, points, colours);
  LogicalPartition pieces = runtime->get_logical_partition(ctx, string, equal);
  runtime->attach_name(pieces, "pieces");

  runtime->fill_field<double>(ctx, string, string, HEIGHT, 0.0);
  for (int i = 0; i < steps; i++)
  {
    IndexLauncher launcher(STEP, colours, UntypedBuffer(), ArgumentMap());
    launcher.add_region_requirement(
        RegionRequirement(pieces, 0, LEGION_READ_WRITE, LEGION_EXCLUSIVE, string));
    launcher.add_field(0, HEIGHT);
    launcher.add_field(0, SPEED);
    runtime->execute_index_space(ctx, launcher);
  }
  if (steps > 10)
  {
    TaskLauncher launcher(SUMMARY, UntypedBuffer());
    launcher.add_region_requirement(
        RegionRequirement(string, LEGION_READ_ONLY, LEGION_EXCLUSIVE, string));
    launcher.add_field(0, HEIGHT);
    runtime->execute_task(ctx, launcher);
  }
  runtime->execute_task(ctx, TaskLauncher(steps, UntypedBuffer()));
}

int main(int argc, char **argv)
{
  Runtime::set_top_level_task_id(MAIN);
  {
    TaskVariantRegistrar registrar(MAIN, "main");
    registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
    registrar.set_inner();
    Runtime::preregister_task_variant<main_task>(registrar, "main");
  }
  {
    TaskVariantRegistrar registrar(STEP, "step");
    registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
    registrar.set_leaf();
    Runtime::preregister_task_variant<step>(registrar, "step");
  }
  {
    TaskVariantRegistrar registrar(SUMMARY, "summary");
    registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
    registrar.set_leaf();
    registrar.set_idempotent();
    Runtime::preregister_task_variant<double, summary>(registrar, "summary");
  }
  return Runtime::start(argc, argv);
}
