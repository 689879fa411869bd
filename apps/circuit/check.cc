// The check: all currents and voltages against a serial computation that knows nothing of regions.

#include <cmath>
#include <cstring>
#include <mutex>

#include "accessors.h"
#include "circuit.h"
#include "report.h"
#include "timing.h"

using namespace Legion;

namespace circuit {

namespace {

constexpr double TOLERANCE = 1e-4;  // reductions happen in any order
constexpr size_t LANES = 16;        // wires that advance together, for the vector unit

struct Lanes {
  float i[SEGMENTS][LANES];
  float v[SEGMENTS + 1][LANES];
};

struct Constants {
  float per_dt[LANES], per_r[LANES], per_cap[LANES];
};

void sweep(Lanes& state, const Lanes& old, const Constants& c)
{
  for (size_t k = 0; k < SEGMENTS; k++)
    for (size_t lane = 0; lane < LANES; lane++)
      state.i[k][lane] = ((state.v[k + 1][lane] - state.v[k][lane]) -
                          c.per_dt[lane] * (state.i[k][lane] - old.i[k][lane])) *
                         c.per_r[lane];
  for (size_t k = 1; k < SEGMENTS; k++)
    for (size_t lane = 0; lane < LANES; lane++)
      state.v[k][lane] =
          old.v[k][lane] + c.per_cap[lane] * (state.i[k - 1][lane] - state.i[k][lane]);
}

// The whole circuit in plain arrays, after all loops.
class Reference {
 public:
  explicit Reference(const Config& config) : nodes_(static_cast<size_t>(config.nodes()))
  {
    for (int64_t p = 0; p < config.pieces; p++) {
      const Piece piece = generate_piece(config, p);
      for (int64_t n = 0; n < config.nodes_per_piece; n++)
        nodes_[static_cast<size_t>(config.node_id(p, n))] = piece.nodes[static_cast<size_t>(n)];
      wires_.insert(wires_.end(), piece.wires.begin(), piece.wires.end());
    }
    charge_.resize(nodes_.size());
    blocks_.resize((wires_.size() + LANES - 1) / LANES, Lanes{});
    for (size_t w = 0; w < wires_.size(); w++)
      for (int k = 0; k < INNER; k++) at(w).v[k + 1][w % LANES] = wires_[w].voltage[k];
    const int64_t loops = app::Window{config.loops, config.prune}.iterations();
    for (int64_t loop = 0; loop < loops; loop++) advance(config.sweeps);
    measure();
  }

  double voltage(int64_t node) const { return nodes_[static_cast<size_t>(node)].voltage; }
  double current(int64_t wire, int k) const { return at(wire).i[k][wire % LANES]; }
  double inner(int64_t wire, int k) const { return at(wire).v[k + 1][wire % LANES]; }

  // Mean magnitudes: what "small" means for the values of each kind.
  double node_scale = 0, current_scale = 0, inner_scale = 0;

 private:
  Lanes& at(size_t wire) { return blocks_[wire / LANES]; }
  const Lanes& at(int64_t wire) const { return blocks_[static_cast<size_t>(wire) / LANES]; }

  void advance(int64_t sweeps)
  {
    for (size_t first = 0; first < wires_.size(); first += LANES) solve(first, sweeps);
    for (size_t w = 0; w < wires_.size(); w++) {
      charge_[static_cast<size_t>(wires_[w].in)] -= DT * at(w).i[0][w % LANES];
      charge_[static_cast<size_t>(wires_[w].out)] += DT * at(w).i[SEGMENTS - 1][w % LANES];
    }
    for (size_t n = 0; n < nodes_.size(); n++) {
      Node& node = nodes_[n];
      node.voltage = (node.voltage + charge_[n] / node.cap) * (1 - node.leakage);
      charge_[n] = 0;
    }
  }

  void solve(size_t first, int64_t sweeps)
  {
    Lanes& state = at(first);
    Constants constants = {};
    for (size_t lane = 0; lane < LANES && first + lane < wires_.size(); lane++) {
      const Wire& wire = wires_[first + lane];
      constants.per_dt[lane] = wire.inductance / DT;
      constants.per_r[lane] = 1 / wire.resistance;
      constants.per_cap[lane] = DT / wire.cap;
      state.v[0][lane] = nodes_[static_cast<size_t>(wire.in)].voltage;
      state.v[SEGMENTS][lane] = nodes_[static_cast<size_t>(wire.out)].voltage;
    }
    const Lanes old = state;
    if (sweeps % 2 != 0) sweep(state, old, constants);
    // A sweep depends on the state alone. Once two of them lead back to where they began, more
    // pairs would do the same, so stopping is exact; it makes 10000 sweeps as cheap as about 10.
    // Two, because rounding lets some wires alternate between neighbouring values for ever.
    for (int64_t pair = 0; pair < sweeps / 2; pair++) {
      const Lanes before = state;
      sweep(state, old, constants);
      sweep(state, old, constants);
      if (std::memcmp(&before, &state, sizeof state) == 0) break;
    }
  }

  void measure()
  {
    for (const Node& node : nodes_) node_scale += std::fabs(node.voltage);
    for (size_t w = 0; w < wires_.size(); w++) {
      for (int k = 0; k < SEGMENTS; k++) current_scale += std::fabs(at(w).i[k][w % LANES]);
      for (int k = 1; k < SEGMENTS; k++) inner_scale += std::fabs(at(w).v[k][w % LANES]);
    }
    node_scale /= static_cast<double>(nodes_.size());
    current_scale /= static_cast<double>(wires_.size() * SEGMENTS);
    inner_scale /= static_cast<double>(wires_.size() * INNER);
  }

  std::vector<Node> nodes_;
  std::vector<float> charge_;
  std::vector<Wire> wires_;
  std::vector<Lanes> blocks_;
};

// Computed once in a process, by whichever piece is checked first.
const Reference& reference(const Config& config)
{
  static const Reference once(config);
  return once;
}

}  // namespace

// Returns the number of wrong values. Requirements: private nodes, shared nodes, wires.
int64_t check(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx,
              Runtime* runtime)
{
  const Reference& right = reference(*static_cast<const Config*>(task->args));
  int64_t wrong = 0;
  for (unsigned part = 0; part < 2; part++) {
    const app::Reader<float> voltage(regions[part], FID_NODE_VOLTAGE);
    for (PointInRectIterator<1> n(app::bounds(task, part, ctx, runtime)); n(); n++)
      wrong += !app::agree(voltage[*n], right.voltage((*n)[0]), right.node_scale, TOLERANCE);
  }
  const Rect<1> wires = app::bounds(task, 2, ctx, runtime);
  for (int k = 0; k < SEGMENTS; k++) {
    const app::Reader<float> current(regions[2], FID_CURRENT + static_cast<FieldID>(k));
    for (PointInRectIterator<1> w(wires); w(); w++)
      wrong += !app::agree(current[*w], right.current((*w)[0], k), right.current_scale, TOLERANCE);
  }
  for (int k = 0; k < INNER; k++) {
    const app::Reader<float> voltage(regions[2], FID_WIRE_VOLTAGE + static_cast<FieldID>(k));
    for (PointInRectIterator<1> w(wires); w(); w++)
      wrong += !app::agree(voltage[*w], right.inner((*w)[0], k), right.inner_scale, TOLERANCE);
  }
  return wrong;
}

}  // namespace circuit
