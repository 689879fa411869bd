#include "timing.h"

#include <algorithm>

namespace mapc_emu {

void Timing::finish(Stream& stream, Time submitted, const Use& use)
{
  Time real = now();
  Time end = machine_.book(use, std::max(submitted, stream.ready), real);
  if (real > end) {
    totals_.overruns++;
    totals_.overrun_us += (real - end) / 1000.0;
  }
  stream.ready = std::max(end, real);
}

void Timing::set_due(Event& event, Time due)
{
  forget(event);
  event.due = due;
  event.place = awaited_.emplace(due, &event);
  event.awaited = true;
}

void Timing::record(Event& event, Stream& stream)
{
  std::lock_guard<std::mutex> held(lock_);
  set_due(event, std::max(stream.ready, now()));
}

void Timing::record(Event& event, Context& context)
{
  std::lock_guard<std::mutex> held(lock_);
  set_due(event, std::max(ready(context), now()));
}

void Timing::wait(Stream& stream, const Event& event)
{
  std::lock_guard<std::mutex> held(lock_);
  stream.ready = std::max(stream.ready, event.due);
}

void Timing::forget(Event& event)
{
  if (event.awaited) awaited_.erase(event.place);
  event.awaited = false;
}

void Timing::destroy(Event& event)
{
  std::lock_guard<std::mutex> held(lock_);
  forget(event);
}

void Timing::seen(Event& event, Time at)
{
  if (event.awaited) {
    totals_.late++;
    totals_.late_us += (at - event.due) / 1000.0;
  }
  forget(event);
}

/// When the next event is due; at once if one has just become due and nobody has looked yet. Those
/// that nobody looks at for long are not waited for by anybody.
Time Timing::next_due(Time at) const
{
  const Time stale = 300000;
  auto next = awaited_.upper_bound(at - stale);
  return next == awaited_.end() ? at + poll_ : std::min(next->first, at + poll_);
}

bool Timing::over(Event& event)
{
  Time until;
  bool exact;
  {
    std::lock_guard<std::mutex> held(lock_);
    totals_.queries++;
    Time at = now();
    if (event.due <= at) {
      seen(event, at);
      return true;
    }
    until = next_due(at);
    exact = until < at + poll_;
    if (until <= at) return false;
  }
  if (exact)
    wait_exactly_until(until);
  else
    sleep_until(until);
  std::lock_guard<std::mutex> held(lock_);
  Time at = now();
  if (event.due > at) return false;
  seen(event, at);
  return true;
}

bool Timing::over(const Stream& stream)
{
  std::lock_guard<std::mutex> held(lock_);
  return stream.ready <= now();
}

Time Timing::ready(const Context& context) const
{
  Time last = context.legacy.ready;
  for (const Stream* stream : context.streams) last = std::max(last, stream->ready);
  return last;
}

void Timing::await(const Context& context)
{
  Time last;
  {
    std::lock_guard<std::mutex> held(lock_);
    last = ready(context);
  }
  wait_exactly_until(last);
}

void Timing::await_time(const Time& when)
{
  Time until;
  {
    std::lock_guard<std::mutex> held(lock_);
    until = when;
  }
  wait_exactly_until(until);
}

void Timing::add(Context& context, Stream* stream)
{
  std::lock_guard<std::mutex> held(lock_);
  context.streams.push_back(stream);
}

void Timing::remove(Stream* stream)
{
  std::lock_guard<std::mutex> held(lock_);
  auto& all = stream->context->streams;
  all.erase(std::remove(all.begin(), all.end(), stream), all.end());
}

Timing& timing()
{
  static Timing& made = *new Timing(config());
  return made;
}

}  // namespace mapc_emu
