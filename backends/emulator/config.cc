#include "config.h"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

namespace mapc_emu {
namespace {

struct Setting {
  double Config::* value;
  bool positive;
};

const std::map<std::string, Setting>& numbers()
{
  static const std::map<std::string, Setting> all = {
      {"fb_mb", {&Config::fb_mb, true}},           {"reserve_mb", {&Config::reserve_mb, false}},
      {"h2d_mbs", {&Config::h2d_mbs, true}},       {"d2h_mbs", {&Config::d2h_mbs, true}},
      {"peer_mbs", {&Config::peer_mbs, true}},     {"fb_mbs", {&Config::fb_mbs, true}},
      {"h2d_us", {&Config::h2d_us, false}},        {"d2h_us", {&Config::d2h_us, false}},
      {"peer_us", {&Config::peer_us, false}},      {"fb_us", {&Config::fb_us, false}},
      {"launch_us", {&Config::launch_us, false}},  {"time_scale", {&Config::time_scale, true}},
      {"data_scale", {&Config::data_scale, true}}, {"poll_us", {&Config::poll_us, true}},
  };
  return all;
}

std::string trimmed(const std::string& text)
{
  const char* blank = " \t\r\n";
  auto first = text.find_first_not_of(blank);
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

bool assign(Config& made, const std::string& key, double number)
{
  bool whole = number >= 0 && number == std::floor(number);
  if (auto known = numbers().find(key); known != numbers().end()) {
    made.*known->second.value = number;
    return known->second.positive ? number > 0 : number >= 0;
  }
  if (key == "gpus") {
    made.gpus = static_cast<int>(number);
    return whole && number <= 64;
  }
  if (key == "peer") {
    made.peer = number != 0;
    return number == 0 || number == 1;
  }
  if (key == "seed")
    made.seed = static_cast<std::uint64_t>(number);
  else if (key == "drop")
    made.drop = static_cast<std::uint64_t>(number);
  else
    return false;
  return whole && number < 1e15;
}

void read_setting(Config& made, const std::string& text)
{
  auto equals = text.find('=');
  std::string key = trimmed(text.substr(0, equals));
  std::string value = equals == std::string::npos ? "" : trimmed(text.substr(equals + 1));
  char* end = nullptr;
  double number = std::strtod(value.c_str(), &end);
  bool read = !value.empty() && *end == '\0' && std::isfinite(number);
  if (!(read && assign(made, key, number)) && made.mistake.empty())
    made.mistake = "cannot use the setting `" + trimmed(text) + "`";
}

/// The number of this process among the ranks, from whatever started them.
std::string rank_name()
{
  for (const char* name : {"MAPC_RANK", "OMPI_COMM_WORLD_RANK", "PMI_RANK", "SLURM_PROCID"})
    if (const char* value = std::getenv(name)) return value;
  return "0";
}

Config from_environment()
{
  const char* given = std::getenv("MAPC_EMU_CONFIG");
  std::string text = given ? given : "";
  Config made;
  if (!text.empty() && text.find('=') == std::string::npos) {
    std::ifstream file(text);
    std::stringstream content;
    content << file.rdbuf();
    if (!file) made.mistake = "cannot read the file `" + text + "`";
    text = content.str();
  }
  if (made.mistake.empty()) made = parse_config(text);
  if (const char* stats = std::getenv("MAPC_EMU_STATS")) {
    made.stats = stats;
    if (auto at = made.stats.find('%'); at != std::string::npos)
      made.stats.replace(at, 1, rank_name());
  }
  return made;
}

}  // namespace

Config parse_config(const std::string& text)
{
  Config made;
  std::string setting;
  for (char letter : text + ";") {
    if (letter != ';' && letter != '\n') {
      setting += letter;
      continue;
    }
    setting = trimmed(setting);
    if (!setting.empty() && setting[0] != '#') read_setting(made, setting);
    setting.clear();
  }
  return made;
}

const Config& config()
{
  static const Config& made = *new Config(from_environment());
  return made;
}

}  // namespace mapc_emu
