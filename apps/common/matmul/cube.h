// What Johnson's algorithm and COSMA share: a task for each (i, j, k) of a three-dimensional grid
// multiplies B(i, k) by C(k, j), all at once, and the products of all k are summed into A(i, j).
#pragma once

#include "matmul/matmul.h"

namespace matmul {

// Parts of the rows of A and B, of the columns of A and C, and of what is summed over.
struct Cube {
  int64_t x, y, z;
};

// Registers the projections of the launches.
void register_cube();

// The program, but for its flags: creates and fills the matrices, multiplies, reports.
void multiply_in_cube(const Config& config, const Cube& cube, Legion::Context ctx,
                      Legion::Runtime* runtime);

}  // namespace matmul
