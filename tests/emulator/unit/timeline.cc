// Timelines against a plain list of which moments are taken.
#include "timeline.h"

#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

using namespace mapc_emu;

static const int kEnd = 2000;

struct Plain {
  std::vector<bool> taken = std::vector<bool>(kEnd);

  bool free(int from, int length) const
  {
    for (int at = from; at < from + length; ++at)
      if (at < kEnd && taken[at]) return false;
    return true;
  }
};

static void expect(bool right, const char* what)
{
  if (right) return;
  fprintf(stderr, "wrong: %s\n", what);
  exit(1);
}

int main()
{
  std::mt19937 random(7);
  const auto upto = [&](int most) { return static_cast<int>(random() % (most + 1)); };
  int checked = 0, apart = 0;
  for (int round = 0; round < 200; ++round) {
    Timeline one, other;
    Plain plain_one, plain_other;
    for (int i = 0; i < 60; ++i) {
      const int from = upto(kEnd / 2), length = 1 + upto(30);
      const bool both = upto(2) == 0;
      int expected = from;
      while (!plain_one.free(expected, length) || (both && !plain_other.free(expected, length)))
        ++expected;
      const Time found =
          first_common_gap({&one, both ? &other : nullptr}, Time(from), Time(length));
      expect(found == expected, "the first gap");
      one.reserve(found, found + length);
      if (both) other.reserve(found, found + length);
      for (int at = expected; at < expected + length; ++at) {
        plain_one.taken[at] = true;
        if (both) plain_other.taken[at] = true;
      }
      ++checked;
    }
    size_t runs = 0;
    for (int at = 0; at < kEnd; ++at)
      runs += plain_one.taken[at] && (at == 0 || !plain_one.taken[at - 1]);
    expect(one.size() == runs, "neighbours become one");
    apart += static_cast<int>(runs);
    one.forget(kEnd + 1);
    expect(one.size() == 0 && one.first_gap(3, 5) == 3, "forgetting");
  }
  printf("gaps %d runs %d\n", checked, apart);
}
