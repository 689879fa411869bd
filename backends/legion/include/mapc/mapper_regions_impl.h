// Definitions of mapper.h: where regions lie, and how (Region, Layout, CollectMemory).
#pragma once

#include <algorithm>

#include "mapc/mapper.h"

namespace mapc {

/// Bounds what is remembered by region, for programs that make regions all the time.
constexpr std::size_t kMostRemembered = 65536;

// --- what the policy says ------------------------------------------------------------------------

/// The number of a requirement's names: of its region, the partition that region comes from, and
/// the parent region, as far as the application named them.
MAPC_INLINE unsigned PolicyMapper::names_of(MapperContext ctx,
                                            const Legion::RegionRequirement& requirement)
{
  const auto key = std::make_pair(requirement.region, requirement.parent);
  const auto found = region_names_.find(key);
  if (found != region_names_.end()) return found->second;
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
  if (region_names_.size() >= kMostRemembered) region_names_.clear();
  region_names_[key] = entry->second;
  return entry->second;
}

MAPC_INLINE PolicyMapper::Plan& PolicyMapper::plan_of(MapperContext ctx, const Legion::Task& task,
                                                      const TaskFacts& facts, unsigned index,
                                                      ProcKind kind)
{
  const unsigned names = names_of(ctx, task.regions[index]);
  const auto [entry, is_new] = plans_.try_emplace(std::make_tuple(task.task_id, kind, index, names));
  Plan& plan = entry->second;
  if (!is_new) return plan;
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

/// Whether statements about regions apply to a requirement at all.
MAPC_INLINE bool PolicyMapper::is_covered(const Legion::RegionRequirement& requirement)
{
  return requirement.privilege != LEGION_NO_ACCESS && !requirement.privilege_fields.empty() &&
         (requirement.tag & DefaultMapper::VIRTUAL_MAP) == 0;
}

// --- mapping a task ------------------------------------------------------------------------------

MAPC_INLINE void PolicyMapper::map_task(MapperContext ctx, const Legion::Task& task,
                                        const MapTaskInput& input, MapTaskOutput& output)
{
  TaskFacts& facts = facts_of(ctx, task);
  log_seen(ctx, task, facts);
  const auto kind = kind_of(task.target_proc.kind());
  std::vector<Plan*> plans(task.regions.size(), nullptr);
  bool decides = false;
  for (unsigned i = 0; kind && i < task.regions.size(); ++i) {
    if (!is_covered(task.regions[i])) continue;
    plans[i] = &plan_of(ctx, task, facts, i, *kind);
    decides = decides || plans[i]->decides;
  }
  if (decides && !input.shard_processor.exists())
    map_by_policy(ctx, task, input, output, plans);
  else
    DefaultMapper::map_task(ctx, task, input, output);
  if (input.shard_processor.exists()) output.target_procs.assign(1, input.shard_processor);

  for (unsigned i = 0; i < plans.size(); ++i)
    if (plans[i] != nullptr && !output.chosen_instances[i].empty())
      log_region(ctx, *plans[i], output.chosen_instances[i].front());
  collect(ctx, task, plans, output);
  if (facts.limit != nullptr) session_.limits.mapped(facts.name, task.get_unique_id());
  if (facts.limit != nullptr || session_.times.wants(facts.name))
    output.task_prof_requests
        .add_measurement<Legion::Mapping::ProfilingMeasurements::OperationTimeline>();
}

MAPC_INLINE void PolicyMapper::map_by_policy(MapperContext ctx, const Legion::Task& task,
                                             const MapTaskInput& input, MapTaskOutput& output,
                                             const std::vector<Plan*>& plans)
{
  const VariantInfo variant = default_find_preferred_variant(
      task, ctx, true /*needs tight bound*/, true /*cache*/, task.target_proc.kind());
  output.chosen_variant = variant.variant;
  output.task_priority = default_policy_select_task_priority(ctx, task);
  output.postmap_task = false;
  default_policy_select_target_processors(ctx, task, output.target_procs);
  const Legion::Processor target = output.target_procs.front();

  // As DefaultMapper does: an inner task needs no instances of its own.
  bool is_inner = variant.is_inner;
  for (const Legion::RegionRequirement& requirement : task.regions)
    is_inner = is_inner && requirement.prop == LEGION_EXCLUSIVE;

  const auto& constraints =
      runtime->find_task_layout_constraints(ctx, task.task_id, variant.variant);
  static const Instances none;
  for (unsigned i = 0; i < task.regions.size(); ++i) {
    const Legion::RegionRequirement& requirement = task.regions[i];
    const auto& premapped = input.premapped_regions;
    if (std::find(premapped.begin(), premapped.end(), i) != premapped.end()) continue;
    if (requirement.privilege == LEGION_NO_ACCESS || requirement.privilege_fields.empty()) continue;
    Instances& chosen = output.chosen_instances[i];
    const bool wants_virtual = is_inner || (requirement.tag & DefaultMapper::VIRTUAL_MAP) != 0;
    if (wants_virtual && requirement.privilege != LEGION_REDUCE) {
      chosen.assign(1, PhysicalInstance::get_virtual_instance());
      continue;
    }
    Plan no_plan;  // a reduction that is tagged for virtual mapping
    Request request{ctx,
                    task,
                    i,
                    plans[i] != nullptr ? *plans[i] : no_plan,
                    variant.variant,
                    target,
                    i < input.valid_instances.size() ? input.valid_instances[i] : none,
                    constraints};
    place(request, chosen);
  }
  for (unsigned i = 0; i < task.output_regions.size(); ++i) {
    output.output_targets[i] = default_policy_select_output_target(ctx, task.target_proc);
    default_policy_select_output_constraints(task, output.output_constraints[i],
                                             task.output_regions[i]);
  }
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
    if (place_in(request, memory, chosen)) return;
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
    if (place_in(request, last, chosen)) return;
  }
  default_report_failed_instance_creation(request.task, request.index, request.target, last,
                                          request.footprint);
}

MAPC_INLINE bool PolicyMapper::place_in(Request& request, Legion::Memory memory, Instances& chosen)
{
  const auto kind = kind_of(memory.kind());
  const LayoutRule* rule = kind ? request.plan.layouts[index_of(*kind)] : nullptr;
  if (rule == nullptr) return place_by_default(request, memory, chosen);
  return place_again(request, memory, chosen) || place_with_layout(request, memory, *rule, chosen);
}

/// Takes the instance that this requirement had for this region before, if it still exists: the
/// common case, without any search.
MAPC_INLINE bool PolicyMapper::place_again(Request& request, Legion::Memory memory,
                                           Instances& chosen)
{
  const auto found = made_.find({&request.plan, request.requirement().region, memory});
  if (found == made_.end()) return false;
  const PhysicalInstance instance = found->second;  // others may change the map meanwhile
  for (const Legion::FieldID field : request.requirement().privilege_fields)
    if (!instance.has_field(field)) return false;
  if (!runtime->acquire_instance(request.ctx, instance)) return false;
  chosen.assign(1, instance);
  return true;
}

// --- instances -----------------------------------------------------------------------------------

/// An instance as DefaultMapper makes or reuses it, in a memory of our choice.
MAPC_INLINE bool PolicyMapper::place_by_default(Request& request, Legion::Memory memory,
                                                Instances& chosen)
{
  std::set<Legion::FieldID> missing = request.requirement().privilege_fields;
  if (!request.is_reduction()) {
    for (const PhysicalInstance& instance : request.valid)
      if (instance.get_location() == memory) chosen.push_back(instance);
    do {  // what could not be acquired is gone, and its fields are missing again
      missing.clear();
      runtime->filter_instances(request.ctx, request.task, request.index, request.variant, chosen,
                                missing);
    } while (!runtime->acquire_and_filter_instances(request.ctx, chosen));
    if (missing.empty()) return true;
  }
  return default_create_custom_instances(request.ctx, request.target, memory,
                                         request.requirement(), request.index, missing,
                                         request.constraints, false /*check fields*/, chosen,
                                         &request.footprint);
}

MAPC_INLINE Legion::LayoutConstraintSet PolicyMapper::constraints_of(Request& request,
                                                                     Legion::Memory memory,
                                                                     const Layout& layout)
{
  const Legion::RegionRequirement& requirement = request.requirement();
  std::vector<Legion::FieldID> fields;
  Legion::LayoutConstraintSet result;
  if (request.is_reduction()) {
    fields.assign(requirement.privilege_fields.begin(), requirement.privilege_fields.end());
    result.add_constraint(Legion::SpecializedConstraint(LEGION_AFFINE_REDUCTION_SPECIALIZE,
                                                        requirement.redop));
  } else {
    default_policy_select_constraint_fields(request.ctx, requirement, fields);
    result.add_constraint(Legion::SpecializedConstraint(
        layout.is_compact ? LEGION_COMPACT_SPECIALIZE : LEGION_AFFINE_SPECIALIZE));
  }
  result.add_constraint(Legion::MemoryConstraint(memory.kind()));
  result.add_constraint(
      Legion::FieldConstraint(fields, false /*contiguous*/, false /*in order*/));

  const int rank = requirement.region.get_dim();
  std::vector<Legion::DimensionKind> order;  // fastest first
  for (int d = 0; d < rank; ++d)
    order.push_back(static_cast<Legion::DimensionKind>(
        LEGION_DIM_X + (layout.axes == F_order ? d : rank - 1 - d)));
  order.insert(layout.fields == AOS ? order.begin() : order.end(), LEGION_DIM_F);
  result.add_constraint(Legion::OrderingConstraint(order, true /*contiguous*/));

  if (layout.align_bytes != 0) {
    static const std::map<std::string, Legion::EqualityKind> operators = {
        {"<", LEGION_LT_EK},  {"<=", LEGION_LE_EK}, {">", LEGION_GT_EK},
        {">=", LEGION_GE_EK}, {"==", LEGION_EQ_EK}, {"!=", LEGION_NE_EK}};
    for (const Legion::FieldID field : fields)
      result.add_constraint(Legion::AlignmentConstraint(field, operators.at(layout.align_op),
                                                        layout.align_bytes));
  }
  return result;
}

/// An instance with the layout of a statement. Legion itself checks an existing one against the
/// constraints; a reduction always gets a new instance, as DefaultMapper's do.
MAPC_INLINE bool PolicyMapper::place_with_layout(Request& request, Legion::Memory memory,
                                                 const LayoutRule& rule, Instances& chosen)
{
  const Legion::LayoutConstraintSet constraints = constraints_of(request, memory, rule.layout);
  const bool exact = rule.layout.is_exact;
  const Legion::LogicalRegion region =
      exact ? request.requirement().region
            : default_policy_select_instance_region(request.ctx, memory, request.requirement(),
                                                    constraints, false /*new*/, true /*meets*/);
  PhysicalInstance instance;
  bool created = true;
  const Legion::LayoutConstraint* unsatisfied = nullptr;
  const bool done =
      request.is_reduction()
          ? runtime->create_physical_instance(request.ctx, memory, constraints, {region}, instance,
                                              true /*acquire*/, 0, exact, &request.footprint,
                                              &unsatisfied)
          : runtime->find_or_create_physical_instance(request.ctx, memory, constraints, {region},
                                                      instance, created, true /*acquire*/, 0,
                                                      exact, &request.footprint, &unsatisfied);
  if (!done) {
    // The memory is the constraint that a full memory does not satisfy.
    if (unsatisfied == nullptr || unsatisfied->get_constraint_kind() == LEGION_MEMORY_CONSTRAINT)
      return false;
    session_.log.fatal("MAP613",
                       "Legion cannot make an instance with the layout " + rule.layout.words() +
                           " for requirement " + std::to_string(request.index),
                       Position{rule.line, 1}, request.plan.key.task);
  }
  if (created) {
    const int priority = default_policy_select_garbage_collection_priority(
        request.ctx, TASK_MAPPING, memory, instance, true /*meets*/, request.is_reduction());
    if (priority != 0)
      runtime->set_garbage_collection_priority(request.ctx, instance, priority);
  }
  check_variant(request, instance, rule);
  chosen.assign(1, instance);
  if (request.is_reduction()) return true;
  if (made_.size() >= kMostRemembered) made_.clear();
  made_[{&request.plan, request.requirement().region, memory}] = instance;
  return true;
}

/// Legion accepts an instance that the variant's own constraints forbid, and the task then reads
/// wrong data: so this is looked at here, and ends the run.
MAPC_INLINE void PolicyMapper::check_variant(Request& request, const PhysicalInstance& instance,
                                             const LayoutRule& rule)
{
  if (request.constraints.layouts.count(request.index) == 0) return;
  Instances accepted(1, instance);
  std::set<Legion::FieldID> missing;
  runtime->filter_instances(request.ctx, request.task, request.index, request.variant, accepted,
                            missing);
  if (missing.empty()) return;
  session_.log.fatal("MAP613",
                     "the task's variant does not accept the layout " + rule.layout.words() +
                         " for requirement " + std::to_string(request.index),
                     Position{rule.line, 1}, request.plan.key.task);
}

/// Instances of read-only requirements that a CollectMemory statement names may go first.
MAPC_INLINE void PolicyMapper::collect(MapperContext ctx, const Legion::Task& task,
                                       const std::vector<Plan*>& plans, MapTaskOutput& output)
{
  for (unsigned i = 0; i < plans.size(); ++i) {
    if (plans[i] == nullptr || plans[i]->collect == nullptr) continue;
    if (task.regions[i].privilege != LEGION_READ_ONLY) continue;
    bool real = false;
    for (const PhysicalInstance& instance : output.chosen_instances[i]) {
      if (instance.is_virtual_instance() || instance.is_external_instance()) continue;
      runtime->set_garbage_collection_priority(ctx, instance, LEGION_GC_FIRST_PRIORITY);
      real = true;
    }
    if (!real) continue;
    output.untracked_valid_regions.insert(i);
    if (plans[i]->logged_collect) continue;
    plans[i]->logged_collect = true;
    session_.log.once(JsonObject("collect")
                          .add("task", plans[i]->key.task)
                          .add("requirement", i)
                          .add("names", plans[i]->key.names)
                          .line(plans[i]->collect->line));
  }
}

}  // namespace mapc
