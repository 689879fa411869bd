// The built-in functions of the mapping language, and the comprehension. Does not need Legion.
#pragma once

#include "mapc/values.h"

namespace mapc {

/// A function of one integer, without owning it: the body of a comprehension.
class Body {
 public:
  template <class Function>
  Body(const Function& function)
      : function_(&function), call_([](const void* f, Int i) {
          return (*static_cast<const Function*>(f))(i);
        })
  {}

  Int operator()(Int i) const { return call_(function_, i); }

 private:
  const void* function_;
  Int (*call_)(const void*, Int);
};

/// `tuple(e for i in t)`: the body is evaluated once per element, in order.
Tuple each(const Tuple& t, Body body);

/// Exactly `count` integers for parameters that an unpack fills (MAP304).
Tuple arguments(std::size_t count, const Tuple& given);

Int min(const Tuple& t);
Int max(const Tuple& t);
Int abs(Int a);
Tuple abs(const Tuple& t);
Int sum(const Tuple& t);
Int prod(const Tuple& t);

/// `(a, ..., b - 1)`.
Tuple range(Int a, Int b);
Tuple range(Int n);
/// `range(*t)`.
Tuple range_of(const Tuple& given);

/// Row-major number of point `p` in a box of extents `s`, the last dimension fastest.
Int linearize(const Tuple& p, const Tuple& s);
/// The point whose row-major number is `i`.
Tuple delinearize(Int i, const Tuple& s);

}  // namespace mapc

#ifndef MAPC_PREBUILT
#include "mapc/builtins_impl.h"
#endif
