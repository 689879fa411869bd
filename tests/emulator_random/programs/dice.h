// Chance that is the same on every machine: the standard's distributions are not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace scramble {

/// SplitMix64.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t bits()
  {
    std::uint64_t mixed = (state_ += 0x9e3779b97f4a7c15u);
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    return mixed ^ (mixed >> 31);
  }

  /// One of 0 .. sides - 1.
  std::size_t below(std::size_t sides) { return bits() % sides; }
  long long between(long long first, long long last)
  {
    return first + static_cast<long long>(below(last - first + 1));
  }
  bool chance(int one, int in) { return below(in) < static_cast<std::size_t>(one); }

  template <class Item>
  const Item& pick(const std::vector<Item>& items)
  {
    return items[below(items.size())];
  }

  template <class Item>
  void shuffle(std::vector<Item>& items)
  {
    for (std::size_t i = items.size(); i > 1; i--) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  std::uint64_t state_;
};

}  // namespace scramble
