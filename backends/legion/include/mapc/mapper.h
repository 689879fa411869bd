// The mapper that realises a policy: DefaultMapper, except where a statement decides. Holds
// mechanism only; a generated file brings the tables and functions. Needs Legion.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "mapc/config.h"
#include "mapc/session.h"
#include "mapc/task_facts.h"

namespace mapc {

class PolicyMapper : public Legion::Mapping::DefaultMapper {
 public:
  PolicyMapper(Legion::Mapping::MapperRuntime* runtime, Legion::Machine machine,
               Legion::Processor local, const PolicySource& source);
  ~PolicyMapper() override;

 protected:
  using MapperContext = Legion::Mapping::MapperContext;
  using MapperEvent = Legion::Mapping::MapperEvent;
  using PhysicalInstance = Legion::Mapping::PhysicalInstance;
  using Instances = std::vector<PhysicalInstance>;

  // Where tasks run (mapper_tasks_impl.h)
  void select_task_options(MapperContext ctx, const Legion::Task& task,
                           TaskOptions& output) override;
  Legion::Processor default_policy_select_initial_processor(MapperContext ctx,
                                                            const Legion::Task& task) override;
  void default_policy_select_target_processors(MapperContext ctx, const Legion::Task& task,
                                               std::vector<Legion::Processor>& targets) override;
  void slice_task(MapperContext ctx, const Legion::Task& task, const SliceTaskInput& input,
                  SliceTaskOutput& output) override;
  using DefaultMapper::select_sharding_functor;
  void select_sharding_functor(MapperContext ctx, const Legion::Task& task,
                               const SelectShardingFunctorInput& input,
                               SelectShardingFunctorOutput& output) override;
  void replicate_task(MapperContext ctx, const Legion::Task& task, const ReplicateTaskInput& input,
                      ReplicateTaskOutput& output) override;

