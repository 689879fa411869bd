// Tasks that fill the regions and build the ghost partition.

#include <map>

#include "accessors.h"
#include "circuit.h"

using namespace Legion;

namespace circuit {

namespace {

// Writes the shared or the private ones of the nodes of a superpiece.
void write_nodes(const Config& config, const std::vector<Piece>& pieces, int64_t first_piece,
                 int64_t begin, int64_t end, const PhysicalRegion& region)
{
  const app::Writer<float> cap(region, FID_NODE_CAP), leakage(region, FID_LEAKAGE);
  const app::Writer<float> charge(region, FID_CHARGE), voltage(region, FID_NODE_VOLTAGE);
  for (size_t p = 0; p < pieces.size(); p++) {
    for (int64_t index = begin; index < end; index++) {
      const Node& node = pieces[p].nodes[index];
      const int64_t id = config.node_id(first_piece + p, index);
      cap[id] = node.cap;
      leakage[id] = node.leakage;
      charge[id] = 0;
      voltage[id] = node.voltage;
    }
  }
}

void write_wires(const std::vector<Piece>& pieces, int64_t id, const PhysicalRegion& region)
{
  const app::Writer<int64_t> in(region, FID_IN_PTR), out(region, FID_OUT_PTR);
  const app::Writer<uint8_t> in_loc(region, FID_IN_LOC), out_loc(region, FID_OUT_LOC);
  const app::Writer<float> inductance(region, FID_INDUCTANCE), cap(region, FID_WIRE_CAP);
  const app::Writer<float> resistance(region, FID_RESISTANCE);
  app::Writer<float> current[SEGMENTS], voltage[INNER];
  for (int k = 0; k < SEGMENTS; k++) current[k] = {region, FID_CURRENT + k};
  for (int k = 0; k < INNER; k++) voltage[k] = {region, FID_WIRE_VOLTAGE + k};
  for (const Piece& piece : pieces) {
    for (const Wire& wire : piece.wires) {
      in[id] = wire.in;
      out[id] = wire.out;
      in_loc[id] = out_loc[id] = PRIVATE;  // init_pointers knows better
      inductance[id] = wire.inductance;
      resistance[id] = wire.resistance;
      cap[id] = wire.cap;
      for (int k = 0; k < SEGMENTS; k++) current[k][id] = 0;
      for (int k = 0; k < INNER; k++) voltage[k][id] = wire.voltage[k];
      id++;
    }
  }
}

}  // namespace

// Requirements: ghost range, private nodes, shared nodes, all shared nodes (bounds only), wires.
void init_piece(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx,
                Runtime* runtime)
{
  const Config config = *static_cast<const Config*>(task->args);
  const int64_t superpiece = task->index_point[0];
  const int64_t first = superpiece * config.pieces_per_superpiece;
  std::vector<Piece> pieces;
  for (int64_t p = 0; p < config.pieces_per_superpiece; p++)
    pieces.push_back(generate_piece(config, first + p));
  write_nodes(config, pieces, first, config.shared_per_piece(), config.nodes_per_piece, regions[1]);
  write_nodes(config, pieces, first, 0, config.shared_per_piece(), regions[2]);
  write_wires(pieces, app::bounds(task, 4, ctx, runtime).lo, regions[4]);

  // The ghosts are one contiguous range, from the first to the last foreign shared node in use.
  const Rect<1> own = app::bounds(task, 2, ctx, runtime);
  const Rect<1> shared = app::bounds(task, 3, ctx, runtime);
  Rect<1> ghosts = Rect<1>::make_empty();
  for (const Piece& piece : pieces)
    for (const Wire& wire : piece.wires)
      if (shared.contains(wire.out) && !own.contains(wire.out))
        ghosts = ghosts.union_bbox(Rect<1>(wire.out, wire.out));
  app::Writer<Rect<1>>(regions[0], FID_RANGE)[superpiece] = ghosts;
}

// Returns the partition: the handle is good everywhere, the ranges are needed here only.
IndexPartition create_ghost_partition(const Task* task, const std::vector<PhysicalRegion>& regions,
                                      Context ctx, Runtime* runtime)
{
  const GhostArgs args = *static_cast<const GhostArgs*>(task->args);
  const app::Reader<Rect<1>> range(regions[0], FID_RANGE);
  std::map<DomainPoint, Domain> ranges;
  for (PointInRectIterator<1> s(app::bounds(task, 0, ctx, runtime)); s(); s++)
    ranges[*s] = range[*s];
  return runtime->create_partition_by_domain(ctx, args.all_shared, ranges, args.superpieces,
                                             /*perform_intersections=*/false,
                                             LEGION_ALIASED_KIND);
}

// Tells for both ends of every wire which of the three node regions of the superpiece has it.
void init_pointers(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx,
                   Runtime* runtime)
{
  const Config config = *static_cast<const Config*>(task->args);
  const int64_t own_count = config.pieces_per_superpiece * config.shared_per_piece();
  const int64_t own_first = task->index_point[0] * own_count;
  const auto locate = [&](int64_t node) -> uint8_t {
    if (node >= config.shared_nodes()) return PRIVATE;
    return node >= own_first && node < own_first + own_count ? SHARED : GHOST;
  };
  const app::Writer<int64_t> in(regions[0], FID_IN_PTR), out(regions[0], FID_OUT_PTR);
  const app::Writer<uint8_t> in_loc(regions[0], FID_IN_LOC), out_loc(regions[0], FID_OUT_LOC);
  for (PointInRectIterator<1> w(app::bounds(task, 0, ctx, runtime)); w(); w++) {
    in_loc[*w] = locate(in[*w]);
    out_loc[*w] = locate(out[*w]);
  }
}

}  // namespace circuit
