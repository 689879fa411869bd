// Definitions of builtins.h.
#pragma once

#include <algorithm>
#include <utility>

#include "mapc/builtins.h"
#include "mapc/values_impl.h"

namespace mapc {

MAPC_INLINE Tuple each(const Tuple& t, Body body) { return transform(t, body); }

MAPC_INLINE Tuple arguments(std::size_t count, const Tuple& given)
{
  if (given.count() != count)
    fail("MAP304", "the unpacked arguments are " + std::to_string(given.count()) +
                       " integers where " + std::to_string(count) + " are needed");
  return given;
}

MAPC_INLINE Int min(const Tuple& t)
{
  if (t.count() == 0) fail("MAP354", "`min` of an empty tuple");
  return *std::min_element(t.begin(), t.end());
}

MAPC_INLINE Int max(const Tuple& t)
{
  if (t.count() == 0) fail("MAP354", "`max` of an empty tuple");
  return *std::max_element(t.begin(), t.end());
}

MAPC_INLINE Int abs(Int a) { return a < 0 ? -a : a; }

MAPC_INLINE Tuple abs(const Tuple& t)
{
  return transform(t, [](Int x) { return abs(x); });
}

MAPC_INLINE Int sum(const Tuple& t)
{
  Int total = 0;
  for (const Int e : t) total = total + e;
  return total;
}

MAPC_INLINE Int prod(const Tuple& t) { return t.volume(); }

MAPC_INLINE Tuple range(Int a, Int b)
{
  std::vector<Int> result;
  for (std::int64_t i = a.value(); i < b.value(); ++i) result.push_back(i);
  return Tuple(std::move(result));
}

MAPC_INLINE Tuple range(Int n) { return range(0, n); }

MAPC_INLINE Tuple range_of(const Tuple& given)
{
  if (given.count() == 1) return range(given.raw(0));
  const Tuple two = arguments(2, given);
  return range(two.raw(0), two.raw(1));
}

MAPC_INLINE Int linearize(const Tuple& p, const Tuple& s)
{
  if (p.count() != s.count() || p.count() == 0)
    fail("MAP318", "`linearize` needs tuples of one length, at least 1; it was given " + p.text() +
                       " and " + s.text());
  for (std::size_t k = 0; k < p.count(); ++k)
    if (p.raw(k) < 0 || p.raw(k) >= s.raw(k))
      fail("MAP357", p.text() + " is not a point of the extents " + s.text());
  Int number = 0;
  for (std::size_t k = 0; k < p.count(); ++k) number = number * s.raw(k) + p.raw(k);
  return number;
}

MAPC_INLINE Tuple delinearize(Int i, const Tuple& s)
{
  bool inside = i >= 0;
  for (const Int e : s) inside = inside && e >= 1;
  // The volume may exceed 64 bits; what remains of `i` after all extents still tells.
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
