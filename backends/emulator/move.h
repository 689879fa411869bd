// The moving of data itself, without time.
#pragma once

#include <cstddef>

namespace mapc_emu {

/// Lines of contiguous bytes, `pitch` apart, in planes `plane` apart.
struct Box {
  char* base;
  std::size_t pitch, plane;

  char* line(std::size_t y, std::size_t z) const { return base + y * pitch + z * plane; }
};

void copy_box(const Box& from, const Box& to, std::size_t bytes, std::size_t lines,
              std::size_t planes);

/// Element (y, z) of one box to (y, z) of the other, where neighbours in one are far apart in the
/// other.
void copy_elements(const Box& from, const Box& to, std::size_t bytes, std::size_t lines,
                   std::size_t planes);

/// `count` times the value of `width` bytes.
void fill_line(char* to, const void* value, std::size_t width, std::size_t count);

}  // namespace mapc_emu
