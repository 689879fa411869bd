// The statements of a policy as tables of constants, and the precedence by which they are looked
// up. Rows carry their policy line. Does not need Legion.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <vector>

#include "mapc/inline.h"
#include "mapc/kinds.h"

namespace mapc {

/// `*` as an operand.
struct Any {};
inline constexpr Any any{};

/// A task operand: a name or `*`.
struct TaskRef {
  constexpr TaskRef(Any) {}
  constexpr TaskRef(const char* name_) : name(name_) {}

  bool is_any() const { return name == nullptr; }
  bool is(const std::string& other) const { return name != nullptr && other == name; }

  const char* name = nullptr;
};

/// A region operand: a name, the number of a requirement, or `*`.
struct RegionRef {
  constexpr RegionRef(Any) {}
  constexpr RegionRef(const char* name_) : name(name_) {}
  constexpr RegionRef(int number_) : number(number_) {}

  bool is_any() const { return name == nullptr && number < 0; }
  bool is(int other) const { return number == other; }
  bool is(const std::string& other) const { return name != nullptr && other == name; }

  const char* name = nullptr;
  int number = -1;
};

/// A kind operand: a processor kind, a memory kind, or `*`.
struct KindRef {
  constexpr KindRef(Any) {}
  constexpr KindRef(ProcKind kind) : proc(static_cast<int>(kind)) {}
  constexpr KindRef(MemKind kind) : mem(static_cast<int>(kind)) {}

  bool is_any() const { return proc < 0 && mem < 0; }
  bool is(ProcKind kind) const { return proc == static_cast<int>(kind); }
  bool is(MemKind kind) const { return mem == static_cast<int>(kind); }

  int proc = -1;
  int mem = -1;
};

/// The operand of a mapping statement: a task, a processor kind, or `*`.
struct PlaceRef {
  constexpr PlaceRef(Any) : task(any), kind(any) {}
  constexpr PlaceRef(const char* name) : task(name), kind(any) {}
  constexpr PlaceRef(ProcKind proc) : task(any), kind(proc) {}

  TaskRef task;
  KindRef kind;
};

/// Kinds in order of preference, each at most once.
template <class Kind, std::size_t MOST>
struct KindList {
  constexpr KindList(std::initializer_list<Kind> kinds)
  {
    for (const Kind kind : kinds)
      if (count < MOST) items[count++] = kind;
  }

  constexpr const Kind* begin() const { return items; }
  constexpr const Kind* end() const { return items + count; }

  Kind items[MOST] = {};
  std::size_t count = 0;
};

enum FieldOrder { SOA, AOS };
enum AxisOrder { F_order, C_order };

/// The layout that a `Layout` statement asks for.
struct Layout {
  constexpr Layout(FieldOrder fields_, AxisOrder axes_) : fields(fields_), axes(axes_) {}
  constexpr Layout align(const char* op, std::size_t bytes) const
  {
    Layout result = *this;
    result.align_op = op;
    result.align_bytes = bytes;
    return result;
  }
  constexpr Layout compact() const
  {
    Layout result = *this;
    result.is_compact = true;
    return result;
  }
  constexpr Layout exact() const
  {
    Layout result = *this;
    result.is_exact = true;
    return result;
  }

  /// The words that ask for this, as `mapc fmt` writes them.
  std::string words() const;

  FieldOrder fields;
  AxisOrder axes;
  const char* align_op = "";
  std::size_t align_bytes = 0;  // 0: no constraint
  bool is_compact = false;
  bool is_exact = false;
};

struct TaskRule {
  TaskRef task;
  KindList<ProcKind, kProcKinds> kinds;
  int line;
};
struct RegionRule {
  TaskRef task;
  RegionRef region;
  KindRef on;
  KindList<MemKind, kMemKinds> memories;
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
  const char* function;
  int line;
};
struct ReplicateRule {
  TaskRef task;
  int line;
};

/// The rows of one kind of statement; empty where the policy has none.
template <class Row>
struct Table {
  constexpr Table() = default;
  template <std::size_t COUNT>
  constexpr Table(const Row (&rows)[COUNT]) : first(rows), count(COUNT)
  {}

  const Row* begin() const { return first; }
  const Row* end() const { return first + count; }
  bool empty() const { return count == 0; }

  const Row* first = nullptr;
  std::size_t count = 0;
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
  const char* file = "";    // the policy's name, for messages
  const char* digest = "";  // of the policy's text
  Table<TaskRule> tasks;
  Table<RegionRule> regions;
  Table<LayoutRule> layouts;
  Table<LimitRule> limits;
  Table<CollectRule> collects;
  Table<PlaceRule> index_maps;
  Table<PlaceRule> single_maps;
  Table<ReplicateRule> replicates;

  // An exact name hides `*`.
  const TaskRule* task(const std::string& name) const;
  const LimitRule* limit(const std::string& name) const;
  const ReplicateRule* replicate(const std::string& name) const;

  /// The memories to try, best first, without repetitions and without what follows `VIRTUAL`.
  std::vector<Candidate> candidates(const RequirementKey& key, ProcKind kind) const;
  /// The layout statement for an instance in `memory`; the first hit applies as a whole.
  const LayoutRule* layout(const RequirementKey& key, MemKind memory, ProcKind kind) const;
  /// Any statement that lets instances of this requirement be collected.
  const CollectRule* collect(const RequirementKey& key) const;

  // Exact name before processor kind before `*`.
  const PlaceRule* index_map(const std::string& task, ProcKind kind) const;
  const PlaceRule* single_map(const std::string& task, ProcKind kind) const;
};

}  // namespace mapc

#ifndef MAPC_PREBUILT
#include "mapc/rules_impl.h"
#endif
