// How long a task takes on a modelled machine: a roofline over flops and bytes, and a price for
// every scattered access. Does not need Legion or CUDA.
#pragma once

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <map>
#include <string>

namespace mapc::gpu {

/// Where an instance lies, seen from the processor that works on it: in its own memory
/// (framebuffer of a GPU, system memory of a CPU), or behind the bus (zero-copy memory, and
/// whatever else is not its own).
enum class Place { NEAR, FAR };

/// What one processor can do. GFLOP/s and GB/s are 10^9 a second. Give what kernels reach, not
/// what a data sheet promises: nothing here knows of efficiency.
struct Figures {
  double fp32_gflops = 0, fp64_gflops = 0;
  double near_gbs = 0, far_gbs = 0;  ///< streamed bytes
  double near_ns = 0, far_ns = 0;    ///< price of one scattered access, once all overlap is counted
};

/// What a task does to the data in one place.
struct Traffic {
  double bytes = 0;      ///< streamed: neighbours are used together
  double scattered = 0;  ///< accesses to single values at unpredictable addresses
};

/// What a task does, in the modelled problem: not in the reduced one that is really computed.
struct Work {
  double flops32 = 0, flops64 = 0;
  Traffic near, far;

  Work& stream(Place place, double bytes)
  {
    at(place).bytes += bytes;
    return *this;
  }

  Work& scatter(Place place, double accesses)
  {
    at(place).scattered += accesses;
    return *this;
  }

 private:
  Traffic& at(Place place) { return place == Place::NEAR ? near : far; }
};

/// The modelled microseconds that the work takes. Arithmetic and the two memories overlap, so the
/// slowest decides; scattered accesses are waited for. Launching is not counted: the driver adds
/// it to every kernel.
inline double microseconds(const Work& work, const Figures& figures)
{
  constexpr double GIGA_PER_US = 1e3;  // 10^9 a second are 10^3 a microsecond
  constexpr double US_PER_NS = 1e-3;
  const auto time = [](double amount, double rate) { return amount > 0 ? amount / rate : 0; };
  const double arithmetic = time(work.flops32, figures.fp32_gflops * GIGA_PER_US) +
                            time(work.flops64, figures.fp64_gflops * GIGA_PER_US);
  const double near = time(work.near.bytes, figures.near_gbs * GIGA_PER_US);
  const double far = time(work.far.bytes, figures.far_gbs * GIGA_PER_US);
  const double scattered =
      work.near.scattered * figures.near_ns + work.far.scattered * figures.far_ns;
  return std::max({arithmetic, near, far}) + scattered * US_PER_NS;
}

/// The figures of a machine, as given in the environment variable MAPC_MODEL.
struct Model {
  Figures gpu, cpu;
  std::string mistake;  ///< why the text cannot be used; empty if it can
};

/// Reads `gpu.fp32_gflops=5500;gpu.fb_gbs=550;...`: every figure once, in any order. None has a
/// default, because a forgotten one would make a machine that nobody meant.
inline Model parse_model(const std::string& text)
{
  Model model;
  struct Slot {
    double* value;
    bool positive;
    bool given;
  };
  const auto slots_of = [](Figures& figures, const std::string& of, const std::string& own) {
    return std::map<std::string, Slot>{
        {of + ".fp32_gflops", {&figures.fp32_gflops, true, false}},
        {of + ".fp64_gflops", {&figures.fp64_gflops, true, false}},
        {of + "." + own + "_gbs", {&figures.near_gbs, true, false}},
        {of + ".zc_gbs", {&figures.far_gbs, true, false}},
        {of + "." + own + "_access_ns", {&figures.near_ns, false, false}},
        {of + ".zc_access_ns", {&figures.far_ns, false, false}}};
  };
  std::map<std::string, Slot> slots = slots_of(model.gpu, "gpu", "fb");
  slots.merge(slots_of(model.cpu, "cpu", "sys"));

  std::string setting;
  for (const char letter : text + ";") {
    if (letter != ';') {
      if (!std::isspace(static_cast<unsigned char>(letter))) setting += letter;
      continue;
    }
    const std::string one = setting;
    setting.clear();
    if (one.empty()) continue;
    const auto equals = one.find('=');
    const auto slot = slots.find(one.substr(0, equals));
    const std::string value = equals == std::string::npos ? "" : one.substr(equals + 1);
    char* end = nullptr;
    const double number = std::strtod(value.c_str(), &end);
    const bool read = !value.empty() && *end == '\0' && std::isfinite(number);
    if (slot == slots.end() || slot->second.given || !read || number < 0 ||
        (slot->second.positive && number == 0)) {
      model.mistake = "cannot use the setting `" + one + "`";
      return model;
    }
    *slot->second.value = number;
    slot->second.given = true;
  }
  for (const auto& [name, slot] : slots) {
    if (slot.given) continue;
    model.mistake = "`" + name + "` is missing";
    return model;
  }
  return model;
}

}  // namespace mapc::gpu
