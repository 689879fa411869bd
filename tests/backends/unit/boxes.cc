// Points gathered into boxes: nothing lost, nothing twice, nothing mixed.

#include "check.h"
#include "mapc/boxes.h"

#include <functional>
#include <map>
#include <random>

using namespace mapc;

namespace {

using Place = std::function<std::uint64_t(const Box::Corner&)>;

std::vector<Box> points_of(int rank, const Box::Corner& lo, const Box::Corner& hi,
                           const Place& place, const std::function<bool(const Box::Corner&)>& has)
{
  std::vector<Box> result;
  Box::Corner at = lo;
  for (;;) {
    if (has(at)) {
      Box box;
      box.lo = box.hi = at;
      box.processor = place(at);
      result.push_back(box);
    }
    int d = 0;
    while (d < rank && at[d] == hi[d]) {
      at[d] = lo[d];
      ++d;
    }
    if (d == rank) return result;
    ++at[d];
  }
}

/// The processor of each point that boxes cover; fails on a point that two of them cover.
std::map<Box::Corner, std::uint64_t> covered(const std::vector<Box>& boxes, int rank)
{
  std::map<Box::Corner, std::uint64_t> result;
  for (const Box& box : boxes)
    for (const Box& point : points_of(rank, box.lo, box.hi, [&](auto&) { return box.processor; },
                                      [](auto&) { return true; }))
      CHECK(result.emplace(point.lo, point.processor).second);
  return result;
}

std::size_t joined(int rank, const Box::Corner& lo, const Box::Corner& hi, const Place& place,
                   const std::function<bool(const Box::Corner&)>& has = [](auto&) { return true; })
{
  std::vector<Box> boxes = points_of(rank, lo, hi, place, has);
  const auto before = covered(boxes, rank);
  join_boxes(boxes, rank);
  CHECK(covered(boxes, rank) == before);
  for (std::size_t i = 1; i < boxes.size(); ++i) CHECK(boxes[i - 1].lo < boxes[i].lo);
  return boxes.size();
}

}  // namespace

int main()
{
  // Blocks become one box each, whatever the rank and the lower bound.
  CHECK(joined(1, {0}, {15}, [](auto& p) { return p[0] / 4; }) == 4);
  CHECK(joined(2, {-3, 5}, {4, 12}, [](auto& p) { return (p[0] + 3) / 4 * 2 + (p[1] - 5) / 4; }) == 4);
  CHECK(joined(3, {0, 0, 0}, {3, 3, 3}, [](auto& p) { return p[2] / 2; }) == 2);
  CHECK(joined(3, {0, 0, 0}, {3, 3, 3}, [](auto&) { return 7; }) == 1);
  // What is dealt out in turns cannot be joined.
  CHECK(joined(2, {0, 0}, {3, 3}, [](auto& p) { return (p[0] + p[1]) % 2; }) == 16);
  CHECK(joined(1, {5}, {5}, [](auto&) { return 0; }) == 1);
  // Rows of one processor, and a hole that no box may cover.
  CHECK(joined(2, {0, 0}, {3, 3}, [](auto& p) { return p[1] % 2; }) == 4);
  CHECK(joined(2, {0, 0}, {2, 2}, [](auto&) { return 0; },
               [](auto& p) { return p[0] != 1 || p[1] != 1; }) == 4);
  std::vector<Box> none;
  join_boxes(none, 2);
  CHECK(none.empty());

  std::mt19937 random(20150625);
  for (int round = 0; round < 300; ++round) {
    const int rank = 1 + static_cast<int>(random() % 4);
    Box::Corner lo{}, hi{};
    for (int d = 0; d < rank; ++d) {
      lo[d] = static_cast<int>(random() % 7) - 3;
      hi[d] = lo[d] + static_cast<int>(random() % 4);
    }
    const std::uint64_t few = 1 + random() % 3;
    std::map<Box::Corner, std::uint64_t> where;
    const auto place = [&](const Box::Corner& p) {
      return where.try_emplace(p, random() % few).first->second;
    };
    std::map<Box::Corner, bool> holes;
    joined(rank, lo, hi, place, [&](const Box::Corner& p) {
      return holes.try_emplace(p, random() % 8 != 0).first->second;
    });
  }
  return 0;
}
