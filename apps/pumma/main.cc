// PUMMA: all nodes of a row need the same block of B, each row another one; blocks of C move along
// the columns. The processors of a node are not staggered.

#include "matmul/nest.h"

int64_t by_row(int64_t i, int64_t, int64_t s, int64_t steps) { return (i + s) % steps; }
int64_t in_step(int64_t, int64_t, int64_t s, int64_t) { return s; }

int main(int argc, char** argv)
{
  return matmul::run_nest("pumma", {by_row, in_step, /*tall=*/false}, argc, argv);
}
