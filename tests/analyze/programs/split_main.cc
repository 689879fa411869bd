// The program's beginning; its tasks are in the other file.
#include "split.h"

const int split_pieces = 6;
Legion::MapperID split_mapper = 3;

static void split_top(const Legion::Task *task, const std::vector<Legion::PhysicalRegion> &regions,
                      Legion::Context ctx, Legion::Runtime *runtime)
{
  Simulation simulation(ctx, runtime);
  simulation.init();
  simulation.step(10);
}

int main(int argc, char **argv)
{
  Legion::TaskVariantRegistrar registrar(SPLIT_TOP, "split_top");
  registrar.add_constraint(Legion::ProcessorConstraint(Legion::Processor::LOC_PROC));
  registrar.set_replicable();
  Legion::Runtime::preregister_task_variant<split_top>(registrar, "split_top");
  Legion::Runtime::set_top_level_task_id(SPLIT_TOP);
  Legion::Runtime::add_registration_callback(
      [](Legion::Machine, Legion::Runtime *, const std::set<Legion::Processor> &) { register_split_tasks(); });
  return Legion::Runtime::start(argc, argv);
}
