// The order of dimensions that a layout asks for, as the language's table gives it.

#include "check.h"
#include "mapc/layout_order.h"

using namespace mapc;

namespace {

std::string order(const Layout& layout, int rank)
{
  std::string result;
  for (const int axis : order_of(layout, rank)) result += axis_name(axis) + " ";
  return result;
}

}  // namespace

int main()
{
  CHECK(order(Layout(SOA, F_order), 3) == "X Y Z F ");
  CHECK(order(Layout(SOA, C_order), 3) == "Z Y X F ");
  CHECK(order(Layout(AOS, F_order), 3) == "F X Y Z ");
  CHECK(order(Layout(AOS, C_order), 3) == "F Z Y X ");
  CHECK(order(Layout(SOA, C_order), 1) == "X F ");
  CHECK(order(Layout(AOS, C_order), 9) == "F R S T U V W Z Y X ");
  CHECK(order(Layout(SOA, F_order).align("==", 16).compact().exact(), 2) == "X Y F ");
  CHECK(axis_name(9) == "9");
  return 0;
}
