// The memory of the emulated GPUs, which is host memory, and what host memory they know.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <shared_mutex>
#include <vector>

#include "machine.h"

namespace mapc_emu {

class Memory {
 public:
  explicit Memory(const Config& config);

  /// Null where the GPU has no room, or the host does not give it. Costs nothing until touched.
  void* allocate(int gpu, std::size_t bytes);
  void* allocate_host(std::size_t bytes);

  /// Host memory of somebody else that GPUs may reach from now on.
  bool enlist(void* base, std::size_t bytes);

  bool release(void* base);
  bool delist(void* base);

  /// Where an address lies; what nobody allocated here is the host's.
  Place place_of(const void* address) const;
  bool reachable(const void* address) const;

  struct Room {
    std::size_t total, used, most;
  };
  Room room(int gpu) const;

 private:
  struct Block {
    std::size_t bytes;
    Place place;
    bool ours;
  };
  using Blocks = std::map<std::uintptr_t, Block>;

  Blocks::const_iterator find(const void* address) const;
  void* map(std::size_t bytes, Place place);

  mutable std::shared_mutex lock_;
  Blocks blocks_;
  std::vector<Room> rooms_;
};

Memory& memory();

}  // namespace mapc_emu
