// Definitions of rules.h.
#pragma once

#include "mapc/rules.h"

namespace mapc {

MAPC_INLINE std::string Layout::words() const
{
  std::string result = fields == SOA ? "SOA" : "AOS";
  result += axes == C_order ? " C_order" : " F_order";
  if (align_bytes != 0)
    result += std::string(" Align ") + align_op + " " + std::to_string(align_bytes);
  if (is_compact) result += " Compact";
  if (is_exact) result += " Exact";
  return result;
}

template <class Row>
const Row* find_by_task(const Table<Row>& rows, const std::string& name)
{
  const Row* fallback = nullptr;
  for (const Row& row : rows) {
    if (row.task.is(name)) return &row;
    if (row.task.is_any()) fallback = &row;
  }
  return fallback;
}

/// Visits the rows of each level, most specific first, until `visit` returns true: (T, number),
/// (T, each name in order), (T, *), and the same for every task.
template <class Row, class Visit>
void for_each_level(const Table<Row>& rows, const RequirementKey& key, Visit visit)
{
  for (const bool exact : {true, false}) {
    const auto rows_where = [&](auto matches) {
      std::vector<const Row*> level;
      for (const Row& row : rows)
        if ((exact ? row.task.is(key.task) : row.task.is_any()) && matches(row.region))
          level.push_back(&row);
      return level;
    };
    if (visit(rows_where([&](const RegionRef& r) { return r.is(key.number); }))) return;
    for (const std::string& name : key.names)
      if (visit(rows_where([&](const RegionRef& r) { return r.is(name); }))) return;
    if (visit(rows_where([](const RegionRef& r) { return r.is_any(); }))) return;
  }
}

MAPC_INLINE const TaskRule* Rules::task(const std::string& name) const
{
  return find_by_task(tasks, name);
}
MAPC_INLINE const LimitRule* Rules::limit(const std::string& name) const
{
  return find_by_task(limits, name);
}
MAPC_INLINE const ReplicateRule* Rules::replicate(const std::string& name) const
{
  return find_by_task(replicates, name);
}

MAPC_INLINE std::vector<Candidate> Rules::candidates(const RequirementKey& key,
                                                     ProcKind kind) const
{
  std::vector<Candidate> result;
  for_each_level(regions, key, [&](const auto& level) {
    const RegionRule* hit = nullptr;
    for (const RegionRule* row : level)
      if (row->on.is(kind) || (hit == nullptr && row->on.is_any())) hit = row;
    if (hit == nullptr) return false;
    for (const MemKind memory : hit->memories) {
      bool known = false;
      for (const Candidate& c : result) known = known || c.memory == memory;
      if (!known) result.push_back({memory, hit->line});
    }
    return false;
  });
  for (std::size_t i = 0; i < result.size(); ++i)
    if (result[i].memory == MemKind::VIRTUAL) result.resize(i + 1, result[i]);
  return result;
}

MAPC_INLINE const LayoutRule* Rules::layout(const RequirementKey& key, MemKind memory,
                                            ProcKind kind) const
{
  const LayoutRule* result = nullptr;
  for_each_level(layouts, key, [&](const auto& level) {
    const LayoutRule *on_memory = nullptr, *on_kind = nullptr, *on_any = nullptr;
    for (const LayoutRule* row : level) {
      if (row->on.is(memory)) on_memory = row;
      if (row->on.is(kind)) on_kind = row;
      if (row->on.is_any()) on_any = row;
    }
    result = on_memory != nullptr ? on_memory : on_kind != nullptr ? on_kind : on_any;
    return result != nullptr;
  });
  return result;
}

MAPC_INLINE const CollectRule* Rules::collect(const RequirementKey& key) const
{
  const CollectRule* result = nullptr;
  for_each_level(collects, key, [&](const auto& level) {
    if (!level.empty()) result = level.front();
    return result != nullptr;
  });
  return result;
}

inline const PlaceRule* find_placement(const Table<PlaceRule>& rows, const std::string& task,
                                       ProcKind kind)
{
  const PlaceRule *on_kind = nullptr, *on_any = nullptr;
  for (const PlaceRule& row : rows) {
    if (row.what.task.is(task)) return &row;
    if (row.what.kind.is(kind)) on_kind = &row;
    if (row.what.task.is_any() && row.what.kind.is_any()) on_any = &row;
  }
  return on_kind != nullptr ? on_kind : on_any;
}

MAPC_INLINE const PlaceRule* Rules::index_map(const std::string& task, ProcKind kind) const
{
  return find_placement(index_maps, task, kind);
}
MAPC_INLINE const PlaceRule* Rules::single_map(const std::string& task, ProcKind kind) const
{
  return find_placement(single_maps, task, kind);
}

}  // namespace mapc
