// The values of the mapping language: 64-bit integers that never wrap, tuples of them, and names
// of tasks. Operators mean what the language says: division truncates, tuples go element by
// element. Does not need Legion.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "mapc/evaluation.h"

namespace mapc {

/// What a plain number of C++ is, as opposed to a bool.
template <class T>
using IfNumber = std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>>;

/// A signed 64-bit integer whose operations fail (MAP350, MAP351) instead of wrapping.
class Int {
 public:
  constexpr Int() = default;
  template <class T, class = IfNumber<T>>
  constexpr Int(T value) : value_(static_cast<std::int64_t>(value))
  {}

  constexpr std::int64_t value() const { return value_; }
  std::string text() const;

  friend Int operator+(Int a, Int b);
  friend Int operator-(Int a, Int b);
  friend Int operator*(Int a, Int b);
  friend Int operator/(Int a, Int b);
  friend Int operator%(Int a, Int b);
  friend Int operator-(Int a);
  friend constexpr bool operator==(Int a, Int b) { return a.value_ == b.value_; }
  friend constexpr bool operator!=(Int a, Int b) { return a.value_ != b.value_; }
  friend constexpr bool operator<(Int a, Int b) { return a.value_ < b.value_; }
  friend constexpr bool operator>(Int a, Int b) { return a.value_ > b.value_; }
  friend constexpr bool operator<=(Int a, Int b) { return a.value_ <= b.value_; }
  friend constexpr bool operator>=(Int a, Int b) { return a.value_ >= b.value_; }

 private:
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
  template <class T, class = IfNumber<T>>
  Element(T value) : value_(value)
  {}
  Element(Spread spread) : tuple_(&spread.tuple) {}

 private:
  friend class Tuple;
  Int value_;
  const Tuple* tuple_ = nullptr;
};

/// The missing bound of a `part`.
struct Open {};
inline constexpr Open open{};

/// A bound of `part`.
class Bound {
 public:
  Bound(Open) {}
  Bound(Int value) : is_open(false), value(value) {}
  template <class T, class = IfNumber<T>>
  Bound(T number) : is_open(false), value(number)
  {}

  bool is_open = true;
  Int value;
};

/// An immutable tuple of integers.
class Tuple {
 public:
  Tuple();
  Tuple(const Tuple&);
  Tuple(Tuple&&) noexcept;
  explicit Tuple(std::vector<Int> elements);
  Tuple(std::initializer_list<Element> elements);
  ~Tuple();
  Tuple& operator=(const Tuple&);
  Tuple& operator=(Tuple&&) noexcept;

  using const_iterator = std::vector<Int>::const_iterator;
  const_iterator begin() const { return elements_.begin(); }
  const_iterator end() const { return elements_.end(); }
  std::size_t count() const { return elements_.size(); }
  const Int& raw(std::size_t index) const { return elements_[index]; }

  /// `t[i]`; a negative index counts from the end.
  Int operator[](Int index) const;
  /// `t[a:b]`, clamped as in Python.
  Tuple part(Bound from, Bound to) const;

  const Tuple& size() const { return *this; }
  Int len() const;
  Int volume() const;

  Spread operator*() const { return Spread{*this}; }

  /// `(1, 2)`, `(3,)`, `()`.
  std::string text() const;

  friend bool operator==(const Tuple& a, const Tuple& b) { return a.elements_ == b.elements_; }
  friend bool operator!=(const Tuple& a, const Tuple& b) { return !(a == b); }
  friend bool operator<(const Tuple& a, const Tuple& b) { return a.elements_ < b.elements_; }

 private:
  std::vector<Int> elements_;
};

#define MAPC_ELEMENTWISE(op)                       \
  Tuple operator op(const Tuple& a, const Tuple& b); \
  Tuple operator op(const Tuple& a, Int b);          \
  Tuple operator op(Int a, const Tuple& b);
MAPC_ELEMENTWISE(+)
MAPC_ELEMENTWISE(-)
MAPC_ELEMENTWISE(*)
MAPC_ELEMENTWISE(/)
MAPC_ELEMENTWISE(%)
#undef MAPC_ELEMENTWISE
Tuple operator-(const Tuple& a);

/// The name of a task.
class Name {
 public:
  Name();
  Name(const Name&);
  Name(Name&&) noexcept;
  explicit Name(std::string text);
  ~Name();
  Name& operator=(const Name&);
  Name& operator=(Name&&) noexcept;

  const std::string& text() const { return text_; }
  friend bool operator==(const Name& a, const Name& b);
  friend bool operator!=(const Name& a, const Name& b);

 private:
  std::string text_;
};

}  // namespace mapc

#ifndef MAPC_PREBUILT
#include "mapc/values_impl.h"
#endif
