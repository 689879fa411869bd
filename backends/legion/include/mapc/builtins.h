// The built-in functions of the mapping language, and the comprehension. Does not need Legion.
#pragma once

#include <algorithm>
#include <initializer_list>

#include "mapc/values.h"

namespace mapc {

/// `tuple(e for i in t)`: `body` is evaluated once per element, in order.
template <class Body>
Tuple each(const Tuple& t, Body body)
{
  return transform(t, body);
}

/// Exactly `count` integers for parameters that an unpack fills (MAP304).
inline Tuple arguments(std::size_t count, const Tuple& given)
{
  if (given.count() != count)
    fail("MAP304", "the unpacked arguments are " + std::to_string(given.count()) +
                       " integers where " + std::to_string(count) + " are needed");
  return given;
}

inline Int min(const Tuple& t)
{
  if (t.count() == 0) fail("MAP354", "`min` of an empty tuple");
  return *std::min_element(t.begin(), t.end());
}
inline Int max(const Tuple& t)
{
  if (t.count() == 0) fail("MAP354", "`max` of an empty tuple");
  return *std::max_element(t.begin(), t.end());
}

inline Int abs(Int a) { return a < 0 ? -a : a; }
inline Tuple abs(const Tuple& t)
{
  return transform(t, [](Int x) { return abs(x); });
}

inline Int sum(const Tuple& t)
{
  Int total = 0;
  for (const Int e : t) total = total + e;
  return total;
}
inline Int prod(const Tuple& t) { return t.volume(); }

/// `(a, ..., b - 1)`.
inline Tuple range(Int a, Int b)
{
  std::vector<Int> result;
  for (std::int64_t i = a.value(); i < b.value(); ++i) result.push_back(i);
  return Tuple(std::move(result));
}
inline Tuple range(Int n) { return range(0, n); }
/// `range(*t)`.
inline Tuple range_of(const Tuple& given)
{
  return given.count() == 1 ? range(given.raw(0))
                            : range(arguments(2, given).raw(0), given.raw(1));
}

/// Row-major number of point `p` in a box of extents `s`, the last dimension fastest.
inline Int linearize(const Tuple& p, const Tuple& s)
{
  if (p.count() != s.count() || p.count() == 0)
    fail("MAP318", "`linearize` needs tuples of one length, at least 1; it was given " + p.text() +
                       " and " + s.text());
  Int number = 0;
  for (std::size_t k = 0; k < p.count(); ++k) {
    if (p.raw(k) < 0 || p.raw(k) >= s.raw(k))
      fail("MAP357", p.text() + " is not a point of the extents " + s.text());
    number = number * s.raw(k) + p.raw(k);
  }
  return number;
}

/// The point whose row-major number is `i`.
inline Tuple delinearize(Int i, const Tuple& s)
{
  bool inside = i >= 0;
  for (const Int e : s) inside = inside && e >= 1;
  // The volume may exceed 64 bits; what remains of `i` after all extents then still tells.
  std::vector<Int> point(s.count());
  Int rest = i;
  for (std::size_t k = s.count(); inside && k-- > 0;) {
    point[k] = rest % s.raw(k);
    rest = rest / s.raw(k);
  }
  if (!inside || rest != 0)
    fail("MAP357", i.text() + " is not the number of a point of the extents " + s.text());
  return Tuple(std::move(point));
}

}  // namespace mapc
