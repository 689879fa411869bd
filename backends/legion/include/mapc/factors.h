// Factorisations behind `balance_split`, `greedy_split` and `auto_split`, with the language's tie
// rules. Comparisons are exact: products of extents are kept in integers of any size. Does not
// need Legion.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace mapc {

using Factors = std::vector<std::int64_t>;

/// The prime factors of n >= 1 with multiplicity, largest first.
inline Factors primes(std::int64_t n)
{
  Factors result;
  for (std::int64_t p = 2; p <= n / p; ++p)
    for (; n % p == 0; n /= p) result.push_back(p);
  if (n > 1) result.push_back(n);
  std::reverse(result.begin(), result.end());
  return result;
}

namespace detail {

/// A natural number of any size: just enough of one to compare costs.
class Natural {
 public:
  explicit Natural(std::uint64_t value = 0)
  {
    for (; value != 0; value >>= 32) digits_.push_back(static_cast<std::uint32_t>(value));
  }

  Natural operator*(std::uint64_t factor) const
  {
    Natural low = times(static_cast<std::uint32_t>(factor));
    Natural high = times(static_cast<std::uint32_t>(factor >> 32));
    if (!high.digits_.empty()) high.digits_.insert(high.digits_.begin(), 0);
    low += high;
    return low;
  }

  Natural& operator+=(const Natural& other)
  {
    digits_.resize(std::max(digits_.size(), other.digits_.size()), 0);
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < digits_.size(); ++i) {
      carry += digits_[i];
      if (i < other.digits_.size()) carry += other.digits_[i];
      digits_[i] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) digits_.push_back(static_cast<std::uint32_t>(carry));
    return *this;
  }

  friend bool operator<(const Natural& a, const Natural& b)
  {
    if (a.digits_.size() != b.digits_.size()) return a.digits_.size() < b.digits_.size();
    return std::lexicographical_compare(a.digits_.rbegin(), a.digits_.rend(), b.digits_.rbegin(),
                                        b.digits_.rend());
  }
  friend bool operator==(const Natural& a, const Natural& b) { return a.digits_ == b.digits_; }

 private:
  Natural times(std::uint32_t factor) const
  {
    Natural result;
    std::uint64_t carry = 0;
    for (const std::uint32_t digit : digits_) {
      carry += std::uint64_t{digit} * factor;
      result.digits_.push_back(static_cast<std::uint32_t>(carry));
      carry >>= 32;
    }
    if (carry != 0) result.digits_.push_back(static_cast<std::uint32_t>(carry));
    while (!result.digits_.empty() && result.digits_.back() == 0) result.digits_.pop_back();
    return result;
  }

  std::vector<std::uint32_t> digits_;  // least significant first, no leading zeros
};

/// Searches the descending factor lists of `n` for the one with the smallest sum. Factors are
/// tried in ascending order, so the first of equal sums is the lexicographically smallest.
class BalanceSearch {
 public:
  BalanceSearch(std::int64_t n, std::int64_t count)
  {
    for (std::int64_t d = 1; d <= n / d; ++d) {
      if (n % d != 0) continue;
      divisors_.push_back(d);
      if (d != n / d) divisors_.push_back(n / d);
    }
    std::sort(divisors_.begin(), divisors_.end());
    descend(n, count, n, 0);
  }

  /// The factors other than 1.
  const Factors& best() const { return best_; }

 private:
  void descend(std::int64_t rest, std::int64_t count, std::int64_t most, std::int64_t sum)
  {
    if (rest == 1) {
      // The sum counts factors other than 1; each slot left holds a 1.
      if (found_ && sum + count >= least_) return;
      found_ = true;
      least_ = sum + count;
      best_ = current_;
      return;
    }
    if (count == 0 || (found_ && sum + count >= least_)) return;
    for (const std::int64_t d : divisors_) {
      if (d > most) break;
      if (d == 1 || rest % d != 0) continue;
      if (count == 1 && d != rest) continue;
      current_.push_back(d);
      descend(rest / d, count - 1, d, sum + d);
      current_.pop_back();
    }
  }

  Factors divisors_, current_, best_;
  std::int64_t least_ = 0;
  bool found_ = false;
};

