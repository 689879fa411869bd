// Definitions of limits.h.
#pragma once

#include <algorithm>

#include "mapc/limits.h"

namespace mapc {

MAPC_INLINE bool LimitCounter::reserve(const Applicant& applicant)
{
  const std::lock_guard<std::mutex> guard(mutex_);
  InFlight& flight = tasks_[applicant.task];
  if (flight.reserved == 0 && flight.running.empty()) flight.units.clear();
  std::size_t count = flight.reserved + flight.running.size();
  for (const std::uint64_t id : applicant.ancestors) count -= flight.running.count(id);
  const bool fits = count + applicant.points <= static_cast<std::size_t>(applicant.limit);
  const bool is_admitted = applicant.unit != nullptr && flight.units.count(*applicant.unit) != 0;
  if (count > 0 && !fits && !is_admitted) return false;
  flight.reserved += applicant.points;
  if (applicant.unit != nullptr) flight.units.insert(*applicant.unit);
  return true;
}

MAPC_INLINE void LimitCounter::note_shared_region(const std::string& task)
{
  const std::lock_guard<std::mutex> guard(mutex_);
  tasks_[task].shares_region = true;
}

MAPC_INLINE bool LimitCounter::shares_region(const std::string& task) const
{
  const std::lock_guard<std::mutex> guard(mutex_);
  const auto found = tasks_.find(task);
  return found != tasks_.end() && found->second.shares_region;
}

MAPC_INLINE void LimitCounter::mapped(const std::string& task, std::uint64_t id)
{
  const std::lock_guard<std::mutex> guard(mutex_);
  InFlight& flight = tasks_[task];
  if (flight.reserved > 0) --flight.reserved;
  flight.running.insert(id);
  flight.most = std::max(flight.most, flight.running.size());
}

MAPC_INLINE std::vector<JsonObject> LimitCounter::records() const
{
  const std::lock_guard<std::mutex> guard(mutex_);
  std::vector<JsonObject> result;
  for (const auto& [task, flight] : tasks_)
    result.push_back(JsonObject("peak").add("task", task).add("most", flight.most));
  return result;
}

MAPC_INLINE void LimitCounter::completed(const std::string& task, std::uint64_t id)
{
  const std::lock_guard<std::mutex> guard(mutex_);
  tasks_[task].running.erase(id);
}

}  // namespace mapc
