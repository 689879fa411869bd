// Definitions of mapper.h: how many tasks run at once (InstanceLimit), and how long they take.
#pragma once

#include <algorithm>

#include "mapc/mapper.h"

namespace mapc {

/// Has Legion ask about every limited task where it is ready, and map each point for itself.
MAPC_INLINE void PolicyMapper::limit_options(const TaskFacts& facts, TaskOptions& output)
{
  if (facts.limit == nullptr) return;
  output.map_locally = false;
  output.check_collective_regions.clear();
}

/// A trace that Legion replays is mapped without asking, so one with a limited task is not kept.
MAPC_INLINE void PolicyMapper::memoize_operation(MapperContext ctx,
                                                 const Legion::Mappable& mappable,
                                                 const MemoizeInput& input, MemoizeOutput& output)
{
  DefaultMapper::memoize_operation(ctx, mappable, input, output);
  const Legion::Task* const task = mappable.as_task();
  if (task != nullptr && !session_.rules.limits.empty() && facts_of(ctx, *task).limit != nullptr)
    output.memoize = false;
}

/// Why a task may wait for others than its descendants, so that no limit applies to it: tasks of a
/// must-epoch or concurrent launch wait for each other, and so do points of a launch with a
/// collective requirement. Null where a limit applies.
MAPC_INLINE const char* PolicyMapper::no_limit(const Legion::Task& task)
{
  if (task.must_epoch_task || task.concurrent_task) return "concurrent";
  if (!task.wait_barriers.empty() || !task.grants.empty()) return "barrier";
  if (task.is_index_space)
    for (const Legion::RegionRequirement& requirement : task.regions)
      if ((requirement.prop & LEGION_COLLECTIVE_MASK) != 0) return "collective";
  return nullptr;
}

/// The top-level task is in flight from beginning to end, and nothing can wait for that.
MAPC_INLINE bool PolicyMapper::is_limited(const Legion::Task& task, const TaskFacts& facts)
{
  return facts.limit != nullptr && task.get_parent_task() != nullptr;
}

/// The ready tasks, the deepest first and otherwise in their order.
inline std::vector<const Legion::Task*> deepest_first(const std::list<const Legion::Task*>& tasks)
{
  std::vector<const Legion::Task*> result(tasks.begin(), tasks.end());
  const auto is_deeper = [](const Legion::Task* a, const Legion::Task* b) {
    return a->get_depth() > b->get_depth();
  };
  if (!std::is_sorted(result.begin(), result.end(), is_deeper))
    std::stable_sort(result.begin(), result.end(), is_deeper);
  return result;
}

/// Schedules the ready tasks that no limit holds, the deepest first. If all are held, the mapper
/// sleeps until a task completes whose place one of them can have.
MAPC_INLINE void PolicyMapper::select_tasks_to_map(MapperContext ctx,
                                                   const SelectMappingInput& input,
                                                   SelectMappingOutput& output)
{
  if (session_.rules.limits.empty()) {
    DefaultMapper::select_tasks_to_map(ctx, input, output);
    return;
  }
  const auto ring = [&](const MapperEvent& event) { runtime->trigger_mapper_event(ctx, event); };
  session_.limits.wake(local_proc.id);
  session_.alarms.ring(local_proc.id, ring);  // Legion may have dropped it for a new task

  std::vector<LimitGroup> groups;
  std::vector<const Legion::Task*> first;  // of each group
  std::set<std::pair<Legion::TaskID, const Legion::Task*>> held;
  for (const Legion::Task* const task : deepest_first(input.ready_tasks)) {
    // Only tasks of one depth at a time: the next call brings the others.
    if (!output.map_tasks.empty() &&
        (output.map_tasks.size() >= max_schedule_count ||
         (*output.map_tasks.begin())->get_depth() != task->get_depth()))
      return;
    const TaskFacts& facts = facts_of(ctx, *task);
    if (!is_limited(*task, facts)) {
      output.map_tasks.insert(task);
      continue;
    }
    if (const char* const reason = no_limit(*task)) {
      log_limit(facts, LimitCounter::Answer::kPassesBeyond, reason);
      output.map_tasks.insert(task);
      continue;
    }
    const std::pair key(task->task_id, task->get_parent_task());
    if (!held.empty() && held.count(key) != 0) continue;
    LimitGroup group = limit_group(ctx, *task, facts);
    const LimitCounter::Answer answer = session_.limits.admit(group);
    log_limit(facts, answer, group.is_remote ? "remote ancestor" : "ancestor");
    if (answer != LimitCounter::Answer::kHeld) {
      output.map_tasks.insert(task);
      continue;
    }
    held.insert(key);
    groups.push_back(std::move(group));
    first.push_back(task);
  }
  if (!output.map_tasks.empty()) return;

  const MapperEvent alarm = runtime->create_mapper_event(ctx);
  session_.alarms.set(local_proc.id, alarm);
  const auto chosen = session_.limits.sleep(local_proc.id, std::move(groups));
  if (!chosen) {
    output.deferral_event = alarm;
    return;
  }
  session_.alarms.ring(local_proc.id, ring);
  log_limit(facts_of(ctx, *first[chosen->group]), chosen->answer, "all others wait");
  output.map_tasks.insert(first[chosen->group]);
}

MAPC_INLINE LimitGroup PolicyMapper::limit_group(MapperContext ctx, const Legion::Task& task,
                                                 const TaskFacts& facts)
{
  LimitGroup group;
  group.name = facts.name;
  group.limit = static_cast<std::size_t>(facts.limit->limit);
  for (const Legion::Task* t = task.get_parent_task(); t != nullptr; t = t->get_parent_task()) {
    const TaskFacts& ancestor = facts_of(ctx, *t);
    if (!is_limited(*t, ancestor) || no_limit(*t) != nullptr) continue;
    if (t->current_proc.address_space() != local_proc.address_space() || t->get_total_shards() > 1)
      group.is_remote = true;
    group.ancestors.push_back({ancestor.name, t->get_unique_id()});
  }
  return group;
}

MAPC_INLINE void PolicyMapper::log_limit(const TaskFacts& facts, LimitCounter::Answer answer,
                                         const char* reason)
{
  const bool is_beyond = answer == LimitCounter::Answer::kPassesBeyond;
  if (!logged_limits_.insert({&facts, answer, is_beyond ? reason : nullptr}).second) return;
  JsonObject record("limit");
  record.add("task", facts.name).add("limit", facts.limit->limit).line(facts.limit->line);
  record.add("held", answer == LimitCounter::Answer::kHeld);
  if (is_beyond) record.add("beyond", reason);
  session_.log.once(record);
}

/// Counts a task from when it is mapped until Legion reports what it took.
MAPC_INLINE void PolicyMapper::follow(const Legion::Task& task, const TaskFacts& facts,
                                      MapTaskOutput& output)
{
  const bool is_counted = is_limited(task, facts);
  if (is_counted)
    session_.limits.mapped(facts.name, task.get_unique_id(), no_limit(task) == nullptr);
  if (is_counted || session_.times.wants(facts.name))
    output.task_prof_requests
        .add_measurement<Legion::Mapping::ProfilingMeasurements::OperationTimeline>();
}

MAPC_INLINE void PolicyMapper::report_profiling(MapperContext ctx, const Legion::Task& task,
                                                const TaskProfilingInfo& input)
{
  if (!input.task_response) return;
  TaskFacts& facts = facts_of(ctx, task);
  Legion::Mapping::ProfilingMeasurements::OperationTimeline timeline;
  if (input.profiling_responses.get_measurement(timeline) && timeline.is_valid())
    session_.times.record(facts.name,
                          static_cast<double>(timeline.end_time - timeline.start_time) * 1e-9);
  if (!is_limited(task, facts)) return;
  for (const std::uint64_t mapper : session_.limits.completed(facts.name, task.get_unique_id()))
    session_.alarms.ring(mapper,
                         [&](const MapperEvent& event) { runtime->trigger_mapper_event(ctx, event); });
}

}  // namespace mapc
