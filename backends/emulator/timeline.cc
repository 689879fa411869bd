#include "timeline.h"

#include <algorithm>
#include <iterator>

namespace mapc_emu {

Time Timeline::first_gap(Time from, Time length) const
{
  auto next = busy_.upper_bound(from);
  if (next != busy_.begin()) from = std::max(from, std::prev(next)->second);
  for (; next != busy_.end() && next->first < from + length; ++next) from = next->second;
  return from;
}

void Timeline::reserve(Time start, Time end)
{
  if (end <= start) return;
  auto next = busy_.lower_bound(start);
  if (next != busy_.begin() && std::prev(next)->second == start) {
    start = std::prev(next)->first;
    busy_.erase(std::prev(next));
  }
  if (next != busy_.end() && next->first == end) {
    end = next->second;
    busy_.erase(next);
  }
  busy_[start] = end;
}

void Timeline::forget(Time before)
{
  while (!busy_.empty() && busy_.begin()->second < before) busy_.erase(busy_.begin());
}

Time first_common_gap(std::initializer_list<const Timeline*> all, Time from, Time length)
{
  for (Time tried = from;; from = tried) {
    for (const Timeline* one : all)
      if (one) tried = one->first_gap(tried, length);
    if (tried == from) return from;
  }
}

}  // namespace mapc_emu
