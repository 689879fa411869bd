#include "move.h"

#include <algorithm>
#include <cstring>

namespace mapc_emu {
namespace {

/// A constant size lets the compiler use a register.
template <std::size_t kBytes>
struct Fixed {
  static void copy(char* to, const char* from, std::size_t) { std::memcpy(to, from, kBytes); }
};

struct Any {
  static void copy(char* to, const char* from, std::size_t bytes) { std::memcpy(to, from, bytes); }
};

template <typename Element>
void copy_tiles(const Box& from, const Box& to, std::size_t bytes, std::size_t lines,
                std::size_t planes)
{
  const std::size_t tile = 32;  // what both sides touch stays in the first cache
  for (std::size_t z0 = 0; z0 < planes; z0 += tile)
    for (std::size_t y0 = 0; y0 < lines; y0 += tile)
      for (std::size_t z = z0; z < std::min(z0 + tile, planes); z++)
        for (std::size_t y = y0; y < std::min(y0 + tile, lines); y++)
          Element::copy(to.line(y, z), from.line(y, z), bytes);
}

}  // namespace

void copy_box(const Box& from, const Box& to, std::size_t bytes, std::size_t lines,
              std::size_t planes)
{
  for (std::size_t z = 0; z < planes; z++)
    for (std::size_t y = 0; y < lines; y++) std::memmove(to.line(y, z), from.line(y, z), bytes);
}

void copy_elements(const Box& from, const Box& to, std::size_t bytes, std::size_t lines,
                   std::size_t planes)
{
  switch (bytes) {
    case 4:
      return copy_tiles<Fixed<4>>(from, to, bytes, lines, planes);
    case 8:
      return copy_tiles<Fixed<8>>(from, to, bytes, lines, planes);
    case 16:
      return copy_tiles<Fixed<16>>(from, to, bytes, lines, planes);
    default:
      return copy_tiles<Any>(from, to, bytes, lines, planes);
  }
}

void fill_line(char* to, const void* value, std::size_t width, std::size_t count)
{
  std::size_t total = width * count;
  if (total == 0) return;
  const char* bytes = static_cast<const char*>(value);
  if (width == 1 || std::memcmp(bytes, bytes + 1, width - 1) == 0) {
    std::memset(to, bytes[0], total);
    return;
  }
  std::memcpy(to, value, width);
  for (std::size_t done = width; done < total; done *= 2)
    std::memcpy(to + done, to, std::min(done, total - done));
}

}  // namespace mapc_emu
