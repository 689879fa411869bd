// Definitions of limits.h.
#pragma once

#include <algorithm>

#include "mapc/limits.h"

namespace mapc {

/// How many more tasks of a group may be mapped. What they descend from does not count.
MAPC_INLINE std::size_t LimitCounter::room(const LimitGroup& group) const
{
  const auto found = tasks_.find(group.name);
  if (found == tasks_.end()) return group.limit;
  const InFlight& flight = found->second;
  std::size_t count = flight.reserved + flight.counted.size();
  for (const LimitedTask& ancestor : group.ancestors)
    if (ancestor.name == group.name) count -= flight.counted.count(ancestor.id);
  return group.limit > count ? group.limit - count : 0;
}

/// Whether a group would be held still if all had completed that are not stuck.
MAPC_INLINE bool LimitCounter::is_stuck(const LimitGroup& group, const Ids& stuck) const
{
  const auto found = tasks_.find(group.name);
  if (found == tasks_.end()) return false;
  std::size_t count = 0;
  for (const std::uint64_t id : found->second.counted) count += stuck.count(id);
  for (const LimitedTask& ancestor : group.ancestors)
    if (ancestor.name == group.name && found->second.counted.count(ancestor.id) != 0)
      count -= stuck.count(ancestor.id);
  return count >= group.limit;
}

/// The tasks in flight that cannot complete while sleepers sleep: those with a descendant that is
/// stuck. Begins with all that have a descendant held, and drops those that can go on.
MAPC_INLINE LimitCounter::Ids LimitCounter::stuck() const
{
  const auto ancestors_where = [this](auto wanted) {
    Ids result;
    for (const Sleeper& sleeper : sleepers_)
      for (const LimitGroup& group : sleeper.groups)
        if (!group.ancestors.empty() && wanted(group))
          for (const LimitedTask& ancestor : group.ancestors) result.insert(ancestor.id);
    return result;
  };
  Ids result = ancestors_where([](const LimitGroup&) { return true; });
  for (std::size_t before = result.size() + 1; result.size() < before;) {
    before = result.size();
    result = ancestors_where([&](const LimitGroup& group) { return is_stuck(group, result); });
  }
  return result;
}

MAPC_INLINE LimitCounter::Answer LimitCounter::reserve(const LimitGroup& group)
{
  if (room(group) == 0 && !group.is_remote) return Answer::kHeld;
  InFlight& flight = tasks_[group.name];
  const bool fits = flight.reserved + flight.counted.size() < group.limit;
  ++flight.reserved;
  return fits ? Answer::kPasses : Answer::kPassesBeyond;
}

MAPC_INLINE LimitCounter::Answer LimitCounter::admit(const LimitGroup& group)
{
  const std::lock_guard<std::mutex> guard(mutex_);
  return reserve(group);
}

MAPC_INLINE std::optional<LimitCounter::Chosen> LimitCounter::sleep(std::uint64_t mapper,
                                                                    std::vector<LimitGroup> groups)
{
  const std::lock_guard<std::mutex> guard(mutex_);
  for (std::size_t i = 0; i < groups.size(); ++i) {  // a task may have completed meanwhile
    const Answer answer = reserve(groups[i]);
    if (answer != Answer::kHeld) return Chosen{i, answer};
  }
  sleepers_.push_back(Sleeper{mapper, std::move(groups)});
  const std::vector<LimitGroup>& mine = sleepers_.back().groups;
  const Ids waiting = stuck();
  for (std::size_t i = 0; i < mine.size() && !waiting.empty(); ++i) {
    if (!is_stuck(mine[i], waiting)) continue;
    ++tasks_[mine[i].name].reserved;
    sleepers_.pop_back();
    return Chosen{i, Answer::kPassesBeyond};
  }
  return std::nullopt;
}

MAPC_INLINE void LimitCounter::wake(std::uint64_t mapper)
{
  const std::lock_guard<std::mutex> guard(mutex_);
  const auto is_it = [&](const Sleeper& sleeper) { return sleeper.mapper == mapper; };
  sleepers_.erase(std::remove_if(sleepers_.begin(), sleepers_.end(), is_it), sleepers_.end());
}

MAPC_INLINE void LimitCounter::mapped(const std::string& name, std::uint64_t id, bool is_counted)
{
  const std::lock_guard<std::mutex> guard(mutex_);
  InFlight& flight = tasks_[name];
  if (is_counted && flight.reserved > 0) --flight.reserved;
  (is_counted ? flight.counted : flight.others).insert(id);
  flight.most = std::max(flight.most, flight.counted.size() + flight.others.size());
}

MAPC_INLINE std::vector<std::uint64_t> LimitCounter::completed(const std::string& name,
                                                               std::uint64_t id)
{
  const std::lock_guard<std::mutex> guard(mutex_);
  InFlight& flight = tasks_[name];
  flight.others.erase(id);
  std::vector<std::uint64_t> woken;
  if (flight.counted.erase(id) == 0 || sleepers_.empty()) return woken;
  // One for each free place, the longest asleep first: waking all would be in vain for most.
  const auto goes_on = [&](const Sleeper& sleeper) {
    for (const LimitGroup& group : sleeper.groups) {
      if (group.name != name || room(group) <= woken.size()) continue;
      woken.push_back(sleeper.mapper);
      return true;
    }
    return false;
  };
  sleepers_.erase(std::remove_if(sleepers_.begin(), sleepers_.end(), goes_on), sleepers_.end());
  return woken;
}

MAPC_INLINE std::vector<JsonObject> LimitCounter::records() const
{
  const std::lock_guard<std::mutex> guard(mutex_);
  std::vector<JsonObject> result;
  for (const auto& [task, flight] : tasks_)
    result.push_back(JsonObject("peak").add("task", task).add("most", flight.most));
  return result;
}

}  // namespace mapc
