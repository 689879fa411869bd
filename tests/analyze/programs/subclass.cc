// Launchers as classes, tasks as classes: ids, names and variants in static members, CRTP.
#include "legion.h"

using namespace Legion;

struct Part { LogicalPartition pieces, shared, ghost; LogicalRegion all; };
enum { FID_CHARGE = 1, FID_VOLTAGE, FID_WIRE };
enum { REDUCE_ID = 3 };
enum { TOP_TASK, MOVE_TASK, SPREAD_TASK };
typedef std::vector<PhysicalRegion> Regions;

template <typename T> struct Registered {
  static void wrapper(const Task *task, const Regions &regions, Context ctx, Runtime *rt) { T::run(regions, ctx, rt); }
  static void register_it()
  {
    TaskVariantRegistrar cpu(T::TASK_ID, T::TASK_NAME);
    cpu.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
    cpu.set_leaf(T::LEAF);
    Runtime::preregister_task_variant<wrapper>(cpu, T::TASK_NAME);
    if constexpr (T::LEAF) {
      TaskVariantRegistrar registrar(T::TASK_ID, T::TASK_NAME);
      registrar.add_constraint(ProcessorConstraint(Processor::TOC_PROC));
      registrar.set_leaf(T::LEAF);
      Runtime::preregister_task_variant<T::gpu_run>(registrar, T::TASK_NAME);
    }
  }
};

class MoveTask : public IndexLauncher, public Registered<MoveTask> {
public:
  MoveTask(const Part &part, const Domain &domain, const ArgumentMap &map)
    : IndexLauncher(MoveTask::TASK_ID, domain, TaskArgument(), map), part(part)
  {
    RegionRequirement rr_wires(part.pieces, 0, LEGION_READ_WRITE, LEGION_EXCLUSIVE, part.all);
    rr_wires.add_field(FID_WIRE);
    add_region_requirement(rr_wires);
    RegionRequirement rr_shared(part.shared, 0, LEGION_READ_ONLY, LEGION_EXCLUSIVE, part.all);
    rr_shared.add_field(FID_VOLTAGE);
    this->add_region_requirement(rr_shared);
  }
  void dispatch(Context ctx, Runtime *rt) { rt->execute_index_space(ctx, *this); }  // @move
  static void run(const Regions &, Context, Runtime *) {}
  static void gpu_run(const Task *, const Regions &, Context, Runtime *) {}
  static const TaskID TASK_ID = MOVE_TASK;
  static const char *const TASK_NAME;
  static const bool LEAF = true;
  const Part &part;
};
const char *const MoveTask::TASK_NAME = "move";

class SpreadTask : public IndexLauncher, public Registered<SpreadTask> {
public:
  static constexpr TaskID TASK_ID = SPREAD_TASK;
  static constexpr const char *TASK_NAME = "spread";
  static constexpr bool LEAF = false;
  explicit SpreadTask(const Part &part) { task_id = TASK_ID; launch_domain = Rect<1>(0, 3); add(part); }
  static void run(const Regions &, Context, Runtime *) {}
  static void gpu_run(const Task *, const Regions &, Context, Runtime *) {}
private:
  void add(const Part &part)
  {
    add_region_requirement(RegionRequirement(part.shared, 0, REDUCE_ID, LEGION_EXCLUSIVE, part.all)).add_field(FID_CHARGE);
    region_requirements.emplace_back(part.ghost, 0, REDUCE_ID, LEGION_SIMULTANEOUS, part.all);
    region_requirements[1].add_field(FID_CHARGE);
  }
};

struct TopTask : Registered<TopTask> {
  enum { TASK_ID = TOP_TASK, LEAF = 0 };
  static constexpr auto TASK_NAME = "top";
  static void run(const Regions &, Context ctx, Runtime *rt)
  {
    Part part = make(ctx, rt);
    for (int i = 0; i < 10; i++) {
      MoveTask move(part, Rect<1>(0, 3), ArgumentMap());
      move.dispatch(ctx, rt);
      SpreadTask spread(part);
      rt->execute_index_space(ctx, spread);  // @spread
    }
  }
  static Part make(Context ctx, Runtime *rt)
  {
    Part made;
    IndexSpace is = rt->create_index_space(ctx, Rect<1>(0, 99)), colors = rt->create_index_space(ctx, Rect<1>(0, 3));
    made.all = rt->create_logical_region(ctx, is, rt->create_field_space(ctx));
    rt->attach_name(made.all, "all");
    LogicalPartition *const parts[] = {&made.pieces, &made.shared, &made.ghost};
    const char *const names[] = {"pieces", "shared", "ghost"};
    for (int i = 0; i < 3; i++) {
      *parts[i] = rt->get_logical_partition(ctx, made.all, rt->create_equal_partition(ctx, is, colors));
      rt->attach_name(*parts[i], names[i]);
    }
    return made;
  }
};

int main(int argc, char **argv)
{
  TopTask::register_it();
  MoveTask::register_it();
  SpreadTask::register_it();
  Runtime::set_top_level_task_id(TopTask::TASK_ID);
  return Runtime::start(argc, argv);
}
