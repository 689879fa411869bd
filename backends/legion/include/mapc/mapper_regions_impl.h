// Definitions of mapper.h: what the policy says of requirements, and in which memory they lie (Region).
#pragma once

#include <algorithm>

#include "mapc/mapper.h"

namespace mapc {

/// Bounds what is remembered by region, for programs that make regions all the time.
constexpr std::size_t kMostRemembered = 262144;

// --- what the policy says ------------------------------------------------------------------------

/// The number of a requirement's names: of its region, the partition that region comes from, and
/// the parent region, as far as the application named them.
MAPC_INLINE unsigned PolicyMapper::names_of(MapperContext ctx,
                                            const Legion::RegionRequirement& requirement)
{
  std::vector<std::string> names;
  const auto add = [&](auto handle) {
    const void* text = nullptr;
    size_t size = 0;
    if (runtime->retrieve_semantic_information(ctx, handle, LEGION_NAME_SEMANTIC_TAG, text, size,
                                               true /*can fail*/))
      names.emplace_back(static_cast<const char*>(text));
  };
  add(requirement.region);
  if (runtime->has_parent_logical_partition(ctx, requirement.region))
    add(runtime->get_parent_logical_partition(ctx, requirement.region));
  if (requirement.parent != requirement.region) add(requirement.parent);
  const auto [entry, is_new] =
      name_numbers_.try_emplace(names, static_cast<unsigned>(names_.size()));
  if (is_new) names_.push_back(names);
  return entry->second;
}

MAPC_INLINE Plan PolicyMapper::make_plan(const TaskFacts& facts, unsigned index, unsigned names,
                                         ProcKind kind) const
{
  Plan plan;
  plan.key = RequirementKey{facts.name, static_cast<int>(index), names_[names]};
  plan.kind = kind;
  plan.candidates = session_.rules.candidates(plan.key, kind);
  plan.decides = !plan.candidates.empty();
  for (std::size_t m = 0; m < kMemKinds; ++m) {
    plan.layouts[m] = session_.rules.layout(plan.key, static_cast<MemKind>(m), kind);
    plan.decides = plan.decides || plan.layouts[m] != nullptr;
  }
  plan.collect = session_.rules.collect(plan.key);
  return plan;
}

/// What will be remembered of the region of a requirement.
MAPC_INLINE Spot& PolicyMapper::make_spot(MapperContext ctx, const Legion::Task& task,
                                          const TaskFacts& facts, unsigned index, TaskOnKind& on,
                                          ProcKind kind)
{
  const Legion::RegionRequirement& requirement = task.regions[index];
  const unsigned names = names_of(ctx, requirement);  // other calls may run meanwhile
  RequirementFacts& known = on.requirements[index];
  auto plan = known.plans.find(names);
  if (plan == known.plans.end())
    plan = known.plans.emplace(names, make_plan(facts, index, names, kind)).first;
  const auto [spot, is_new] = known.spots.try_emplace(RegionPair(requirement));
  spots_ += is_new ? 1 : 0;
  spot->second.plan = &plan->second;
  return spot->second;
}

/// Forgets all regions if there are very many, at a moment when no call works with one.
MAPC_INLINE void PolicyMapper::forget_if_idle()
{
  if (spots_ < kMostRemembered || mapping_ != 0) return;
  for (auto& [id, facts] : facts_)
    for (const auto& on : facts.on)
      if (on)
        for (RequirementFacts& requirement : on->requirements) requirement.spots.clear();
  spots_ = 0;
}

// --- mapping a task ------------------------------------------------------------------------------

MAPC_INLINE void PolicyMapper::map_task(MapperContext ctx, const Legion::Task& task,
                                        const MapTaskInput& input, MapTaskOutput& output)
{
  forget_if_idle();
  ++mapping_;
  TaskFacts& facts = facts_of(ctx, task);
  note_seen(ctx, task, facts);
  const ProcKind kind = kind_of_task(facts, task);
  TaskOnKind& on = on_kind(facts, kind);
  const std::size_t count = task.regions.size();
  if (on.requirements.size() < count) on.requirements.resize(count);

  Spots spots(count);
  bool decides = false;
  bool collects = false;
  for (unsigned i = 0; i < count; ++i) {
    const Legion::RegionRequirement& requirement = task.regions[i];
    if (!is_covered(requirement)) continue;
    auto& known = on.requirements[i].spots;
    const auto found = known.find(RegionPair(requirement));
    spots[i] = found != known.end() ? &found->second : &make_spot(ctx, task, facts, i, on, kind);
    decides = decides || spots[i]->plan->decides;
    collects = collects || spots[i]->plan->collect != nullptr;
  }
  if (decides && !input.shard_processor.exists())
    map_by_policy(ctx, task, input, output, on, spots);
  else
    map_by_default(ctx, task, input, output, spots);
  if (input.shard_processor.exists()) output.target_procs.assign(1, input.shard_processor);

  if (collects) collect(ctx, task, spots, output);
  if (facts.limit != nullptr || session_.times.is_on()) follow(task, facts, output);
  --mapping_;
}

MAPC_INLINE void PolicyMapper::map_by_default(MapperContext ctx, const Legion::Task& task,
                                              const MapTaskInput& input, MapTaskOutput& output,
                                              Spots& spots)
{
  DefaultMapper::map_task(ctx, task, input, output);
  for (unsigned i = 0; i < task.regions.size(); ++i)
    if (spots[i] != nullptr && !output.chosen_instances[i].empty())
      log_region(ctx, *spots[i]->plan, output.chosen_instances[i].front());
}

MAPC_INLINE void PolicyMapper::map_by_policy(MapperContext ctx, const Legion::Task& task,
                                             const MapTaskInput& input, MapTaskOutput& output,
                                             TaskOnKind& on, Spots& spots)
{
  if (!on.has_variant) {
    const VariantInfo variant = default_find_preferred_variant(
        task, ctx, true /*needs tight bound*/, true /*cache*/, task.target_proc.kind());
    on.variant = variant.variant;
    on.is_inner = variant.is_inner;
    on.has_variant = true;
  }
  output.chosen_variant = on.variant;
  output.task_priority = default_policy_select_task_priority(ctx, task);
  output.postmap_task = false;
  output.target_procs.reserve(1);
  default_policy_select_target_processors(ctx, task, output.target_procs);
  const Legion::Processor target = output.target_procs.front();

  // As DefaultMapper does: an inner task needs no instances of its own.
  bool is_inner = on.is_inner;
  for (std::size_t i = 0; is_inner && i < task.regions.size(); ++i)
    is_inner = task.regions[i].prop == LEGION_EXCLUSIVE;

  const auto& premapped = input.premapped_regions;
  const bool all_taken = !is_inner && premapped.empty() &&
                         take_again(ctx, task, target, output, spots);
  for (unsigned i = 0; !all_taken && i < task.regions.size(); ++i) {
    Instances& chosen = output.chosen_instances[i];
    if (!chosen.empty()) continue;
    const Legion::RegionRequirement& requirement = task.regions[i];
    if (std::find(premapped.begin(), premapped.end(), i) != premapped.end()) continue;
    if (requirement.privilege == LEGION_NO_ACCESS || requirement.privilege_fields.empty()) continue;
    const bool wants_virtual = is_inner || (requirement.tag & DefaultMapper::VIRTUAL_MAP) != 0;
    if (wants_virtual && requirement.privilege != LEGION_REDUCE) {
      chosen.assign(1, PhysicalInstance::get_virtual_instance());
      if (spots[i] != nullptr) log_region(ctx, *spots[i]->plan, chosen.front());
      continue;
    }
    static const Instances none;
    static Plan no_plan;  // of a reduction that is tagged for virtual mapping
    Request request{ctx,
                    task,
                    i,
                    spots[i] != nullptr ? *spots[i]->plan : no_plan,
                    spots[i],
                    on.variant,
                    target,
                    i < input.valid_instances.size() ? input.valid_instances[i] : none};
    place(request, chosen);
    if (spots[i] != nullptr && !request.is_known) log_region(ctx, *spots[i]->plan, chosen.front());
  }
  for (unsigned i = 0; i < task.output_regions.size(); ++i) {
    output.output_targets[i] = default_policy_select_output_target(ctx, task.target_proc);
    default_policy_select_output_constraints(task, output.output_constraints[i],
                                             task.output_regions[i]);
  }
}

/// Takes the instances that the requirements had before on this processor, in the memory of first
/// choice: the common case, with a single question to Legion. Requirements whose instances are
/// gone, or were never there, stay without one. Returns whether all have one.
MAPC_INLINE bool PolicyMapper::take_again(MapperContext ctx, const Legion::Task& task,
                                          Legion::Processor target, MapTaskOutput& output,
                                          Spots& spots)
{
  const std::size_t count = task.regions.size();
  std::size_t taken = 0;
  for (unsigned i = 0; i < count; ++i) {
    if (spots[i] == nullptr) continue;
    const Legion::RegionRequirement& requirement = task.regions[i];
    for (MadeInstance& made : spots[i]->made) {
      if (made.target != target) continue;
      // DefaultMapper, where it chose the memory, also looks at the tag.
      if (requirement.tag != 0 && spots[i]->plan->candidates.empty()) break;
      if (!made.holds(requirement.privilege_fields)) break;
      output.chosen_instances[i].reserve(1);
      output.chosen_instances[i].push_back(made.instance);
      ++taken;
      break;
    }
  }
  return taken > 0 &&
         runtime->acquire_and_filter_instances(ctx, output.chosen_instances) && taken == count;
}

/// Tries the candidates in order; without a usable one DefaultMapper chooses the memory.
MAPC_INLINE void PolicyMapper::place(Request& request, Instances& chosen)
{
  std::string tried;
  Legion::Memory last = Legion::Memory::NO_MEMORY;
  int line = 0;
  for (const Candidate& candidate : request.plan.candidates) {
    if (candidate.memory == VIRTUAL) {
      if (request.is_reduction())
        session_.log.fatal("MAP517", "requirement " + std::to_string(request.index) +
                                         " is a reduction, which cannot be mapped virtually",
                           Position{candidate.line, 1}, request.plan.key.task);
      chosen.assign(1, PhysicalInstance::get_virtual_instance());
      return;
    }
    const auto memory = session_.machines.memory(request.target, candidate.memory);
    if (!memory.exists()) continue;
    request.is_first = !last.exists();
    if (place_in(request, candidate.memory, memory, chosen)) return;
    chosen.clear();
    tried += (tried.empty() ? "" : ", ") + std::string(name_of(candidate.memory));
    last = memory;
    line = candidate.line;
  }
  if (last.exists()) {
    JsonObject record("failed");
    record.add("code", "MAP513").add("task", request.plan.key.task);
    record.add("requirement", request.index).add("names", request.plan.key.names).line(line);
    record.add("bytes", request.footprint);
    session_.log.once(record.add("message", "no room in any listed memory: " + tried));
  } else {
    last = default_policy_select_target_memory(
        request.ctx, request.target, request.requirement(),
        find_memory_constraint(request.ctx, request.task, request.variant, request.index));
    const auto kind = kind_of(last.kind());
    request.is_first = true;
    if (kind ? place_in(request, *kind, last, chosen) : place_by_default(request, last, chosen))
      return;
  }
  default_report_failed_instance_creation(request.task, request.index, request.target, last,
                                          request.footprint);
}

MAPC_INLINE bool PolicyMapper::place_in(Request& request, MemKind kind, Legion::Memory memory,
                                        Instances& chosen)
{
  const LayoutRule* rule = request.plan.layouts[index_of(kind)];
  if (rule == nullptr) return place_by_default(request, memory, chosen);
  return place_again(request, memory, chosen) ||
         place_with_layout(request, kind, memory, *rule, chosen);
}

/// Takes the instance that this requirement had for this region before, if it still exists.
MAPC_INLINE bool PolicyMapper::place_again(Request& request, Legion::Memory memory,
                                           Instances& chosen)
{
  if (request.spot == nullptr) return false;
  for (MadeInstance& made : request.spot->made) {
    if (made.memory != memory) continue;
    if (!made.holds(request.requirement().privilege_fields)) return false;
    made.target = request.is_first ? request.target : Legion::Processor::NO_PROC;
    chosen.push_back(made.instance);  // others may replace it while it is acquired
    request.is_known = runtime->acquire_instance(request.ctx, chosen.front());
    if (!request.is_known) chosen.clear();
    return request.is_known;
  }
  return false;
}

}  // namespace mapc
