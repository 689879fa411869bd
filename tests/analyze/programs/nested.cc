// Tasks within tasks: regions handed down, subregions by colour, handles in task arguments.
#include "legion.h"

using namespace Legion;

enum { TOP_ID = 1, OUTER_ID, MIDDLE_ID, INNER_ID, WALK_ID };
enum { FID_IN = 10, FID_OUT = 11 };

struct Work {
  LogicalRegion cells, result;
  LogicalPartition blocks;
  int steps;
};
using Regions = std::vector<PhysicalRegion>;

void inner(const Task *, const Regions &, Context, Runtime *) {}

void middle(const Task *task, const std::vector<PhysicalRegion> &regions, Context ctx, Runtime *rt)
{
  assert(regions.size() == 2);
  LogicalRegion mine = regions[0].get_logical_region();
  TaskLauncher launcher(INNER_ID, UntypedBuffer());
  launcher.add_region_requirement(RegionRequirement(mine, LEGION_READ_WRITE, LEGION_EXCLUSIVE, mine));
  launcher.add_field(0, FID_IN);
  LogicalRegion other = task->regions[1].region;
  launcher.add_region_requirement(RegionRequirement(other, LEGION_READ_ONLY, LEGION_EXCLUSIVE, other));
  launcher.add_field(1, *task->regions[1].privilege_fields.begin());
  rt->execute_task(ctx, launcher);  // @inner
}

void outer(const Task *task, const Regions &regions, Context ctx, Runtime *rt)
{
  const Work &work = *reinterpret_cast<const Work *>(task->args);
  Domain colours = rt->get_index_partition_color_space(ctx, work.blocks.get_index_partition());
  for (Domain::DomainPointIterator it(colours); it; it++) {
    LogicalRegion block = rt->get_logical_subregion_by_color(ctx, work.blocks, it.p);
    TaskLauncher launcher(MIDDLE_ID, UntypedBuffer());
    launcher.add_region_requirement(RegionRequirement(block, READ_WRITE, EXCLUSIVE, work.cells));
    launcher.add_field(0, FID_IN);
    launcher.add_region_requirement(RegionRequirement(work.result, READ_ONLY, EXCLUSIVE, work.result));
    launcher.add_field(1, FID_OUT);
    rt->execute_task(ctx, launcher);  // @middle
  }
}

void walk(const Task *task, const Regions &regions, Context ctx, Runtime *rt)
{
  const int depth = *static_cast<const int *>(task->args);
  if (depth == 0) return;
  LogicalRegion lr = regions.front().get_logical_region();
  IndexSpace colours = rt->create_index_space(ctx, Rect<1>(0, 1));
  IndexPartition ip = rt->create_equal_partition(ctx, lr.get_index_space(), colours);
  LogicalPartition lp = rt->get_logical_partition(ctx, lr, ip);
  rt->attach_name(lp, "halves");
  int next = depth - 1;
  IndexLauncher launcher(WALK_ID, colours, UntypedBuffer(&next, sizeof(next)), ArgumentMap());
  launcher.add_region_requirement(RegionRequirement(lp, 0, LEGION_READ_WRITE, LEGION_EXCLUSIVE, lr));
  launcher.add_field(0, FID_OUT);
  rt->execute_index_space(ctx, launcher);  // @deeper
}

void top(const Task *task, const Regions &, Context ctx, Runtime *rt)
{
  Work work;
  IndexSpace is = rt->create_index_space(ctx, Rect<1>(0, 99));
  FieldSpace fs = rt->create_field_space(ctx);
  {
    FieldAllocator fa = rt->create_field_allocator(ctx, fs);
    std::vector<std::pair<FieldID, const char *>> names{{FID_IN, "in"}, {FID_OUT, "out"}};
    for (auto &entry : names) {
      fa.allocate_field(sizeof(double), entry.first);
      rt->attach_name(fs, entry.first, entry.second);
    }
  }
  work.cells = rt->create_logical_region(ctx, is, fs);
  work.result = rt->create_logical_region(ctx, is, fs);
  rt->attach_name(work.cells, "cells");
  rt->attach_name(work.result, "result");
  IndexSpace colours = rt->create_index_space(ctx, Rect<1>(0, 4));
  work.blocks = rt->get_logical_partition(ctx, work.cells, rt->create_equal_partition(ctx, is, colours));
  rt->attach_name(work.blocks, "blocks");
  work.steps = 5;

  TaskLauncher launcher(OUTER_ID, UntypedBuffer(&work, sizeof(Work)));
  launcher.add_region_requirement(RegionRequirement(work.cells, READ_WRITE, EXCLUSIVE, work.cells));
  launcher.add_region_requirement(RegionRequirement(work.result, READ_ONLY, EXCLUSIVE, work.result));
  launcher.add_field(0, FID_IN);
  launcher.add_field(1, FID_OUT);
  rt->execute_task(ctx, launcher);  // @outer

  TaskLauncher walker(WALK_ID, UntypedBuffer(&work.steps, sizeof(int)));
  walker.add_region_requirement(RegionRequirement(work.result, READ_WRITE, EXCLUSIVE, work.result)).add_field(FID_OUT);
  rt->execute_task(ctx, walker);  // @walk
}

template <typename T, T FUNCTION> struct Enlist {
  Enlist(TaskID id, const char *name)
  {
    TaskVariantRegistrar registrar(id, name);
    registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
    Runtime::preregister_task_variant<FUNCTION>(registrar, name);
  }
};

int main(int argc, char **argv)
{
  Enlist<decltype(&top), top>(TOP_ID, "top");
  Enlist<decltype(&outer), outer>(OUTER_ID, "outer");
  Enlist<decltype(&middle), middle>(MIDDLE_ID, "middle");
  Enlist<decltype(&inner), inner>(INNER_ID, "inner");
  Enlist<decltype(&walk), walk> walker(WALK_ID, "walk");
  Runtime::set_top_level_task_id(TOP_ID);
  return Runtime::start(argc, argv);
}
