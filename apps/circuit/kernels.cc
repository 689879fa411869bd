// The three tasks of a loop, CPU variants. Variants for other processors get files of their own.

#include "accessors.h"
#include "circuit.h"
#include "timing.h"

using namespace Legion;

namespace circuit {

namespace {

// A field of the nodes that a superpiece touches; each of its wires knows which of the three it
// ends in. Writing differs: private nodes have one writer, the others are reduced into.
struct Voltages {
  app::Reader<float> own, shared, ghost;

  float operator()(int64_t node, uint8_t location) const
  {
    return location == PRIVATE ? own[node] : location == SHARED ? shared[node] : ghost[node];
  }
};

struct Charges {
  app::Writer<float> own;
  app::Adder<float> shared, ghost;

  void add(int64_t node, uint8_t location, float charge) const
  {
    if (location == PRIVATE)
      own[node] += charge;
    else if (location == SHARED)
      shared[node] <<= charge;
    else
      ghost[node] <<= charge;
  }
};

struct Ends {
  app::Reader<int64_t> in, out;
  app::Reader<uint8_t> in_loc, out_loc;

  explicit Ends(const PhysicalRegion& wires)
      : in(wires, FID_IN_PTR), out(wires, FID_OUT_PTR), in_loc(wires, FID_IN_LOC),
        out_loc(wires, FID_OUT_LOC)
  {
  }
};

void stamp(const PhysicalRegion& times, FieldIDs field, int64_t superpiece)
{
  app::Writer<double>(times, field)[superpiece] = app::now();
}

}  // namespace

// Requirements: private, shared, ghost voltages; wires constant, wires state; times.
void calculate_new_currents(const Task* task, const std::vector<PhysicalRegion>& regions,
                            Context ctx, Runtime* runtime)
{
  const Step step = *static_cast<const Step*>(task->args);
  if (step.stamp) stamp(regions[5], FID_START, task->index_point[0]);

  const Voltages node{{regions[0], FID_NODE_VOLTAGE},
                      {regions[1], FID_NODE_VOLTAGE},
                      {regions[2], FID_NODE_VOLTAGE}};
  const Ends ends(regions[3]);
  const app::Reader<float> inductance(regions[3], FID_INDUCTANCE);
  const app::Reader<float> resistance(regions[3], FID_RESISTANCE), cap(regions[3], FID_WIRE_CAP);
  app::Writer<float> current[SEGMENTS], voltage[INNER];
  for (int k = 0; k < SEGMENTS; k++) current[k] = {regions[4], FID_CURRENT + k};
  for (int k = 0; k < INNER; k++) voltage[k] = {regions[4], FID_WIRE_VOLTAGE + k};

  for (PointInRectIterator<1> w(app::bounds(task, 3, ctx, runtime)); w(); w++) {
    // The state of one wire fits into registers for all sweeps.
    float i[SEGMENTS], i_old[SEGMENTS], v[SEGMENTS + 1], v_old[SEGMENTS + 1];
    for (int k = 0; k < SEGMENTS; k++) i[k] = i_old[k] = current[k][*w];
    for (int k = 0; k < INNER; k++) v[k + 1] = v_old[k + 1] = voltage[k][*w];
    v[0] = node(ends.in[*w], ends.in_loc[*w]);
    v[SEGMENTS] = node(ends.out[*w], ends.out_loc[*w]);
    const float per_dt = inductance[*w] / DT;
    const float conductance = 1 / resistance[*w];
    const float per_cap = DT / cap[*w];
    for (int64_t sweep = 0; sweep < step.sweeps; sweep++) {
      for (int k = 0; k < SEGMENTS; k++)
        i[k] = ((v[k + 1] - v[k]) - per_dt * (i[k] - i_old[k])) * conductance;
      for (int k = 1; k < SEGMENTS; k++) v[k] = v_old[k] + per_cap * (i[k - 1] - i[k]);
    }
    for (int k = 0; k < SEGMENTS; k++) current[k][*w] = i[k];
    for (int k = 0; k < INNER; k++) voltage[k][*w] = v[k + 1];
  }
}

// Requirements: private, shared, ghost charges; wires.
void distribute_charge(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx,
                       Runtime* runtime)
{
  const Charges charge{{regions[0], FID_CHARGE},
                       {regions[1], FID_CHARGE, LEGION_REDOP_SUM_FLOAT32},
                       {regions[2], FID_CHARGE, LEGION_REDOP_SUM_FLOAT32}};
  const Ends ends(regions[3]);
  const app::Reader<float> first(regions[3], FID_CURRENT);
  const app::Reader<float> last(regions[3], FID_CURRENT + SEGMENTS - 1);
  for (PointInRectIterator<1> w(app::bounds(task, 3, ctx, runtime)); w(); w++) {
    charge.add(ends.in[*w], ends.in_loc[*w], -DT * first[*w]);
    charge.add(ends.out[*w], ends.out_loc[*w], DT * last[*w]);
  }
}

// Requirements: private and shared state, private and shared constants; times.
void update_voltages(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx,
                     Runtime* runtime)
{
  const Step step = *static_cast<const Step*>(task->args);
  for (unsigned part = 0; part < 2; part++) {
    const app::Writer<float> voltage(regions[part], FID_NODE_VOLTAGE);
    const app::Writer<float> charge(regions[part], FID_CHARGE);
    const app::Reader<float> cap(regions[part + 2], FID_NODE_CAP);
    const app::Reader<float> leakage(regions[part + 2], FID_LEAKAGE);
    for (PointInRectIterator<1> n(app::bounds(task, part, ctx, runtime)); n(); n++) {
      voltage[*n] = (voltage[*n] + charge[*n] / cap[*n]) * (1 - leakage[*n]);
      charge[*n] = 0;
    }
  }
  if (step.stamp) stamp(regions[4], FID_STOP, task->index_point[0]);
}

}  // namespace circuit
