// Definitions of mapper.h: how many tasks run at once (InstanceLimit), and how long they take.
#pragma once

#include <algorithm>

#include "mapc/mapper.h"

namespace mapc {

/// Schedules the ready tasks that no limit holds, the deepest first. A must-epoch or concurrent
/// task is never held, because its peers wait for it; nor does a task count its own ancestors,
/// which wait for it, too.
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
  const std::size_t seen = session_.limits.completions();
  for (const Legion::Task* task : ready) {
    // Only tasks of one depth at a time: the next call brings the others.
    if (!output.map_tasks.empty() &&
        (output.map_tasks.size() >= max_schedule_count ||
         (*output.map_tasks.begin())->get_depth() != task->get_depth()))
      break;
    TaskFacts& facts = facts_of(ctx, *task);
    if (facts.limit == nullptr) {
      output.map_tasks.insert(task);
      continue;
    }
    std::vector<Legion::UniqueID> ancestors;
    for (const Legion::Task* t = task->get_parent_task(); t != nullptr; t = t->get_parent_task())
      if (facts.name == t->get_task_name()) ancestors.push_back(t->get_unique_id());
    const std::size_t points =
        task->is_index_space ? task->get_slice_domain().get_volume() : std::size_t{1};
    const bool free_pass = task->must_epoch_task || task->concurrent_task;
    const long long limit =
        free_pass ? std::numeric_limits<long long>::max() : facts.limit->limit;
    const bool passes = session_.limits.reserve(facts.name, limit, points, ancestors);
    if (passes) output.map_tasks.insert(task);
    JsonObject record("limit");
    record.add("task", facts.name).add("limit", facts.limit->limit).line(facts.limit->line);
    session_.log.once(record.add("held", !passes));
  }
  if (!output.map_tasks.empty()) return;
  output.deferral_event = runtime->create_mapper_event(ctx);
  if (!session_.limits.wait(seen, output.deferral_event))
    runtime->trigger_mapper_event(ctx, output.deferral_event);  // a task completed meanwhile
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
  for (const auto& event : session_.limits.completed(facts.name, task.get_unique_id()))
    runtime->trigger_mapper_event(ctx, event);
}

}  // namespace mapc
