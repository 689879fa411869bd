// Streams, events and the time they stand for. Data has moved before its time is booked: a stream
// is only the time at which everything submitted to it will be over, an event such a time kept.
#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "cuda_abi.h"
#include "machine.h"

namespace mapc_emu {

struct Event {
  Time due = 0;
  bool awaited = false;  // somebody has yet to see that it is over
  std::multimap<Time, Event*>::iterator place;
};

struct Stream {
  Context* context;
  int gpu;
  Time ready = 0;
};

struct Context {
  explicit Context(int number) : gpu(number), legacy{this, number} {}

  int gpu;
  Stream legacy;  // what a null stream means
  std::vector<Stream*> streams;
};

struct Totals {
  std::uint64_t overruns = 0;  // operations that really took longer than modelled
  double overrun_us = 0;       // real
  std::uint64_t queries = 0;
  std::uint64_t late = 0;  // events seen, and how much later than due
  double late_us = 0;      // real
};

class Timing {
 public:
  explicit Timing(const Config& config) : machine_(config), poll_(Time(config.poll_us * 1000)) {}

  /// Books work that was submitted at `submitted` and whose data has moved by now.
  template <typename What>
  void run(Stream& stream, Time submitted, const What& what)
  {
    std::lock_guard<std::mutex> held(lock_);
    finish(stream, submitted, what(machine_));
  }

  void record(Event& event, Stream& stream);
  void record(Event& event, Context& context);
  void wait(Stream& stream, const Event& event);

  /// Whether it is over. If not, first waits for as long as nothing else can be over either:
  /// Realm's worker asks in a loop and would keep a core busy.
  bool over(Event& event);
  void destroy(Event& event);

  bool over(const Stream& stream);
  void await(const Stream& stream) { await_time(stream.ready); }
  void await(const Event& event) { await_time(event.due); }
  void await(const Context& context);

  void add(Context& context, Stream* stream);
  void remove(Stream* stream);

  /// For what is written at exit.
  template <typename Look>
  void look(const Look& seen)
  {
    std::lock_guard<std::mutex> held(lock_);
    seen(machine_, totals_);
  }

 private:
  void finish(Stream& stream, Time submitted, const Use& use);
  void set_due(Event& event, Time due);
  void forget(Event& event);
  void seen(Event& event, Time at);
  Time ready(const Context& context) const;
  void await_time(const Time& when);
  Time next_due(Time at) const;

  std::mutex lock_;
  Machine machine_;
  Time poll_;
  std::multimap<Time, Event*> awaited_;
  Totals totals_;
};

/// The one of this process.
Timing& timing();

}  // namespace mapc_emu
