// The check: all currents and voltages against a serial computation that knows nothing of regions.

#include <cmath>
#include <cstring>

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
  explicit Reference(const Config& config) : nodes_(config.nodes()), charge_(config.nodes())
  {
    for (int64_t p = 0; p < config.pieces; p++) {
      const Piece piece = generate_piece(config, p);
      for (int64_t n = 0; n < config.nodes_per_piece; n++)
        nodes_[config.node_id(p, n)] = piece.nodes[n];
      wires_.insert(wires_.end(), piece.wires.begin(), piece.wires.end());
    }
    state_.resize((wires_.size() + LANES - 1) / LANES, Lanes{});
    for (size_t w = 0; w < wires_.size(); w++)
      for (int k = 0; k < INNER; k++) state_[w / LANES].v[k + 1][w % LANES] = wires_[w].voltage[k];
    for (int64_t loop = 0; loop < app::Window{config.loops, config.prune}.iterations(); loop++)
      advance(config.sweeps);
    measure();
  }

  double voltage(int64_t node) const { return nodes_[node].voltage; }
  double current(int64_t wire, int k) const { return state_[wire / LANES].i[k][wire % LANES]; }
  double inner(int64_t wire, int k) const { return state_[wire / LANES].v[k + 1][wire % LANES]; }

  // Mean magnitudes: what "small" means for the values of each kind.
  double node_scale = 0, current_scale = 0, inner_scale = 0;

 private:
  void advance(int64_t sweeps)
  {
    for (size_t block = 0; block < state_.size(); block++) solve(block, sweeps);
    for (size_t w = 0; w < wires_.size(); w++) {
      charge_[wires_[w].in] -= DT * state_[w / LANES].i[0][w % LANES];
      charge_[wires_[w].out] += DT * state_[w / LANES].i[SEGMENTS - 1][w % LANES];
    }
    for (size_t n = 0; n < nodes_.size(); n++) {
      Node& node = nodes_[n];
      node.voltage = (node.voltage + charge_[n] / node.cap) * (1 - node.leakage);
      charge_[n] = 0;
    }
  }

  void solve(size_t block, int64_t sweeps)
  {
    Lanes& state = state_[block];
    Constants constants = {};
    for (size_t lane = 0; lane < LANES && block * LANES + lane < wires_.size(); lane++) {
      const Wire& wire = wires_[block * LANES + lane];
      constants.per_dt[lane] = wire.inductance / DT;
      constants.per_r[lane] = 1 / wire.resistance;
      constants.per_cap[lane] = DT / wire.cap;
      state.v[0][lane] = nodes_[wire.in].voltage;
      state.v[SEGMENTS][lane] = nodes_[wire.out].voltage;
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
    const int64_t wires = wires_.size();
    for (const Node& node : nodes_) node_scale += std::fabs(node.voltage) / nodes_.size();
    for (int64_t w = 0; w < wires; w++) {
      for (int k = 0; k < SEGMENTS; k++) current_scale += std::fabs(current(w, k));
      for (int k = 0; k < INNER; k++) inner_scale += std::fabs(inner(w, k));
    }
    current_scale /= wires * SEGMENTS;
    inner_scale /= wires * INNER;
  }

  std::vector<Node> nodes_;
  std::vector<float> charge_;
  std::vector<Wire> wires_;
  std::vector<Lanes> state_;
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
  const auto compare = [&](unsigned region, int field, double scale, const auto& expected) {
    const app::Reader<float> actual(regions[region], field);
    for (PointInRectIterator<1> i(app::bounds(task, region, ctx, runtime)); i(); i++)
      wrong += !app::agree(actual[*i], expected((*i)[0]), scale, TOLERANCE);
  };
  for (const unsigned nodes : {0U, 1U})
    compare(nodes, FID_NODE_VOLTAGE, right.node_scale, [&](int64_t n) { return right.voltage(n); });
  for (int k = 0; k < SEGMENTS; k++)
    compare(2, FID_CURRENT + k, right.current_scale,
            [&](int64_t w) { return right.current(w, k); });
  for (int k = 0; k < INNER; k++)
    compare(2, FID_WIRE_VOLTAGE + k, right.inner_scale,
            [&](int64_t w) { return right.inner(w, k); });
  return wrong;
}

}  // namespace circuit
