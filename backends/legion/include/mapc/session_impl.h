// Definitions of session.h and decision_log.h.
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "mapc/session.h"

namespace mapc {

// --- decision log --------------------------------------------------------------------------------

MAPC_INLINE Realm::Logger& decision_logger()
{
  static Realm::Logger logger("mapc");
  return logger;
}

MAPC_INLINE void DecisionLog::once(const std::string& key, const JsonObject& record)
{
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    if (written_.size() >= kMostRecords || !written_.insert(key).second) return;
  }
  decision_logger().print() << record.text();
}

MAPC_INLINE void DecisionLog::fatal(const std::string& code, const std::string& message,
                                    Position where, const std::string& task,
                                    const Tuple* point) const
{
  JsonObject record("error");
  record.add("code", code).add("message", message).add("file", file_).line(where.line);
  record.put("column", where.column > 0 ? std::to_string(where.column) : "null");
  record.add("task", task);
  if (point != nullptr) record.add("point", *point);
  decision_logger().fatal() << record.text();
  std::fflush(nullptr);
  std::abort();
}

MAPC_INLINE void DecisionLog::debug(const std::string& text) { decision_logger().debug() << text; }

// --- session -------------------------------------------------------------------------------------

MAPC_INLINE Session::Session(const PolicySource& source, Legion::Machine machine)
    : rules(source.rules()), machines(machine), log(rules.file)
{
  JsonObject loaded("loaded");
  loaded.add("mapper", source.mapper).add("policy", rules.file).add("digest", rules.digest);
  // Mappers are made before any processor runs a task: the rank is that of a local one.
  Legion::Machine::ProcessorQuery local(machine);
  loaded.add("rank", local.local_address_space().first().address_space());
  log.once(loaded.add("ranks", machines.nodes()));
  try {
    program_.reset(source.program(machines.shape()));
  } catch (const EvaluationError& error) {
    log.fatal(error.code(), error.message(), error.where(), "");
  }
  program_->print_to(&DecisionLog::debug);
}

MAPC_INLINE Session& Session::of(const PolicySource& source, Legion::Machine machine)
{
  // Never destroyed: Legion may ask a mapper until the very end of the process.
  static std::mutex& mutex = *new std::mutex;
  static auto& sessions = *new std::map<std::string, std::unique_ptr<Session>>;
  const std::lock_guard<std::mutex> guard(mutex);
  std::unique_ptr<Session>& session = sessions[source.mapper];
  if (!session) session = std::make_unique<Session>(source, machine);
  return *session;
}

/// The statement that failed; the mapping statement where it is about the result itself.
MAPC_INLINE Position place_of(const EvaluationError& error, const PlaceRule& rule)
{
  return error.where().line > 0 ? error.where() : Position{rule.line, 1};
}

MAPC_INLINE std::shared_ptr<const Launch> Session::launch(const PlaceRule& rule,
                                                          const std::string& task, ProcKind kind,
                                                          const Legion::Domain& domain)
{
  const std::lock_guard<std::mutex> guard(mutex_);
  std::shared_ptr<const Launch>& launch = launches_[LaunchKey(&rule, task, kind, domain)];
  if (launch) return launch;
  const Tuple lo = to_tuple(domain.lo());
  IndexTable::Contains contains;
  if (!domain.dense())
    contains = [&](const Tuple& offset) {
      Legion::DomainPoint point = domain.lo();
      for (int d = 0; d < point.get_dim(); ++d)
        point[d] += offset.raw(static_cast<std::size_t>(d)).value();
      return domain.contains(point);
    };
  try {
    const IndexTable table(*program_, rule.function, task, extents_of(domain), &kind, contains);
    launch = std::make_shared<const Launch>(table, domain, kind, machines);
  } catch (const PointError& error) {
    const Tuple point = lo + error.point;
    log.fatal(error.code(), error.message(), place_of(error, rule), task, &point);
  }
  log_launch(rule, task, domain, *launch);
  return launch;
}

/// `[1,2]`.
MAPC_INLINE std::string list_of(const Tuple& tuple)
{
  std::string list;
  for (const Int e : tuple) list += (list.empty() ? "" : ",") + e.text();
  return "[" + list + "]";
}

