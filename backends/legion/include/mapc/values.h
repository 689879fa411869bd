// The values of the mapping language: 64-bit integers that never wrap, tuples of them, and names
// of tasks. Operators mean what the language says: division truncates, tuples go element by
// element. Does not need Legion.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "mapc/evaluation.h"

namespace mapc {

/// A signed 64-bit integer whose operations fail (MAP350, MAP351) instead of wrapping.
class Int {
 public:
  constexpr Int() = default;
  template <class T, class = std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>>>
  constexpr Int(T value) : value_(static_cast<std::int64_t>(value))
  {}

  constexpr std::int64_t value() const { return value_; }

  friend Int operator+(Int a, Int b)
  {
    std::int64_t result = 0;
    if (__builtin_add_overflow(a.value_, b.value_, &result)) overflow(a, '+', b);
    return result;
  }
  friend Int operator-(Int a, Int b)
  {
    std::int64_t result = 0;
    if (__builtin_sub_overflow(a.value_, b.value_, &result)) overflow(a, '-', b);
    return result;
  }
  friend Int operator*(Int a, Int b)
  {
    std::int64_t result = 0;
    if (__builtin_mul_overflow(a.value_, b.value_, &result)) overflow(a, '*', b);
    return result;
  }
  friend Int operator/(Int a, Int b)
  {
    if (b.value_ == 0) fail("MAP350", a.text() + " / 0");
    if (b.value_ == -1) return -a;
    return a.value_ / b.value_;
  }
  friend Int operator%(Int a, Int b)
  {
    if (b.value_ == 0) fail("MAP350", a.text() + " % 0");
    return b.value_ == -1 ? 0 : a.value_ % b.value_;
  }
  friend Int operator-(Int a)
  {
    if (a.value_ == std::numeric_limits<std::int64_t>::min()) overflow(0, '-', a);
    return -a.value_;
  }
  friend constexpr bool operator==(Int a, Int b) { return a.value_ == b.value_; }
  friend constexpr bool operator!=(Int a, Int b) { return a.value_ != b.value_; }
  friend constexpr bool operator<(Int a, Int b) { return a.value_ < b.value_; }
  friend constexpr bool operator>(Int a, Int b) { return a.value_ > b.value_; }
  friend constexpr bool operator<=(Int a, Int b) { return a.value_ <= b.value_; }
  friend constexpr bool operator>=(Int a, Int b) { return a.value_ >= b.value_; }

  std::string text() const { return std::to_string(value_); }

 private:
  [[noreturn]] static void overflow(Int a, char op, Int b)
  {
    fail("MAP351", a.text() + " " + op + " " + b.text() + " does not fit 64 bits");
  }

  std::int64_t value_ = 0;
};

class Tuple;

/// The elements of a tuple, spliced into a list: `{*t, 5}`.
struct Spread {
  const Tuple& tuple;
};

/// One element of a list: an integer, or all elements of a tuple.
class Element {
 public:
  Element(Int value) : value_(value) {}
  template <class T, class = std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>>>
  Element(T value) : value_(value)
  {}
  Element(Spread spread) : tuple_(&spread.tuple) {}

 private:
  friend class Tuple;
  Int value_;
  const Tuple* tuple_ = nullptr;
};

/// A bound of `part`; without a value it is the end of the tuple on that side.
using Bound = std::optional<Int>;
inline constexpr std::nullopt_t open = std::nullopt;

/// An immutable tuple of integers.
class Tuple {
 public:
  Tuple() = default;
  explicit Tuple(std::vector<Int> elements) : elements_(std::move(elements)) {}
  Tuple(std::initializer_list<Element> elements)
  {
    elements_.reserve(elements.size());
    for (const Element& e : elements) {
      if (e.tuple_ == nullptr)
        elements_.push_back(e.value_);
      else
        elements_.insert(elements_.end(), e.tuple_->begin(), e.tuple_->end());
    }
  }

  using const_iterator = std::vector<Int>::const_iterator;
  const_iterator begin() const { return elements_.begin(); }
  const_iterator end() const { return elements_.end(); }
  std::size_t count() const { return elements_.size(); }
  const Int& raw(std::size_t index) const { return elements_[index]; }

