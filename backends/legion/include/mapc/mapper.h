// The mapper that realises a policy: DefaultMapper, except where a statement decides. Holds
// mechanism only; a generated file brings the tables and functions. Needs Legion.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "mapc/config.h"
#include "mapc/session.h"

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

  // Where regions lie (mapper_regions_impl.h)
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
  /// What the policy says of a task, and which variants it has.
  struct TaskFacts {
    std::string name;
    std::vector<ProcKind> variants;
    const TaskRule* rule = nullptr;
    const LimitRule* limit = nullptr;
    const ReplicateRule* replicate = nullptr;
    Legion::Processor first;     // where the `Task` statement starts it; NO_PROC without one
    unsigned logged_kinds = 0;   // bits of ProcKind
  };

  /// What the policy says of one requirement of a task on one kind of processor.
  struct Plan {
    RequirementKey key;
    ProcKind kind = ProcKind::CPU;
    std::vector<Candidate> candidates;
    std::array<const LayoutRule*, kMemKinds> layouts{};
    const CollectRule* collect = nullptr;
    bool decides = false;        // a Region or Layout statement applies
    unsigned logged = 0;         // bits of MemKind
    bool logged_collect = false;
  };

  /// One requirement while it is placed.
  struct Request {
    MapperContext ctx;
    const Legion::Task& task;
    unsigned index;
    Plan& plan;
    Legion::VariantID variant;
    Legion::Processor target;
    const Instances& valid;
    const Legion::TaskLayoutConstraintSet& constraints;
    std::size_t footprint = 0;

    const Legion::RegionRequirement& requirement() const { return task.regions[index]; }
    bool is_reduction() const { return requirement().privilege == LEGION_REDUCE; }
  };

  TaskFacts& facts_of(MapperContext ctx, const Legion::Task& task);
  ProcKind kind_of_task(const TaskFacts& facts, const Legion::Task& task) const;
  const PlaceRule* index_rule(TaskFacts& facts, const Legion::Task& task) const;
  std::shared_ptr<const Launch> launch_of(const PlaceRule& rule, const TaskFacts& facts,
                                          const Legion::Task& task);
  TaskInfo describe(MapperContext ctx, const Legion::Task& task, std::vector<TaskInfo>& ancestors);
  Legion::Processor place_single(MapperContext ctx, const Legion::Task& task, TaskFacts& facts,
                                 Legion::Processor selected);
  void log_task(TaskFacts& facts, Legion::Processor processor);
  bool wants_replication(MapperContext ctx, const Legion::Task& task, TaskFacts& facts,
                         ProcKind kind);
  Legion::VariantID replicable_variant(MapperContext ctx, Legion::TaskID task, ProcKind kind);
  std::vector<Legion::Processor> shard_processors(ProcKind kind) const;

  unsigned names_of(MapperContext ctx, const Legion::RegionRequirement& requirement);
  Plan& plan_of(MapperContext ctx, const Legion::Task& task, const TaskFacts& facts, unsigned index,
                ProcKind kind);
  static bool is_covered(const Legion::RegionRequirement& requirement);
  void map_by_policy(MapperContext ctx, const Legion::Task& task, const MapTaskInput& input,
                     MapTaskOutput& output, const std::vector<Plan*>& plans);
  void place(Request& request, Instances& chosen);
  bool place_in(Request& request, Legion::Memory memory, Instances& chosen);
  bool place_by_default(Request& request, Legion::Memory memory, Instances& chosen);
  bool place_again(Request& request, Legion::Memory memory, Instances& chosen);
  bool place_with_layout(Request& request, Legion::Memory memory, const LayoutRule& rule,
                         Instances& chosen);
  Legion::LayoutConstraintSet constraints_of(Request& request, Legion::Memory memory,
                                             const Layout& layout);
  void check_variant(Request& request, const PhysicalInstance& instance, const LayoutRule& rule);
  void log_region(MapperContext ctx, Plan& plan, const PhysicalInstance& instance);
  void collect(MapperContext ctx, const Legion::Task& task, const std::vector<Plan*>& plans,
               MapTaskOutput& output);
  void log_seen(MapperContext ctx, const Legion::Task& task, const TaskFacts& facts);
  JsonObject describe_requirement(MapperContext ctx, const Legion::RegionRequirement& requirement,
                                  unsigned index);

  Session& session_;
  std::map<Legion::TaskID, TaskFacts> facts_;
  std::vector<std::vector<std::string>> names_;  // interned; number 0 is "no names"
  std::map<std::vector<std::string>, unsigned> name_numbers_;
  std::map<std::pair<Legion::LogicalRegion, Legion::LogicalRegion>, unsigned> region_names_;
  std::map<std::tuple<Legion::TaskID, ProcKind, unsigned, unsigned>, Plan> plans_;
  std::map<std::pair<const Launch*, Legion::Domain>, std::vector<TaskSlice>> slices_;
  std::map<std::tuple<const Plan*, Legion::LogicalRegion, Legion::Memory>, PhysicalInstance> made_;
  std::set<std::pair<Legion::TaskID, std::string>> seen_;
};

}  // namespace mapc

#ifndef MAPC_PREBUILT
#include "mapc/all_impl.h"
#endif
