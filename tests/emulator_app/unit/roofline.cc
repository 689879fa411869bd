// The roofline formula, its units and its settings: without Legion, CUDA or a driver.

#include "mapc/roofline.h"

#include <cstdio>
#include <cstdlib>

#include "mapc/emulation.h"

using namespace mapc::gpu;

#define CHECK(...)                                                            \
  do {                                                                        \
    if (!(__VA_ARGS__)) {                                                     \
      std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #__VA_ARGS__);  \
      std::exit(1);                                                           \
    }                                                                         \
  } while (false)

namespace {

bool near(double a, double b) { return std::abs(a - b) <= 1e-9 * std::abs(b); }

const Figures GPU = [] {
  Figures figures;
  figures.fp32_gflops = 5000;
  figures.fp64_gflops = 2500;
  figures.near_gbs = 500;
  figures.far_gbs = 10;
  figures.near_ns = 0.1;
  figures.far_ns = 100;
  return figures;
}();

void one_limit_at_a_time()
{
  CHECK(microseconds(Work(), GPU) == 0);
  Work fp32, fp64, both, streamed, zero_copy, reads, atomics;
  fp32.flops32 = 5e9;  // 5 GFLOP at 5000 GFLOP/s: a millisecond
  CHECK(near(microseconds(fp32, GPU), 1000));
  fp64.flops64 = 5e9;
  CHECK(near(microseconds(fp64, GPU), 2000));
  both.flops32 = both.flops64 = 5e9;  // they share the multiprocessors
  CHECK(near(microseconds(both, GPU), 3000));
  streamed.stream(Place::NEAR, 5e8);  // 0.5 GB at 500 GB/s
  CHECK(near(microseconds(streamed, GPU), 1000));
  zero_copy.stream(Place::FAR, 5e8);
  CHECK(near(microseconds(zero_copy, GPU), 50000));
  reads.scatter(Place::FAR, 10000);
  CHECK(near(microseconds(reads, GPU), 1000));
  atomics.scatter(Place::NEAR, 10000);
  CHECK(near(microseconds(atomics, GPU), 1));
}

void the_slowest_decides_and_scattered_accesses_add()
{
  Work work;
  work.flops32 = 5e9;                   // 1000 us
  work.stream(Place::NEAR, 4e8);        // 800 us, hidden
  work.stream(Place::FAR, 9e6);         // 900 us, hidden
  CHECK(near(microseconds(work, GPU), 1000));
  work.stream(Place::FAR, 3e6);         // 1200 us in all
  CHECK(near(microseconds(work, GPU), 1200));
  work.scatter(Place::FAR, 5000).scatter(Place::NEAR, 1000);
  CHECK(near(microseconds(work, GPU), 1200 + 500 + 0.1));
}

const char* const ALL =
    "gpu.fp32_gflops=5000; gpu.fp64_gflops=2500;gpu.fb_gbs=500;gpu.zc_gbs=10;"
    "gpu.fb_access_ns=0.1;gpu.zc_access_ns=100;cpu.fp32_gflops=20;cpu.fp64_gflops=10;"
    "cpu.sys_gbs=6;cpu.zc_gbs=5;cpu.sys_access_ns=0;\n cpu.zc_access_ns=2e1";

void settings()
{
  const Model model = parse_model(ALL);
  CHECK(model.mistake == "");
  CHECK(model.gpu.fp32_gflops == 5000 && model.gpu.fp64_gflops == 2500);
  CHECK(model.gpu.near_gbs == 500 && model.gpu.far_gbs == 10);
  CHECK(model.gpu.near_ns == 0.1 && model.gpu.far_ns == 100);
  CHECK(model.cpu.fp32_gflops == 20 && model.cpu.fp64_gflops == 10);
  CHECK(model.cpu.near_gbs == 6 && model.cpu.far_gbs == 5);
  CHECK(model.cpu.near_ns == 0 && model.cpu.far_ns == 20);
}

void wrong_settings()
{
  CHECK(parse_model("").mistake == "`cpu.fp32_gflops` is missing");
  const std::string all = ALL;
  CHECK(parse_model(all.substr(all.find(';') + 1)).mistake == "`gpu.fp32_gflops` is missing");
  for (const std::string wrong :
       {"gpu.fp32=1", "gpu.fb_gbs=1", "gpu.fb_gbs", "cpu.fp32_gflops=", "cpu.fp32_gflops=5x",
        "cpu.fp32_gflops=0", "cpu.sys_access_ns=-1", "cpu.sys_gbs=inf", "cpu.sys_gbs=nan", "="})
    CHECK(parse_model("gpu.fb_gbs=500;" + wrong).mistake ==
          "cannot use the setting `" + wrong + "`");
}

// Without a driver, or with one that emulates nothing, any scale will do.
void nothing_is_emulated()
{
  CHECK(!emulation().on && emulation().time_scale == 1 && emulation().data_scale == 1);
  require_data_scale(7);
}

}  // namespace

int main()
{
  one_limit_at_a_time();
  the_slowest_decides_and_scattered_accesses_add();
  settings();
  wrong_settings();
  nothing_is_emulated();
}