  /// `t[i]`; a negative index counts from the end.
  Int operator[](Int index) const
  {
    const std::int64_t n = static_cast<std::int64_t>(count());
    const std::int64_t i = index.value() < 0 ? index.value() + n : index.value();
    if (i < 0 || i >= n)
      fail("MAP352", "index " + index.text() + " is outside " + text() + " of length " +
                         std::to_string(n));
    return elements_[static_cast<std::size_t>(i)];
  }

  /// `t[a:b]`, clamped as in Python.
  Tuple part(Bound from, Bound to) const
  {
    const std::int64_t n = static_cast<std::int64_t>(count());
    const auto clamp = [n](std::int64_t i) {
      if (i < 0) i += n;
      return i < 0 ? 0 : i > n ? n : i;
    };
    const std::int64_t first = from ? clamp(from->value()) : 0;
    const std::int64_t last = to ? clamp(to->value()) : n;
    if (first >= last) return Tuple();
    return Tuple(std::vector<Int>(begin() + first, begin() + last));
  }

  const Tuple& size() const { return *this; }
  Int len() const { return static_cast<std::int64_t>(count()); }
  Int volume() const
  {
    Int product = 1;
    for (const Int e : elements_) product = product * e;
    return product;
  }

  Spread operator*() const { return Spread{*this}; }

  /// `(1, 2)`, `(3,)`, `()`.
  std::string text() const
  {
    std::string result = "(";
    for (std::size_t i = 0; i < count(); ++i)
      result += (i == 0 ? "" : ", ") + elements_[i].text();
    return result + (count() == 1 ? ",)" : ")");
  }

  friend bool operator==(const Tuple& a, const Tuple& b) { return a.elements_ == b.elements_; }
  friend bool operator!=(const Tuple& a, const Tuple& b) { return !(a == b); }
  friend bool operator<(const Tuple& a, const Tuple& b) { return a.elements_ < b.elements_; }

 private:
  std::vector<Int> elements_;
};

/// Applies `op` to pairs of elements; tuples of different length are MAP318.
template <class Op>
Tuple combine(const Tuple& a, const Tuple& b, Op op)
{
  if (a.count() != b.count())
    fail("MAP318", a.text() + " and " + b.text() + " differ in length");
  std::vector<Int> result;
  result.reserve(a.count());
  for (std::size_t i = 0; i < a.count(); ++i) result.push_back(op(a.raw(i), b.raw(i)));
  return Tuple(std::move(result));
}

/// Applies `op` to every element.
template <class Op>
Tuple transform(const Tuple& a, Op op)
{
  std::vector<Int> result;
  result.reserve(a.count());
  for (const Int e : a) result.push_back(op(e));
  return Tuple(std::move(result));
}

#define MAPC_ELEMENTWISE(op)                                            \
  inline Tuple operator op(const Tuple& a, const Tuple& b)              \
  {                                                                     \
    return combine(a, b, [](Int x, Int y) { return x op y; });          \
  }                                                                     \
  inline Tuple operator op(const Tuple& a, Int b)                       \
  {                                                                     \
    return transform(a, [b](Int x) { return x op b; });                 \
  }                                                                     \
  inline Tuple operator op(Int a, const Tuple& b)                       \
  {                                                                     \
    return transform(b, [a](Int y) { return a op y; });                 \
  }
MAPC_ELEMENTWISE(+)
MAPC_ELEMENTWISE(-)
MAPC_ELEMENTWISE(*)
MAPC_ELEMENTWISE(/)
MAPC_ELEMENTWISE(%)
#undef MAPC_ELEMENTWISE

inline Tuple operator-(const Tuple& a)
{
  return transform(a, [](Int x) { return -x; });
}

/// The name of a task.
class Name {
 public:
  Name() = default;
  explicit Name(std::string text) : text_(std::move(text)) {}

  const std::string& text() const { return text_; }
  friend bool operator==(const Name& a, const Name& b) { return a.text_ == b.text_; }
  friend bool operator!=(const Name& a, const Name& b) { return a.text_ != b.text_; }

 private:
  std::string text_;
};

}  // namespace mapc
