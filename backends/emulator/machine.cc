#include "machine.h"

#include <algorithm>
#include <cmath>

namespace mapc_emu {

Machine::Machine(const Config& config) : config_(config)
{
  for (int gpu = 0; gpu < config.gpus; gpu++) {
    std::string name = "gpu" + std::to_string(gpu) + ".";
    gpus_.push_back({add(name + "h2d"), add(name + "d2h"), add(name + "fb"), add(name + "sm"), {}});
    for (int peer = 0; peer < config.gpus; peer++)
      gpus_.back().link.push_back(peer == gpu ? nullptr
                                              : add(name + "to_gpu" + std::to_string(peer)));
  }
}

Resource* Machine::add(const std::string& name)
{
  resources_.emplace_back();
  resources_.back().name = name;
  return &resources_.back();
}

Use Machine::moving(Resource* first, Resource* second, double latency_us, double mbs,
                    double real_bytes)
{
  double bytes = real_bytes * config_.data_scale;
  return {first, second, latency_us + bytes / mbs, bytes};  // MB/s are bytes a microsecond
}

Use Machine::copy(Place from, Place to, int executing, double real_bytes)
{
  if (from == kHost && to == kHost) {
    const Gpu& gpu = gpus_[executing];
    return moving(gpu.h2d, gpu.d2h, std::max(config_.h2d_us, config_.d2h_us),
                  std::min(config_.h2d_mbs, config_.d2h_mbs), real_bytes);
  }
  if (from == kHost)
    return moving(gpus_[to].h2d, nullptr, config_.h2d_us, config_.h2d_mbs, real_bytes);
  if (to == kHost)
    return moving(gpus_[from].d2h, nullptr, config_.d2h_us, config_.d2h_mbs, real_bytes);
  if (from == to)
    return moving(gpus_[to].framebuffer, nullptr, config_.fb_us, config_.fb_mbs, real_bytes);
  return moving(gpus_[from].link[to], nullptr, config_.peer_us, config_.peer_mbs, real_bytes);
}

Use Machine::fill(Place to, int executing, double real_bytes)
{
  if (to == kHost)
    return moving(gpus_[executing].d2h, nullptr, config_.d2h_us, config_.d2h_mbs, real_bytes);
  return moving(gpus_[to].framebuffer, nullptr, config_.fb_us, config_.fb_mbs, real_bytes);
}

Use Machine::kernel(int gpu, double us)
{
  return {gpus_[gpu].sm, nullptr, us + config_.launch_us, 0};
}

Time Machine::book(const Use& use, Time earliest, Time real_now)
{
  // Work can be charged after the fact, from when its task began; longer tasks than this are rare
  // and only lose gaps.
  const Time kept = 10000000000;
  Time length = static_cast<Time>(std::llround(use.us * 1000 * config_.time_scale));
  Resource* both[] = {use.first, use.second};
  for (Resource* one : both)
    if (one) one->timeline.forget(real_now - kept);
  Time start = first_common_gap(
      {&use.first->timeline, use.second ? &use.second->timeline : nullptr}, earliest, length);
  for (Resource* one : both) {
    if (!one) continue;
    one->timeline.reserve(start, start + length);
    one->operations++;
    one->bytes += use.bytes;
    one->busy_us += use.us;
  }
  return start + length;
}

}  // namespace mapc_emu
