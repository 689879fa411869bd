// Regions and partitions, each with the name that mapping files use.

#include <map>

#include "names.h"
#include "pennant.h"
#include "vec2.h"

using namespace Legion;

namespace pennant {

namespace {

FieldSpace zone_fields(Context ctx, Runtime* runtime)
{
  constexpr size_t NUMBER = sizeof(double), VECTOR = sizeof(Vec2);
  return app::create_fields(
      ctx, runtime, "zone_fields",
      {{FID_ZNUMP, sizeof(uint8_t), "znump"}, {FID_ZXP, VECTOR, "zxp"}, {FID_ZX, VECTOR, "zx"},
       {FID_ZUC, VECTOR, "zuc"}, {FID_ZAREAP, NUMBER, "zareap"}, {FID_ZAREA, NUMBER, "zarea"},
       {FID_ZVOL0, NUMBER, "zvol0"}, {FID_ZVOLP, NUMBER, "zvolp"}, {FID_ZVOL, NUMBER, "zvol"},
       {FID_ZDL, NUMBER, "zdl"}, {FID_ZM, NUMBER, "zm"}, {FID_ZRP, NUMBER, "zrp"},
       {FID_ZR, NUMBER, "zr"}, {FID_ZE, NUMBER, "ze"}, {FID_ZETOT, NUMBER, "zetot"},
       {FID_ZW, NUMBER, "zw"}, {FID_ZWRATE, NUMBER, "zwrate"}, {FID_ZP, NUMBER, "zp"},
       {FID_ZSS, NUMBER, "zss"}, {FID_ZDU, NUMBER, "zdu"}, {FID_Z0TMP, NUMBER, "z0tmp"}});
}

FieldSpace point_fields(Context ctx, Runtime* runtime)
{
  constexpr size_t NUMBER = sizeof(double), VECTOR = sizeof(Vec2);
  return app::create_fields(
      ctx, runtime, "point_fields",
      {{FID_PX0, VECTOR, "px0"}, {FID_PXP, VECTOR, "pxp"}, {FID_PX, VECTOR, "px"},
       {FID_PU0, VECTOR, "pu0"}, {FID_PU, VECTOR, "pu"}, {FID_PF, VECTOR, "pf"},
       {FID_PMASWT, NUMBER, "pmaswt"}, {FID_HAS_BCX, sizeof(bool), "has_bcx"},
       {FID_HAS_BCY, sizeof(bool), "has_bcy"}});
}

FieldSpace side_fields(Context ctx, Runtime* runtime)
{
  constexpr size_t NUMBER = sizeof(double), VECTOR = sizeof(Vec2);
  constexpr size_t POINTER = sizeof(int64_t), TAG = sizeof(uint8_t);
  return app::create_fields(
      ctx, runtime, "side_fields",
      {{FID_MAPSZ, POINTER, "mapsz"}, {FID_MAPSP1, POINTER, "mapsp1"},
       {FID_MAPLOC1, TAG, "maploc1"}, {FID_MAPSP2, POINTER, "mapsp2"},
       {FID_MAPLOC2, TAG, "maploc2"}, {FID_MAPSS3, POINTER, "mapss3"},
       {FID_MAPSS4, POINTER, "mapss4"}, {FID_SAREAP, NUMBER, "sareap"},
       {FID_SAREA, NUMBER, "sarea"}, {FID_SMF, NUMBER, "smf"}, {FID_ELEN, NUMBER, "elen"},
       {FID_SFP, VECTOR, "sfp"}, {FID_SFT, VECTOR, "sft"}, {FID_SFQ, VECTOR, "sfq"},
       {FID_EXP, VECTOR, "exp"}, {FID_EX, VECTOR, "ex"}, {FID_CAREA, NUMBER, "carea"},
       {FID_CEVOL, NUMBER, "cevol"}, {FID_CDU, NUMBER, "cdu"}, {FID_CDIV, NUMBER, "cdiv"},
       {FID_CCOS, NUMBER, "ccos"}, {FID_CQE1, VECTOR, "cqe1"}, {FID_CQE2, VECTOR, "cqe2"}});
}

}  // namespace

Regions create_regions(const Config& config, Context ctx, Runtime* runtime)
{
  const auto space = [&](int64_t size) {
    return runtime->create_index_space(ctx, Rect<1>(0, size - 1));
  };
  Regions r;
  r.pieces = space(config.npieces);
  runtime->attach_name(r.pieces, "pieces");
  r.rz_all = runtime->create_logical_region(ctx, space(config.zones()), zone_fields(ctx, runtime));
  r.rs_all = runtime->create_logical_region(ctx, space(CORNERS * config.zones()),
                                            side_fields(ctx, runtime));
  r.rp_all =
      runtime->create_logical_region(ctx, space(config.points()), point_fields(ctx, runtime));
  app::attach_name(runtime, r.rz_all, "rz_all");
  app::attach_name(runtime, r.rs_all, "rs_all");
  app::attach_name(runtime, r.rp_all, "rp_all");

  // Nobody but their piece touches private points: they get a subtree of their own, where the
  // reductions into ghosts cannot disturb them.
  const Mesh mesh(config);
  const IndexSpace private_or_ghost = space(2);
  runtime->attach_name(private_or_ghost, "private_or_ghost");
  const int64_t privates = mesh.private_points();
  const std::map<DomainPoint, Domain> split = {
      {Point<1>(0), Rect<1>(0, privates - 1)},
      {Point<1>(1), Rect<1>(privates, config.points() - 1)}};
  const LogicalPartition privacy = runtime->get_logical_partition(
      ctx, r.rp_all,
      runtime->create_partition_by_domain(ctx, r.rp_all.get_index_space(), split,
                                          private_or_ghost, /*perform_intersections=*/false,
                                          LEGION_DISJOINT_COMPLETE_KIND));
  r.rp_all_private = runtime->get_logical_subregion_by_color(ctx, privacy, 0);
  r.rp_all_ghost = runtime->get_logical_subregion_by_color(ctx, privacy, 1);
  app::attach_name(runtime, privacy, "privacy");
  app::attach_name(runtime, r.rp_all_private, "rp_all_private");
  app::attach_name(runtime, r.rp_all_ghost, "rp_all_ghost");

  std::map<DomainPoint, Domain> zones, sides, private_points, shared_points;
  std::map<Point<1>, std::vector<Rect<1>>> ghost_points;
  for (int64_t p = 0; p < config.npieces; p++) {
    const Mesh::Piece& piece = mesh.pieces()[p];
    const Point<1> color(p);
    zones[color] = piece.zones;
    sides[color] = Rect<1>(CORNERS * piece.zones.lo[0], CORNERS * (piece.zones.hi[0] + 1) - 1);
    private_points[color] = piece.privates;
    shared_points[color] = piece.shared;
    ghost_points[color] = mesh.ghosts(piece);
  }
  const auto disjoint = [&](LogicalRegion region, const std::map<DomainPoint, Domain>& domains) {
    return runtime->get_logical_partition(
        ctx, region,
        runtime->create_partition_by_domain(ctx, region.get_index_space(), domains, r.pieces,
                                            /*perform_intersections=*/false,
                                            LEGION_DISJOINT_COMPLETE_KIND));
  };
  r.rz_all_p = disjoint(r.rz_all, zones);
  r.rs_all_p = disjoint(r.rs_all, sides);
  r.rp_all_private_p = disjoint(r.rp_all_private, private_points);
  r.rp_all_shared_p = disjoint(r.rp_all_ghost, shared_points);
  r.rp_all_ghost_p = runtime->get_logical_partition(
      ctx, r.rp_all_ghost,
      runtime->create_partition_by_rectangles(
          ctx, IndexSpaceT<1>(r.rp_all_ghost.get_index_space()), ghost_points,
          IndexSpaceT<1>(r.pieces), /*perform_intersections=*/false, LEGION_ALIASED_KIND));
  app::attach_name(runtime, r.rz_all_p, "rz_all_p");
  app::attach_name(runtime, r.rs_all_p, "rs_all_p");
  app::attach_name(runtime, r.rp_all_private_p, "rp_all_private_p");
  app::attach_name(runtime, r.rp_all_shared_p, "rp_all_shared_p");
  app::attach_name(runtime, r.rp_all_ghost_p, "rp_all_ghost_p");
  return r;
}

}  // namespace pennant
