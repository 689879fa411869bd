// The statements of a policy as tables, and the precedence by which they are looked up. Rows carry
// their policy line. Does not need Legion.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mapc/kinds.h"

namespace mapc {

/// `*` as an operand.
struct Any {};
inline constexpr Any any{};

/// A task operand: a name or `*`.
class TaskRef {
 public:
  TaskRef(Any) {}
  TaskRef(const char* name) : name_(name) {}

  bool is_any() const { return !name_; }
  bool is(const std::string& name) const { return name_ && *name_ == name; }

 private:
  std::optional<std::string> name_;
};

/// A region operand: a name, the number of a requirement, or `*`.
class RegionRef {
 public:
  RegionRef(Any) {}
  RegionRef(const char* name) : name_(name) {}
  RegionRef(int number) : number_(number) {}

  bool is_any() const { return !name_ && number_ < 0; }
  bool is(int number) const { return number_ == number; }
  bool is(const std::string& name) const { return name_ && *name_ == name; }

 private:
  std::optional<std::string> name_;
  int number_ = -1;
};

/// A kind operand: a processor kind, a memory kind, or `*`.
class KindRef {
 public:
  KindRef(Any) {}
  KindRef(ProcKind kind) : proc_(kind) {}
  KindRef(MemKind kind) : mem_(kind) {}

  bool is_any() const { return !proc_ && !mem_; }
  bool is(ProcKind kind) const { return proc_ == kind; }
  bool is(MemKind kind) const { return mem_ == kind; }

 private:
  std::optional<ProcKind> proc_;
  std::optional<MemKind> mem_;
};

/// The operand of a mapping statement: a task, a processor kind, or `*`.
struct PlaceRef {
  PlaceRef(Any) : task(any), kind(any) {}
  PlaceRef(const char* name) : task(name), kind(any) {}
  PlaceRef(ProcKind proc) : task(any), kind(proc) {}

  TaskRef task;
  KindRef kind;
};

enum FieldOrder { SOA, AOS };
enum AxisOrder { F_order, C_order };

/// The layout that a `Layout` statement asks for.
struct Layout {
  Layout(FieldOrder fields_, AxisOrder axes_) : fields(fields_), axes(axes_) {}
  Layout align(const char* op, std::size_t bytes) const
  {
    Layout result = *this;
    result.align_op = op;
    result.align_bytes = bytes;
    return result;
  }
  Layout compact() const
  {
    Layout result = *this;
    result.is_compact = true;
    return result;
  }
  Layout exact() const
  {
    Layout result = *this;
    result.is_exact = true;
    return result;
  }

  /// The words that ask for this, as `mapc fmt` writes them.
  std::string words() const
  {
    std::string result = fields == SOA ? "SOA" : "AOS";
    result += axes == C_order ? " C_order" : " F_order";
    if (align_bytes != 0) result += " Align " + align_op + " " + std::to_string(align_bytes);
    if (is_compact) result += " Compact";
    if (is_exact) result += " Exact";
    return result;
  }

  FieldOrder fields;
  AxisOrder axes;
  std::string align_op;
  std::size_t align_bytes = 0;  // 0: no constraint
  bool is_compact = false;
  bool is_exact = false;
};

struct TaskRule {
  TaskRef task;
  std::vector<ProcKind> kinds;
  int line;
};
struct RegionRule {
  TaskRef task;
  RegionRef region;
  KindRef on;
  std::vector<MemKind> memories;
  int line;
};
struct LayoutRule {
  TaskRef task;
  RegionRef region;
  KindRef on;
  Layout layout;
  int line;
};
struct LimitRule {
  TaskRef task;
  long long limit;
  int line;
};
struct CollectRule {
  TaskRef task;
  RegionRef region;
  int line;
};
struct PlaceRule {
  PlaceRef what;
  std::string function;
  int line;
};
struct ReplicateRule {
  TaskRef task;
  int line;
};

/// A memory that a requirement may be placed in, with the line that says so.
struct Candidate {
  MemKind memory;
  int line;
};

/// What identifies a requirement: its task, its number, its names from most to least specific.
struct RequirementKey {
  std::string task;
  int number = 0;
  std::vector<std::string> names;
};

/// Every statement of a policy file. Keys are unique, so the order of rows has no meaning.
struct Rules {
  std::string file;    // the policy's name, for messages
  std::string digest;  // of the policy's text
  std::vector<TaskRule> tasks;
  std::vector<RegionRule> regions;
  std::vector<LayoutRule> layouts;
  std::vector<LimitRule> limits;
  std::vector<CollectRule> collects;
  std::vector<PlaceRule> index_maps;
  std::vector<PlaceRule> single_maps;
  std::vector<ReplicateRule> replicates;

  const TaskRule* task(const std::string& name) const { return by_task(tasks, name); }
  const LimitRule* limit(const std::string& name) const { return by_task(limits, name); }
  const ReplicateRule* replicate(const std::string& name) const
  {
    return by_task(replicates, name);
  }

  /// The memories to try, best first, without repetitions and without what follows `VIRTUAL`.
  std::vector<Candidate> candidates(const RequirementKey& key, ProcKind kind) const
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

  /// The layout statement for an instance in `memory`; the first hit applies as a whole.
  const LayoutRule* layout(const RequirementKey& key, MemKind memory, ProcKind kind) const
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

  /// Any statement that lets instances of this requirement be collected.
  const CollectRule* collect(const RequirementKey& key) const
  {
    const CollectRule* result = nullptr;
    for_each_level(collects, key, [&](const auto& level) {
      if (!level.empty()) result = level.front();
      return result != nullptr;
    });
    return result;
  }

  const PlaceRule* index_map(const std::string& task, ProcKind kind) const
  {
    return placement(index_maps, task, kind);
  }
  const PlaceRule* single_map(const std::string& task, ProcKind kind) const
  {
    return placement(single_maps, task, kind);
  }

 private:
  /// An exact name hides `*`.
  template <class Row>
  static const Row* by_task(const std::vector<Row>& rows, const std::string& name)
  {
    const Row* fallback = nullptr;
    for (const Row& row : rows) {
      if (row.task.is(name)) return &row;
      if (row.task.is_any()) fallback = &row;
    }
    return fallback;
  }

  /// Exact name before processor kind before `*`.
  static const PlaceRule* placement(const std::vector<PlaceRule>& rows, const std::string& task,
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

  /// Visits the rows of each level, most specific first, until `visit` returns true: (T, number),
  /// (T, each name in order), (T, *), and the same for every task.
  template <class Row, class Visit>
  static void for_each_level(const std::vector<Row>& rows, const RequirementKey& key, Visit visit)
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
};

}  // namespace mapc
