// The memories of the machine that programs use.
#pragma once

#include <realm.h>

#include <string>
#include <vector>

namespace scramble {

struct Place {
  Realm::Memory memory;
  std::string name;
  bool framebuffer, zero_copy;
};

/// Every memory of these kinds that has room, named by its kind and its number among them.
inline std::vector<Place> find_places()
{
  static const struct {
    Realm::Memory::Kind kind;
    const char* name;
  } wanted[] = {{Realm::Memory::SYSTEM_MEM, "SYSTEM_MEM"},
                {Realm::Memory::REGDMA_MEM, "REGDMA_MEM"},
                {Realm::Memory::SOCKET_MEM, "SOCKET_MEM"},
                {Realm::Memory::Z_COPY_MEM, "Z_COPY_MEM"},
                {Realm::Memory::GPU_FB_MEM, "GPU_FB_MEM"}};
  std::vector<Place> places;
  for (const auto& [kind, name] : wanted) {
    int number = 0;
    Realm::Machine::MemoryQuery found(Realm::Machine::get_machine());
    for (Realm::Memory memory : found.only_kind(kind)) {
      if (memory.capacity() == 0) continue;
      places.push_back({memory, name + (" " + std::to_string(number++)),
                        kind == Realm::Memory::GPU_FB_MEM, kind == Realm::Memory::Z_COPY_MEM});
    }
  }
  return places;
}

}  // namespace scramble
