// How many tasks of each name are in flight, for InstanceLimit. Does not need Legion.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "mapc/inline.h"
#include "mapc/json.h"

namespace mapc {

/// The tasks in flight that a limit counts. Thread-safe.
class LimitCounter {
 public:
  /// One index launch: its parent, and its number among the parent's operations.
  using LaunchId = std::pair<std::uint64_t, std::uint64_t>;

  /// What asks to be let through.
  struct Applicant {
    std::string task;
    long long limit;
    std::size_t points = 1;
    std::vector<std::uint64_t> ancestors;  // of the same name: they wait for this task
    const LaunchId* unit = nullptr;           // the launch that must pass as a whole
  };

  /// Points of launches of this task share a region: Legion lets none of them finish mapping
  /// before all have begun, so that a launch has to pass as a whole.
  void note_shared_region(const std::string& task);
  bool shares_region(const std::string& task) const;
  /// Reserves places if the limit allows it; a launch larger than the limit passes alone.
  bool reserve(const Applicant& applicant);
  /// A task was mapped; it no longer needs its reservation.
  void mapped(const std::string& task, std::uint64_t id);
  /// A mapped task completed.
  void completed(const std::string& task, std::uint64_t id);
  /// How many tasks of each limited name were in flight at most.
  std::vector<JsonObject> records() const;

 private:
  struct InFlight {
    std::size_t reserved = 0;
    std::size_t most = 0;
    bool shares_region = false;
    std::set<std::uint64_t> running;
    std::set<LaunchId> units;  // launches that were let through
  };

  mutable std::mutex mutex_;
  std::map<std::string, InFlight> tasks_;
};

/// The mappers that have nothing to schedule until a limited task completes. Thread-safe.
template <class Event>
class WaitingMappers {
 public:
  /// How many tasks have completed.
  std::size_t completions() const
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    return completions_;
  }
  /// Lets a mapper wait, unless a task completed since `seen`.
  bool wait(std::size_t seen, Event event)
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    if (seen != completions_) return false;
    waiting_.push_back(event);
    return true;
  }
  /// A task completed; returns the events of those who wait.
  std::vector<Event> completed()
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    ++completions_;
    std::vector<Event> woken;
    woken.swap(waiting_);
    return woken;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Event> waiting_;
  std::size_t completions_ = 0;
};

}  // namespace mapc

#ifndef MAPC_PREBUILT
#include "mapc/limits_impl.h"
#endif
