// Regions and partitions, each with the name that mapping files use.

#include <map>

#include "circuit.h"
#include "names.h"

using namespace Legion;

namespace circuit {

Regions create_regions(const Config& config, Context ctx, Runtime* runtime)
{
  const FieldSpace node_fields =
      app::create_fields(ctx, runtime, "node_fields",
                         {{FID_NODE_CAP, sizeof(float), "node_cap"},
                          {FID_LEAKAGE, sizeof(float), "leakage"},
                          {FID_CHARGE, sizeof(float), "charge"},
                          {FID_NODE_VOLTAGE, sizeof(float), "node_voltage"}});
  const FieldSpace wire_fields =
      app::create_fields(ctx, runtime, "wire_fields",
                         {{FID_IN_PTR, sizeof(int64_t), "in_ptr"},
                          {FID_IN_LOC, sizeof(uint8_t), "in_loc"},
                          {FID_OUT_PTR, sizeof(int64_t), "out_ptr"},
                          {FID_OUT_LOC, sizeof(uint8_t), "out_loc"},
                          {FID_INDUCTANCE, sizeof(float), "inductance"},
                          {FID_RESISTANCE, sizeof(float), "resistance"},
                          {FID_WIRE_CAP, sizeof(float), "wire_cap"},
                          {FID_CURRENT, sizeof(float), "current", SEGMENTS},
                          {FID_WIRE_VOLTAGE, sizeof(float), "voltage", INNER}});
  const FieldSpace time_fields = app::create_fields(
      ctx, runtime, "time_fields",
      {{FID_START, sizeof(double), "start"}, {FID_STOP, sizeof(double), "stop"}});
  const FieldSpace range_fields =
      app::create_fields(ctx, runtime, "range_fields", {{FID_RANGE, sizeof(Rect<1>), "range"}});

  const auto space = [&](int64_t size) {
    return runtime->create_index_space(ctx, Rect<1>(0, size - 1));
  };
  Regions r;
  r.superpieces = space(config.superpieces());
  runtime->attach_name(r.superpieces, "superpieces");
  r.all_nodes = runtime->create_logical_region(ctx, space(config.nodes()), node_fields);
  r.all_wires = runtime->create_logical_region(ctx, space(config.wires()), wire_fields);
  r.all_times = runtime->create_logical_region(ctx, space(config.superpieces()), time_fields);
  r.ghost_ranges = runtime->create_logical_region(ctx, space(config.superpieces()), range_fields);
  app::attach_name(runtime, r.all_nodes, "all_nodes");
  app::attach_name(runtime, r.all_wires, "all_wires");
  app::attach_name(runtime, r.all_times, "all_times");
  app::attach_name(runtime, r.ghost_ranges, "ghost_ranges");

  // Nobody but their superpiece touches private nodes: they get a subtree of their own, where the
  // reductions into shared nodes cannot disturb them.
  const IndexSpace private_or_shared = space(2);
  runtime->attach_name(private_or_shared, "private_or_shared");
  const std::map<DomainPoint, Domain> split = {
      {Point<1>(0), Rect<1>(config.shared_nodes(), config.nodes() - 1)},
      {Point<1>(1), Rect<1>(0, config.shared_nodes() - 1)}};
  const LogicalPartition privacy = runtime->get_logical_partition(
      ctx, r.all_nodes,
      runtime->create_partition_by_domain(ctx, r.all_nodes.get_index_space(), split,
                                          private_or_shared, /*perform_intersections=*/false,
                                          LEGION_DISJOINT_COMPLETE_KIND));
  r.all_private = runtime->get_logical_subregion_by_color(ctx, privacy, 0);
  r.all_shared = runtime->get_logical_subregion_by_color(ctx, privacy, 1);
  app::attach_name(runtime, privacy, "privacy");
  app::attach_name(runtime, r.all_private, "all_private");
  app::attach_name(runtime, r.all_shared, "all_shared");

  // Node numbers grow with the piece in both subtrees, so equal parts are the superpieces.
  const auto equal_parts = [&](LogicalRegion region) {
    return runtime->get_logical_partition(
        ctx, region,
        runtime->create_equal_partition(ctx, region.get_index_space(), r.superpieces));
  };
  r.rp_private = equal_parts(r.all_private);
  r.rp_shared = equal_parts(r.all_shared);
  r.rp_wires = equal_parts(r.all_wires);
  r.rp_times = equal_parts(r.all_times);
  r.rp_ghost_ranges = equal_parts(r.ghost_ranges);
  app::attach_name(runtime, r.rp_private, "rp_private");
  app::attach_name(runtime, r.rp_shared, "rp_shared");
  app::attach_name(runtime, r.rp_wires, "rp_wires");
  app::attach_name(runtime, r.rp_times, "rp_times");
  app::attach_name(runtime, r.rp_ghost_ranges, "rp_ghost_ranges");
  return r;
}

}  // namespace circuit
