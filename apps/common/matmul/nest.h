// The nest of the two-dimensional algorithms, which differ in their schedule only.
//
// Nodes form a grid of gx x gy, and the processors of a node one of 2 x 2. Both levels walk through
// the blocks of k, each in the order that the schedule says.
#pragma once

#include <cstdint>

namespace matmul {

// The block of k, of `steps`, that the part (i, j) of a grid multiplies in step s.
using BlockOf = int64_t (*)(int64_t i, int64_t j, int64_t s, int64_t steps);

struct Schedule {
  BlockOf outer, inner;
  bool tall;  // more rows than columns of nodes, where they cannot be as many
};

// The main program of an algorithm.
int run_nest(const char* name, Schedule schedule, int argc, char** argv);

}  // namespace matmul
