// Every way to register: templates, macros, callbacks, tables, the older calls, while running.
#include "legion.h"

typedef Legion::Runtime HighLevelRuntime;
typedef Legion::Task HLTask;
using namespace Legion;

#define ARGS const Task *task, const std::vector<PhysicalRegion> &regions, Context ctx, Runtime *runtime
#define TASK(name) static void name##_task(ARGS) {}
#define REGISTER(kind, id, name)                                              \
  do {                                                                        \
    TaskVariantRegistrar registrar(id, #name);                                \
    registrar.add_constraint(ProcessorConstraint(Processor::kind));           \
    Runtime::preregister_task_variant<name##_task>(registrar, #name);         \
  } while (0)

enum Tasks { FIRST = 4, BY_MACRO, BY_CALLBACK, LEGACY, LEGACY_INDEX, RUNNING, TABLED, SHARED, LAYOUT };

TASK(macro)
TASK(callback)
TASK(running)
TASK(tabled)
TASK(shared)
TASK(layout)
double legacy(const HLTask *task, const std::vector<PhysicalRegion> &regions, Context ctx, HighLevelRuntime *runtime)
{
  return 0.5;
}
TASK(index)

void first(ARGS)
{
  TaskVariantRegistrar registrar(RUNNING, "running", false /*global*/);
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  runtime->register_task_variant<running_task>(registrar);
  runtime->attach_name(RUNNING, "named later");
  const TaskID made = runtime->generate_dynamic_task_id();
  TaskVariantRegistrar own(made, "own");
  own.add_constraint(ProcessorConstraint(Processor::IO_PROC));
  runtime->register_task_variant<shared_task>(own);
  runtime->attach_name(made, "own");
  runtime->execute_task(ctx, TaskLauncher(RUNNING, UntypedBuffer()));  // @running
  runtime->execute_task(ctx, TaskLauncher(made, UntypedBuffer()));  // @own
  runtime->execute_index_space(ctx, IndexLauncher(LEGACY_INDEX, Rect<3>(Point<3>(0, 0, 0), Point<3>(1, 2, 3)),  // @index
                                                  UntypedBuffer(), ArgumentMap()));
}

static void on_start(Machine machine, Runtime *runtime, const std::set<Processor> &local)
{
  TaskVariantRegistrar registrar(BY_CALLBACK, "callback");
  registrar.add_constraint(ProcessorConstraint(Processor::PY_PROC));
  runtime->register_task_variant<callback_task>(registrar);
}

static void modern(const RegistrationCallbackArgs &args)
{
  TaskVariantRegistrar registrar(LAYOUT, "layout");
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  LayoutConstraintRegistrar layout;
  layout.add_constraint(OrderingConstraint({LEGION_DIM_X, LEGION_DIM_F}, false));
  registrar.add_layout_constraint_set(1, args.runtime->register_layout(layout));
  args.runtime->register_task_variant<layout_task>(registrar);
}

struct Gpu { static constexpr Processor::Kind kind = Processor::TOC_PROC; };
struct Omp { static constexpr Processor::Kind kind = Processor::OMP_PROC; };
template <typename... Kinds> void on_all(TaskID id)
{
  (([&] {
     TaskVariantRegistrar registrar(id);
     registrar.add_constraint(ProcessorConstraint(Kinds::kind));
     registrar.set_leaf();
     Runtime::preregister_task_variant<shared_task>(registrar, "shared");
   }()), ...);
}

struct Entry { TaskID id; const char *name; Processor::Kind kind; };
static const Entry table[] = {{TABLED, "tabled", Processor::LOC_PROC}, {TABLED, "tabled", Processor::UTIL_PROC}};

int main(int argc, char **argv)
{
  HighLevelRuntime::set_top_level_task_id(FIRST);
  HighLevelRuntime::register_legion_task<first>(FIRST, Processor::LOC_PROC, true /*single*/, false /*index*/,
                                                AUTO_GENERATE_ID, TaskConfigOptions(), "first");
  HighLevelRuntime::register_legion_task<double, legacy>(LEGACY, Processor::LOC_PROC, true, true,
                                                         AUTO_GENERATE_ID, TaskConfigOptions(true /*leaf*/, false, true), "legacy");
  HighLevelRuntime::register_legion_task<index_task>(LEGACY_INDEX, Processor::TOC_PROC, false, true);
  REGISTER(LOC_PROC, BY_MACRO, macro);
  REGISTER(OMP_PROC, BY_MACRO, macro);
  for (const Entry &entry : table) {
    TaskVariantRegistrar registrar(entry.id, entry.name);
    registrar.add_constraint(ProcessorConstraint(entry.kind));
    Runtime::preregister_task_variant<tabled_task>(registrar, entry.name);
  }
  on_all<Gpu, Omp>(SHARED);
  Runtime::add_registration_callback(on_start);
  Runtime::perform_registration_callback(modern, UntypedBuffer(), true /*global*/);
  return HighLevelRuntime::start(argc, argv);
}
