// Machines of the mapping language: n-dimensional views of the processors of one kind, and the
// sets of processors that indexing them gives. Does not need Legion.
#pragma once

#include <array>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mapc/kinds.h"
#include "mapc/values.h"

namespace mapc {

/// The machine as the language sees it: nodes, processors per node, which memories exist.
struct Shape {
  std::int64_t nodes = 1;
  std::array<std::int64_t, kProcKinds> procs{};
  /// Whether processor `index` of `kind` on `node` can address an existing memory of a kind;
  /// without it every kind of memory is taken to exist.
  std::function<bool(ProcKind, std::int64_t node, std::int64_t index, MemKind)> has_memory;

  std::int64_t count(ProcKind kind) const { return procs[index_of(kind)]; }
};

/// One processor: `index` counts those of its kind on its node.
struct ProcessorId {
  std::int64_t node = 0;
  std::int64_t index = 0;

  friend bool operator==(ProcessorId a, ProcessorId b)
  {
    return a.node == b.node && a.index == b.index;
  }
  friend bool operator<(ProcessorId a, ProcessorId b)
  {
    return a.node != b.node ? a.node < b.node : a.index < b.index;
  }
};

/// One or more processors of one kind, in order.
class ProcessorSet {
 public:
  ProcessorSet();
  ProcessorSet(const ProcessorSet&);
  ProcessorSet(ProcessorSet&&) noexcept;
  ProcessorSet(const Shape* shape, ProcKind kind, std::vector<ProcessorId> members);
  ~ProcessorSet();
  ProcessorSet& operator=(const ProcessorSet&);
  ProcessorSet& operator=(ProcessorSet&&) noexcept;

  ProcKind kind() const { return kind_; }
  const std::vector<ProcessorId>& members() const { return members_; }

  /// Whether every processor can address a memory of this kind that exists on its node.
  bool has(MemKind mem) const;

  /// `{GPU[0,1], GPU[0,2]}`.
  std::string text() const;

 private:
  const Shape* shape_ = nullptr;
  ProcKind kind_ = ProcKind::CPU;
  std::vector<ProcessorId> members_;
};

/// Every index of one dimension, in a subscript: `m[{1, all}]`.
struct All {};
inline constexpr All all{};

/// One entry of a machine subscript.
class Index {
 public:
  Index(Int value) : value_(value) {}
  template <class T, class = IfNumber<T>>
  Index(T value) : value_(value)
  {}
  Index(All) : is_all_(true) {}
  Index(Spread spread) : tuple_(&spread.tuple) {}

 private:
  friend class MachineView;
  Int value_;
  bool is_all_ = false;
  const Tuple* tuple_ = nullptr;
};

/// A view of the processors of one kind. Views are values and share their history.
class MachineView {
 public:
  MachineView();
  MachineView(const MachineView&);
  MachineView(MachineView&&) noexcept;
  MachineView(const Shape* shape, ProcKind kind);
  ~MachineView();
  MachineView& operator=(const MachineView&);
  MachineView& operator=(MachineView&&) noexcept;

  ProcKind kind() const { return kind_; }
  const Tuple& size() const { return size_; }
  Int len() const { return size_.len(); }
  Int volume() const { return size_.volume(); }
  Tuple part(Bound from, Bound to) const { return size_.part(from, to); }

  MachineView split(Int d, Int f) const;
  MachineView merge(Int a, Int b) const;
  MachineView swap(Int a, Int b) const;
  MachineView slice(Int d, Int lo, Int hi) const;
  MachineView reverse(Int d) const;
  MachineView balance_split(Int d, Int k) const;
  MachineView greedy_split(Int d, const Tuple& l) const;
  MachineView auto_split(Int d, const Tuple& l) const;
  MachineView decompose(Int d, const Tuple& l) const { return auto_split(d, l); }

  /// `m[i, *t, *]`: the last star varies fastest.
  ProcessorSet operator[](std::initializer_list<Index> indices) const;

  /// The index in this view of a processor of the root machine (MAP514, MAP518).
  Tuple locate(ProcKind kind, ProcessorId processor) const;

  /// `Machine(GPU) 2x4`.
  std::string text() const;

 private:
  struct Step;
  using Factors = std::vector<std::int64_t>;

  std::size_t dimension(Int d) const;
  std::pair<std::size_t, std::size_t> two_dimensions(const char* what, Int a, Int b) const;
  std::int64_t some(std::size_t i, const char* what) const;
  MachineView derived(Step step, std::vector<Int> extents) const;
  MachineView divided(std::size_t i, Factors factors) const;
  void check_indices(const std::vector<Int>& given, const std::vector<std::size_t>& stars) const;
  /// Maps an index of this view back to the root.
  ProcessorId root(std::vector<Int> p) const;
  static void back(const Step& step, std::vector<Int>& p);
  /// Maps an index of the root into the view after `step`; false where a slice excludes it.
  static bool forward(const Step* step, std::vector<Int>& q);

  const Shape* shape_ = nullptr;
  ProcKind kind_ = ProcKind::CPU;
  Tuple size_;
  std::shared_ptr<const Step> steps_;
};

}  // namespace mapc

#ifndef MAPC_PREBUILT
#include "mapc/machine_view_impl.h"
#endif
