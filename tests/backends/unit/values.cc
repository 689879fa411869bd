// Integers, tuples, names and built-in functions.

#include <cstdint>

#include "check.h"
#include "mapc/builtins.h"
#include "mapc/json.h"

using namespace mapc;

namespace {

void integers()
{
  const Int most = INT64_MAX, least = INT64_MIN;
  CHECK(Int(-7) / 3 == -2);
  CHECK(Int(-7) % 3 == -1);
  CHECK(Int(7) % -3 == 1);
  CHECK(least % -1 == 0);
  CHECK(most + 0 == most);
  FAILS("MAP351", most + 1);
  FAILS("MAP351", least - 1);
  FAILS("MAP351", most * 2);
  FAILS("MAP351", least / -1);
  FAILS("MAP351", -least);
  FAILS("MAP350", Int(1) / 0);
  FAILS("MAP350", Int(1) % 0);
}

void tuples()
{
  const Tuple t{10, 20, 30, 40};
  CHECK(t[-1] == 40);
  FAILS("MAP352", t[4]);
  FAILS("MAP352", t[-5]);
  CHECK(t.part(1, 3) == (Tuple{20, 30}));
  CHECK(t.part(open, -1) == (Tuple{10, 20, 30}));
  CHECK(t.part(-9, 2) == (Tuple{10, 20}));
  CHECK(t.part(0, 99) == t);
  CHECK(t.part(1, 0) == Tuple());
  CHECK(t.part(3, 1) == Tuple());
  CHECK((Tuple{*t.part(open, 2), 5}) == (Tuple{10, 20, 5}));
  CHECK(Tuple().len() == 0 && Tuple().volume() == 1);
  CHECK((Tuple{7, -7}) / 2 == (Tuple{3, -3}));
  CHECK(10 - Tuple{1, 2} == (Tuple{9, 8}));
  CHECK((Tuple{2, 3}) * (Tuple{4, 5}) == (Tuple{8, 15}));
  CHECK(-Tuple{1, -2} == (Tuple{-1, 2}));
  FAILS("MAP318", t + Tuple{1});
  CHECK(Tuple().text() == "()" && (Tuple{3}).text() == "(3,)" && (Tuple{1, 2}).text() == "(1, 2)");
}

void builtins()
{
  CHECK(max({3, 7, 5}) == 7 && min(Tuple{4, 2}) == 2);
  FAILS("MAP354", min(Tuple()));
  CHECK(abs(Tuple{-3, 2}) == (Tuple{3, 2}));
  CHECK(sum(Tuple{1, 2, 3}) == 6 && sum(Tuple()) == 0);
  CHECK(range(2, 5) == (Tuple{2, 3, 4}) && range(0) == Tuple() && range(3, 1) == Tuple());
  CHECK(linearize({1, 2}, {3, 4}) == 6);
  CHECK(delinearize(6, {3, 4}) == (Tuple{1, 2}));
  FAILS("MAP318", linearize({1}, {3, 4}));
  FAILS("MAP318", linearize(Tuple(), Tuple()));
  FAILS("MAP357", linearize({1, 4}, {3, 4}));
  FAILS("MAP357", delinearize(12, {3, 4}));
  FAILS("MAP357", delinearize(0, {3, 0}));
  FAILS("MAP357", delinearize(-1, {3}));
  CHECK(delinearize(5, {INT64_MAX, INT64_MAX}) == (Tuple{0, 5}));
  CHECK(each(Tuple{1, 2, 5}, [](Int i) -> Int { return 2 * i; }) == (Tuple{2, 4, 10}));
  FAILS("MAP304", arguments(2, Tuple{1}));
  FAILS("MAP304", range_of(Tuple{1, 2, 3}));
}

Int dig(Int levels)
{
  const Call scope;
  return levels == 0 ? Int(0) : dig(levels - 1) + 1;
}

void positions()
{
  mark(3, 5);
  CHECK(dig(999) == 999);
  FAILS("MAP355", dig(1000));
  CHECK(here().line == 3);
  CHECK(dig(999) == 999);  // the failed calls left nothing behind
  try {
    const Call scope;
    mark(8, 2);
    fail("MAP350", "text");
  } catch (const EvaluationError& error) {
    CHECK(error.where().line == 8 && error.where().column == 2);
    CHECK(here().line == 3);
  }
}

void json()
{
  const JsonObject record = JsonObject("x").add("a\"b", "c\\\n\x01").line(0).add("t", Tuple{1, 2});
  CHECK(record.text() ==
        R"({"event":"x","a\"b":"c\\\u000a\u0001","line":null,"t":[1,2]})");
}

}  // namespace

int main()
{
  integers();
  tuples();
  builtins();
  positions();
  json();
}
