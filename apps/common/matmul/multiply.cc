// The product of two matrices in memory: by BLAS if the machine has one, else by loops.

#include <dlfcn.h>

#include <algorithm>

#include "matmul/leaf.h"

namespace matmul {

namespace {

// One core for each leaf task; compilers that can make variants for what the processor turns out
// to have do so.
#if defined(__x86_64__) && defined(__GNUC__)
__attribute__((target_clones("avx512f", "arch=haswell", "default")))
#endif
void multiply_by_loops(int64_t m, int64_t n, int64_t k, Dense<const double> b,
                       Dense<const double> c, Dense<double> a)
{
  constexpr int64_t DEPTH = 64, WIDTH = 256;  // the part of c in use: 128 KB
  for (int64_t k0 = 0; k0 < k; k0 += DEPTH) {
    const int64_t k1 = std::min(k, k0 + DEPTH);
    for (int64_t j0 = 0; j0 < n; j0 += WIDTH) {
      const int64_t width = std::min(n - j0, WIDTH);
      for (int64_t i = 0; i < m; i++) {
        double* const sum = a.data + i * a.stride + j0;
        const double* const row = b.data + i * b.stride;
        const double* column = c.data + k0 * c.stride + j0;
        int64_t at = k0;
        for (; at + 4 <= k1; at += 4, column += 4 * c.stride) {
          const double b0 = row[at], b1 = row[at + 1], b2 = row[at + 2], b3 = row[at + 3];
          const double *c0 = column, *c1 = c0 + c.stride, *c2 = c1 + c.stride, *c3 = c2 + c.stride;
#pragma GCC ivdep
          for (int64_t j = 0; j < width; j++)
            sum[j] += b0 * c0[j] + b1 * c1[j] + b2 * c2[j] + b3 * c3[j];
        }
        for (; at < k1; at++, column += c.stride)
#pragma GCC ivdep
          for (int64_t j = 0; j < width; j++) sum[j] += row[at] * column[j];
      }
    }
  }
}

constexpr int ROW_MAJOR = 101, NOT_TRANSPOSED = 111;  // as CBLAS numbers them
using Dgemm = void(int order, int trans_b, int trans_c, int m, int n, int k, double alpha,
                   const double* b, int stride_b, const double* c, int stride_c, double beta,
                   double* a, int stride_a);

// Looked up while running, so that the program needs no BLAS to be built or started.
Dgemm* find_blas()
{
  for (const char* name : {"libopenblas.so.0", "libopenblas.so", "libcblas.so.3", "libblas.so.3"}) {
    void* const library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) continue;
    auto* const dgemm = reinterpret_cast<Dgemm*>(dlsym(library, "cblas_dgemm"));
    if (dgemm == nullptr) continue;
    using SetThreads = void(int);
    auto* const threads =
        reinterpret_cast<SetThreads*>(dlsym(library, "openblas_set_num_threads"));
    if (threads != nullptr) threads(1);  // Legion runs as many tasks as there are cores
    return dgemm;
  }
  return nullptr;
}

}  // namespace

void multiply(int64_t m, int64_t n, int64_t k, Dense<const double> b, Dense<const double> c,
              Dense<double> a)
{
  static Dgemm* const blas = find_blas();
  if (blas == nullptr) return multiply_by_loops(m, n, k, b, c, a);
  blas(ROW_MAJOR, NOT_TRANSPOSED, NOT_TRANSPOSED, m, n, k, 1, b.data, b.stride, c.data, c.stride,
       1, a.data, a.stride);
}

}  // namespace matmul
