// Tasks and launches of the program `split`.
#include "split.h"

using namespace Legion;
namespace {
void init(const Task *, const std::vector<PhysicalRegion> &, Context, Runtime *) {}
void step(const Task *, const std::vector<PhysicalRegion> &, Context, Runtime *) {}
void step_gpu(const Task *, const std::vector<PhysicalRegion> &, Context, Runtime *) {}
}  // namespace

Simulation::Simulation(Context ctx, Runtime *runtime)
    : ctx_(ctx), runtime_(runtime), domain_(Rect<1>(0, split_pieces - 1))
{
  IndexSpace is = runtime->create_index_space(ctx, Domain(DomainPoint(0), DomainPoint(599)));
  FieldSpace fs = runtime->create_field_space(ctx);
  runtime->create_field_allocator(ctx, fs).allocate_field(sizeof(float), SPLIT_X);
  runtime->attach_name(fs, SPLIT_X, "x");
  cells_ = runtime->create_logical_region(ctx, is, fs);
  runtime->attach_name(cells_, "cells");
  IndexSpace colours = runtime->create_index_space(ctx, domain_);
  blocks_ = runtime->get_logical_partition(ctx, cells_, runtime->create_equal_partition(ctx, is, colours));
  std::map<DomainPoint, Domain> halos;
  for (int i = 0; i < split_pieces; i++) halos[DomainPoint(i)] = Rect<1>(100 * i - 1, 100 * i + 100);
  ghost_ = runtime->get_logical_partition(ctx, cells_, runtime->create_partition_by_domain(ctx, is, halos, colours));
}

void Simulation::init()
{
  IndexTaskLauncher launcher(SPLIT_INIT, domain_, UntypedBuffer(), ArgumentMap());
  need(launcher, LEGION_WRITE_DISCARD);
  launcher.map_id = split_mapper;
  launch(runtime_, ctx_, launcher);
}

void Simulation::step(int count)
{
  IndexTaskLauncher launcher(SPLIT_STEP, domain_, UntypedBuffer(), ArgumentMap());
  need(launcher, LEGION_READ_WRITE);
  need(launcher, LEGION_READ_ONLY, true);
  for (; count > 0; --count) launch(runtime_, ctx_, launcher);
}

void register_split_tasks()
{
  Runtime *runtime = Runtime::get_runtime();
  TaskVariantRegistrar init_registrar(SPLIT_INIT, "init");
  init_registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  runtime->register_task_variant<init>(init_registrar);
  runtime->attach_name(SPLIT_INIT, "split_init");
  const Processor::Kind kinds[] = {Processor::LOC_PROC, Processor::TOC_PROC};
  for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
    TaskVariantRegistrar registrar(SPLIT_STEP, "step");
    registrar.add_constraint(ProcessorConstraint(kinds[i]));
    if (kinds[i] == Processor::TOC_PROC) runtime->register_task_variant<step_gpu>(registrar);
    else runtime->register_task_variant<step>(registrar);
  }
  runtime->attach_name(SPLIT_STEP, "split_step");
}
