// The mapper that realises a policy: DefaultMapper, except where a statement decides. Holds
// mechanism only; a generated file brings the tables and functions. Needs Legion.
#pragma once

#include <map>
#include <string>
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
  bool passes_limit(MapperContext ctx, const Legion::Task& task);
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
    bool is_known = false;  // its instance was made before, and is in the log

    const Legion::RegionRequirement& requirement() const { return task.regions[index]; }
    bool is_reduction() const { return requirement().privilege == LEGION_REDUCE; }
  };

  // Tasks
  TaskFacts& facts_of(MapperContext ctx, const Legion::Task& task);
  TaskFacts make_facts(MapperContext ctx, const Legion::Task& task);
  TaskOnKind& on_kind(TaskFacts& facts, ProcKind kind) const;
  ProcKind kind_of_task(const TaskFacts& facts, const Legion::Task& task) const;
  void log_task(TaskFacts& facts, Legion::Processor processor);
  TaskInfo describe(MapperContext ctx, const Legion::Task& task, std::vector<TaskInfo>& ancestors);
  Legion::Processor place_single(MapperContext ctx, const Legion::Task& task, TaskFacts& facts,
                                 Legion::Processor selected);
  /// The table of an index launch, null where no statement decides.
  IndexLaunch* index_launch(TaskFacts& facts, const Legion::Task& task);
  static void cut_to_points(std::vector<TaskSlice>& slices);

  // Control replication
  bool wants_replication(MapperContext ctx, const Legion::Task& task, TaskFacts& facts,
                         ProcKind kind);
  Legion::VariantID replicable_variant(MapperContext ctx, Legion::TaskID task, ProcKind kind);
  std::vector<Legion::Processor> shard_processors(ProcKind kind) const;

  // Requirements
  unsigned names_of(MapperContext ctx, const Legion::RegionRequirement& requirement);
  Plan make_plan(const TaskFacts& facts, unsigned index, unsigned names, ProcKind kind) const;
  Spot& spot_of(MapperContext ctx, const Legion::Task& task, const TaskFacts& facts, unsigned index,
                TaskOnKind& on, ProcKind kind);
  void forget_if_idle();
  static bool is_covered(const Legion::RegionRequirement& requirement);
  void map_by_policy(MapperContext ctx, const Legion::Task& task, const MapTaskInput& input,
                     MapTaskOutput& output, const std::vector<Spot*>& spots);
  void map_by_default(MapperContext ctx, const Legion::Task& task, const MapTaskInput& input,
                      MapTaskOutput& output, const std::vector<Spot*>& spots);
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
  void collect(MapperContext ctx, const Legion::Task& task, const std::vector<Spot*>& spots,
               MapTaskOutput& output);

  // The decision log
  void log_region(MapperContext ctx, Plan& plan, const PhysicalInstance& instance);
  void note_seen(MapperContext ctx, const Legion::Task& task, TaskFacts& facts);
  void log_seen(MapperContext ctx, const Legion::Task& task, const TaskFacts& facts);
  JsonObject describe_requirement(MapperContext ctx, const Legion::RegionRequirement& requirement,
                                  unsigned index);

  // Caches have no locks: Legion runs one call of a mapper at a time. But a call may be set aside
  // while the runtime works for it, and others run meanwhile; so what a call points to must stay.
  Session& session_;
  std::unordered_map<Legion::TaskID, TaskFacts> facts_;
  TaskFacts* last_facts_ = nullptr;              // of the task that was asked about last
  std::vector<std::vector<std::string>> names_;  // interned; number 0 is "no names"
  std::map<std::vector<std::string>, unsigned> name_numbers_;
  std::size_t spots_ = 0;    // how many are remembered
  unsigned mapping_ = 0;     // calls of map_task that are under way
};

}  // namespace mapc

#ifndef MAPC_PREBUILT
#include "mapc/all_impl.h"
#endif
