// A mapper for programs/matmul2d.cc as an expert writes it: blocks of the launch for the nodes, and
// within each for its CPUs. The decisions of policies/matmul.mapl.

#include <cstdlib>

#include "by_hand.h"

namespace by_hand {

namespace {

/// The factors of `n` nearest to a square: prime factors, largest first, to the smaller side.
Point<2> square(coord_t n)
{
  std::vector<coord_t> primes;
  for (coord_t p = 2; n > 1; ++p)
    for (; n % p == 0; n /= p) primes.push_back(p);
  Point<2> sides(1, 1);
  for (auto p = primes.rbegin(); p != primes.rend(); ++p) sides[sides[0] <= sides[1] ? 0 : 1] *= *p;
  return sides;
}

/// The CPUs as a grid: a grid of nodes, each a grid of its CPUs.
class Grid {
 public:
  explicit Grid(const Rows& cpus)
  {
    const Point<2> nodes = square(static_cast<coord_t>(cpus.size()));
    const Point<2> within = square(static_cast<coord_t>(cpus.front().size()));
    sides_ = Point<2>(nodes[0] * within[0], nodes[1] * within[1]);
    for (coord_t y = 0; y < sides_[1]; ++y)
      for (coord_t x = 0; x < sides_[0]; ++x) {
        const coord_t node = x / within[0] + y / within[1] * nodes[0];
        const coord_t cpu = x % within[0] + y % within[1] * within[0];
        cells_.push_back({static_cast<ShardID>(node), static_cast<ShardID>(cpu), cpus[node][cpu]});
      }
  }

  struct Cell {
    ShardID node, cpu;
    Processor processor;
  };

  const Cell& at(const DomainPoint& point, const Domain& domain) const
  {
    const Rect<2> box = domain;
    const coord_t x = (point[0] - box.lo[0]) * sides_[0] / (box.hi[0] - box.lo[0] + 1);
    const coord_t y = (point[1] - box.lo[1]) * sides_[1] / (box.hi[1] - box.lo[1] + 1);
    return cells_[x + y * sides_[0]];
  }

  /// Calls `take` with the points of each cell.
  template <class TAKE>
  void each_block(const Rect<2>& box, TAKE take) const
  {
    const auto first = [&](coord_t cell, int d) {  // the least point that `at` gives this cell
      return box.lo[d] + (cell * (box.hi[d] - box.lo[d] + 1) + sides_[d] - 1) / sides_[d];
    };
    for (coord_t y = 0; y < sides_[1]; ++y)
      for (coord_t x = 0; x < sides_[0]; ++x)
        take(Rect<2>(Point<2>(first(x, 0), first(y, 1)),
                     Point<2>(first(x + 1, 0) - 1, first(y + 1, 1) - 1)),
             cells_[x + y * sides_[0]]);
  }

 private:
  Point<2> sides_;
  std::vector<Cell> cells_;
};

/// A shard is a node, or with a single node one of its CPUs.
class Sharding : public ShardingFunctor {
 public:
  explicit Sharding(const Rows& cpus) : grid_(cpus), nodes_(cpus.size()) {}

  ShardID shard(const DomainPoint& point, const Domain& domain, const size_t total) override
  {
    const Grid::Cell& cell = grid_.at(point, domain);
    return total == nodes_ ? cell.node : cell.cpu;
  }

 private:
  const Grid grid_;
  const std::size_t nodes_;
};

ShardingID sharding = 0;

class Matmul : public Mapper {
 public:
  Matmul(MapperRuntime* runtime, Machine machine, Processor local)
      : Mapper(runtime, machine, local, "matmul by hand"), grid_(cpus_)
  {}

 private:
  std::vector<DimensionKind> order(int rank) const override
  {
    std::vector<DimensionKind> order;
    for (int d = 0; d < rank; ++d) order.push_back(static_cast<DimensionKind>(LEGION_DIM_X + d));
    order.push_back(LEGION_DIM_F);
    return order;
  }

  Memory memory_of(MapperContext, const Task&, unsigned) override { return sysmem_; }

  Processor default_policy_select_initial_processor(MapperContext, const Task&) override
  {
    return local_cpus.front();
  }

  void select_task_options(MapperContext ctx, const Task& task, TaskOptions& output) override
  {
    DefaultMapper::select_task_options(ctx, task, output);
    output.replicate = task.get_depth() == 0 && shards().size() > 1;
  }

  std::vector<Processor> shards() const
  {
    static const char* const local_shards = std::getenv("MAPC_LOCAL_SHARDS");
    if (cpus_.size() == 1 && local_shards != nullptr) return cpus_.front();
    std::vector<Processor> shards;
    for (const auto& node : cpus_) shards.push_back(node.front());
    return shards;
  }

  void replicate_task(MapperContext ctx, const Task& task, const ReplicateTaskInput& input,
                      ReplicateTaskOutput& output) override
  {
    DefaultMapper::replicate_task(ctx, task, input, output);
    output.target_processors = shards();
  }

  using DefaultMapper::select_sharding_functor;
  void select_sharding_functor(MapperContext, const Task&, const SelectShardingFunctorInput&,
                               SelectShardingFunctorOutput& output) override
  {
    output.chosen_functor = sharding;
    output.slice_recurse = true;
  }

  void slice_task(MapperContext, const Task& task, const SliceTaskInput& input,
                  SliceTaskOutput& output) override
  {
    auto& [launch, slices] = slices_[input.domain];
    if (launch != task.index_domain) {
      launch = task.index_domain;
      slices.clear();
      grid_.each_block(task.index_domain, [&](const Rect<2>& block, const Grid::Cell& cell) {
        const Rect<2> here = block.intersection(Rect<2>(input.domain));
        if (!here.empty())
          slices.emplace_back(Domain(here), cell.processor, false /*recurse*/, false /*stealable*/);
      });
    }
    output.slices = slices;
  }

  const Grid grid_;
  std::map<Domain, std::pair<Domain, std::vector<TaskSlice>>> slices_;  // with the whole launch
};

void install_all(Machine machine, Runtime* runtime, const std::set<Processor>& local)
{
  sharding = runtime->generate_library_sharding_ids("matmul by hand", 1);
  runtime->register_sharding_functor(sharding, new Sharding(find_processors(machine, Processor::LOC_PROC)));
  install<Matmul>(machine, runtime, local);
}

void add_mapper() { Runtime::add_registration_callback(&install_all); }

}  // namespace

}  // namespace by_hand

MAPC_INTERPOSE_START(by_hand::add_mapper)
