// Definitions of mapper.h: where tasks run (Task, IndexTaskMap, SingleTaskMap, ControlReplicate).
#pragma once

#include <algorithm>
#include <cstdlib>

#include "mapc/mapper.h"

namespace mapc {

MAPC_INLINE PolicyMapper::PolicyMapper(Legion::Mapping::MapperRuntime* runtime,
                                       Legion::Machine machine, Legion::Processor local,
                                       const PolicySource& source)
    : DefaultMapper(runtime, machine, local, source.mapper),
      session_(Session::of(source, machine)),
      local_kind_(session_.machines.kind(local)),
      names_(1)
{
  name_numbers_[{}] = 0;
  session_.mapper_made();
}

MAPC_INLINE std::vector<const PolicySource*>& sources()
{
  static std::vector<const PolicySource*> sources;
  return sources;
}

MAPC_INLINE void install_mappers(Legion::Machine machine, Legion::Runtime* runtime,
                                 const std::set<Legion::Processor>& local)
{
  for (const PolicySource* const source : sources())
    for (const Legion::Processor processor : local)
      runtime->replace_default_mapper(
          new PolicyMapper(runtime->get_mapper_runtime(), machine, processor, *source), processor);
}

MAPC_INLINE void use_mapper(const PolicySource& source)
{
  sources().push_back(&source);
  Legion::Runtime::add_registration_callback(&install_mappers);
}

MAPC_INLINE PolicyMapper::~PolicyMapper() { session_.mapper_gone(); }

MAPC_INLINE TaskFacts& PolicyMapper::find_facts(MapperContext ctx, const Legion::Task& task)
{
  constexpr Legion::TaskID kMostDirect = 65536;  // ids of tasks registered by name are huge
  auto found = facts_.find(task.task_id);
  if (found == facts_.end()) {
    TaskFacts facts = make_facts(ctx, task);  // other calls may run meanwhile and add the same
    found = facts_.emplace(task.task_id, std::move(facts)).first;
  }
  if (task.task_id < kMostDirect) {
    if (by_id_.size() <= task.task_id) by_id_.resize(task.task_id + 1, nullptr);
    by_id_[task.task_id] = &found->second;
  }
  return found->second;
}

MAPC_INLINE TaskFacts PolicyMapper::make_facts(MapperContext ctx, const Legion::Task& task)
{
  TaskFacts facts;
  facts.id = task.task_id;
  facts.name = task.get_task_name();
  for (std::size_t k = 0; k < kProcKinds; ++k) {
    const ProcKind kind = static_cast<ProcKind>(k);
    std::vector<Legion::VariantID> variants;
    runtime->find_valid_variants(ctx, task.task_id, variants, realm_kind(kind));
    if (!variants.empty()) facts.variants.push_back(kind);
  }
  facts.first = Legion::Processor::NO_PROC;
  if (const TaskRule* rule = session_.rules.task(facts.name)) {
    for (const ProcKind kind : rule->kinds) {
      const auto& local = session_.machines.on_node(kind, node_id);
      const auto& known = facts.variants;
      if (local.empty() || std::find(known.begin(), known.end(), kind) == known.end()) continue;
      facts.rule = rule;
      facts.first = local.front();
      facts.first_kind = kind;
      break;
    }
  }
  facts.limit = session_.rules.limit(facts.name);
  facts.replicate = session_.rules.replicate(facts.name);
  return facts;
}

MAPC_INLINE std::unique_ptr<TaskOnKind> PolicyMapper::make_on_kind(const TaskFacts& facts,
                                                                   ProcKind kind) const
{
  auto on = std::make_unique<TaskOnKind>();
  on->index_map = session_.rules.index_map(facts.name, kind);
  on->single_map = session_.rules.single_map(facts.name, kind);
  return on;
}

MAPC_INLINE void PolicyMapper::log_task(TaskFacts& facts, Legion::Processor processor)
{
  facts.last_logged = processor;
  const auto kind = kind_of(processor.kind());
  if (!kind) return;
  const unsigned bit = 1u << index_of(*kind);
  if ((facts.logged_kinds & bit) != 0) return;
  facts.logged_kinds |= bit;
  const int line = facts.rule != nullptr ? facts.rule->line : 0;
  const ProcessorId id = session_.machines.id_of(processor);
  JsonObject record("task");
  record.add("task", facts.name).line(line).add("kind", name_of(*kind));
  session_.log.once("task " + facts.name + " " + name_of(*kind),
                    record.add("processor", Tuple{id.node, id.index}));
}

// --- start ---------------------------------------------------------------------------------------

/// Where a statement decides the processor, the rest of DefaultMapper's answer is asked for once.
MAPC_INLINE void PolicyMapper::select_task_options(MapperContext ctx, const Legion::Task& task,
                                                   TaskOptions& output)
{
  TaskFacts& facts = facts_of(ctx, task);
  const KnownOptions& known = facts.options[task.is_index_space ? 1 : 0];
  if (!known.is_known) {
    decide_options(ctx, task, facts, output);
    return;
  }
  output.initial_proc = facts.first;
  output.inline_task = known.inline_task;
  output.stealable = known.stealable;
  output.map_locally = known.map_locally;
  output.valid_instances = known.valid_instances;
  output.memoize = known.memoize;
  output.replicate = known.replicate;
}

MAPC_INLINE void PolicyMapper::decide_options(MapperContext ctx, const Legion::Task& task,
                                              TaskFacts& facts, TaskOptions& output)
{
  const auto priority = output.parent_priority;
  const std::set<unsigned> collective = output.check_collective_regions;
  DefaultMapper::select_task_options(ctx, task, output);
  if (!session_.rules.limits.empty()) limit_options(facts, output);
  const auto kind = kind_of(output.initial_proc.kind());
  if (!session_.rules.replicates.empty())
    output.replicate = kind && wants_replication(ctx, task, facts, *kind);
  // What depends on more than the task itself is asked for every time: the top-level task, a task
  // that a function places, or one whose other options are changed.
  const bool is_placed = !task.is_index_space && kind && on_kind(facts, *kind).single_map != nullptr;
  if (facts.rule == nullptr || is_placed || task.get_depth() == 0 || output.replicate ||
      output.parent_priority != priority || output.check_collective_regions != collective)
    return;
  KnownOptions& known = facts.options[task.is_index_space ? 1 : 0];
  known.inline_task = output.inline_task;
  known.stealable = output.stealable;
  known.map_locally = output.map_locally;
  known.valid_instances = output.valid_instances;
  known.memoize = output.memoize;
  known.replicate = output.replicate;
  known.is_known = true;
}

MAPC_INLINE Legion::Processor PolicyMapper::default_policy_select_initial_processor(
    MapperContext ctx, const Legion::Task& task)
{
  TaskFacts& facts = facts_of(ctx, task);
  Legion::Processor selected = facts.first;
  if (!selected.exists())
    selected = DefaultMapper::default_policy_select_initial_processor(ctx, task);
  if (!task.is_index_space && !session_.rules.single_maps.empty())
    selected = place_single(ctx, task, facts, selected);
  if (selected != facts.last_logged) log_task(facts, selected);
  return selected;
}

/// What a placement function may ask about a task; `ancestors` holds the chain.
MAPC_INLINE TaskInfo PolicyMapper::describe(MapperContext ctx, const Legion::Task& task,
                                            std::vector<TaskInfo>& ancestors)
{
  std::vector<const Legion::Task*> chain;
  for (const Legion::Task* t = task.get_parent_task(); t != nullptr; t = t->get_parent_task())
    chain.push_back(t);
  ancestors.resize(chain.size());
  const auto fill = [this](const Legion::Task& t, TaskInfo& info) {
    info.name = t.get_task_name();
    info.depth = t.get_depth();
    info.is_point = t.is_index_space;
    if (info.is_point) {
      info.space = extents_of(t.index_domain);
      info.point = to_tuple(t.index_point) - to_tuple(t.index_domain.lo());
    }
    const Legion::Processor where = t.current_proc.exists() ? t.current_proc : t.target_proc;
    info.kind = kind_of(where.kind()).value_or(CPU);
    info.processor = session_.machines.id_of(where);
  };
  for (std::size_t i = 0; i < chain.size(); ++i) {
    fill(*chain[i], ancestors[i]);
    if (i + 1 < chain.size()) ancestors[i].parent = &ancestors[i + 1];
  }
  TaskInfo info;
  info.name = facts_of(ctx, task).name;
  info.depth = task.get_depth();
  info.parent = ancestors.empty() ? nullptr : ancestors.data();
  return info;
}

/// Returns the processor that a `SingleTaskMap` statement chooses, else `selected`. Alternatives
/// on the same node travel with the task, to be offered where it is mapped.
MAPC_INLINE Legion::Processor PolicyMapper::place_single(MapperContext ctx,
                                                         const Legion::Task& task,
                                                         TaskFacts& facts,
                                                         Legion::Processor selected)
{
  const auto kind = kind_of(selected.kind());
  if (!kind) return selected;
  const PlaceRule* const rule = on_kind(facts, *kind).single_map;
  if (rule == nullptr) return selected;
  std::vector<TaskInfo> ancestors;
  TaskInfo info = describe(ctx, task, ancestors);
  info.kind = *kind;
  info.processor = session_.machines.id_of(selected);
  const std::vector<ProcessorId> set = session_.place(*rule, info);
  std::vector<Legion::Processor> targets;
  for (const ProcessorId& id : set)
    if (id.node == set.front().node) targets.push_back(session_.machines.processor(*kind, id));
  runtime->update_mappable_data(ctx, task, targets.data(),
                                targets.size() * sizeof(Legion::Processor));
  JsonObject record("single");
  record.add("task", facts.name).add("function", rule->function).line(rule->line);
  record.add("kind", name_of(*kind));
  session_.log.once(
      record.add("processor", Tuple{set.front().node, set.front().index}).add("targets",
                                                                              targets.size()));
  return targets.front();
}

MAPC_INLINE void PolicyMapper::default_policy_select_target_processors(
    MapperContext ctx, const Legion::Task& task, std::vector<Legion::Processor>& targets)
{
  TaskFacts& facts = facts_of(ctx, task);
  if (task.is_index_space) {
    if (const IndexLaunch* const index = index_launch(facts, task)) {
      targets.push_back(index->launch->processor(task.index_point));
      return;
    }
  } else if (!session_.rules.single_maps.empty() &&
             on_kind(facts, kind_of_task(facts, task)).single_map != nullptr) {
    const auto* const data = static_cast<const Legion::Processor*>(task.mapper_data);
    const std::size_t count = task.mapper_data_size / sizeof(Legion::Processor);
    if (count > 0 && data[0] == task.target_proc)
      targets.assign(data, data + count);
    else
      targets.push_back(task.target_proc);
    return;
  }
  if (facts.rule != nullptr)
    targets.push_back(task.target_proc);  // a statement chose it; DefaultMapper offers siblings
  else
    DefaultMapper::default_policy_select_target_processors(ctx, task, targets);
}

// --- index launches ------------------------------------------------------------------------------

MAPC_INLINE IndexLaunch& PolicyMapper::find_launch(const TaskFacts& facts,
                                                   const Legion::Task& task, TaskOnKind& on,
                                                   ProcKind kind)
{
  IndexLaunch& index = on.launches[task.index_domain];
  if (!index.launch)
    index.launch = session_.launch(*on.index_map, facts.name, kind, task.index_domain);
  return index;
}

MAPC_INLINE void PolicyMapper::slice_task(MapperContext ctx, const Legion::Task& task,
                                          const SliceTaskInput& input, SliceTaskOutput& output)
{
  TaskFacts& facts = facts_of(ctx, task);
  IndexLaunch* const index = index_launch(facts, task);
  if (index == nullptr) {
    DefaultMapper::slice_task(ctx, task, input, output);
    return;
  }
  const std::vector<TaskSlice>* slices = index->slices(input.domain);
  if (slices == nullptr) {
    slices = &index->slice(input.domain);
    log_slices(facts, *index, input.domain, *slices);
  }
  output.slices = *slices;
}

MAPC_INLINE void PolicyMapper::select_sharding_functor(MapperContext ctx, const Legion::Task& task,
                                                       const SelectShardingFunctorInput& input,
                                                       SelectShardingFunctorOutput& output)
{
  TaskFacts& facts = facts_of(ctx, task);
  const ProcKind kind = kind_of_task(facts, task);
  TaskOnKind& on = on_kind(facts, kind);
  if (!task.is_index_space || task.must_epoch_task || on.index_map == nullptr) {
    DefaultMapper::select_sharding_functor(ctx, task, input, output);
    return;
  }
  if (on.shards.empty() || on.shards != input.shard_mapping) {
    on.sharding = session_.sharding(*on.index_map, facts.name, kind, input.shard_mapping);
    on.shards = input.shard_mapping;
  }
  output.chosen_functor = on.sharding;
  output.slice_recurse = true;
}

// --- control replication -------------------------------------------------------------------------

MAPC_INLINE Legion::VariantID PolicyMapper::replicable_variant(MapperContext ctx,
                                                               Legion::TaskID task, ProcKind kind)
{
  std::vector<Legion::VariantID> variants;
  runtime->find_valid_variants(ctx, task, variants, realm_kind(kind));
  for (const Legion::VariantID variant : variants)
    if (runtime->is_replicable_variant(ctx, task, variant)) return variant;
  return 0;
}

MAPC_INLINE bool PolicyMapper::wants_replication(MapperContext ctx, const Legion::Task& task,
                                                 TaskFacts& facts, ProcKind kind)
{
  const ReplicateRule* rule = facts.replicate;
  if (rule == nullptr || task.is_index_space) return false;
  const bool has_variant = replicable_variant(ctx, task.task_id, kind) != 0;
  if (!has_variant || !task.regions.empty()) {
    if (rule->task.is_any()) return false;
    session_.log.fatal("MAP525",
                       has_variant ? "a task with region requirements cannot be replicated"
                                   : std::string("the task has no replicable variant for ") +
                                         name_of(kind),
                       Position{rule->line, 1}, facts.name);
  }
  const std::size_t shards = shard_processors(kind).size();
  session_.log.once(JsonObject("replicate")
                        .add("task", facts.name)
                        .line(rule->line)
                        .add("kind", name_of(kind))
                        .add("shards", shards));
  return shards > 1;
}

/// One processor a node. A single node has one shard, unless MAPC_LOCAL_SHARDS=1 asks for one on
/// every processor: in Legion 25.12, reading a future then hangs, with DefaultMapper as well.
MAPC_INLINE std::vector<Legion::Processor> PolicyMapper::shard_processors(ProcKind kind) const
{
  static const char* const wish = std::getenv("MAPC_LOCAL_SHARDS");
  if (session_.machines.nodes() == 1 && wish != nullptr && std::string(wish) == "1")
    return session_.machines.on_node(kind, 0);
  std::vector<Legion::Processor> result;
  for (std::size_t node = 0; node < session_.machines.nodes(); ++node) {
    const auto& there = session_.machines.on_node(kind, node);
    if (!there.empty()) result.push_back(there.front());
  }
  return result;
}

MAPC_INLINE void PolicyMapper::replicate_task(MapperContext ctx, const Legion::Task& task,
                                              const ReplicateTaskInput& input,
                                              ReplicateTaskOutput& output)
{
  TaskFacts& facts = facts_of(ctx, task);
  if (facts.replicate == nullptr) {
    DefaultMapper::replicate_task(ctx, task, input, output);
    return;
  }
  const ProcKind kind = kind_of_task(facts, task);
  output.chosen_variant = replicable_variant(ctx, task.task_id, kind);
  output.target_processors = shard_processors(kind);
}

}  // namespace mapc
