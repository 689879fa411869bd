// The three-dimensional multiplications that are one index launch.

#include "matmul/cube.h"

using namespace Legion;

namespace matmul {

namespace {

enum Projections : ProjectionID { A_OF_POINT = FIRST_PROJECTION, B_OF_POINT, C_OF_POINT };

Domain launch(int64_t x, int64_t y, int64_t z)
{
  return Rect<3>(Point<3>(0, 0, 0), Point<3>(x - 1, y - 1, z - 1));
}

}  // namespace

void register_cube()
{
  register_projection(A_OF_POINT, [](const DomainPoint& p, int64_t) { return Point<2>(p[0], p[1]); });
  register_projection(B_OF_POINT, [](const DomainPoint& p, int64_t) { return Point<2>(p[0], p[2]); });
  register_projection(C_OF_POINT, [](const DomainPoint& p, int64_t) { return Point<2>(p[2], p[1]); });
}

void multiply_in_cube(const Config& config, const Cube& cube, Context ctx, Runtime* runtime)
{
  const Matrices all = create_matrices(config, ctx, runtime);
  const Grid a_grid = {cube.x, cube.y}, b_grid = {cube.x, cube.z}, c_grid = {cube.z, cube.y};
  const LogicalPartition a = split(all.a, a_grid, 0, "A", "A_tiles", ctx, runtime);
  const LogicalPartition b = split(all.b, b_grid, 0, "B", "B_tiles", ctx, runtime);
  const LogicalPartition c = split(all.c, c_grid, 0, "C", "C_tiles", ctx, runtime);

  // The owners of the tiles are on three faces of the cube.
  const Domain a_face = launch(cube.x, cube.y, 1);
  const Domain b_face = launch(cube.x, 1, cube.z);
  const Domain c_face = launch(1, cube.y, cube.z);
  place(config, a_face, all.a, a, A_OF_POINT, 'A', /*fill=*/true, ctx, runtime);
  place(config, b_face, all.b, b, B_OF_POINT, 'B', /*fill=*/true, ctx, runtime);
  place(config, c_face, all.c, c, C_OF_POINT, 'C', /*fill=*/true, ctx, runtime);

  const Leaf leaf = {config.data_scale};
  IndexTaskLauncher products(TASK_4, launch(cube.x, cube.y, cube.z),
                             UntypedBuffer(&leaf, sizeof leaf), ArgumentMap());
  products.add_region_requirement(
      RegionRequirement(a, A_OF_POINT, SUM, SIMULTANEOUS, all.a).add_field(FID_VALS));
  products.add_region_requirement(
      RegionRequirement(b, B_OF_POINT, READ_ONLY, EXCLUSIVE, all.b).add_field(FID_VALS));
  products.add_region_requirement(
      RegionRequirement(c, C_OF_POINT, READ_ONLY, EXCLUSIVE, all.c).add_field(FID_VALS));

  Clock clock;
  constexpr TraceID REPETITION = 1;
  for (int64_t repetition = 0; repetition < config.all_repetitions(); repetition++) {
    runtime->issue_execution_fence(ctx);  // every repetition is for itself
    clock.before(repetition, config, ctx, runtime);
    runtime->begin_trace(ctx, REPETITION);
    // It starts from the owners of B and C, and ends at those of A: what others have of B and C from
    // the one before counts no more, and what they have for A is added up.
    place(config, b_face, all.b, b, B_OF_POINT, 'B', /*fill=*/false, ctx, runtime);
    place(config, c_face, all.c, c, C_OF_POINT, 'C', /*fill=*/false, ctx, runtime);
    runtime->execute_index_space(ctx, products);
    place(config, a_face, all.a, a, A_OF_POINT, 'A', /*fill=*/false, ctx, runtime);
    runtime->end_trace(ctx, REPETITION);
  }
  finish(config, clock.stop(ctx, runtime), all.a, a, a_grid, ctx, runtime);
}

}  // namespace matmul