  // Where regions lie (mapper_regions_impl.h, mapper_instances_impl.h)
  void map_task(MapperContext ctx, const Legion::Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override;

  // How many run at once, and how long they take (mapper_limits_impl.h)
  void select_tasks_to_map(MapperContext ctx, const SelectMappingInput& input,
                           SelectMappingOutput& output) override;
  void memoize_operation(MapperContext ctx, const Legion::Mappable& mappable,
                         const MemoizeInput& input, MemoizeOutput& output) override;
  using DefaultMapper::report_profiling;
  void report_profiling(MapperContext ctx, const Legion::Task& task,
                        const TaskProfilingInfo& input) override;

 private:
  /// One requirement while it is placed.
  struct Request {
    MapperContext ctx;
    const Legion::Task& task;
    unsigned index;
    Plan& plan;
    Spot* spot;  // null where nothing is to be remembered
    Legion::VariantID variant;
    Legion::Processor target;
    const Instances& valid;
    std::size_t footprint = 0;
    bool is_first = false;  // the memory tried is the one of first choice
    bool is_known = false;  // its instance was made before, and is in the log

    const Legion::RegionRequirement& requirement() const { return task.regions[index]; }
    bool is_reduction() const { return requirement().privilege == LEGION_REDUCE; }
  };

  // Tasks
  TaskFacts& facts_of(MapperContext ctx, const Legion::Task& task)
  {
    TaskFacts* const known = task.task_id < by_id_.size() ? by_id_[task.task_id] : nullptr;
    return known != nullptr ? *known : find_facts(ctx, task);
  }
  TaskFacts& find_facts(MapperContext ctx, const Legion::Task& task);
  TaskFacts make_facts(MapperContext ctx, const Legion::Task& task);
  TaskOnKind& on_kind(TaskFacts& facts, ProcKind kind) const
  {
    std::unique_ptr<TaskOnKind>& on = facts.on[index_of(kind)];
    if (!on) on = make_on_kind(facts, kind);
    return *on;
  }
  std::unique_ptr<TaskOnKind> make_on_kind(const TaskFacts& facts, ProcKind kind) const;
  /// The kind a task runs on: where it was sent, else what its `Task` statement says.
  ProcKind kind_of_task(const TaskFacts& facts, const Legion::Task& task) const
  {
    const bool was_sent = task.target_proc.exists();
    if (was_sent ? task.target_proc == facts.first : facts.first.exists()) return facts.first_kind;
    return !was_sent || task.target_proc == local_proc ? local_kind_
                                                       : session_.machines.kind(task.target_proc);
  }
  void decide_options(MapperContext ctx, const Legion::Task& task, TaskFacts& facts,
                      TaskOptions& output);
  void log_task(TaskFacts& facts, Legion::Processor processor);
  TaskInfo describe(MapperContext ctx, const Legion::Task& task, std::vector<TaskInfo>& ancestors);
  Legion::Processor place_single(MapperContext ctx, const Legion::Task& task, TaskFacts& facts,
                                 Legion::Processor selected);
  /// The table of an index launch, null where no statement decides.
  IndexLaunch* index_launch(TaskFacts& facts, const Legion::Task& task)
  {
    const ProcKind kind = kind_of_task(facts, task);
    TaskOnKind& on = on_kind(facts, kind);
    if (on.index_map == nullptr || task.must_epoch_task) return nullptr;
    if (on.last == nullptr || !same_domain(on.last->launch->domain(), task.index_domain))
      on.last = &find_launch(facts, task, on, kind);
    return on.last;
  }
  IndexLaunch& find_launch(const TaskFacts& facts, const Legion::Task& task, TaskOnKind& on,
                           ProcKind kind);

  // Control replication
  bool wants_replication(MapperContext ctx, const Legion::Task& task, TaskFacts& facts,
                         ProcKind kind);
  Legion::VariantID replicable_variant(MapperContext ctx, Legion::TaskID task, ProcKind kind);
  std::vector<Legion::Processor> shard_processors(ProcKind kind) const;

  // Requirements
  unsigned names_of(MapperContext ctx, const Legion::RegionRequirement& requirement);
  Plan make_plan(const TaskFacts& facts, unsigned index, unsigned names, ProcKind kind) const;
  Spot& make_spot(MapperContext ctx, const Legion::Task& task, const TaskFacts& facts,
                  unsigned index, TaskOnKind& on, ProcKind kind);
  void forget_if_idle();
  /// Whether statements about regions apply to a requirement at all.
  static bool is_covered(const Legion::RegionRequirement& requirement)
  {
    return requirement.privilege != LEGION_NO_ACCESS && !requirement.privilege_fields.empty() &&
           (requirement.tag & DefaultMapper::VIRTUAL_MAP) == 0;
  }
  /// The spots of all requirements of a task; null where no statement can apply.
  class Spots {
   public:
    explicit Spots(std::size_t count)
    {
      if (count > few_.size()) many_.resize(count, nullptr);
    }
    Spot*& operator[](std::size_t i) { return many_.empty() ? few_[i] : many_[i]; }

   private:
    std::array<Spot*, 12> few_{};  // nearly every task: no allocation
    std::vector<Spot*> many_;
  };
  void map_by_policy(MapperContext ctx, const Legion::Task& task, const MapTaskInput& input,
                     MapTaskOutput& output, TaskOnKind& on, Spots& spots);
  void map_by_default(MapperContext ctx, const Legion::Task& task, const MapTaskInput& input,
                      MapTaskOutput& output, Spots& spots);
  bool take_again(MapperContext ctx, const Legion::Task& task, Legion::Processor target,
                  MapTaskOutput& output, Spots& spots);
  void place(Request& request, Instances& chosen);
  bool place_in(Request& request, MemKind kind, Legion::Memory memory, Instances& chosen);
  bool place_by_default(Request& request, Legion::Memory memory, Instances& chosen);
  bool place_again(Request& request, Legion::Memory memory, Instances& chosen);
  bool place_with_layout(Request& request, MemKind kind, Legion::Memory memory,
                         const LayoutRule& rule, Instances& chosen);
  const KnownLayout& layout_of(Request& request, MemKind kind, Legion::Memory memory,
                               const Layout& layout);
  Legion::LayoutConstraintSet constraints_of(Request& request, Legion::Memory memory,
                                             const Layout& layout);
  const Legion::TaskLayoutConstraintSet& variant_constraints(const Request& request);
  void remember(Request& request, Legion::Memory memory, const PhysicalInstance& instance);
  void check_variant(Request& request, const PhysicalInstance& instance, const LayoutRule& rule);
  void collect(MapperContext ctx, const Legion::Task& task, Spots& spots, MapTaskOutput& output);

  // The decision log
  void log_region(MapperContext ctx, Plan& plan, const PhysicalInstance& instance);
  void note_seen(MapperContext ctx, const Legion::Task& task, TaskFacts& facts)
  {
    const bool known = task.is_index_space ? same_domain(facts.last_seen, task.index_domain)
                                           : facts.seen_single;
    if (!known) note_new(ctx, task, facts);
  }
  void log_slices(const TaskFacts& facts, const IndexLaunch& index, const Legion::Domain& part,
                  const std::vector<TaskSlice>& slices);
  void note_new(MapperContext ctx, const Legion::Task& task, TaskFacts& facts);
  void log_seen(MapperContext ctx, const Legion::Task& task, const TaskFacts& facts);
  JsonObject describe_requirement(MapperContext ctx, const Legion::RegionRequirement& requirement,
                                  unsigned index);

  // Limits
  static bool is_limited(const Legion::Task& task, const TaskFacts& facts);
  static const char* no_limit(const Legion::Task& task);
  static void limit_options(const TaskFacts& facts, TaskOptions& output);
  LimitGroup limit_group(MapperContext ctx, const Legion::Task& task, const TaskFacts& facts);
  void log_limit(const TaskFacts& facts, LimitCounter::Answer answer, const char* reason);
  void follow(const Legion::Task& task, const TaskFacts& facts, MapTaskOutput& output);

  // Caches have no locks: Legion runs one call of a mapper at a time. But a call may be set aside
  // while the runtime works for it, and others run meanwhile; so what a call points to must stay.
  Session& session_;
  std::unordered_map<Legion::TaskID, TaskFacts> facts_;
  std::vector<TaskFacts*> by_id_;                // those with small ids; null where unknown
  const ProcKind local_kind_;
  std::vector<std::vector<std::string>> names_;  // interned; number 0 is "no names"
  std::map<std::vector<std::string>, unsigned> name_numbers_;
  std::size_t spots_ = 0;    // how many are remembered
  std::set<std::tuple<const TaskFacts*, LimitCounter::Answer, const char*>> logged_limits_;
  unsigned mapping_ = 0;     // calls of map_task that are under way
};

}  // namespace mapc

#ifndef MAPC_PREBUILT
#include "mapc/all_impl.h"
#endif
