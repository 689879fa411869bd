// CPU tasks that build the mesh, and the one that chooses the time step.

#include <algorithm>

#include "accessors.h"
#include "pennant.h"
#include "vec2.h"

using namespace Legion;

namespace pennant {

// Requirements: zones, sides, private points, shared points.
void initialize_topology(const Task* task, const std::vector<PhysicalRegion>& regions, Context,
                         Runtime*)
{
  const Config config = *static_cast<const Config*>(task->args);
  const Mesh mesh(config);
  const Mesh::Piece& piece = mesh.pieces()[task->index_point[0]];
  const app::Writer<uint8_t> znump(regions[0], FID_ZNUMP);
  const app::Writer<int64_t> mapsz(regions[1], FID_MAPSZ), mapsp1(regions[1], FID_MAPSP1);
  const app::Writer<int64_t> mapsp2(regions[1], FID_MAPSP2);
  const app::Writer<int64_t> mapss3(regions[1], FID_MAPSS3), mapss4(regions[1], FID_MAPSS4);
  for (int64_t y = piece.y0; y < piece.y1; y++) {
    for (int64_t x = piece.x0; x < piece.x1; x++) {
      const int64_t z = mesh.zone(x, y);
      const int64_t corners[CORNERS] = {mesh.point(x, y), mesh.point(x + 1, y),
                                        mesh.point(x + 1, y + 1), mesh.point(x, y + 1)};
      znump[z] = CORNERS;
      for (int k = 0; k < CORNERS; k++) {
        const int next = (k + 1) % CORNERS, last = (k + CORNERS - 1) % CORNERS;
        const int64_t s = CORNERS * z + k;
        mapsz[s] = z;
        mapsp1[s] = corners[k];
        mapsp2[s] = corners[next];
        mapss3[s] = CORNERS * z + last;
        mapss4[s] = CORNERS * z + next;
      }
    }
  }
  const auto write_point = [&](int64_t x, int64_t y, const PhysicalRegion& region) {
    const int64_t p = mesh.point(x, y);
    const bool closed = config.problem.closed;
    app::Writer<Vec2>(region, FID_PX)[p] = {config.lenx * x / config.nzx,
                                            config.leny * y / config.nzy};
    app::Writer<bool>(region, FID_HAS_BCX)[p] = x == 0 || (closed && x == config.nzx);
    app::Writer<bool>(region, FID_HAS_BCY)[p] = y == 0 || (closed && y == config.nzy);
  };
  for (int64_t y = piece.py0; y <= piece.py1; y++)
    for (int64_t x = piece.px0; x <= piece.px1; x++)
      write_point(x, y, regions[mesh.point(x, y) < mesh.private_points() ? 2 : 3]);
}

// Tells for both ends of every side which of the two point regions of the piece has it.
void init_pointers(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx,
                   Runtime* runtime)
{
  const Mesh mesh(*static_cast<const Config*>(task->args));
  const auto locate = [&](int64_t point) {
    return point < mesh.private_points() ? PRIVATE : GHOST;
  };
  const app::Reader<int64_t> mapsp1(regions[0], FID_MAPSP1), mapsp2(regions[0], FID_MAPSP2);
  const app::Writer<uint8_t> loc1(regions[1], FID_MAPLOC1), loc2(regions[1], FID_MAPLOC2);
  for (PointInRectIterator<1> s(app::bounds(task, 0, ctx, runtime)); s(); s++) {
    loc1[*s] = locate(mapsp1[*s]);
    loc2[*s] = locate(mapsp2[*s]);
  }
}

// Futures of the last cycle: clock, longest step that the zones allow, sides turned over.
Clock calc_global_dt(const Task* task, const std::vector<PhysicalRegion>&, Context, Runtime*)
{
  const Config config = *static_cast<const Config*>(task->args);
  const Clock last = task->futures[0].get_result<Clock>();
  Clock next = last;
  next.dt = last.dt > 0 ? GROWTH * last.dt : config.dtinit;
  next.dt = std::min({next.dt, task->futures[1].get_result<double>(), LONGEST});
  if (config.tstop > 0) next.dt = std::min(next.dt, config.tstop - last.time);
  next.time += next.dt;
  next.turned_over +=
      task->futures[2].get_result<int64_t>() + task->futures[3].get_result<int64_t>();
  return next;
}

}  // namespace pennant
