// When one resource of the modelled machine is in use.
#pragma once

#include <initializer_list>
#include <map>

#include "clock.h"

namespace mapc_emu {

class Timeline {
 public:
  /// The first start, not before `from`, of a free time that long.
  Time first_gap(Time from, Time length) const;

  void reserve(Time start, Time end);

  /// Forgets what ended before; nothing can start there any more.
  void forget(Time before);

  std::size_t size() const { return busy_.size(); }

 private:
  std::map<Time, Time> busy_;  // start to end; never touching or overlapping
};

/// The first start at which all of them are free that long.
Time first_common_gap(std::initializer_list<const Timeline*> all, Time from, Time length);

}  // namespace mapc_emu
