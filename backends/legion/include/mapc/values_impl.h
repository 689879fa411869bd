// Definitions of values.h.
#pragma once

#include <limits>
#include <utility>

#include "mapc/values.h"

namespace mapc {

// --- integers ------------------------------------------------------------------------------------

MAPC_INLINE std::string Int::text() const { return std::to_string(value_); }

[[noreturn]] MAPC_INLINE void overflow(Int a, const char* op, Int b)
{
  fail("MAP351", a.text() + " " + op + " " + b.text() + " does not fit 64 bits");
}

MAPC_INLINE Int operator+(Int a, Int b)
{
  std::int64_t result = 0;
  if (__builtin_add_overflow(a.value_, b.value_, &result)) overflow(a, "+", b);
  return result;
}

MAPC_INLINE Int operator-(Int a, Int b)
{
  std::int64_t result = 0;
  if (__builtin_sub_overflow(a.value_, b.value_, &result)) overflow(a, "-", b);
  return result;
}

MAPC_INLINE Int operator*(Int a, Int b)
{
  std::int64_t result = 0;
  if (__builtin_mul_overflow(a.value_, b.value_, &result)) overflow(a, "*", b);
  return result;
}

MAPC_INLINE Int operator-(Int a) { return Int(0) - a; }

MAPC_INLINE Int operator/(Int a, Int b)
{
  if (b == 0) fail("MAP350", a.text() + " / 0");
  if (b == -1 && a.value_ == std::numeric_limits<std::int64_t>::min()) overflow(a, "/", b);
  return a.value_ / b.value_;
}

MAPC_INLINE Int operator%(Int a, Int b)
{
  if (b == 0) fail("MAP350", a.text() + " % 0");
  return b == -1 ? Int(0) : Int(a.value_ % b.value_);
}

// --- tuples --------------------------------------------------------------------------------------

MAPC_INLINE Tuple::Tuple() = default;
MAPC_INLINE Tuple::Tuple(const Tuple&) = default;
MAPC_INLINE Tuple::Tuple(Tuple&&) noexcept = default;
MAPC_INLINE Tuple::~Tuple() = default;
MAPC_INLINE Tuple& Tuple::operator=(const Tuple&) = default;
MAPC_INLINE Tuple& Tuple::operator=(Tuple&&) noexcept = default;
MAPC_INLINE Tuple::Tuple(std::vector<Int> elements) : elements_(std::move(elements)) {}

MAPC_INLINE Tuple::Tuple(std::initializer_list<Element> elements)
{
  elements_.reserve(elements.size());
  for (const Element& e : elements) {
    if (e.tuple_ == nullptr)
      elements_.push_back(e.value_);
    else
      elements_.insert(elements_.end(), e.tuple_->begin(), e.tuple_->end());
  }
}

MAPC_INLINE Int Tuple::operator[](Int index) const
{
  const std::int64_t n = static_cast<std::int64_t>(count());
  const std::int64_t i = index.value() < 0 ? index.value() + n : index.value();
  if (i < 0 || i >= n)
    fail("MAP352",
         "index " + index.text() + " is outside " + text() + " of length " + std::to_string(n));
  return elements_[static_cast<std::size_t>(i)];
}

MAPC_INLINE Tuple Tuple::part(Bound from, Bound to) const
{
  const std::int64_t n = static_cast<std::int64_t>(count());
  const auto clamp = [n](std::int64_t i) {
    if (i < 0) i += n;
    return i < 0 ? 0 : i > n ? n : i;
  };
  const std::int64_t first = from.is_open ? 0 : clamp(from.value.value());
  const std::int64_t last = to.is_open ? n : clamp(to.value.value());
  if (first >= last) return Tuple();
  return Tuple(std::vector<Int>(begin() + first, begin() + last));
}

MAPC_INLINE Int Tuple::len() const { return static_cast<std::int64_t>(count()); }

MAPC_INLINE Int Tuple::volume() const
{
  Int product = 1;
  for (const Int e : elements_) product = product * e;
  return product;
}

MAPC_INLINE std::string Tuple::text() const
{
  std::string result = "(";
  for (std::size_t i = 0; i < count(); ++i) {
    if (i > 0) result += ", ";
    result += elements_[i].text();
  }
  return result + (count() == 1 ? ",)" : ")");
}

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

#define MAPC_ELEMENTWISE(op)                                      \
  MAPC_INLINE Tuple operator op(const Tuple& a, const Tuple& b)   \
  {                                                               \
    return combine(a, b, [](Int x, Int y) { return x op y; });    \
  }                                                               \
  MAPC_INLINE Tuple operator op(const Tuple& a, Int b)            \
  {                                                               \
    return transform(a, [b](Int x) { return x op b; });           \
  }                                                               \
  MAPC_INLINE Tuple operator op(Int a, const Tuple& b)            \
  {                                                               \
    return transform(b, [a](Int y) { return a op y; });           \
  }
MAPC_ELEMENTWISE(+)
MAPC_ELEMENTWISE(-)
MAPC_ELEMENTWISE(*)
MAPC_ELEMENTWISE(/)
MAPC_ELEMENTWISE(%)
#undef MAPC_ELEMENTWISE

MAPC_INLINE Tuple operator-(const Tuple& a)
{
  return transform(a, [](Int x) { return -x; });
}

// --- names ---------------------------------------------------------------------------------------

MAPC_INLINE Name::Name() = default;
MAPC_INLINE Name::Name(const Name&) = default;
MAPC_INLINE Name::Name(Name&&) noexcept = default;
MAPC_INLINE Name::Name(std::string text) : text_(std::move(text)) {}
MAPC_INLINE Name::~Name() = default;
MAPC_INLINE Name& Name::operator=(const Name&) = default;
MAPC_INLINE Name& Name::operator=(Name&&) noexcept = default;
MAPC_INLINE bool operator==(const Name& a, const Name& b) { return a.text_ == b.text_; }
MAPC_INLINE bool operator!=(const Name& a, const Name& b) { return a.text_ != b.text_; }

}  // namespace mapc
