// Definitions of mapper.h: what the decision log says of regions, and of the application itself.
#pragma once

#include "mapc/layout_order.h"
#include "mapc/mapper.h"

namespace mapc {

/// Logs memory and layout of a requirement's instance, once per plan and memory kind.
MAPC_INLINE void PolicyMapper::log_region(MapperContext ctx, Plan& plan,
                                          const PhysicalInstance& instance)
{
  const bool is_virtual = instance.is_virtual_instance();
  const auto kind = is_virtual ? std::optional<MemKind>(VIRTUAL)
                               : kind_of(instance.get_location().kind());
  const unsigned bit = kind ? 1u << index_of(*kind) : 1u << kMemKinds;
  if ((plan.logged & bit) != 0) return;
  plan.logged |= bit;

  const std::string memory = is_virtual ? "VIRTUAL" : memory_name(instance.get_location());
  int line = 0;
  for (const Candidate& candidate : plan.candidates)
    if (kind && candidate.memory == *kind) line = candidate.line;
  JsonObject region("region");
  region.add("task", plan.key.task).add("requirement", plan.key.number);
  region.add("names", plan.key.names).add("kind", name_of(plan.kind)).add("memory", memory);
  region.line(line);
  const std::string key = region.text();
  session_.log.once(key, region.add("bytes", is_virtual ? 0 : instance.get_instance_size()));
  if (is_virtual) return;

  // The order that the instance really has, fastest first.
  std::vector<std::string> order;
  const auto& constraints = runtime->find_layout_constraints(ctx, instance.get_layout_id());
  for (const Legion::DimensionKind dimension : constraints.ordering_constraint.ordering)
    order.push_back(axis_name(dimension == LEGION_DIM_F
                                  ? kFields
                                  : static_cast<int>(dimension) - static_cast<int>(LEGION_DIM_X)));
  const LayoutRule* rule = kind ? plan.layouts[index_of(*kind)] : nullptr;
  const bool soa = order.empty() || order.front() != "F";
  JsonObject layout("layout");
  layout.add("task", plan.key.task).add("requirement", plan.key.number).add("memory", memory);
  layout.add("layout", rule != nullptr ? rule->layout.words() : soa ? "SOA" : "AOS");
  session_.log.once(layout.line(rule != nullptr ? rule->line : 0).add("order", order));
}

/// Logs how a part of a launch was sliced. Under control replication it is what the shard owns, and
/// a point that goes to another node would show that sharding and slicing disagree.
MAPC_INLINE void PolicyMapper::log_slices(const TaskFacts& facts, const IndexLaunch& index,
                                          const Legion::Domain& part,
                                          const std::vector<TaskSlice>& slices)
{
  std::size_t elsewhere = 0;
  for (const TaskSlice& slice : slices)
    if (slice.proc.address_space() != local_proc.address_space())
      elsewhere += slice.domain.get_volume();
  JsonObject record("slices");
  record.add("task", facts.name).add("domain", extents_of(index.launch->domain()));
  record.add("rank", local_proc.address_space()).add("points", part.get_volume());
  session_.log.once(record.add("slices", slices.size()).add("elsewhere", elsewhere));
}

/// Logs a task as the application launches it, once per domain of launch.
MAPC_INLINE void PolicyMapper::note_new(MapperContext ctx, const Legion::Task& task,
                                        TaskFacts& facts)
{
  if (task.is_index_space) {
    facts.last_seen = task.index_domain;
    if (!facts.seen.insert(task.index_domain).second) return;
  } else {
    facts.seen_single = true;
  }
  log_seen(ctx, task, facts);
}

MAPC_INLINE void PolicyMapper::log_seen(MapperContext ctx, const Legion::Task& task,
                                        const TaskFacts& facts)
{
  const Tuple extents = task.is_index_space ? extents_of(task.index_domain) : Tuple();
  std::vector<std::string> variants;
  for (const ProcKind kind : facts.variants) variants.push_back(name_of(kind));
  JsonObject record("seen");
  record.add("task", facts.name).add("id", task.task_id).add("variants", variants);
  record.add("index", task.is_index_space).add("domain", extents);
  const Legion::Task* const parent = task.get_parent_task();
  if (parent != nullptr)
    record.add("parent", parent->get_task_name());
  else
    record.put("parent", "null");
  std::vector<JsonObject> requirements;
  for (unsigned i = 0; i < task.regions.size(); ++i)
    requirements.push_back(describe_requirement(ctx, task.regions[i], i));
  record.add("requirements", requirements);
  session_.log.once("seen " + facts.name + " " + extents.text(), record);
}

MAPC_INLINE JsonObject PolicyMapper::describe_requirement(
    MapperContext ctx, const Legion::RegionRequirement& requirement, unsigned index)
{
  const auto privilege = [&]() -> const char* {
    switch (requirement.privilege) {
      case LEGION_NO_ACCESS: return "NO_ACCESS";
      case LEGION_READ_ONLY: return "READ_ONLY";
      case LEGION_REDUCE: return "REDUCE";
      case LEGION_READ_WRITE: return "READ_WRITE";
      case LEGION_WRITE_ONLY:
      case LEGION_WRITE_DISCARD: return "WRITE_DISCARD";
      default: return "UNKNOWN";
    }
  };
  const Legion::FieldSpace space = requirement.region.get_field_space();
  std::vector<std::string> fields;
  size_t bytes = 0;
  for (const Legion::FieldID field : requirement.privilege_fields) {
    const void* text = nullptr;
    size_t size = 0;
    fields.push_back(runtime->retrieve_semantic_information(ctx, space, field,
                                                            LEGION_NAME_SEMANTIC_TAG, text, size,
                                                            true /*can fail*/)
                         ? static_cast<const char*>(text)
                         : "field_" + std::to_string(field));
    bytes += runtime->get_field_size(ctx, space, field);
  }
  const auto domain =
      runtime->get_index_space_domain(ctx, requirement.region.get_index_space());
  JsonObject result;
  result.add("index", index).add("names", names_[names_of(ctx, requirement)]);
  result.add("privilege", privilege()).add("redop", requirement.redop).add("fields", fields);
  return result.add("bytes", bytes * domain.get_volume());
}

}  // namespace mapc
