// Definitions of machine_view.h.
#pragma once

#include "mapc/factors.h"
#include "mapc/machine_view.h"

namespace mapc {

// --- processor sets ------------------------------------------------------------------------------

MAPC_INLINE ProcessorSet::ProcessorSet() = default;
MAPC_INLINE ProcessorSet::ProcessorSet(const ProcessorSet&) = default;
MAPC_INLINE ProcessorSet::ProcessorSet(ProcessorSet&&) noexcept = default;
MAPC_INLINE ProcessorSet::~ProcessorSet() = default;
MAPC_INLINE ProcessorSet& ProcessorSet::operator=(const ProcessorSet&) = default;
MAPC_INLINE ProcessorSet& ProcessorSet::operator=(ProcessorSet&&) noexcept = default;

MAPC_INLINE ProcessorSet::ProcessorSet(const Shape* shape, ProcKind kind,
                                       std::vector<ProcessorId> members)
    : shape_(shape), kind_(kind), members_(std::move(members))
{}

MAPC_INLINE bool ProcessorSet::has(MemKind mem) const
{
  if (mem == MemKind::VIRTUAL) return true;
  for (const ProcessorId& p : members_)
    if (!addresses(kind_, mem) ||
        (shape_->has_memory && !shape_->has_memory(kind_, p.node, p.index, mem)))
      return false;
  return true;
}

MAPC_INLINE std::string ProcessorSet::text() const
{
  std::string result;
  for (const ProcessorId& p : members_)
    result += (result.empty() ? "" : ", ") + std::string(name_of(kind_)) + "[" +
              std::to_string(p.node) + "," + std::to_string(p.index) + "]";
  return "{" + result + "}";
}

// --- transformations -----------------------------------------------------------------------------

struct MachineView::Step {
  enum Kind { Divide, Merge, Swap, Slice, Reverse } kind;
  std::size_t a, b;     // dimensions of the older view
  std::int64_t amount;  // Merge: extent of b; Slice: lower bound; Reverse: last index
  Factors factors;      // Divide: the first varies fastest; Slice: the new extent
  std::shared_ptr<const Step> older = nullptr;
};

MAPC_INLINE MachineView::MachineView() = default;
MAPC_INLINE MachineView::MachineView(const MachineView&) = default;
MAPC_INLINE MachineView::MachineView(MachineView&&) noexcept = default;
MAPC_INLINE MachineView::~MachineView() = default;
MAPC_INLINE MachineView& MachineView::operator=(const MachineView&) = default;
MAPC_INLINE MachineView& MachineView::operator=(MachineView&&) noexcept = default;
MAPC_INLINE MachineView::MachineView(const Shape* shape, ProcKind kind)
    : shape_(shape), kind_(kind), size_({shape->nodes, shape->count(kind)})
{}

MAPC_INLINE std::size_t MachineView::dimension(Int d) const
{
  if (d < 0 || d >= len())
    fail("MAP504", "dimension " + d.text() + " of a machine of rank " + len().text());
  return static_cast<std::size_t>(d.value());
}

MAPC_INLINE std::pair<std::size_t, std::size_t> MachineView::two_dimensions(const char* what,
                                                                           Int a, Int b) const
{
  const std::size_t i = dimension(a), j = dimension(b);
  if (i == j) fail("MAP505", std::string("`") + what + "` of dimension " + a.text() +
                                 " with itself");
  return {i, j};
}

MAPC_INLINE std::int64_t MachineView::some(std::size_t i, const char* what) const
{
  if (size_.raw(i) < 1)
    fail("MAP501", std::string("`") + what + "` of an extent of 0: there are no " +
                       name_of(kind_) + " processors");
  return size_.raw(i).value();
}

MAPC_INLINE std::vector<std::int64_t> splittable(const Tuple& l)
{
  bool valid = l.count() > 0;
  Factors extents;
  for (const Int e : l) {
    valid = valid && e >= 0;
    extents.push_back(e.value());
  }
  if (!valid) fail("MAP507", "cannot split over the extents " + l.text());
  return extents;
}

MAPC_INLINE MachineView MachineView::derived(Step step, std::vector<Int> extents) const
{
  MachineView result = *this;
  step.older = steps_;
  result.steps_ = std::make_shared<const Step>(std::move(step));
  result.size_ = Tuple(std::move(extents));
  return result;
}

MAPC_INLINE MachineView MachineView::divided(std::size_t i, Factors factors) const
{
  std::vector<Int> extents(size_.begin(), size_.end());
  const auto at = extents.erase(extents.begin() + static_cast<std::ptrdiff_t>(i));
  extents.insert(at, factors.begin(), factors.end());
  return derived(Step{Step::Divide, i, i, 0, std::move(factors)}, std::move(extents));
}

MAPC_INLINE MachineView MachineView::split(Int d, Int f) const
{
  const std::size_t i = dimension(d);
  if (f < 1) fail("MAP507", "split factor " + f.text() + " is less than 1");
  if (size_.raw(i) % f != 0)
    fail("MAP503", "split factor " + f.text() + " does not divide the extent " +
                       size_.raw(i).text());
  return divided(i, {f.value(), (size_.raw(i) / f).value()});
}

MAPC_INLINE MachineView MachineView::merge(Int a, Int b) const
{
  const auto [i, j] = two_dimensions("merge", a, b);
  const Int inner = size_.raw(j);
  std::vector<Int> extents(size_.begin(), size_.end());
  extents[i] = extents[i] * inner;
  extents.erase(extents.begin() + static_cast<std::ptrdiff_t>(j));
  return derived(Step{Step::Merge, i, j, inner.value(), {}}, std::move(extents));
}

MAPC_INLINE MachineView MachineView::swap(Int a, Int b) const
{
  const auto [i, j] = two_dimensions("swap", a, b);
  std::vector<Int> extents(size_.begin(), size_.end());
  std::swap(extents[i], extents[j]);
  return derived(Step{Step::Swap, i, j, 0, {}}, std::move(extents));
}

MAPC_INLINE MachineView MachineView::slice(Int d, Int lo, Int hi) const
{
  const std::size_t i = dimension(d);
  if (!(0 <= lo && lo <= hi && hi < size_.raw(i)))
    fail("MAP506", "slice " + lo.text() + ".." + hi.text() + " is not within the extent " +
                       size_.raw(i).text());
  std::vector<Int> extents(size_.begin(), size_.end());
  const Int extent = hi - lo + 1;
  extents[i] = extent;
  return derived(Step{Step::Slice, i, i, lo.value(), {extent.value()}}, std::move(extents));
}

MAPC_INLINE MachineView MachineView::reverse(Int d) const
{
  const std::size_t i = dimension(d);
  const std::int64_t last = size_.raw(i).value() - 1;
  return derived(Step{Step::Reverse, i, i, last, {}}, {size_.begin(), size_.end()});
}

MAPC_INLINE MachineView MachineView::balance_split(Int d, Int k) const
{
  const std::size_t i = dimension(d);
  if (k < 1) fail("MAP507", "cannot split into " + k.text() + " factors");
  return divided(i, balanced_factors(some(i, "balance_split"), k.value()));
}

MAPC_INLINE MachineView MachineView::greedy_split(Int d, const Tuple& l) const
{
  const std::size_t i = dimension(d);
  const Factors extents = splittable(l);
  return divided(i, greedy_factors(some(i, "greedy_split"), extents));
}

MAPC_INLINE MachineView MachineView::auto_split(Int d, const Tuple& l) const
{
  const std::size_t i = dimension(d);
  const Factors extents = splittable(l);
  return divided(i, auto_factors(some(i, "auto_split"), extents));
}

// --- indexing ------------------------------------------------------------------------------------

MAPC_INLINE ProcessorSet MachineView::operator[](std::initializer_list<Index> indices) const
{
  std::vector<Int> given;
  std::vector<std::size_t> stars;
  for (const Index& index : indices) {
    if (index.tuple_ != nullptr) {
      given.insert(given.end(), index.tuple_->begin(), index.tuple_->end());
      continue;
    }
    if (index.is_all_) stars.push_back(given.size());
    given.push_back(index.value_);
  }
  check_indices(given, stars);
  std::vector<ProcessorId> members;
  for (;;) {
    members.push_back(root(given));
    std::size_t s = stars.size();
    for (; s > 0; --s) {
      Int& index = given[stars[s - 1]];
      index = index + 1;
      if (index < size_.raw(stars[s - 1])) break;
      index = 0;
    }
    if (s == 0) return ProcessorSet(shape_, kind_, std::move(members));
  }
}

MAPC_INLINE void MachineView::check_indices(const std::vector<Int>& given,
                                           const std::vector<std::size_t>& stars) const
{
  if (given.size() != size_.count())
    fail("MAP508", std::to_string(given.size()) + " indices for a machine of rank " +
                       len().text());
  for (const std::size_t star : stars)
    if (size_.raw(star) == 0)
      fail("MAP511", "star over dimension " + std::to_string(star) + " of extent 0");
  for (std::size_t d = 0; d < given.size(); ++d) {
    bool is_star = false;
    for (const std::size_t star : stars) is_star = is_star || star == d;
    if (!is_star && (given[d] < 0 || given[d] >= size_.raw(d)))
      fail("MAP509", "machine index " + given[d].text() + " is outside the extent " +
                         size_.raw(d).text() + " of dimension " + std::to_string(d));
  }
}

MAPC_INLINE ProcessorId MachineView::root(std::vector<Int> p) const
{
  for (const Step* step = steps_.get(); step != nullptr; step = step->older.get()) back(*step, p);
  return ProcessorId{p[0].value(), p[1].value()};
}

MAPC_INLINE void MachineView::back(const Step& step, std::vector<Int>& p)
{
  switch (step.kind) {
    case Step::Divide: {
      Int q = 0, scale = 1;
      for (std::size_t j = 0; j < step.factors.size(); ++j) {
        q = q + p[step.a + j] * scale;
        scale = scale * step.factors[j];
      }
      const auto first = p.begin() + static_cast<std::ptrdiff_t>(step.a);
      p.erase(first + 1, first + static_cast<std::ptrdiff_t>(step.factors.size()));
      p[step.a] = q;
      return;
    }
    case Step::Merge: {
      const Int merged = p[step.a < step.b ? step.a : step.a - 1];
      p.insert(p.begin() + static_cast<std::ptrdiff_t>(step.b), merged % step.amount);
      p[step.a] = merged / step.amount;
      return;
    }
    case Step::Swap: std::swap(p[step.a], p[step.b]); return;
    case Step::Slice: p[step.a] = p[step.a] + step.amount; return;
    case Step::Reverse: p[step.a] = step.amount - p[step.a]; return;
  }
}

MAPC_INLINE Tuple MachineView::locate(ProcKind kind, ProcessorId processor) const
{
  const std::string name = std::string(name_of(kind)) + "[" + std::to_string(processor.node) +
                           "," + std::to_string(processor.index) + "]";
  if (kind != kind_)
    fail("MAP514", "the task runs on " + name + ", the machine is of kind " + name_of(kind_));
  if (processor.index >= shape_->count(kind_))
    fail("MAP518", name + " lies outside the machine");
  std::vector<Int> q = {processor.node, processor.index};
  if (!forward(steps_.get(), q)) fail("MAP518", name + " lies outside the machine");
  return Tuple(std::move(q));
}

MAPC_INLINE bool MachineView::forward(const Step* step, std::vector<Int>& q)
{
  if (step == nullptr) return true;
  if (!forward(step->older.get(), q)) return false;
  switch (step->kind) {
    case Step::Divide: {
      Int rest = q[step->a];
      std::vector<Int> parts;
      for (std::size_t j = 0; j + 1 < step->factors.size(); ++j) {
        parts.push_back(rest % step->factors[j]);
        rest = rest / step->factors[j];
      }
      parts.push_back(rest);
      const auto at = q.erase(q.begin() + static_cast<std::ptrdiff_t>(step->a));
      q.insert(at, parts.begin(), parts.end());
      return true;
    }
    case Step::Merge:
      q[step->a] = q[step->a] * step->amount + q[step->b];
      q.erase(q.begin() + static_cast<std::ptrdiff_t>(step->b));
      return true;
    case Step::Swap: std::swap(q[step->a], q[step->b]); return true;
    case Step::Slice:
      q[step->a] = q[step->a] - step->amount;
      return q[step->a] >= 0 && q[step->a] < step->factors[0];
    case Step::Reverse: q[step->a] = step->amount - q[step->a]; return true;
  }
  return true;
}

MAPC_INLINE std::string MachineView::text() const
{
  std::string extents;
  for (const Int e : size_) extents += (extents.empty() ? "" : "x") + e.text();
  return std::string("Machine(") + name_of(kind_) + ") " + extents;
}

}  // namespace mapc
