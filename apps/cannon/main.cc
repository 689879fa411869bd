// Cannon's algorithm: blocks of B move left along rows, blocks of C up along columns, and each node
// begins where its row and column say, so that no two nodes of a row need the same block at a time.

#include "matmul/nest.h"

int64_t shifted(int64_t i, int64_t j, int64_t s, int64_t steps) { return (i + j + s) % steps; }

int main(int argc, char** argv)
{
  return matmul::run_nest("cannon", {shifted, shifted, /*tall=*/true}, argc, argv);
}
