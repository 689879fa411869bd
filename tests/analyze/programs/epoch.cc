// Must-epoch launches, simultaneous coherence, phase barriers, and a mapper of its own.
#include "legion.h"
#include "mappers/default_mapper.h"

using namespace Legion;
using namespace Legion::Mapping;

enum TaskIDs { TOP_LEVEL, SPMD, PRODUCER, CONSUMER };
enum { FID_GHOST = 4 };
static const MappingTagID SPMD_TAG = 0x80;

using Regions = std::vector<PhysicalRegion>;
void spmd(const Task *, const Regions &, Context, Runtime *) {}
void producer(const Task *, const Regions &, Context, Runtime *) {}
void consumer(const Task *, const Regions &, Context, Runtime *) {}

class EpochMapper : public DefaultMapper {
public:
  EpochMapper(MapperRuntime *rt, Machine machine, Processor local) : DefaultMapper(rt, machine, local, "epoch") {}
  void select_task_options(const MapperContext ctx, const Task &task, TaskOptions &output) override
  {
    DefaultMapper::select_task_options(ctx, task, output);
    if (task.task_id == PRODUCER) output.inline_task = false;
  }
};

static void create_mappers(Machine machine, Runtime *runtime, const std::set<Processor> &local_procs)
{
  for (std::set<Processor>::const_iterator it = local_procs.begin(); it != local_procs.end(); it++)
    runtime->replace_default_mapper(new EpochMapper(runtime->get_mapper_runtime(), machine, *it), *it);
}

void top_level(const Task *, const Regions &, Context ctx, Runtime *runtime)
{
  const int shards = 4;
  FieldSpace ghost_fs = runtime->create_field_space(ctx);
  {
    FieldAllocator allocator = runtime->create_field_allocator(ctx, ghost_fs);
    allocator.allocate_field(sizeof(double), FID_GHOST);
    runtime->attach_name(ghost_fs, FID_GHOST, "ghost");
  }
  std::vector<LogicalRegion> ghosts;
  std::vector<PhaseBarrier> ready;
  for (int i = 0; i < shards; i++) {
    ready.push_back(runtime->create_phase_barrier(ctx, 1));
    LogicalRegion ghost_lr = runtime->create_logical_region(ctx, runtime->create_index_space(ctx, Rect<1>(0, 1)), ghost_fs);
    char name[16];
    sprintf(name, "ghost %d", i);
    runtime->attach_name(ghost_lr, name);  // @named
    ghosts.push_back(ghost_lr);
  }
  MustEpochLauncher must_epoch_launcher(0, SPMD_TAG);
  for (int i = 0; i < shards; i++) {
    TaskLauncher spmd_launcher(SPMD, UntypedBuffer(&i, sizeof(i)), Predicate::TRUE_PRED, 0, SPMD_TAG);
    spmd_launcher.add_region_requirement(RegionRequirement(ghosts[i], LEGION_READ_WRITE, LEGION_SIMULTANEOUS, ghosts[i]));
    spmd_launcher.region_requirements[0].flags |= LEGION_NO_ACCESS_FLAG;
    spmd_launcher.add_region_requirement(
        RegionRequirement(ghosts[(i + 1) % shards], LEGION_READ_ONLY, LEGION_SIMULTANEOUS, ghosts[(i + 1) % shards]));
    for (unsigned r = 0; r < 2; r++) spmd_launcher.add_field(r, FID_GHOST);
    spmd_launcher.add_wait_barrier(ready[i]);
    must_epoch_launcher.add_single_task(DomainPoint(i), spmd_launcher);
  }
  FutureMap fm = runtime->execute_must_epoch(ctx, must_epoch_launcher);  // @spmd
  fm.wait_all_results();

  MustEpochLauncher pair;
  Domain domain = Rect<1>(0, shards - 1);
  IndexTaskLauncher produce(PRODUCER, domain, UntypedBuffer(), ArgumentMap());
  IndexTaskLauncher consume(CONSUMER, domain, UntypedBuffer(), ArgumentMap());
  pair.add_index_task(produce);
  pair.add_index_task(consume);
  runtime->execute_must_epoch(ctx, pair);  // @pair

  AcquireLauncher acquire(ghosts[0], ghosts[0], PhysicalRegion());
  acquire.add_field(FID_GHOST);
  runtime->issue_acquire(ctx, acquire);  // @acquire
}

int main(int argc, char **argv)
{
  Runtime::set_top_level_task_id(TOP_LEVEL);
  auto variant = [](TaskID id, const char *name) {
    TaskVariantRegistrar registrar(id, name);
    registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
    return registrar;
  };
  Runtime::preregister_task_variant<top_level>(variant(TOP_LEVEL, "top_level"), "top_level");
  Runtime::preregister_task_variant<spmd>(variant(SPMD, "spmd"), "spmd");
  Runtime::preregister_task_variant<producer>(variant(PRODUCER, "producer"), "producer");
  Runtime::preregister_task_variant<consumer>(variant(CONSUMER, "consumer"), "consumer");
  Runtime::add_registration_callback(create_mappers);
  return Runtime::start(argc, argv);
}
