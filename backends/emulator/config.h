// What is emulated: read once from the environment.
#pragma once

#include <cstdint>
#include <string>

namespace mapc_emu {

/// Bandwidths are in MB (10^6 bytes) a second, latencies in microseconds, both of the modelled
/// machine.
struct Config {
  int gpus = 0;
  double fb_mb = 16384;     // what `-ll:fsize` can ask for on each GPU
  double reserve_mb = 256;  // beyond that: Realm's intermediate buffers live there too
  double h2d_mbs = 12000, d2h_mbs = 12000, peer_mbs = 10000, fb_mbs = 500000;
  double h2d_us = 10, d2h_us = 10, peer_us = 10, fb_us = 5;
  double launch_us = 5;    // every kernel takes this much more
  bool peer = true;        // whether GPUs reach each other's memory
  double time_scale = 1;   // real microseconds for a modelled one
  double data_scale = 1;   // modelled bytes for a real one
  double poll_us = 100;    // the longest real wait in one `cuEventQuery`
  std::uint64_t seed = 0;  // which of the copies is dropped
  std::uint64_t drop = 0;  // drop one copy in so many; 0 for none. Only to test tests
  std::string stats;       // where the counters go at exit
  std::string mistake;     // why the settings cannot be used; empty if they can
};

/// Reads `gpus=4;fb_mb=16384` or the same with one setting a line.
Config parse_config(const std::string& text);

/// The settings of this process, from MAPC_EMU_CONFIG (settings, or a file that holds them) and
/// MAPC_EMU_STATS.
const Config& config();

}  // namespace mapc_emu
