// How many tasks of a name may be in flight, and who is woken when one completes.

#include "check.h"
#include "mapc/limits.h"

using namespace mapc;

namespace {

using Answer = LimitCounter::Answer;
using Woken = std::vector<std::uint64_t>;

LimitGroup group(const char* name, std::size_t limit, std::vector<LimitedTask> ancestors = {})
{
  return LimitGroup{name, limit, std::move(ancestors)};
}

/// One more task of a group is let through and mapped.
void start(LimitCounter& counter, const LimitGroup& of, std::uint64_t id)
{
  CHECK(counter.admit(of) != Answer::kHeld);
  counter.mapped(of.name, id, true);
}

void names_are_counted_apart()
{
  LimitCounter counter;
  start(counter, group("a", 2), 1);
  CHECK(counter.admit(group("a", 2)) == Answer::kPasses);  // not mapped yet: its place is taken
  CHECK(counter.admit(group("a", 2)) == Answer::kHeld);
  CHECK(counter.admit(group("b", 1)) == Answer::kPasses);
  counter.mapped("a", 2, true);
  CHECK(counter.completed("a", 1).empty());
  CHECK(counter.admit(group("a", 2)) == Answer::kPasses);
  CHECK(counter.admit(group("a", 2)) == Answer::kHeld);
}

void one_sleeper_wakes_for_each_place()
{
  LimitCounter counter;
  start(counter, group("a", 1), 1);
  start(counter, group("b", 1), 2);
  CHECK(!counter.sleep(7, {group("a", 1)}));
  CHECK(!counter.sleep(8, {group("b", 1), group("a", 1)}));
  CHECK(!counter.sleep(9, {group("a", 1)}));
  CHECK(counter.completed("a", 1) == Woken{7});  // the longest asleep
  CHECK(counter.completed("b", 2) == Woken{8});
  start(counter, group("a", 1), 3);
  counter.wake(9);  // for another reason
  CHECK(counter.completed("a", 3).empty());
}

void nobody_sleeps_through_a_completion()
{
  LimitCounter counter;
  start(counter, group("a", 1), 1);
  CHECK(counter.admit(group("a", 1)) == Answer::kHeld);
  CHECK(counter.completed("a", 1).empty());
  const auto chosen = counter.sleep(7, {group("a", 1)});  // too late to be woken
  CHECK(chosen && chosen->group == 0 && chosen->answer == Answer::kPasses);
  CHECK(counter.admit(group("a", 1)) == Answer::kHeld);  // its place is reserved
}

void descendants_do_not_wait_for_ancestors()
{
  LimitCounter counter;
  start(counter, group("a", 1), 1);
  const LimitGroup children = group("a", 1, {{"a", 1}});
  CHECK(counter.admit(children) == Answer::kPassesBeyond);
  counter.mapped("a", 2, true);
  CHECK(counter.admit(children) == Answer::kHeld);  // for its sibling
  CHECK(!counter.sleep(7, {children}));             // which can complete
  CHECK(counter.admit(group("a", 1, {{"a", 1}, {"a", 2}})) == Answer::kPassesBeyond);
  CHECK(counter.admit(group("a", 1)) == Answer::kHeld);
}

/// a1 waits for a `b`, which b2 holds back; b2 waits for an `a`, which a1 holds back.
void those_who_wait_for_each_other_go_on()
{
  LimitCounter counter;
  start(counter, group("a", 1), 1);
  start(counter, group("b", 1), 2);
  CHECK(!counter.sleep(7, {group("b", 1, {{"a", 1}})}));
  const auto chosen = counter.sleep(8, {group("a", 1, {{"b", 2}})});
  CHECK(chosen && chosen->answer == Answer::kPassesBeyond);
  CHECK(counter.admit(group("a", 1, {{"a", 1}})) == Answer::kHeld);  // its place is reserved
  counter.mapped("a", 3, true);
  CHECK(counter.completed("a", 3).empty());  // a1 is still there, but b2 is not stuck any more
  CHECK(counter.completed("b", 2) == Woken{7});
  CHECK(counter.completed("a", 1).empty());  // 8 does not sleep
}

/// As before, but a third task holds them back as well, and it can complete.
void those_who_can_wait_do()
{
  for (const bool a_first : {true, false}) {
    LimitCounter counter;
    start(counter, group("a", 2), 1);
    start(counter, group("a", 2), 4);
    start(counter, group("b", 1), 2);
    const LimitGroup a = group("a", 2, {{"b", 2}}), b = group("b", 1, {{"a", 1}});
    CHECK(!counter.sleep(7, {a_first ? a : b}));
    CHECK(!counter.sleep(8, {a_first ? b : a}));
    CHECK(counter.completed("a", 4) == Woken{a_first ? 7u : 8u});
  }
}

/// A third task holds them back as well, and it can complete, but that leaves no place.
void those_for_whom_waiting_is_in_vain_go_on()
{
  LimitCounter counter;
  start(counter, group("a", 1), 1);
  start(counter, group("b", 1), 2);
  LimitGroup far = group("a", 1);
  far.is_remote = true;
  CHECK(counter.admit(far) == Answer::kPassesBeyond);
  counter.mapped("a", 5, true);
  CHECK(!counter.sleep(7, {group("b", 1, {{"a", 1}})}));
  CHECK(counter.sleep(8, {group("a", 1, {{"b", 2}})})->answer == Answer::kPassesBeyond);
}

void what_is_not_counted_is_recorded()
{
  LimitCounter counter;
  counter.mapped("a", 1, false);
  counter.mapped("a", 2, false);
  CHECK(counter.admit(group("a", 1)) == Answer::kPasses);
  counter.mapped("a", 3, true);
  CHECK(counter.completed("a", 1).empty());
  CHECK(counter.admit(group("a", 1)) == Answer::kHeld);
  counter.mapped("a", 4, false);
  CHECK(counter.records().at(0).text() == R"({"event":"peak","task":"a","most":3})");
}

void an_alarm_rings_once()
{
  Alarms<int> alarms;
  int rung = 0;
  const auto ring = [&](int event) { rung += event; };
  alarms.ring(7, ring);
  alarms.set(7, 5);
  alarms.ring(8, ring);
  CHECK(rung == 0);
  alarms.ring(7, ring);
  alarms.ring(7, ring);
  CHECK(rung == 5);
}

}  // namespace

int main()
{
  names_are_counted_apart();
  one_sleeper_wakes_for_each_place();
  nobody_sleeps_through_a_completion();
  descendants_do_not_wait_for_ancestors();
  those_who_wait_for_each_other_go_on();
  those_who_can_wait_do();
  those_for_whom_waiting_is_in_vain_go_on();
  what_is_not_counted_is_recorded();
  an_alarm_rings_once();
}
