// How many tasks of each limited name are in flight, and which mappers hold tasks of these names
// back (InstanceLimit). Does not need Legion.
//
// A limit must not stop the run. Legion maps a task only when everything is mapped that it depends
// on, so a task in flight can wait for a held one in one way only: it waits for its own
// descendants. Hence a descendant never waits for its ancestors to complete, and where all tasks
// that hold a task back wait for held tasks in turn, one of those is let through.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "mapc/inline.h"
#include "mapc/json.h"

namespace mapc {

/// A task of a limited name, by Legion's number.
struct LimitedTask {
  std::string name;
  std::uint64_t id;
};

/// Ready tasks of one name and one parent: a limit holds all of them or none.
struct LimitGroup {
  std::string name;
  std::size_t limit;
  std::vector<LimitedTask> ancestors;  // of any limited name, as far as they are on this node
  bool is_remote = false;              // has a limited ancestor on another node
};

/// The count of one node. Thread-safe.
class LimitCounter {
 public:
  enum class Answer { kPasses, kPassesBeyond, kHeld };
  /// A group of which one task is to be mapped; its place is reserved.
  struct Chosen {
    std::size_t group;
    Answer answer;
  };

  /// Asks to map one more task of a group, and reserves its place.
  Answer admit(const LimitGroup& group);
  /// Lets a mapper sleep that has nothing to map but these groups, unless one of them fits by now,
  /// or nothing would ever wake it.
  std::optional<Chosen> sleep(std::uint64_t mapper, std::vector<LimitGroup> groups);
  void wake(std::uint64_t mapper);
  /// A task was mapped, and has no reservation any more. Those that are not counted hold nothing
  /// back, but appear in the records.
  void mapped(const std::string& name, std::uint64_t id, bool is_counted);
  /// A mapped task completed. Returns the mappers that can now go on; they sleep no longer.
  std::vector<std::uint64_t> completed(const std::string& name, std::uint64_t id);
  /// How many tasks of each name were in flight at most.
  std::vector<JsonObject> records() const;

 private:
  struct InFlight {
    std::size_t reserved = 0;
    std::size_t most = 0;
    std::set<std::uint64_t> counted;
    std::set<std::uint64_t> others;
  };
  struct Sleeper {
    std::uint64_t mapper;
    std::vector<LimitGroup> groups;
  };
  using Ids = std::set<std::uint64_t>;

  std::size_t room(const LimitGroup& group) const;
  bool is_stuck(const LimitGroup& group, const Ids& stuck) const;
  Ids stuck() const;
  Answer reserve(const LimitGroup& group);

  mutable std::mutex mutex_;
  std::map<std::string, InFlight> tasks_;
  std::vector<Sleeper> sleepers_;  // in the order in which they fell asleep
};

/// What the mappers that sleep wait for, by the number of the mapper. Thread-safe.
template <class Event>
class Alarms {
 public:
  void set(std::uint64_t mapper, Event event)
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    events_[mapper] = event;
  }
  /// Calls `ring` with the event of a mapper, if it has one, and forgets it.
  template <class Ring>
  void ring(std::uint64_t mapper, Ring ring)
  {
    Event event;
    {
      const std::lock_guard<std::mutex> guard(mutex_);
      const auto found = events_.find(mapper);
      if (found == events_.end()) return;
      event = found->second;
      events_.erase(found);
    }
    ring(event);
  }

 private:
  std::mutex mutex_;
  std::map<std::uint64_t, Event> events_;
};

}  // namespace mapc

#ifndef MAPC_PREBUILT
#include "mapc/limits_impl.h"
#endif
