// Definitions of mapper.h: how many tasks run at once (InstanceLimit), and how long they take.
#pragma once

#include <algorithm>

#include "mapc/mapper.h"

namespace mapc {

/// Schedules the ready tasks that no limit holds, the deepest first. Nothing is held that a task
/// in flight may wait for: the peers of a must-epoch or concurrent task, the points of a launch
/// that share a region, the descendants of a task of the same name.
MAPC_INLINE void PolicyMapper::select_tasks_to_map(MapperContext ctx,
                                                   const SelectMappingInput& input,
                                                   SelectMappingOutput& output)
{
  if (session_.rules.limits.empty()) {
    DefaultMapper::select_tasks_to_map(ctx, input, output);
    return;
  }
  std::vector<const Legion::Task*> ready(input.ready_tasks.begin(), input.ready_tasks.end());
  std::stable_sort(ready.begin(), ready.end(), [](const Legion::Task* a, const Legion::Task* b) {
    return a->get_depth() > b->get_depth();
  });
  const std::size_t seen = session_.waiting.completions();
  for (const Legion::Task* task : ready) {
    // Only tasks of one depth at a time: the next call brings the others.
    if (!output.map_tasks.empty() &&
        (output.map_tasks.size() >= max_schedule_count ||
         (*output.map_tasks.begin())->get_depth() != task->get_depth()))
      break;
    if (passes_limit(ctx, *task)) output.map_tasks.insert(task);
  }
  if (!output.map_tasks.empty()) return;
  output.deferral_event = runtime->create_mapper_event(ctx);
  if (!session_.waiting.wait(seen, output.deferral_event))
    runtime->trigger_mapper_event(ctx, output.deferral_event);  // a task completed meanwhile
}

MAPC_INLINE bool PolicyMapper::passes_limit(MapperContext ctx, const Legion::Task& task)
{
  const TaskFacts& facts = facts_of(ctx, task);
  if (facts.limit == nullptr) return true;
  LimitCounter::Applicant applicant;
  applicant.task = facts.name;
  applicant.limit = facts.limit->limit;
  if (task.must_epoch_task || task.concurrent_task)
    applicant.limit = std::numeric_limits<long long>::max();
  if (task.is_index_space) applicant.points = task.get_slice_domain().get_volume();
  const Legion::Task* const parent = task.get_parent_task();
  for (const Legion::Task* t = parent; t != nullptr; t = t->get_parent_task())
    if (facts.name == t->get_task_name()) applicant.ancestors.push_back(t->get_unique_id());
  const LimitCounter::LaunchId launch(parent != nullptr ? parent->get_unique_id() : 0,
                                      task.get_context_index());
  for (const Legion::RegionRequirement& requirement : task.regions)
    if (task.is_index_space && requirement.region == requirement.parent) applicant.unit = &launch;
  if (session_.limits.shares_region(facts.name)) applicant.unit = &launch;
  const bool passes = session_.limits.reserve(applicant);
  session_.log.once(JsonObject("limit")
                        .add("task", facts.name)
                        .add("limit", facts.limit->limit)
                        .line(facts.limit->line)
                        .add("held", !passes));
  return passes;
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
  if (facts.limit == nullptr) return;
  session_.limits.completed(facts.name, task.get_unique_id());
  for (const auto& event : session_.waiting.completed())
    runtime->trigger_mapper_event(ctx, event);
}

}  // namespace mapc
