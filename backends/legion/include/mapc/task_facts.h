// What one mapper remembers of the tasks that it maps, so that the policy is looked up once and not
// at every call. Needs Legion.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "mapc/config.h"
#include "mapc/launch.h"
#include "mapc/rules.h"

namespace mapc {

/// A layout as Legion knows it, with what it was made for. Of one task, requirement and kind of
/// memory; of more than one field space only if the application changes that between launches.
struct KnownLayout {
  MemKind memory;
  Legion::FieldSpace space;
  std::set<Legion::FieldID> reduced;  // of a reduction; empty where every field is meant
  Legion::LayoutConstraintSet constraints;
  Legion::LayoutConstraintID id;
};

/// What the policy says of one requirement of a task on one kind of processor.
struct Plan {
  RequirementKey key;
  ProcKind kind = ProcKind::CPU;
  std::vector<Candidate> candidates;
  std::array<const LayoutRule*, kMemKinds> layouts{};
  std::deque<KnownLayout> known;  // grows while others are in use
  const CollectRule* collect = nullptr;
  bool decides = false;  // a Region or Layout statement applies
  std::optional<bool> is_constrained;  // whether the variant asks for layouts of its own
  unsigned logged = 0;   // bits of MemKind
  bool logged_collect = false;
};

/// An instance that a requirement had before.
struct MadeInstance {
  Legion::Memory memory;
  Legion::Mapping::PhysicalInstance instance;
  std::vector<Legion::FieldID> fields;  // that it is known to hold, ascending
  Legion::Processor target;             // whose first choice this memory was; NO_PROC: nobody's

  /// Whether it holds every field of a requirement; those of the last one need no look.
  bool holds(const std::set<Legion::FieldID>& wanted)
  {
    if (wanted.size() == fields.size() && std::equal(wanted.begin(), wanted.end(), fields.begin()))
      return true;
    for (const Legion::FieldID field : wanted)
      if (!instance.has_field(field)) return false;
    fields.assign(wanted.begin(), wanted.end());
    return true;
  }
};

/// A region that a requirement was about.
struct Spot {
  Plan* plan = nullptr;
  std::vector<MadeInstance> made;  // one a memory
};

/// A requirement's region and the region that its parent task holds, by their numbers.
struct RegionPair {
  explicit RegionPair(const Legion::RegionRequirement& requirement)
      : tree(requirement.region.get_tree_id()),
        space(requirement.region.get_index_space().get_id()),
        parent(requirement.parent.get_index_space().get_id())
  {}

  friend bool operator==(const RegionPair& a, const RegionPair& b)
  {
    return a.space == b.space && a.parent == b.parent && a.tree == b.tree;
  }

  std::uint64_t tree;  // of both, with its fields
  std::uint64_t space;
  std::uint64_t parent;
};

struct HashRegion {
  std::size_t operator()(const RegionPair& pair) const { return pair.tree * 31 + pair.space; }
};

/// One requirement of a task on one kind of processor.
struct RequirementFacts {
  std::map<unsigned, Plan> plans;  // by the number of its region's names
  std::unordered_map<RegionPair, Spot, HashRegion> spots;
};

/// The table of one launch domain, with what slicing made of it.
class IndexLaunch {
 public:
  using Slices = std::vector<Legion::Mapping::Mapper::TaskSlice>;

  std::shared_ptr<const Launch> launch;

  /// The slices for a part of the domain (all of it, or what a shard owns), null before `slice`.
  const Slices* slices(const Legion::Domain& part) const
  {
    for (const auto& [known, slices] : parts_)
      if (same_domain(known, part)) return &slices;
    return nullptr;
  }
  const Slices& slice(const Legion::Domain& part)
  {
    if (parts_.size() >= kMostParts) parts_.clear();
    parts_.emplace_back(part, launch->slices(part));
    return parts_.back().second;
  }

 private:
  static constexpr std::size_t kMostParts = 64;

  std::vector<std::pair<Legion::Domain, Slices>> parts_;  // rarely more than one or two
};

/// A task on one kind of processor.
struct TaskOnKind {
  const PlaceRule* index_map = nullptr;
  const PlaceRule* single_map = nullptr;
  std::map<Legion::Domain, IndexLaunch> launches;
  IndexLaunch* last = nullptr;             // the launch that was asked for last
  std::vector<Legion::Processor> shards;   // those that `sharding` is for; empty before the first
  Legion::ShardingID sharding = 0;
  std::vector<RequirementFacts> requirements;
  bool has_variant = false;
  bool is_inner = false;  // the variant
  Legion::VariantID variant = 0;
};

/// What DefaultMapper answers to `select_task_options` apart from the processor.
struct KnownOptions {
  bool is_known = false;
  bool inline_task, stealable, map_locally, valid_instances, memoize, replicate;
};

/// A task: what the policy says of it, and which variants it has.
struct TaskFacts {
  Legion::TaskID id = 0;
  std::string name;
  std::vector<ProcKind> variants;
  const TaskRule* rule = nullptr;
  const LimitRule* limit = nullptr;
  const ReplicateRule* replicate = nullptr;
  Legion::Processor first;  // where the `Task` statement starts it; NO_PROC without one
  ProcKind first_kind = ProcKind::CPU;
  Legion::Processor last_logged;
  unsigned logged_kinds = 0;         // bits of ProcKind
  KnownOptions options[2];           // single, index
  std::array<std::unique_ptr<TaskOnKind>, kProcKinds> on;

  // The shapes of launches that the log has.
  bool seen_single = false;
  Legion::Domain last_seen;
  std::set<Legion::Domain> seen;
};

}  // namespace mapc
