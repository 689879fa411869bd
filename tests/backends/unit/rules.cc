// Precedence of statements.

#include "check.h"
#include "mapc/rules.h"

using namespace mapc;

namespace {

constexpr TaskRule tasks[] = {
    {any, {GPU, CPU}, 1},
    {"solve", {CPU}, 2},
};
constexpr RegionRule regions[] = {
    {any, any, any, {SYSMEM}, 10},
    {any, any, GPU, {FBMEM, ZCMEM}, 11},
    {any, "grid", any, {RDMEM, SYSMEM}, 12},
    {any, 1, any, {SOCKMEM}, 13},
    {"solve", any, any, {ZCMEM}, 14},
    {"solve", "tiles", CPU, {VIRTUAL, RDMEM}, 15},
    {"solve", 0, GPU, {FBMEM}, 16},
};
constexpr LayoutRule layouts[] = {
    {any, any, any, Layout(SOA, C_order), 20},
    {any, any, GPU, Layout(AOS, C_order), 21},
    {any, any, FBMEM, Layout(AOS, F_order).exact(), 22},
    {"solve", "grid", any, Layout(SOA, F_order).align("==", 128).compact().exact(), 23},
};
constexpr CollectRule collects[] = {{"solve", "grid", 30}};
constexpr PlaceRule index_maps[] = {{any, "a", 40}, {GPU, "b", 41}, {"solve", "c", 42}};

std::string candidates(const Rules& rules, const RequirementKey& key, ProcKind kind)
{
  std::string result;
  for (const Candidate& c : rules.candidates(key, kind))
    result += std::string(name_of(c.memory)) + "@" + std::to_string(c.line) + " ";
  return result;
}

}  // namespace

int main()
{
  Rules rules;
  CHECK(rules.task("solve") == nullptr && rules.candidates({"solve", 0, {}}, CPU).empty());
  rules.tasks = tasks;
  rules.regions = regions;
  rules.layouts = layouts;
  rules.collects = collects;
  rules.index_maps = index_maps;

  CHECK(rules.task("solve")->line == 2 && rules.task("other")->line == 1);

  const RequirementKey other{"other", 0, {"tiles", "grid"}};
  const RequirementKey second{"other", 1, {"tiles", "grid"}};
  const RequirementKey solve{"solve", 0, {"tiles", "grid"}};
  CHECK(candidates(rules, {"other", 0, {}}, CPU) == "SYSMEM@10 ");
  CHECK(candidates(rules, {"other", 0, {}}, GPU) == "FBMEM@11 ZCMEM@11 ");
  CHECK(candidates(rules, other, CPU) == "RDMEM@12 SYSMEM@12 ");
  CHECK(candidates(rules, second, CPU) == "SOCKMEM@13 RDMEM@12 SYSMEM@12 ");
  CHECK(candidates(rules, solve, CPU) == "VIRTUAL@15 ");
  CHECK(candidates(rules, solve, GPU) == "FBMEM@16 ZCMEM@14 RDMEM@12 SYSMEM@12 ");

  CHECK(rules.layout(other, SYSMEM, CPU)->line == 20);
  CHECK(rules.layout(other, ZCMEM, GPU)->line == 21);
  CHECK(rules.layout(other, FBMEM, GPU)->line == 22);
  CHECK(rules.layout(solve, FBMEM, GPU)->line == 23);
  CHECK(rules.layout(solve, FBMEM, GPU)->layout.words() ==
        "SOA F_order Align == 128 Compact Exact");

  CHECK(rules.collect(solve)->line == 30 && rules.collect(other) == nullptr);
  CHECK(rules.collect({"solve", 0, {"tiles"}}) == nullptr);
  CHECK(std::string(rules.index_map("solve", GPU)->function) == "c");
  CHECK(std::string(rules.index_map("other", GPU)->function) == "b");
  CHECK(std::string(rules.index_map("other", CPU)->function) == "a");
  CHECK(rules.single_map("solve", GPU) == nullptr);
}
