// Machine views: every transformation back and forth, splits, sets, failures.

#include <cstdint>

#include "check.h"
#include "mapc/factors.h"
#include "mapc/machine_view.h"

using namespace mapc;

namespace {

Shape shape_of(std::int64_t nodes, std::int64_t procs)
{
  Shape shape;
  shape.nodes = nodes;
  shape.procs.fill(procs);
  return shape;
}

ProcessorId only(const ProcessorSet& set)
{
  CHECK(set.members().size() == 1);
  return set.members().front();
}

/// Every index leads to a processor of the machine, a different one each, and back.
void is_sound(const MachineView& m)
{
  std::vector<bool> seen(64, false);
  for (std::int64_t i = 0; i < m.volume().value(); ++i) {
    std::vector<Int> index;
    std::int64_t rest = i;
    for (const Int extent : m.size()) {
      index.push_back(rest % extent.value());
      rest /= extent.value();
    }
    const Tuple here(index);
    const ProcessorId id = only(m[{*here}]);
    const std::size_t number = static_cast<std::size_t>(id.node * 8 + id.index);
    CHECK(number < seen.size() && !seen[number]);
    seen[number] = true;
    CHECK(m.locate(m.kind(), id) == here);
  }
}

void transformations()
{
  const Shape shape = shape_of(2, 4);
  const MachineView m(&shape, GPU);
  const ProcessorId at_1_3{1, 3}, at_1_1{1, 1}, at_1_2{1, 2}, at_0_2{0, 2}, at_0_3{0, 3};
  CHECK(m.split(1, 2).size() == (Tuple{2, 2, 2}));
  CHECK(only(m.split(1, 2)[{1, 1, 1}]) == at_1_3);
  CHECK(only(m.merge(0, 1)[{5}]) == at_1_1);
  CHECK(only(m.merge(1, 0)[{5}]) == at_1_2);
  CHECK(only(m.swap(0, 1)[{3, 1}]) == at_1_3);
  CHECK(m.slice(1, 1, 2).size() == (Tuple{2, 2}));
  CHECK(only(m.slice(1, 1, 2)[{0, 1}]) == at_0_2);
  CHECK(only(m.reverse(0)[{0, 3}]) == at_1_3);
  CHECK(m.reverse(1).text() == "Machine(GPU) 2x4");
  CHECK(only(m.split(1, 2).merge(2, 1)[{0, 3}]) == at_0_3);
  for (const MachineView& view :
       {m, m.split(1, 2), m.merge(0, 1), m.merge(1, 0), m.swap(0, 1), m.reverse(0),
        m.slice(1, 1, 2), m.merge(0, 1).split(0, 4).swap(0, 1).reverse(1).slice(0, 1, 1),
        m.split(1, 2).merge(2, 0), m.split(1, 2).merge(0, 2), m.auto_split(1, {3, 5, 7}),
        m.merge(0, 1).balance_split(0, 3), m.merge(1, 0).greedy_split(0, {5, 2}).merge(1, 0)})
    is_sound(view);
}

void failures()
{
  const Shape shape = shape_of(2, 4), empty = shape_of(2, 0);
  const MachineView m(&shape, GPU), none(&empty, GPU);
  FAILS("MAP504", m.split(2, 2));
  FAILS("MAP504", m.reverse(-1));
  FAILS("MAP507", m.split(1, 0));
  FAILS("MAP503", m.split(1, 3));
  FAILS("MAP505", m.merge(1, 1));
  FAILS("MAP505", m.swap(0, 0));
  FAILS("MAP506", m.slice(1, 2, 1));
  FAILS("MAP506", m.slice(1, 0, 4));
  FAILS("MAP507", m.balance_split(1, 0));
  FAILS("MAP507", m.auto_split(1, Tuple()));
  FAILS("MAP507", m.greedy_split(1, {1, -1}));
  FAILS("MAP501", none.auto_split(1, {2}));
  FAILS("MAP508", (m[{1}]));
  FAILS("MAP509", (m[{0, -1}]));
  FAILS("MAP509", (m[{2, 0}]));
  FAILS("MAP511", (none[{0, all}]));
  FAILS("MAP514", m.locate(CPU, {0, 0}));
  FAILS("MAP518", m.slice(1, 1, 2).locate(GPU, {0, 0}));
  FAILS("MAP518", m.slice(1, 1, 2).locate(GPU, {0, 3}));
}

void sets()
{
  Shape shape = shape_of(2, 2);
  const MachineView m(&shape, GPU);
  CHECK((m[{1, all}]).text() == "{GPU[1,0], GPU[1,1]}");
  CHECK((m[{all, all}]).text() == "{GPU[0,0], GPU[0,1], GPU[1,0], GPU[1,1]}");
  CHECK((m.swap(0, 1)[{all, all}]).text() == "{GPU[0,0], GPU[1,0], GPU[0,1], GPU[1,1]}");
  CHECK((m[{0, 0}]).has(ZCMEM) && (m[{0, 0}]).has(VIRTUAL) && !(m[{0, 0}]).has(SYSMEM));
  shape.has_memory = [](ProcKind, std::int64_t node, std::int64_t, MemKind) { return node == 0; };
  CHECK((m[{0, all}]).has(FBMEM) && !(m[{all, 0}]).has(FBMEM) && (m[{all, 0}]).has(VIRTUAL));
}

void factorisations()
{
  CHECK((balanced_factors(6, 2) == Factors{3, 2}));
  CHECK((balanced_factors(12, 2) == Factors{4, 3}));
  CHECK((balanced_factors(24, 3) == Factors{4, 3, 2}));
  CHECK((balanced_factors(19, 3) == Factors{19, 1, 1}));
  CHECK((balanced_factors(7, 1) == Factors{7}));
  CHECK((balanced_factors(1, 2) == Factors{1, 1}));
  CHECK((greedy_factors(12, {6, 4}) == Factors{6, 2}));
  CHECK((auto_factors(6, {3, 5}) == Factors{2, 3}));
  CHECK((auto_factors(12, {6, 4}) == Factors{4, 3}));
  CHECK((auto_factors(6, {4, 4}) == Factors{3, 2}));
  CHECK((auto_factors(12, {8, 8}) == Factors{3, 4}));
  CHECK((auto_factors(60, {1, 3}) == Factors{4, 15}));
  CHECK((auto_factors(4, {0, 8}) == Factors{1, 4}));
  // Costs that differ in the 60th digit only: no floating-point number could tell.
  const std::int64_t huge = INT64_MAX;
  CHECK((auto_factors(2, {huge, huge - 1, huge}) == Factors{2, 1, 1}));
  CHECK((auto_factors(2, {huge - 1, huge, huge - 1}) == Factors{1, 2, 1}));
}

}  // namespace

int main()
{
  transformations();
  failures();
  sets();
  factorisations();
}
