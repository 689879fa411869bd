// Launch and PolicySharding on a running Legion: every point has the processor that the placement
// function gives, slices cover a domain exactly, and shards agree with both.

#include "../unit/check.h"
#include "mapc/mapper.h"

#include <cstring>

using namespace Legion;

namespace {

/// Deals the points of a launch over the CPUs in blocks of two.
class Blocks final : public mapc::Program {
 public:
  using Program::Program;
  mapc::ProcessorSet call_entry(const std::string&, mapc::TaskView task) const override
  {
    const mapc::MachineView cpus = machine_of(mapc::CPU);
    const mapc::Int number = mapc::linearize(task.ipoint(), task.ispace());
    return cpus[{0, number / 2 % cpus.size()[1]}];
  }
};

std::size_t check_launch(const Domain& domain, const mapc::Machines& machines)
{
  using mapc::ProcKind;
  const Blocks program(machines.shape());
  const ProcKind kind = ProcKind::CPU;
  const mapc::Tuple lo = mapc::to_tuple(domain.lo());
  const mapc::IndexTable table(program, "f", "t", mapc::extents_of(domain), &kind,
                               [&](const mapc::Tuple& offset) {
                                 DomainPoint point = domain.lo();
                                 for (int d = 0; d < point.get_dim(); ++d)
                                   point[d] += offset.raw(static_cast<std::size_t>(d)).value();
                                 return domain.contains(point);
                               });
  const auto launch = std::make_shared<const mapc::Launch>(table, domain, kind, machines);
  const auto& cpus = machines.on_node(kind, 0);

  std::map<DomainPoint, Processor> where;
  for (Domain::DomainPointIterator it(domain); it; ++it) {
    const mapc::ProcessorId id = table.at(mapc::to_tuple(it.p) - lo);
    CHECK(launch->at(it.p) == id);
    CHECK(launch->processor(it.p) == cpus[static_cast<std::size_t>(id.index)]);
    where[it.p] = launch->processor(it.p);
  }
  CHECK(where.size() == domain.get_volume());

  const auto slices = launch->slices(domain);
  std::size_t points = 0;
  for (const auto& slice : slices)
    for (Domain::DomainPointIterator it(slice.domain); it; ++it, ++points)
      CHECK(where.count(it.p) == 1 && where[it.p] == slice.proc);
  CHECK(points == where.size());

  // Two shards on this node: a point belongs to the one with its processor's index.
  mapc::PolicySharding sharding([&](const Domain&) { return launch; }, {cpus[0], cpus[1]});
  std::vector<DomainPoint> inverted[2];
  for (ShardID shard : {0, 1}) sharding.invert(shard, domain, domain, 2, inverted[shard]);
  for (const auto& [point, processor] : where) {
    const ShardID shard = sharding.shard(point, domain, 2);
    CHECK(cpus[shard] == processor);
    CHECK(std::count(inverted[shard].begin(), inverted[shard].end(), point) == 1);
  }
  CHECK(inverted[0].size() + inverted[1].size() == where.size());
  return slices.size();
}

void main_task(const Task*, const std::vector<PhysicalRegion>&, Context ctx, Runtime* runtime)
{
  const mapc::Machines machines(Machine::get_machine());
  CHECK(machines.nodes() == 1 && machines.on_node(mapc::ProcKind::CPU, 0).size() == 2);
  CHECK(check_launch(Rect<1>(0, 9), machines) == 5);
  CHECK(check_launch(Rect<1>(-7, -7), machines) == 1);
  // Rows of two and of four points: a row has one processor, or two.
  CHECK(check_launch(Rect<2>(Point<2>(3, 5), Point<2>(6, 6)), machines) == 4);
  CHECK(check_launch(Rect<2>(Point<2>(0, 0), Point<2>(3, 3)), machines) == 2);
  CHECK(check_launch(Rect<3>(Point<3>(-1, 0, 2), Point<3>(1, 2, 4)), machines) > 2);
  std::vector<DomainPoint> sparse;
  for (int i = 0; i < 6; ++i) sparse.push_back(Point<2>(i, i * i % 4));
  const Domain diagonal =
      runtime->get_index_space_domain(ctx, runtime->create_index_space(ctx, sparse));
  CHECK(!diagonal.dense());
  check_launch(diagonal, machines);
  std::printf("done\n");
}

}  // namespace

int main(int argc, char** argv)
{
  Runtime::set_top_level_task_id(1);
  TaskVariantRegistrar registrar(1, "main");
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  Runtime::preregister_task_variant<main_task>(registrar, "main");
  return Runtime::start(argc, argv);
}
