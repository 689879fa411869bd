// The stencil computation: what its parts share.
//
// A grid of nx by ny points, of which the outer RADIUS on each side only serve their neighbours, is
// cut into ntx by nty tiles. Tile t is in column t % ntx and row t / ntx. Every tile holds RADIUS
// points of its neighbours beside its own, so coordinates of `points` have gaps between the tiles:
// they are those of the grid plus 2 RADIUS for every tile to the left or below.
#pragma once

#include <cstdint>

#include "legion.h"

namespace stencil {

constexpr int64_t RADIUS = 2;
constexpr int SIDES = 4;  // in the order xm, xp, ym, yp: from lower and higher x, then y

struct Config {
  int64_t nx = 12, ny = 12, ntx = 4, nty = 4;
  int64_t steps = 20, prune = 5, init = 1000;
  bool ramp = false, checks = false;
  double data_scale = 1;  // of the modelled problem: its points for a real one
  double scale_x = 0;     // the part of it that is along x; 0 for the same along x and y

  int64_t tiles() const { return ntx * nty; }
  // What is computed: all but the border.
  int64_t inner_x() const { return nx - 2 * RADIUS; }
  int64_t inner_y() const { return ny - 2 * RADIUS; }
};

enum FieldIDs : Legion::FieldID { FID_INPUT = 1, FID_OUTPUT, FID_START, FID_STOP };

struct Regions {
  Legion::IndexSpace tiles;  // colours of the partitions, domain of the launches
  Legion::LogicalRegion points, xm, xp, ym, yp, times;
  Legion::LogicalPartition p_private, p_interior, p_exterior, p_times;
  Legion::LogicalPartition pxm_in, pxp_in, pym_in, pyp_in;      // what a tile receives
  Legion::LogicalPartition pxm_out, pxp_out, pym_out, pyp_out;  // what it sends
};

Regions create_regions(const Config& config, Legion::Context ctx, Legion::Runtime* runtime);

// Side lengths of a tile of the modelled problem, on average.
struct Load {
  double tx, ty;
};

// Arguments of the tasks of the main loop; check takes a Config.
struct Step {
  bool stamp;    // the timed window opens or closes with this task
  bool ramp;     // increment: by x + y instead of by 1
  int64_t ntx;   // tiles in a row
  Load load;
};

// Registers all variants of the tasks of the main loop.
void register_kernels(Legion::TaskID stencil, Legion::TaskID increment);
void register_gpu_kernels(Legion::TaskID stencil, Legion::TaskID increment);

}  // namespace stencil
