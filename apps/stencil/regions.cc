// Regions and partitions, each with the name that mapping files use.

#include <map>

#include "names.h"
#include "stencil.h"

using namespace Legion;

namespace stencil {

Regions create_regions(const Config& config, Context ctx, Runtime* runtime)
{
  const FieldSpace point_fields =
      app::create_fields(ctx, runtime, "point_fields",
                         {{FID_INPUT, sizeof(double), "input"},
                          {FID_OUTPUT, sizeof(double), "output"}});
  const FieldSpace halo_fields =
      app::create_fields(ctx, runtime, "halo_fields", {{FID_INPUT, sizeof(double), "input"}});
  const FieldSpace time_fields = app::create_fields(
      ctx, runtime, "time_fields",
      {{FID_START, sizeof(double), "start"}, {FID_STOP, sizeof(double), "stop"}});

  Regions r;
  r.tiles = runtime->create_index_space(ctx, Rect<1>(0, config.tiles() - 1));
  runtime->attach_name(r.tiles, "tiles");

  const auto plane = [&](const char* name, int64_t x, int64_t y, FieldSpace fields) {
    const IndexSpace space =
        runtime->create_index_space(ctx, Rect<2>(Point<2>(0, 0), Point<2>(x - 1, y - 1)));
    const LogicalRegion region = runtime->create_logical_region(ctx, space, fields);
    app::attach_name(runtime, region, name);
    return region;
  };
  const int64_t halo_x = RADIUS * config.ntx, halo_y = RADIUS * config.nty;
  r.points = plane("points", config.inner_x() + 2 * halo_x, config.inner_y() + 2 * halo_y,
                   point_fields);
  r.xm = plane("xm", halo_x, config.inner_y(), halo_fields);
  r.xp = plane("xp", halo_x, config.inner_y(), halo_fields);
  r.ym = plane("ym", config.inner_x(), halo_y, halo_fields);
  r.yp = plane("yp", config.inner_x(), halo_y, halo_fields);

  // `rectangle` is called with the column and row of a tile; there is nothing outside of the grid.
  const auto split = [&](const char* name, LogicalRegion region, PartitionKind kind,
                         const auto& rectangle) {
    std::map<DomainPoint, Domain> parts;
    for (int64_t t = 0; t < config.tiles(); t++)
      parts[Point<1>(t)] = Rect<2>(rectangle(t % config.ntx, t / config.ntx));
    const IndexPartition part = runtime->create_partition_by_domain(
        ctx, region.get_index_space(), parts, r.tiles, /*perform_intersections=*/false, kind);
    const LogicalPartition result = runtime->get_logical_partition(ctx, region, part);
    app::attach_name(runtime, result, name);
    return result;
  };
  // The points of the grid that the first tiles of a row or column compute.
  const auto before_x = [&](int64_t tiles) { return config.inner_x() * tiles / config.ntx; };
  const auto before_y = [&](int64_t tiles) { return config.inner_y() * tiles / config.nty; };

  const auto all = [&](int64_t ix, int64_t iy) {
    return Rect<2>(Point<2>(before_x(ix) + 2 * RADIUS * ix, before_y(iy) + 2 * RADIUS * iy),
                   Point<2>(before_x(ix + 1) + 2 * RADIUS * (ix + 1) - 1,
                            before_y(iy + 1) + 2 * RADIUS * (iy + 1) - 1));
  };
  const auto interior = [&](int64_t ix, int64_t iy) {
    const Rect<2> tile = all(ix, iy);
    return Rect<2>(tile.lo + Point<2>(RADIUS, RADIUS), tile.hi - Point<2>(RADIUS, RADIUS));
  };
  const auto exterior = [&](int64_t ix, int64_t iy) {
    Rect<2> tile = all(ix, iy);
    if (ix > 0) tile.lo[0] += RADIUS;
    if (iy > 0) tile.lo[1] += RADIUS;
    if (ix < config.ntx - 1) tile.hi[0] -= RADIUS;
    if (iy < config.nty - 1) tile.hi[1] -= RADIUS;
    return tile;
  };
  r.p_private = split("private", r.points, LEGION_DISJOINT_COMPLETE_KIND, all);
  r.p_interior = split("interior", r.points, LEGION_DISJOINT_INCOMPLETE_KIND, interior);
  r.p_exterior = split("exterior", r.points, LEGION_DISJOINT_KIND, exterior);

  // The strip of a halo region that belongs to a tile, or to its neighbour.
  const auto of_x = [&](int64_t shift) {
    return [&, shift](int64_t ix, int64_t iy) {
      const int64_t at = ix + shift;
      if (at < 0 || at >= config.ntx) return Rect<2>::make_empty();
      return Rect<2>(Point<2>(RADIUS * at, before_y(iy)),
                     Point<2>(RADIUS * (at + 1) - 1, before_y(iy + 1) - 1));
    };
  };
  const auto of_y = [&](int64_t shift) {
    return [&, shift](int64_t ix, int64_t iy) {
      const int64_t at = iy + shift;
      if (at < 0 || at >= config.nty) return Rect<2>::make_empty();
      return Rect<2>(Point<2>(before_x(ix), RADIUS * at),
                     Point<2>(before_x(ix + 1) - 1, RADIUS * (at + 1) - 1));
    };
  };
  r.pxm_in = split("pxm_in", r.xm, LEGION_DISJOINT_INCOMPLETE_KIND, of_x(-1));
  r.pxp_in = split("pxp_in", r.xp, LEGION_DISJOINT_INCOMPLETE_KIND, of_x(+1));
  r.pym_in = split("pym_in", r.ym, LEGION_DISJOINT_INCOMPLETE_KIND, of_y(-1));
  r.pyp_in = split("pyp_in", r.yp, LEGION_DISJOINT_INCOMPLETE_KIND, of_y(+1));
  r.pxm_out = split("pxm_out", r.xm, LEGION_DISJOINT_COMPLETE_KIND, of_x(0));
  r.pxp_out = split("pxp_out", r.xp, LEGION_DISJOINT_COMPLETE_KIND, of_x(0));
  r.pym_out = split("pym_out", r.ym, LEGION_DISJOINT_COMPLETE_KIND, of_y(0));
  r.pyp_out = split("pyp_out", r.yp, LEGION_DISJOINT_COMPLETE_KIND, of_y(0));

  r.times = runtime->create_logical_region(ctx, r.tiles, time_fields);
  r.p_times = runtime->get_logical_partition(
      ctx, r.times, runtime->create_equal_partition(ctx, r.tiles, r.tiles));
  runtime->attach_name(r.times, "times");
  app::attach_name(runtime, r.p_times, "p_times");
  return r;
}

}  // namespace stencil
