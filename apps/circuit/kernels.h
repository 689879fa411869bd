// What the three tasks of a loop do to one wire or node, on whatever processor, and what it costs.
#pragma once

#include "accessors.h"
#include "circuit.h"
#include "mapc/gpu.h"

namespace circuit {

// A field of the nodes that a superpiece touches; each of its wires knows which of the three it
// ends in. Writing differs: private nodes have one writer, the others are reduced into.
struct Voltages {
  app::Reader<float> own, shared, ghost;

  MAPC_GPU float operator()(int64_t node, uint8_t location) const
  {
    return location == PRIVATE ? own[node] : location == SHARED ? shared[node] : ghost[node];
  }
};

struct Charges {
  app::Writer<float> own;
  app::Adder<float> shared, ghost;

  MAPC_GPU void add(int64_t node, uint8_t location, float charge) const
  {
    if (location == PRIVATE)
      mapc::gpu::add(own[node], charge);
    else if (location == SHARED)
      shared[node] <<= charge;
    else
      ghost[node] <<= charge;
  }
};

struct Ends {
  app::Reader<int64_t> in, out;
  app::Reader<uint8_t> in_loc, out_loc;

  explicit Ends(const Legion::PhysicalRegion& wires)
      : in(wires, FID_IN_PTR), out(wires, FID_OUT_PTR), in_loc(wires, FID_IN_LOC),
        out_loc(wires, FID_OUT_LOC)
  {
  }
};

// The currents and inner voltages of a wire, from the voltages at its ends.
struct SolveWire {
  Voltages node;
  Ends ends;
  app::Reader<float> inductance, resistance, cap;
  app::Writer<float> current[SEGMENTS], voltage[INNER];
  int64_t sweeps;

  SolveWire(const std::vector<Legion::PhysicalRegion>& regions, int64_t sweeps)
      : node{{regions[0], FID_NODE_VOLTAGE},
             {regions[1], FID_NODE_VOLTAGE},
             {regions[2], FID_NODE_VOLTAGE}},
        ends(regions[3]), inductance(regions[3], FID_INDUCTANCE),
        resistance(regions[3], FID_RESISTANCE), cap(regions[3], FID_WIRE_CAP), sweeps(sweeps)
  {
    for (int k = 0; k < SEGMENTS; k++) current[k] = {regions[4], FID_CURRENT + k};
    for (int k = 0; k < INNER; k++) voltage[k] = {regions[4], FID_WIRE_VOLTAGE + k};
  }

  MAPC_GPU void operator()(Legion::Point<1> w) const
  {
    // The state of one wire fits into registers for all sweeps.
    float i[SEGMENTS], i_old[SEGMENTS], v[SEGMENTS + 1], v_old[SEGMENTS + 1];
    for (int k = 0; k < SEGMENTS; k++) i[k] = i_old[k] = current[k][w];
    for (int k = 0; k < INNER; k++) v[k + 1] = v_old[k + 1] = voltage[k][w];
    v[0] = node(ends.in[w], ends.in_loc[w]);
    v[SEGMENTS] = node(ends.out[w], ends.out_loc[w]);
    const float per_dt = inductance[w] / DT;
    const float conductance = 1 / resistance[w];
    const float per_cap = DT / cap[w];
    for (int64_t sweep = 0; sweep < sweeps; sweep++) {
      for (int k = 0; k < SEGMENTS; k++)
        i[k] = ((v[k + 1] - v[k]) - per_dt * (i[k] - i_old[k])) * conductance;
      for (int k = 1; k < SEGMENTS; k++) v[k] = v_old[k] + per_cap * (i[k - 1] - i[k]);
    }
    for (int k = 0; k < SEGMENTS; k++) current[k][w] = i[k];
    for (int k = 0; k < INNER; k++) voltage[k][w] = v[k + 1];
  }
};

// The charge that flowed through a wire, added to the nodes at its ends.
struct MoveCharge {
  Charges charge;
  Ends ends;
  app::Reader<float> first, last;

  explicit MoveCharge(const std::vector<Legion::PhysicalRegion>& regions)
      : charge{{regions[0], FID_CHARGE},
               {regions[1], FID_CHARGE, LEGION_REDOP_SUM_FLOAT32},
               {regions[2], FID_CHARGE, LEGION_REDOP_SUM_FLOAT32}},
        ends(regions[3]), first(regions[3], FID_CURRENT),
        last(regions[3], FID_CURRENT + SEGMENTS - 1)
  {
  }

  MAPC_GPU void operator()(Legion::Point<1> w) const
  {
    charge.add(ends.in[w], ends.in_loc[w], -DT * first[w]);
    charge.add(ends.out[w], ends.out_loc[w], DT * last[w]);
  }
};

// The voltage of a node, from its charge, which is used up.
struct UseCharge {
  app::Writer<float> voltage, charge;
  app::Reader<float> cap, leakage;

  UseCharge(const Legion::PhysicalRegion& state, const Legion::PhysicalRegion& constants)
      : voltage(state, FID_NODE_VOLTAGE), charge(state, FID_CHARGE), cap(constants, FID_NODE_CAP),
        leakage(constants, FID_LEAKAGE)
  {
  }

  MAPC_GPU void operator()(Legion::Point<1> n) const
  {
    voltage[n] = (voltage[n] + charge[n] / cap[n]) * (1 - leakage[n]);
    charge[n] = 0;
  }
};

// A moment on the clock, written where the figure of merit finds it.
struct Stamp {
  app::Writer<double> times;
  double now;

  MAPC_GPU void operator()(Legion::Point<1> superpiece) const { times[superpiece] = now; }
};

// What the tasks cost on a modelled machine, by where their instances lie.
inline mapc::gpu::Work cost_of_currents(const std::vector<Legion::PhysicalRegion>& regions,
                                        const Load& load)
{
  using mapc::gpu::place_of;
  mapc::gpu::Work work;
  work.flops32 = (96 * load.sweeps + 15) * load.wires;
  work.stream(place_of(regions[3]), 30 * load.wires)
      .stream(place_of(regions[4]), 152 * load.wires)
      .scatter(place_of(regions[0]), load.private_ends())
      .scatter(place_of(regions[1]), load.shared_ends)
      .scatter(place_of(regions[2]), load.ghost_ends);
  return work;
}

inline mapc::gpu::Work cost_of_charges(const std::vector<Legion::PhysicalRegion>& regions,
                                       const Load& load)
{
  using mapc::gpu::place_of;
  mapc::gpu::Work work;
  work.flops32 = 4 * load.wires;
  work.stream(place_of(regions[3]), 26 * load.wires)
      .scatter(place_of(regions[0]), load.private_ends())
      .scatter(place_of(regions[1]), load.shared_ends)
      .scatter(place_of(regions[2]), load.ghost_ends);
  return work;
}

// Of one of the two parts, private and shared.
inline mapc::gpu::Work cost_of_voltages(const Legion::PhysicalRegion& state,
                                        const Legion::PhysicalRegion& constants, double nodes)
{
  using mapc::gpu::place_of;
  mapc::gpu::Work work;
  work.flops32 = 4 * nodes;
  work.stream(place_of(state), 16 * nodes).stream(place_of(constants), 8 * nodes);
  return work;
}

}  // namespace circuit
