// What one mapper remembers of the tasks that it maps, so that the policy is looked up once and not
// at every call. Needs Legion.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
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
  unsigned logged = 0;   // bits of MemKind
  bool logged_collect = false;
};

/// An instance that a requirement had before, with the fields that it is known to hold.
struct MadeInstance {
  Legion::Memory memory;
  Legion::Mapping::PhysicalInstance instance;
  std::set<Legion::FieldID> fields;
};

/// A region that a requirement was about.
struct Spot {
  Plan* plan = nullptr;
  std::vector<MadeInstance> made;  // one a memory
};

/// A requirement's region and the region that its parent task holds.
struct RegionPair {
  Legion::LogicalRegion region;
  Legion::LogicalRegion parent;

  friend bool operator==(const RegionPair& a, const RegionPair& b)
  {
    return a.region == b.region && a.parent == b.parent;
  }
};

struct HashRegion {
  std::size_t operator()(const RegionPair& pair) const
  {
    return static_cast<std::size_t>(pair.region.get_tree_id()) * 0x9e3779b97f4a7c15u +
           static_cast<std::size_t>(pair.region.get_index_space().get_id());
  }
};

/// One requirement of a task on one kind of processor.
struct RequirementFacts {
  std::map<unsigned, Plan> plans;  // by the number of its region's names
  std::unordered_map<RegionPair, Spot, HashRegion> spots;
};

/// The table of one launch domain, with what slicing made of it.
struct IndexLaunch {
  std::shared_ptr<const Launch> launch;
  std::map<Legion::Domain, std::vector<Legion::Mapping::Mapper::TaskSlice>> slices;  // by the part
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
  unsigned logged_kinds = 0;  // bits of ProcKind
  std::array<std::unique_ptr<TaskOnKind>, kProcKinds> on;

  // The shapes of launches that the log has.
  bool seen_single = false;
  Legion::Domain last_seen;
  std::set<Legion::Domain> seen;
};

}  // namespace mapc
