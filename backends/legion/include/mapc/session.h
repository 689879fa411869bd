// What all mappers of one process share: the policy's tables, its placement program, the machine,
// the tables of index launches, the decision log, the count of limited tasks. Needs Legion.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "mapc/config.h"
#include "mapc/decision_log.h"
#include "mapc/machines.h"
#include "mapc/source.h"

namespace mapc {

/// The processors of one index launch.
class Launch {
 public:
  Launch(IndexTable table, Legion::DomainPoint lo, ProcKind kind)
      : table_(std::move(table)), lo_(lo), kind_(kind)
  {}

  ProcKind kind() const { return kind_; }
  ProcessorId at(const Legion::DomainPoint& point) const;

 private:
  IndexTable table_;
  Legion::DomainPoint lo_;
  ProcKind kind_;
};

Tuple to_tuple(const Legion::DomainPoint& point);
Tuple extents_of(const Legion::Domain& domain);

/// The tasks in flight that a limit counts. Thread-safe.
class LimitCounter {
 public:
  /// One index launch: its parent, and its number among the parent's operations.
  using LaunchId = std::pair<Legion::UniqueID, std::uint64_t>;

  /// What asks to be let through.
  struct Applicant {
    std::string task;
    long long limit;
    std::size_t points = 1;
    std::vector<Legion::UniqueID> ancestors;  // of the same name: they wait for this task
    const LaunchId* unit = nullptr;           // the launch that must pass as a whole
  };

  /// Points of launches of this task share a region: Legion lets none of them finish mapping
  /// before all have begun, so that a launch has to pass as a whole.
  void note_shared_region(const std::string& task);
  bool shares_region(const std::string& task) const;
  /// Reserves places if the limit allows it; a launch larger than the limit passes alone.
  bool reserve(const Applicant& applicant);
  /// A task was mapped; it no longer needs its reservation.
  void mapped(const std::string& task, Legion::UniqueID id);
  /// A mapped task completed; returns the events of the mappers that wait.
  std::vector<Legion::Mapping::MapperEvent> completed(const std::string& task,
                                                      Legion::UniqueID id);
  /// Registers a waiting mapper unless a task completed since `seen`.
  bool wait(std::size_t seen, Legion::Mapping::MapperEvent event);
  std::size_t completions() const;
  /// How many tasks of each limited name were in flight at most.
  std::vector<JsonObject> records() const;

 private:
  struct InFlight {
    std::size_t reserved = 0;
    std::size_t most = 0;
    bool shares_region = false;
    std::set<Legion::UniqueID> running;
    std::set<LaunchId> units;  // launches that were let through
  };

  mutable std::mutex mutex_;
  std::map<std::string, InFlight> tasks_;
  std::vector<Legion::Mapping::MapperEvent> waiting_;
  std::size_t completions_ = 0;
};

/// Times of observed tasks (MAPC_OBSERVE=1). Thread-safe.
class TimeKeeper {
 public:
  static constexpr std::size_t kMostInstances = 64;

  TimeKeeper();
  /// Whether one more instance of this task is to be timed.
  bool wants(const std::string& task);
  void record(const std::string& task, double seconds);
  std::vector<JsonObject> records() const;

 private:
  struct Times {
    std::size_t asked = 0;
    std::size_t count = 0;
    double seconds = 0;
  };

  bool on_;
  mutable std::mutex mutex_;
  std::map<std::string, Times> tasks_;
};

/// One per process and policy; lives as long as the process.
class Session {
 public:
  Session(const PolicySource& source, Legion::Machine machine);
  static Session& of(const PolicySource& source, Legion::Machine machine);

  const Rules rules;
  const Machines machines;
  DecisionLog log;
  LimitCounter limits;
  TimeKeeper times;

  /// The table of an index launch; made on first use, shared by sharding, slicing and mapping.
  std::shared_ptr<const Launch> launch(const PlaceRule& rule, const std::string& task,
                                       ProcKind kind, const Legion::Domain& domain);
  /// The processors that a single-task function gives.
  std::vector<ProcessorId> place(const PlaceRule& rule, const TaskInfo& task);

  /// The sharding functor for launches of a task from shards on these processors.
  Legion::ShardingID sharding(const PlaceRule& rule, const std::string& task, ProcKind kind,
                              const std::vector<Legion::Processor>& shards);

  void mapper_made();
  /// The last mapper writes the times.
  void mapper_gone();

 private:
  using LaunchKey = std::tuple<const PlaceRule*, std::string, ProcKind, Legion::Domain>;

  void log_launch(const PlaceRule& rule, const std::string& task, const Legion::Domain& domain,
                  const Launch& launch);

  std::mutex mutex_;  // guards what follows
  std::unique_ptr<Program> program_;
  std::map<LaunchKey, std::shared_ptr<const Launch>> launches_;
  std::map<std::string, Legion::ShardingID> shardings_;
  int mappers_ = 0;
};

}  // namespace mapc
