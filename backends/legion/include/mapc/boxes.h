// Points of an index launch, gathered into the boxes that become its slices. Does not need Legion.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mapc {

/// A box of points that go to one processor; both bounds belong to it.
struct Box {
  static constexpr int kMaxRank = 9;  // LEGION_MAX_DIM at most
  using Corner = std::array<std::int64_t, kMaxRank>;

  Corner lo{};
  Corner hi{};
  std::uint64_t processor = 0;

  /// Whether both have the same bounds in every dimension but one, and the same processor.
  bool matches(const Box& other, int rank, int except) const
  {
    if (processor != other.processor) return false;
    for (int d = 0; d < rank; ++d)
      if (d != except && (lo[d] != other.lo[d] || hi[d] != other.hi[d])) return false;
    return true;
  }

  /// Grows by a box that follows directly in dimension `d`.
  bool absorb(const Box& next, int rank, int d)
  {
    if (hi[d] + 1 != next.lo[d] || !matches(next, rank, d)) return false;
    hi[d] = next.hi[d];
    return true;
  }
};

/// Joins boxes that together are a box, one dimension after the other. Joins only: whatever the
/// boxes covered before, they cover now, each point once. The result is ordered by lower bound.
inline void join_boxes(std::vector<Box>& boxes, int rank)
{
  for (int d = 0; d < rank && boxes.size() > 1; ++d) {
    // Afterwards each box is followed by the one that it might absorb.
    std::sort(boxes.begin(), boxes.end(), [rank, d](const Box& a, const Box& b) {
      if (a.processor != b.processor) return a.processor < b.processor;
      for (int e = 0; e < rank; ++e) {
        if (e == d) continue;
        if (a.lo[e] != b.lo[e]) return a.lo[e] < b.lo[e];
        if (a.hi[e] != b.hi[e]) return a.hi[e] < b.hi[e];
      }
      return a.lo[d] < b.lo[d];
    });
    std::size_t last = 0;
    for (std::size_t i = 1; i < boxes.size(); ++i)
      if (!boxes[last].absorb(boxes[i], rank, d)) boxes[++last] = boxes[i];
    boxes.resize(last + 1);
  }
  std::sort(boxes.begin(), boxes.end(), [](const Box& a, const Box& b) { return a.lo < b.lo; });
}

}  // namespace mapc
