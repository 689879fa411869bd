// The order of dimensions that a layout asks for. Does not need Legion.
#pragma once

#include <vector>

#include "mapc/rules.h"

namespace mapc {

/// The fields, among the axes 0, 1, ... of an order.
inline constexpr int kFields = -1;

/// Axes and fields from fastest to slowest: `SOA F_order` of rank 2 is 0, 1, fields.
inline std::vector<int> order_of(const Layout& layout, int rank)
{
  std::vector<int> order;
  order.reserve(static_cast<std::size_t>(rank) + 1);
  if (layout.fields == AOS) order.push_back(kFields);
  for (int d = 0; d < rank; ++d) order.push_back(layout.axes == F_order ? d : rank - 1 - d);
  if (layout.fields == SOA) order.push_back(kFields);
  return order;
}

/// `X`, `Y`, ..., `F` for the fields; axes without a letter go by their number.
inline std::string axis_name(int axis)
{
  static const char letters[] = "XYZWVUTSR";
  if (axis == kFields) return "F";
  return axis < 9 ? std::string(1, letters[axis]) : std::to_string(axis);
}

}  // namespace mapc