MAPC_INLINE void Session::log_launch(const PlaceRule& rule, const std::string& task,
                                     const Legion::Domain& domain, const Launch& launch)
{
  constexpr std::size_t kMostPoints = 256;
  std::map<ProcessorId, std::size_t> loads;
  JsonObject places;  // of the first points
  std::size_t points = 0;
  for (Legion::Domain::DomainPointIterator it(domain); it; ++it, ++points) {
    const ProcessorId id = launch.at(it.p);
    ++loads[id];
    if (points < kMostPoints) places.add(list_of(to_tuple(it.p)), Tuple{id.node, id.index});
  }
  JsonObject targets;  // points on each processor
  for (const auto& [id, load] : loads) targets.add(list_of(Tuple{id.node, id.index}), load);
  JsonObject record("index");
  record.add("task", task).add("function", rule.function).add("kind", name_of(launch.kind()));
  record.add("lo", to_tuple(domain.lo())).add("domain", extents_of(domain)).line(rule.line);
  record.add("points", points).add("targets", targets);
  log.once(record.add("places", places));
}

MAPC_INLINE std::vector<ProcessorId> Session::place(const PlaceRule& rule, const TaskInfo& task)
{
  const std::lock_guard<std::mutex> guard(mutex_);
  try {
    return IndexTable::evaluate(*program_, rule.function, task, &task.kind);
  } catch (const EvaluationError& error) {
    log.fatal(error.code(), error.message(), place_of(error, rule), task.name);
  }
}

MAPC_INLINE Legion::ShardingID Session::sharding(const PlaceRule& rule, const std::string& task,
                                                 ProcKind kind,
                                                 const std::vector<Legion::Processor>& shards)
{
  std::string key = std::string("mapc ") + rules.digest + " " + std::to_string(rule.line) + " " +
                    rule.function + " " + name_of(kind) + " " + task;
  for (const Legion::Processor p : shards) key += " " + std::to_string(p.id);
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    const auto found = shardings_.find(key);
    if (found != shardings_.end()) return found->second;
  }
  // Asked outside the lock, because the answer may come from another node; it is the same on
  // every node and every time.
  Legion::Runtime* const runtime = Legion::Runtime::get_runtime();
  const Legion::ShardingID id = runtime->generate_library_sharding_ids(key.c_str(), 1);
  const std::lock_guard<std::mutex> guard(mutex_);
  if (shardings_.emplace(key, id).second) {
    const auto find = [this, &rule, task, kind](const Legion::Domain& domain) {
      return launch(rule, task, kind, domain);
    };
    runtime->register_sharding_functor(id, new PolicySharding(find, shards),
                                       true /*silence warnings*/);
  }
  return id;
}

MAPC_INLINE void Session::mapper_made()
{
  const std::lock_guard<std::mutex> guard(mutex_);
  ++mappers_;
}

MAPC_INLINE void Session::mapper_gone()
{
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    if (--mappers_ > 0) return;
  }
  for (const JsonObject& record : limits.records()) log.once(record);
  for (const JsonObject& record : times.records()) log.once(record);
}

// --- times ----------------------------------------------------------------------------------------

MAPC_INLINE TimeKeeper::TimeKeeper()
{
  const char* const wish = std::getenv("MAPC_OBSERVE");
  on_ = wish != nullptr && std::string(wish) == "1";
}

MAPC_INLINE bool TimeKeeper::wants(const std::string& task)
{
  if (!on_) return false;
  const std::lock_guard<std::mutex> guard(mutex_);
  return tasks_[task].asked++ < kMostInstances;
}

MAPC_INLINE void TimeKeeper::record(const std::string& task, double seconds)
{
  if (!on_) return;
  const std::lock_guard<std::mutex> guard(mutex_);
  Times& times = tasks_[task];
  ++times.count;
  times.seconds += seconds;
}

MAPC_INLINE std::vector<JsonObject> TimeKeeper::records() const
{
  const std::lock_guard<std::mutex> guard(mutex_);
  std::vector<JsonObject> result;
  for (const auto& [task, times] : tasks_) {
    if (times.count == 0) continue;
    // Of many instances only the first are timed; they stand for all that were mapped.
    const double each = times.seconds / static_cast<double>(times.count);
    JsonObject record("timing");
    record.add("task", task).add("count", times.asked).add("timed", times.count);
    result.push_back(record.add("seconds", each * static_cast<double>(times.asked)));
  }
  return result;
}

}  // namespace mapc
