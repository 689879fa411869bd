// Creates all regions and partitions and names every one of them.

#include "regions.h"

#include <map>
#include <string>

#include "names.h"

using namespace Legion;

namespace circuit {

namespace {

FieldSpace node_fields(Context ctx, Runtime* runtime)
{
  const FieldSpace space = runtime->create_field_space(ctx);
  FieldAllocator fields = runtime->create_field_allocator(ctx, space);
  for (FieldID field = FID_NODE_CAP; field <= FID_NODE_VOLTAGE; field++)
    fields.allocate_field(sizeof(float), field);
  app::attach_name(runtime, space, "node_fields",
                   {{FID_NODE_CAP, "node_cap"},
                    {FID_LEAKAGE, "leakage"},
                    {FID_CHARGE, "charge"},
                    {FID_NODE_VOLTAGE, "node_voltage"}});
  return space;
}

FieldSpace wire_fields(Context ctx, Runtime* runtime)
{
  const FieldSpace space = runtime->create_field_space(ctx);
  FieldAllocator fields = runtime->create_field_allocator(ctx, space);
  fields.allocate_field(sizeof(int64_t), FID_IN_PTR);
  fields.allocate_field(sizeof(uint8_t), FID_IN_LOC);
  fields.allocate_field(sizeof(int64_t), FID_OUT_PTR);
  fields.allocate_field(sizeof(uint8_t), FID_OUT_LOC);
  for (FieldID field = FID_INDUCTANCE; field < FID_WIRE_VOLTAGE + INNER; field++)
    fields.allocate_field(sizeof(float), field);
  app::attach_name(runtime, space, "wire_fields",
                   {{FID_IN_PTR, "in_ptr"},
                    {FID_IN_LOC, "in_loc"},
                    {FID_OUT_PTR, "out_ptr"},
                    {FID_OUT_LOC, "out_loc"},
                    {FID_INDUCTANCE, "inductance"},
                    {FID_RESISTANCE, "resistance"},
                    {FID_WIRE_CAP, "wire_cap"}});
  for (FieldID k = 0; k < SEGMENTS; k++)
    runtime->attach_name(space, FID_CURRENT + k, ("current_" + std::to_string(k)).c_str());
  for (FieldID k = 0; k < INNER; k++)
    runtime->attach_name(space, FID_WIRE_VOLTAGE + k, ("voltage_" + std::to_string(k)).c_str());
  return space;
}

FieldSpace time_fields(Context ctx, Runtime* runtime)
{
  const FieldSpace space = runtime->create_field_space(ctx);
  FieldAllocator fields = runtime->create_field_allocator(ctx, space);
  fields.allocate_field(sizeof(double), FID_START);
  fields.allocate_field(sizeof(double), FID_STOP);
  app::attach_name(runtime, space, "time_fields", {{FID_START, "start"}, {FID_STOP, "stop"}});
  return space;
}

FieldSpace range_fields(Context ctx, Runtime* runtime)
{
  const FieldSpace space = runtime->create_field_space(ctx);
  runtime->create_field_allocator(ctx, space).allocate_field(sizeof(Rect<1>), FID_RANGE);
  app::attach_name(runtime, space, "range_fields", {{FID_RANGE, "range"}});
  return space;
}

IndexSpace range(int64_t size, Context ctx, Runtime* runtime)
{
  return runtime->create_index_space(ctx, Rect<1>(0, size - 1));
}

LogicalPartition equal_parts(LogicalRegion region, IndexSpace colours, Context ctx,
                             Runtime* runtime)
{
  const IndexPartition parts =
      runtime->create_equal_partition(ctx, region.get_index_space(), colours);
  return runtime->get_logical_partition(ctx, region, parts);
}

}  // namespace

Regions create_regions(const Config& config, Context ctx, Runtime* runtime)
{
  Regions r;
  r.superpieces = range(config.superpieces(), ctx, runtime);
  runtime->attach_name(r.superpieces, "superpieces");

  // Times and ranges have index spaces of their own, not `superpieces`, to bear their own names.
  r.all_nodes = runtime->create_logical_region(ctx, range(config.nodes(), ctx, runtime),
                                               node_fields(ctx, runtime));
  r.all_wires = runtime->create_logical_region(ctx, range(config.wires(), ctx, runtime),
                                               wire_fields(ctx, runtime));
  r.all_times = runtime->create_logical_region(ctx, range(config.superpieces(), ctx, runtime),
                                               time_fields(ctx, runtime));
  r.ghost_ranges = runtime->create_logical_region(ctx, range(config.superpieces(), ctx, runtime),
                                                  range_fields(ctx, runtime));
  app::attach_name(runtime, r.all_nodes, "all_nodes");
  app::attach_name(runtime, r.all_wires, "all_wires");
  app::attach_name(runtime, r.all_times, "all_times");
  app::attach_name(runtime, r.ghost_ranges, "ghost_ranges");

  // Nobody but their superpiece touches private nodes: they go into a subtree of their own, where
  // the reductions into shared nodes cannot disturb them.
  const IndexSpace two = range(2, ctx, runtime);
  runtime->attach_name(two, "private_or_shared");
  const std::map<DomainPoint, Domain> split = {
      {Point<1>(0), Rect<1>(config.shared_nodes(), config.nodes() - 1)},
      {Point<1>(1), Rect<1>(0, config.shared_nodes() - 1)}};
  const LogicalPartition privacy = runtime->get_logical_partition(
      ctx, r.all_nodes,
      runtime->create_partition_by_domain(ctx, r.all_nodes.get_index_space(), split, two,
                                          /*perform_intersections=*/false,
                                          LEGION_DISJOINT_COMPLETE_KIND));
  r.all_private = runtime->get_logical_subregion_by_color(ctx, privacy, 0);
  r.all_shared = runtime->get_logical_subregion_by_color(ctx, privacy, 1);
  app::attach_name(runtime, privacy, "privacy");
  app::attach_name(runtime, r.all_private, "all_private");
  app::attach_name(runtime, r.all_shared, "all_shared");

  // Node numbers grow with the piece in both subtrees, so equal parts are the superpieces.
  r.rp_private = equal_parts(r.all_private, r.superpieces, ctx, runtime);
  r.rp_shared = equal_parts(r.all_shared, r.superpieces, ctx, runtime);
  r.rp_wires = equal_parts(r.all_wires, r.superpieces, ctx, runtime);
  r.rp_times = equal_parts(r.all_times, r.superpieces, ctx, runtime);
  r.rp_ghost_ranges = equal_parts(r.ghost_ranges, r.superpieces, ctx, runtime);
  app::attach_name(runtime, r.rp_private, "rp_private");
  app::attach_name(runtime, r.rp_shared, "rp_shared");
  app::attach_name(runtime, r.rp_wires, "rp_wires");
  app::attach_name(runtime, r.rp_times, "rp_times");
  app::attach_name(runtime, r.rp_ghost_ranges, "rp_ghost_ranges");
  return r;
}

void add_ghosts(Regions& r, IndexPartition ghosts, Context ctx, Runtime* runtime)
{
  r.rp_ghost = runtime->get_logical_partition(ctx, r.all_shared, ghosts);
  app::attach_name(runtime, r.rp_ghost, "rp_ghost");
}

}  // namespace circuit
