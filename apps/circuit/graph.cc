// The random graph, in plain arrays: the tasks copy it into regions, the reference computes on it.

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "circuit.h"

namespace circuit {

namespace {

constexpr int64_t WINDOW = 3;     // wires reach at most this many pieces away
constexpr size_t NEIGHBOURS = 5;  // and into at most this many pieces

// One stream per piece, so that a piece is the same whoever generates it and when.
class Random {
 public:
  Random(uint64_t seed, uint64_t stream)
  {
    // Neighbouring seeds must not give similar streams: mix before use.
    uint64_t bits = seed * 0x9e3779b97f4a7c15U + stream;
    bits = (bits ^ (bits >> 31)) * 0xbf58476d1ce4e5b9U;
    bits = (bits ^ (bits >> 29)) * 0x94d049bb133111ebU;
    for (int i = 0; i < 3; i++) state_[i] = (bits >> (16 + 16 * i)) & 0xffff;
  }

  double unit() { return erand48(state_); }
  float between(double low, double high) { return low + (high - low) * unit(); }
  int64_t below(int64_t end) { return end * unit(); }

 private:
  unsigned short state_[3];
};

std::vector<int64_t> neighbours(const Config& config, int64_t piece, Random& random)
{
  std::vector<int64_t> found;
  for (int64_t distance = -WINDOW; distance <= WINDOW; distance++) {
    const int64_t other = ((piece + distance) % config.pieces + config.pieces) % config.pieces;
    if (other != piece && std::find(found.begin(), found.end(), other) == found.end())
      found.push_back(other);
  }
  while (found.size() > NEIGHBOURS)
    found.erase(found.begin() + random.below(found.size()));
  return found;
}

}  // namespace

Piece generate_piece(const Config& config, int64_t piece)
{
  Random random(config.seed, piece);
  const int64_t shared = config.shared_per_piece();
  const std::vector<int64_t> others = neighbours(config, piece, random);
  Piece result;

  // Capacitances grow with the expected number of wires, so that for any flags one loop changes a
  // node by per cents: enough for the check to see a lost charge, too little to be unstable.
  const double inside = 0.01 * config.percent_inside;
  const double wires = config.wires_per_piece;
  const double everywhere = 2 * wires / config.nodes_per_piece;
  const double foreign = (1 - inside) * wires / shared;
  for (int64_t index = 0; index < config.nodes_per_piece; index++) {
    const double load = 20 * DT * std::max(1.0, everywhere + (index < shared ? foreign : 0));
    Node node;
    node.cap = random.between(load, 2 * load);
    node.leakage = random.between(0.02, 0.1);
    node.voltage = random.between(-1, 1);
    result.nodes.push_back(node);
  }

  for (int64_t index = 0; index < config.wires_per_piece; index++) {
    Wire wire;
    wire.in = config.node_id(piece, random.below(config.nodes_per_piece));
    if (others.empty() || 100 * random.unit() < config.percent_inside) {
      wire.out = config.node_id(piece, random.below(config.nodes_per_piece));
    } else {
      const int64_t other = others[random.below(others.size())];
      wire.out = config.node_id(other, random.below(shared));
    }
    // The sweeps are a fixed-point iteration, which converges if L/dt and dt/C are small to R.
    wire.resistance = random.between(1, 11);
    wire.inductance = random.between(0.05 * DT, 0.1 * DT);
    wire.cap = random.between(1000 * DT, 2000 * DT);
    for (float& voltage : wire.voltage) voltage = random.between(-1, 1);
    result.wires.push_back(wire);
  }
  return result;
}

Load modelled_load(const Config& config)
{
  const double pieces = config.data_scale * config.pieces_per_superpiece;
  const double inside = config.pieces == 1 ? 1 : 0.01 * config.percent_inside;
  const double shared = static_cast<double>(config.shared_per_piece()) / config.nodes_per_piece;
  // Wires that leave their piece for one at a distance stay in a superpiece of several, if they do
  // not begin too close to its edge.
  double leave = 0;
  for (int64_t distance = 1; distance <= WINDOW; distance++)
    leave += std::min<double>(distance, config.pieces_per_superpiece) /
             (WINDOW * config.pieces_per_superpiece);
  if (config.superpieces() == 1) leave = 0;

  Load load;
  load.wires = pieces * config.wires_per_piece;
  load.sweeps = config.modelled_sweeps > 0 ? config.modelled_sweeps : config.sweeps;
  load.nodes[0] = pieces * (config.nodes_per_piece - config.shared_per_piece());
  load.nodes[1] = pieces * config.shared_per_piece();
  load.ghost_ends = load.wires * (1 - inside) * leave;
  load.shared_ends = load.wires * ((1 - inside) * (1 - leave) + shared * (1 + inside));
  return load;
}

}  // namespace circuit
