// The circuit's mapper as an expert writes it: the decisions of apps/circuit/expert.mapl.

#include "by_hand.h"

namespace by_hand {

namespace {

class Circuit : public Mapper {
 public:
  Circuit(MapperRuntime* runtime, Machine machine, Processor local)
      : Mapper(runtime, machine, local, "circuit by hand"),
        gpus_(find_processors(machine, Processor::TOC_PROC)),
        frame_(find_memory(machine, local, Memory::GPU_FB_MEM)),
        zero_copy_(find_memory(machine, local, Memory::Z_COPY_MEM))
  {}

 private:
  enum class Slicing { BY_DEFAULT, BLOCK, HOME };

  /// What is decided for a task.
  struct Decision {
    Processor first;
    Slicing slicing = Slicing::BY_DEFAULT;
    unsigned shared = 0;  // bits of the requirements of nodes that several GPUs touch
  };

  /// Task numbers are private to the application, so its names are looked at, once.
  const Decision& decision_of(MapperContext ctx, const Task& task)
  {
    const auto found = decisions_.find(task.task_id);
    if (found != decisions_.end()) return found->second;
    const std::string name = task.get_task_name();
    Decision decision;
    if (name == "calculate_new_currents" || name == "distribute_charge")
      decision = {Processor::NO_PROC, Slicing::BLOCK, 1u << 1 | 1u << 2};
    else if (name == "update_voltages")
      decision = {Processor::NO_PROC, Slicing::BLOCK, 1u << 1 | 1u << 3};
    else if (name == "init_piece" || name == "init_pointers" || name == "print_summary")
      decision.slicing = Slicing::HOME;
    const bool on_gpu = decision.slicing == Slicing::BLOCK && !local_gpus.empty() &&
                        have_proc_kind_variant(ctx, task.task_id, Processor::TOC_PROC);
    decision.first = on_gpu ? local_gpus.front() : local_cpus.front();
    return decisions_[task.task_id] = decision;
  }

  Processor default_policy_select_initial_processor(MapperContext ctx, const Task& task) override
  {
    return decision_of(ctx, task).first;
  }

  Memory memory_of(MapperContext ctx, const Task& task, unsigned index) override
  {
    if (local_kind != Processor::TOC_PROC) return sysmem_;
    return (decision_of(ctx, task).shared >> index & 1) != 0 ? zero_copy_ : frame_;
  }

  std::vector<DimensionKind> order(int rank) const override
  {
    std::vector<DimensionKind> order;
    for (int d = rank; d-- > 0;) order.push_back(static_cast<DimensionKind>(LEGION_DIM_X + d));
    order.push_back(LEGION_DIM_F);
    return order;
  }

  /// Contiguous runs of superpieces, for all processors in turn.
  static Processor in_blocks(const Rows& rows, coord_t piece, coord_t pieces)
  {
    const coord_t each = static_cast<coord_t>(rows.front().size());
    const coord_t number = piece * static_cast<coord_t>(rows.size()) * each / pieces;
    return rows[number / each][number % each];
  }

  /// Input and output: the first CPU of the node that works on the superpiece.
  Processor at_home(coord_t piece, coord_t pieces) const
  {
    return cpus_[piece * static_cast<coord_t>(cpus_.size()) / pieces].front();
  }

  void slice_task(MapperContext ctx, const Task& task, const SliceTaskInput& input,
                  SliceTaskOutput& output) override
  {
    const Decision& decision = decision_of(ctx, task);
    if (decision.slicing == Slicing::BY_DEFAULT) {
      DefaultMapper::slice_task(ctx, task, input, output);
      return;
    }
    std::vector<TaskSlice>& slices = slices_[{decision.slicing, input.domain}];
    if (slices.empty()) {
      const Rows& rows = local_kind == Processor::TOC_PROC ? gpus_ : cpus_;
      const Rect<1> all = task.index_domain, here = input.domain;
      for (coord_t piece = here.lo[0]; piece <= here.hi[0]; ++piece) {
        const coord_t at = piece - all.lo[0], pieces = all.hi[0] - all.lo[0] + 1;
        const Processor p =
            decision.slicing == Slicing::HOME ? at_home(at, pieces) : in_blocks(rows, at, pieces);
        if (!slices.empty() && slices.back().proc == p)
          slices.back().domain = Rect<1>(Rect<1>(slices.back().domain).lo, piece);
        else
          slices.emplace_back(Domain(Rect<1>(piece, piece)), p, false /*recurse*/,
                              false /*stealable*/);
      }
    }
    output.slices = slices;
  }

  const Rows gpus_;
  const Memory frame_, zero_copy_;
  std::map<TaskID, Decision> decisions_;
  std::map<std::pair<Slicing, Domain>, std::vector<TaskSlice>> slices_;
};

void add_mapper() { Runtime::add_registration_callback(&install<Circuit>); }

}  // namespace

}  // namespace by_hand

MAPC_INTERPOSE_START(by_hand::add_mapper)
