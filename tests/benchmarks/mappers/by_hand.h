// What the mappers written by hand have in common: DefaultMapper's hooks, the processors of every
// node, instances that are remembered by region. They know their applications and the layout that
// these want, as mappers do that are written for one program.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "legion.h"
#include "mappers/default_mapper.h"

#include "mapc/preload.h"

namespace by_hand {

using namespace Legion;
using namespace Legion::Mapping;

/// All processors of one kind: a row for each node.
using Rows = std::vector<std::vector<Processor>>;

inline Rows find_processors(Machine machine, Processor::Kind kind)
{
  Rows rows;
  Machine::ProcessorQuery query(machine);
  query.only_kind(kind);
  for (const Processor p : query) {
    if (p.address_space() >= rows.size()) rows.resize(p.address_space() + 1);
    rows[p.address_space()].push_back(p);
  }
  return rows;
}

inline Memory find_memory(Machine machine, Processor from, Memory::Kind kind)
{
  return Machine::MemoryQuery(machine).only_kind(kind).has_affinity_to(from).first();
}

class Mapper : public DefaultMapper {
 public:
  Mapper(MapperRuntime* runtime, Machine machine, Processor local, const char* name)
      : DefaultMapper(runtime, machine, local, name),
        cpus_(find_processors(machine, Processor::LOC_PROC)),
        sysmem_(find_memory(machine, local, Memory::SYSTEM_MEM))
  {}

 protected:
  void default_policy_select_target_processors(MapperContext, const Task& task,
                                               std::vector<Processor>& targets) override
  {
    targets.push_back(task.target_proc);
  }

  /// The dimensions of arrays of this rank, fastest first.
  virtual std::vector<DimensionKind> order(int rank) const = 0;
  virtual Memory memory_of(MapperContext ctx, const Task& task, unsigned index) = 0;

  void map_task(MapperContext ctx, const Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override
  {
    if (task.regions.empty()) {
      DefaultMapper::map_task(ctx, task, input, output);
      if (input.shard_processor.exists()) output.target_procs.assign(1, input.shard_processor);
      return;
    }
    output.chosen_variant =
        default_find_preferred_variant(task, ctx, true /*tight bound*/, true /*cache*/,
                                       task.target_proc.kind())
            .variant;
    output.target_procs.push_back(task.target_proc);
    for (unsigned i = 0; i < task.regions.size(); ++i) {
      const RegionRequirement& requirement = task.regions[i];
      if (requirement.privilege == LEGION_REDUCE) continue;
      const auto found = instances_.find({requirement.region, memory_of(ctx, task, i)});
      if (found != instances_.end()) output.chosen_instances[i].push_back(found->second);
    }
    // Drops what Legion has collected meanwhile; that is made again, like what never was.
    runtime->acquire_and_filter_instances(ctx, output.chosen_instances);
    for (unsigned i = 0; i < task.regions.size(); ++i) {
      const RegionRequirement& requirement = task.regions[i];
      if (requirement.privilege == LEGION_NO_ACCESS || requirement.privilege_fields.empty())
        continue;
      if (output.chosen_instances[i].empty())
        output.chosen_instances[i].push_back(make(ctx, task, i));
    }
  }

 private:
  /// A reduction gets an instance of its own every time, which is the first to go.
  PhysicalInstance make(MapperContext ctx, const Task& task, unsigned index)
  {
    const RegionRequirement& requirement = task.regions[index];
    const Memory memory = memory_of(ctx, task, index);
    const LayoutConstraintID layout = layout_of(ctx, requirement, memory.kind());
    PhysicalInstance instance;
    bool created = true;
    std::size_t bytes = 0;
    const bool is_reduction = requirement.privilege == LEGION_REDUCE;
    const bool done =
        is_reduction
            ? runtime->create_physical_instance(ctx, memory, layout, {requirement.region},
                                                instance, true /*acquire*/,
                                                LEGION_GC_FIRST_PRIORITY, true /*tight*/, &bytes)
            : runtime->find_or_create_physical_instance(ctx, memory, layout,
                                                        {requirement.region}, instance, created,
                                                        true /*acquire*/, 0, true /*tight*/,
                                                        &bytes);
    if (!done)
      default_report_failed_instance_creation(task, index, task.target_proc, memory, bytes);
    if (!is_reduction) instances_[{requirement.region, memory}] = instance;
    return instance;
  }

  /// The layout of a requirement's instances, registered once for each field space.
  LayoutConstraintID layout_of(MapperContext ctx, const RegionRequirement& requirement,
                               Memory::Kind kind)
  {
    const FieldSpace space = requirement.region.get_field_space();
    const auto key = std::make_tuple(space, kind, requirement.region.get_dim(), requirement.redop);
    const auto found = layouts_.find(key);
    if (found != layouts_.end()) return found->second;
    std::vector<FieldID> fields(requirement.privilege_fields.begin(),
                                requirement.privilege_fields.end());
    LayoutConstraintSet constraints;
    if (requirement.privilege == LEGION_REDUCE) {
      constraints.add_constraint(
          SpecializedConstraint(LEGION_AFFINE_REDUCTION_SPECIALIZE, requirement.redop));
    } else {
      fields.clear();
      runtime->get_field_space_fields(ctx, space, fields);
      constraints.add_constraint(SpecializedConstraint(LEGION_AFFINE_SPECIALIZE));
    }
    constraints.add_constraint(MemoryConstraint(kind));
    constraints.add_constraint(FieldConstraint(fields, false /*contiguous*/, false /*in order*/));
    constraints.add_constraint(
        OrderingConstraint(order(requirement.region.get_dim()), true /*contiguous*/));
    const LayoutConstraintID id = runtime->register_layout(ctx, constraints);
    layouts_.emplace(key, id);
    return id;
  }

 protected:
  const Rows cpus_;
  const Memory sysmem_;

 private:
  std::map<std::pair<LogicalRegion, Memory>, PhysicalInstance> instances_;
  std::map<std::tuple<FieldSpace, Memory::Kind, int, ReductionOpID>, LayoutConstraintID> layouts_;
};

/// Installs a mapper of this class on every local processor.
template <class MAPPER>
void install(Machine machine, Runtime* runtime, const std::set<Processor>& local)
{
  for (const Processor p : local)
    runtime->replace_default_mapper(new MAPPER(runtime->get_mapper_runtime(), machine, p), p);
}

}  // namespace by_hand
