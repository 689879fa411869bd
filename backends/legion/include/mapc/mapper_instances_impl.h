// Definitions of mapper.h: the instances that requirements get (Layout, CollectMemory).
#pragma once

#include <algorithm>

#include "mapc/layout_order.h"
#include "mapc/mapper.h"

namespace mapc {

/// The layouts that the chosen variant accepts.
MAPC_INLINE const Legion::TaskLayoutConstraintSet& PolicyMapper::variant_constraints(
    const Request& request)
{
  return runtime->find_task_layout_constraints(request.ctx, request.task.task_id, request.variant);
}

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
                                         variant_constraints(request), false /*check fields*/,
                                         chosen, &request.footprint);
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

  std::vector<Legion::DimensionKind> order;
  for (const int axis : order_of(layout, requirement.region.get_dim()))
    order.push_back(axis == kFields ? LEGION_DIM_F
                                    : static_cast<Legion::DimensionKind>(LEGION_DIM_X + axis));
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

/// The layout of a requirement's instances in a kind of memory, registered with Legion on first use.
MAPC_INLINE const KnownLayout& PolicyMapper::layout_of(Request& request, MemKind kind,
                                                       Legion::Memory memory, const Layout& layout)
{
  const Legion::RegionRequirement& requirement = request.requirement();
  const Legion::FieldSpace space = requirement.region.get_field_space();
  static const std::set<Legion::FieldID> every;
  const auto& reduced = request.is_reduction() ? requirement.privilege_fields : every;
  const auto& known = request.plan.known;
  const auto has_fields = [&](const KnownLayout& one) {  // the application may have added some
    if (request.is_reduction()) return true;
    const auto& held = one.constraints.field_constraint.field_set;
    for (const Legion::FieldID field : requirement.privilege_fields)
      if (std::find(held.begin(), held.end(), field) == held.end()) return false;
    return true;
  };
  const auto before = std::find_if(known.begin(), known.end(), [&](const KnownLayout& one) {
    return one.memory == kind && one.space == space && one.reduced == reduced && has_fields(one);
  });
  if (before != known.end()) return *before;
  KnownLayout made{kind, space, reduced, constraints_of(request, memory, layout), 0};
  made.id = runtime->register_layout(request.ctx, made.constraints, space);
  request.plan.known.push_front(std::move(made));
  return request.plan.known.front();
}

/// An instance with the layout of a statement. Legion itself checks an existing one against the
/// constraints; a reduction always gets a new instance, as DefaultMapper's do.
MAPC_INLINE bool PolicyMapper::place_with_layout(Request& request, MemKind kind,
                                                 Legion::Memory memory, const LayoutRule& rule,
                                                 Instances& chosen)
{
  const KnownLayout& layout = layout_of(request, kind, memory, rule.layout);
  const bool exact = rule.layout.is_exact;
  // A larger region may have no holes to leave out, so a compact instance is of the one required.
  const Legion::LogicalRegion region =
      exact || rule.layout.is_compact
          ? request.requirement().region
          : default_policy_select_instance_region(request.ctx, memory, request.requirement(),
                                                  layout.constraints, false /*new*/,
                                                  true /*meets*/);
  PhysicalInstance instance;
  const int priority = default_policy_select_garbage_collection_priority(
      request.ctx, TASK_MAPPING, memory, instance, true /*meets*/, request.is_reduction());
  bool created = true;
  const Legion::LayoutConstraint* unsatisfied = nullptr;
  const bool done =
      request.is_reduction()
          ? runtime->create_physical_instance(request.ctx, memory, layout.id, {region}, instance,
                                              true /*acquire*/, priority, exact,
                                              &request.footprint, &unsatisfied)
          : runtime->find_or_create_physical_instance(request.ctx, memory, layout.id, {region},
                                                      instance, created, true /*acquire*/,
                                                      priority, exact, &request.footprint,
                                                      &unsatisfied);
  if (!done) {
    // The memory is the constraint that a full memory does not satisfy.
    if (unsatisfied == nullptr || unsatisfied->get_constraint_kind() == LEGION_MEMORY_CONSTRAINT)
      return false;
    session_.log.fatal("MAP613",
                       "Legion cannot make an instance with the layout " + rule.layout.words() +
                           " for requirement " + std::to_string(request.index),
                       Position{rule.line, 1}, request.plan.key.task);
  }
  check_variant(request, instance, rule);
  chosen.assign(1, instance);
  if (!request.is_reduction() && request.spot != nullptr) remember(request, memory, instance);
  return true;
}

MAPC_INLINE void PolicyMapper::remember(Request& request, Legion::Memory memory,
                                        const PhysicalInstance& instance)
{
  std::vector<MadeInstance>& made = request.spot->made;
  const auto before = std::find_if(made.begin(), made.end(), [memory](const MadeInstance& one) {
    return one.memory == memory;
  });
  const auto& fields = request.requirement().privilege_fields;
  MadeInstance now{memory, instance, {fields.begin(), fields.end()},
                   request.is_first ? request.target : Legion::Processor::NO_PROC};
  if (before == made.end())
    made.push_back(std::move(now));
  else
    *before = std::move(now);
}

/// Legion accepts an instance that the variant's own constraints forbid, and the task then reads
/// wrong data: so this is looked at here, and ends the run.
MAPC_INLINE void PolicyMapper::check_variant(Request& request, const PhysicalInstance& instance,
                                             const LayoutRule& rule)
{
  std::optional<bool>& is_constrained = request.plan.is_constrained;
  if (!is_constrained)
    is_constrained = variant_constraints(request).layouts.count(request.index) != 0;
  if (!*is_constrained) return;
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
                                       Spots& spots,
                                       MapTaskOutput& output)
{
  for (unsigned i = 0; i < task.regions.size(); ++i) {
    if (spots[i] == nullptr || spots[i]->plan->collect == nullptr) continue;
    if (task.regions[i].privilege != LEGION_READ_ONLY) continue;
    bool real = false;
    for (const PhysicalInstance& instance : output.chosen_instances[i]) {
      if (instance.is_virtual_instance() || instance.is_external_instance()) continue;
      runtime->set_garbage_collection_priority(ctx, instance, LEGION_GC_FIRST_PRIORITY);
      real = true;
    }
    if (!real) continue;
    output.untracked_valid_regions.insert(i);
    Plan& plan = *spots[i]->plan;
    if (plan.logged_collect) continue;
    plan.logged_collect = true;
    session_.log.once(JsonObject("collect")
                          .add("task", plan.key.task)
                          .add("requirement", i)
                          .add("names", plan.key.names)
                          .line(plan.collect->line));
  }
}

}  // namespace mapc