/// Enumerates every ordered list with product `n` in the order of the language's last tie rule.
class AutoSearch {
 public:
  AutoSearch(std::int64_t n, const Factors& extents) : factors_(extents.size(), 1)
  {
    for (std::size_t i = 0; i < extents.size(); ++i) {
      Natural weight(1);  // the cost of list O, over the common denominator, is sum O_i * weight_i
      for (std::size_t j = 0; j < extents.size(); ++j)
        if (j != i) weight = weight * static_cast<std::uint64_t>(extents[j]);
      weights_.push_back(std::move(weight));
    }
    for (const std::int64_t p : primes(n)) {
      if (primes_.empty() || primes_.back().first != p) primes_.emplace_back(p, 0);
      ++primes_.back().second;
    }
    prime(0);
  }

  Natural cost(const Factors& factors) const
  {
    Natural total;
    for (std::size_t i = 0; i < factors.size(); ++i)
      total += weights_[i] * static_cast<std::uint64_t>(factors[i]);
    return total;
  }

  /// The first list with the least cost.
  const Factors& first() const { return best_; }
  bool is_least(const Factors& factors) const { return cost(factors) == least_; }

 private:
  void prime(std::size_t index)
  {
    if (index == primes_.size())
      consider();
    else
      exponents(index, 0, primes_[index].second);
  }

  void exponents(std::size_t index, std::size_t dimension, int left)
  {
    const std::int64_t saved = factors_[dimension];
    if (dimension + 1 == factors_.size()) {
      for (int i = 0; i < left; ++i) factors_[dimension] *= primes_[index].first;
      prime(index + 1);
    } else {
      for (int e = 0; e <= left; ++e) {
        exponents(index, dimension + 1, left - e);
        factors_[dimension] *= e < left ? primes_[index].first : 1;
      }
    }
    factors_[dimension] = saved;
  }

  void consider()
  {
    Natural now = cost(factors_);
    if (!best_.empty() && !(now < least_)) return;
    best_ = factors_;
    least_ = std::move(now);
  }

  std::vector<Natural> weights_;
  std::vector<std::pair<std::int64_t, int>> primes_;  // largest first, with multiplicity
  Factors factors_, best_;
  Natural least_;
};

inline Factors without_zeros(Factors extents)
{
  for (std::int64_t& e : extents) e = e == 0 ? 1 : e;
  return extents;
}

/// Functions of a policy split machines anew for every point: results are kept, by thread.
template <class Search>
const Factors& remembered(std::int64_t n, const Factors& arguments, Search search)
{
  constexpr std::size_t kMost = 256;
  static thread_local std::map<std::pair<std::int64_t, Factors>, Factors> known;
  const auto key = std::make_pair(n, arguments);
  const auto found = known.find(key);
  if (found != known.end()) return found->second;
  if (known.size() >= kMost) known.clear();
  return known[key] = search(n, arguments);
}

}  // namespace detail

/// The `k` factors of `n` with the smallest sum, descending.
inline Factors balanced_factors(std::int64_t n, std::int64_t k)
{
  return detail::remembered(n, Factors{k}, [](std::int64_t m, const Factors& count) {
    Factors result = detail::BalanceSearch(m, count.front()).best();
    result.resize(static_cast<std::size_t>(count.front()), 1);
    return result;
  });
}

/// Primes of `n`, largest first, each to the dimension whose extent is the largest by then.
inline Factors greedy_factors(std::int64_t n, const Factors& extents)
{
  const Factors l = detail::without_zeros(extents);
  Factors result(l.size(), 1);
  for (const std::int64_t p : primes(n)) {
    std::size_t largest = 0;
    for (std::size_t i = 1; i < l.size(); ++i) {
      // L_i / O_i > L_largest / O_largest, without rounding.
      const detail::Natural mine =
          detail::Natural(static_cast<std::uint64_t>(l[i])) *
          static_cast<std::uint64_t>(result[largest]);
      const detail::Natural best = detail::Natural(static_cast<std::uint64_t>(l[largest])) *
                                   static_cast<std::uint64_t>(result[i]);
      if (best < mine) largest = i;
    }
    result[largest] *= p;
  }
  return result;
}

/// The factors of `n` over the extents with the least total surface of blocks.
inline Factors auto_factors(std::int64_t n, const Factors& extents)
{
  return detail::remembered(n, extents, [](std::int64_t m, const Factors& given) {
    const Factors l = detail::without_zeros(given);
    const detail::AutoSearch search(m, l);
    const Factors greedy = greedy_factors(m, l);
    return search.is_least(greedy) ? greedy : search.first();
  });
}

}  // namespace mapc
