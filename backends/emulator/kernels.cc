#include "kernels.h"

#include <cstdio>
#include <cstring>

#include "memory.h"
#include "move.h"

/// The arguments are laid out as in Realm's public header realm/cuda/cuda_memcpy.h; numbers of
/// bytes and strides are in elements of the kernel's width unless said otherwise.
namespace mapc_emu {
namespace {

template <int DIM>
struct Side {
  std::size_t strides[DIM - 1];  // the first in elements, the second in the first
  std::uintptr_t address;
};

template <>
struct Side<1> {
  std::uintptr_t address;
};

template <int DIM>
struct CopyPair {
  Side<DIM> from, to;
  std::size_t extents[DIM];
  std::size_t volume;
};

/// The kernels take up to 4 KiB of arguments, and their number comes last.
template <int DIM>
struct CopyPairs {
  static constexpr std::size_t kMost = (4096 - 2) / sizeof(CopyPair<DIM>);
  CopyPair<DIM> pairs[kMost];
  unsigned short number;
};

template <int DIM>
struct FillBox {
  std::size_t strides[DIM - 1];
  std::size_t volume;
  std::size_t extents[DIM];
  std::uintptr_t address;
};

template <>
struct FillBox<1> {
  std::size_t volume;
  std::size_t extents[1];
  std::uintptr_t address;
};

template <int DIM>
struct FillBoxes {
  alignas(16) unsigned char value[16];
  unsigned short number;
  FillBox<DIM> boxes[(4096 - 20) / sizeof(FillBox<DIM>)];
};

struct Transpose {  // all in bytes
  std::size_t extents[3];
  std::size_t from_strides[2], to_strides[2];
  std::size_t tile;
  std::uintptr_t to, from;
};

struct Indirect {  // strides in fields
  std::size_t volume, field;
  std::size_t from_strides[3], to_strides[3];
  std::uintptr_t from_index, to_index;
  std::uintptr_t from, to;
};

char* pointer(std::uintptr_t address) { return reinterpret_cast<char*>(address); }

template <int DIM, typename Boxed>
Box box_of(const Boxed& boxed, std::size_t width)
{
  Box box = {pointer(boxed.address), 0, 0};
  if constexpr (DIM > 1) box.pitch = boxed.strides[0] * width;
  if constexpr (DIM > 2) box.plane = boxed.strides[1] * box.pitch;
  return box;
}

/// How many lines and planes: extents beyond what the volume needs may be left unset.
template <int DIM, typename Boxed>
void lines_of(const Boxed& boxed, std::size_t& lines, std::size_t& planes)
{
  lines = boxed.extents[0] ? boxed.volume / boxed.extents[0] : 0;
  planes = 1;
  if constexpr (DIM > 2) {
    if (boxed.extents[1] && lines > boxed.extents[1]) {
      planes = lines / boxed.extents[1];
      lines = boxed.extents[1];
    }
  }
}

template <int DIM>
Launch copy_pairs(const Function& function, const void* parameter, bool dropped)
{
  auto& all = *static_cast<const CopyPairs<DIM>*>(parameter);
  Launch launch;
  for (unsigned i = 0; i < all.number; i++) {
    const CopyPair<DIM>& pair = all.pairs[i];
    std::size_t lines, planes;
    lines_of<DIM>(pair, lines, planes);
    Box from = box_of<DIM>(pair.from, function.width), to = box_of<DIM>(pair.to, function.width);
    if (i == 0) launch = {memory().place_of(from.base), memory().place_of(to.base), 0};
    launch.bytes += pair.volume * double(function.width);
    if (!dropped) copy_box(from, to, pair.extents[0] * function.width, lines, planes);
  }
  return launch;
}

template <int DIM>
Launch fill_boxes(const Function& function, const void* parameter)
{
  auto& all = *static_cast<const FillBoxes<DIM>*>(parameter);
  Launch launch;
  for (unsigned i = 0; i < all.number; i++) {
    const FillBox<DIM>& filled = all.boxes[i];
    std::size_t lines, planes;
    lines_of<DIM>(filled, lines, planes);
    Box to = box_of<DIM>(filled, function.width);
    if (i == 0) launch.to = memory().place_of(to.base);
    launch.bytes += filled.volume * double(function.width);
    for (std::size_t z = 0; z < planes; z++)
      for (std::size_t y = 0; y < lines; y++)
        fill_line(to.line(y, z), all.value, function.width, filled.extents[0]);
  }
  return launch;
}

Launch transpose(const void* parameter, bool dropped)
{
  auto& all = *static_cast<const Transpose*>(parameter);
  Box from = {pointer(all.from), all.from_strides[0], all.from_strides[1]};
  Box to = {pointer(all.to), all.to_strides[0], all.to_strides[1]};
  if (!dropped) copy_elements(from, to, all.extents[0], all.extents[1], all.extents[2]);
  return {memory().place_of(from.base), memory().place_of(to.base),
          double(all.extents[0]) * all.extents[1] * all.extents[2]};
}

template <typename Coordinate>
std::size_t index_at(std::uintptr_t table, std::size_t i, int dim, const std::size_t* strides)
{
  if (!table) return i;
  auto* point = reinterpret_cast<const Coordinate*>(table) + i * dim;
  std::size_t index = 0;
  for (int d = 0; d < dim; d++) index += static_cast<std::size_t>(point[d]) * strides[d];
  return index;
}

template <typename Coordinate>
Launch indirect(const Function& function, const void* parameter, bool dropped)
{
  auto& all = *static_cast<const Indirect*>(parameter);
  for (std::size_t i = 0; i < all.volume && !dropped; i++) {
    auto from = index_at<Coordinate>(all.from_index, i, function.dim, all.from_strides);
    auto to = index_at<Coordinate>(all.to_index, i, function.dim, all.to_strides);
    std::memcpy(pointer(all.to) + to * all.field, pointer(all.from) + from * all.field, all.field);
  }
  return {memory().place_of(pointer(all.from)), memory().place_of(pointer(all.to)),
          double(all.volume) * all.field};
}

}  // namespace

Function parse_function(const std::string& name)
{
  Function made;
  made.name = name;
  unsigned bits = 0;
  char rest = 0;
  const char* text = name.c_str();
  if (std::sscanf(text, "memcpy_affine_batch%dD_%u%c", &made.dim, &bits, &rest) == 2)
    made.kind = KernelKind::kAffineCopy;
  else if (std::sscanf(text, "fill_affine_batch%dD_%u%c", &made.dim, &bits, &rest) == 2)
    made.kind = KernelKind::kAffineFill;
  else if (std::sscanf(text, "memcpy_transpose%u%c", &bits, &rest) == 1)
    made.kind = KernelKind::kTranspose;
  else if (std::sscanf(text, "memcpy_indirect%dD_%u%c", &made.dim, &bits, &rest) == 2) {
    made.kind = KernelKind::kIndirectCopy;  // the bits of an element, then those of a coordinate
    made.address = bits % 100 / 8;
    bits /= 100;
  }
  made.width = bits / 8;
  bool dimensions = made.kind == KernelKind::kTranspose || (made.dim >= 1 && made.dim <= 3);
  bool addresses = made.kind != KernelKind::kIndirectCopy || made.address == 4 || made.address == 8;
  if (made.width == 0 || !dimensions || !addresses) made.kind = KernelKind::kUnknown;
  return made;
}

Launch run_kernel(const Function& function, const void* parameter, bool dropped)
{
  switch (function.kind) {
    case KernelKind::kAffineCopy:
      return function.dim == 1   ? copy_pairs<1>(function, parameter, dropped)
             : function.dim == 2 ? copy_pairs<2>(function, parameter, dropped)
                                 : copy_pairs<3>(function, parameter, dropped);
    case KernelKind::kAffineFill:
      return function.dim == 1   ? fill_boxes<1>(function, parameter)
             : function.dim == 2 ? fill_boxes<2>(function, parameter)
                                 : fill_boxes<3>(function, parameter);
    case KernelKind::kTranspose:
      return transpose(parameter, dropped);
    case KernelKind::kIndirectCopy:
      return function.address == 4 ? indirect<int>(function, parameter, dropped)
                                   : indirect<long long>(function, parameter, dropped);
    case KernelKind::kUnknown:
      break;
  }
  return {};
}

}  // namespace mapc_emu
