// SUMMA: in step s all nodes of a row need the same block of B, and all of a column the same of C.

#include "matmul/nest.h"

int64_t in_step(int64_t, int64_t, int64_t s, int64_t) { return s; }

int main(int argc, char** argv)
{
  return matmul::run_nest("summa", {in_step, in_step, /*tall=*/false}, argc, argv);
}
