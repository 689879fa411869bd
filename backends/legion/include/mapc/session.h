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
#include "mapc/launch.h"
#include "mapc/limits.h"
#include "mapc/machines.h"
#include "mapc/source.h"

namespace mapc {

/// Times of observed tasks (MAPC_OBSERVE=1). Thread-safe.
class TimeKeeper {
 public:
  static constexpr std::size_t kMostInstances = 64;

  TimeKeeper();
  bool is_on() const { return on_; }
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
  Alarms<Legion::Mapping::MapperEvent> alarms;
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
