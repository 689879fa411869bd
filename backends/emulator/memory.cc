#include "memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <iterator>
#include <mutex>

namespace mapc_emu {

Memory::Memory(const Config& config)
{
  auto each = static_cast<std::size_t>((config.fb_mb + config.reserve_mb) * (1 << 20));
  rooms_.assign(config.gpus, {each, 0, 0});
}

void* Memory::map(std::size_t bytes, Place place)
{
  void* base = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) return nullptr;
  madvise(base, bytes, MADV_HUGEPAGE);  // the first touch costs time that a GPU does not take
  blocks_[reinterpret_cast<std::uintptr_t>(base)] = {bytes, place, true};
  return base;
}

void* Memory::allocate(int gpu, std::size_t bytes)
{
  std::unique_lock<std::shared_mutex> held(lock_);
  Room& room = rooms_[gpu];
  if (bytes == 0 || bytes > room.total - room.used) return nullptr;
  void* base = map(bytes, gpu);
  if (base) {
    room.used += bytes;
    room.most = std::max(room.most, room.used);
  }
  return base;
}

void* Memory::allocate_host(std::size_t bytes)
{
  std::unique_lock<std::shared_mutex> held(lock_);
  return bytes ? map(bytes, kHost) : nullptr;
}

bool Memory::enlist(void* base, std::size_t bytes)
{
  std::unique_lock<std::shared_mutex> held(lock_);
  return bytes &&
         blocks_.insert({reinterpret_cast<std::uintptr_t>(base), {bytes, kHost, false}}).second;
}

bool Memory::release(void* base)
{
  std::unique_lock<std::shared_mutex> held(lock_);
  auto found = blocks_.find(reinterpret_cast<std::uintptr_t>(base));
  if (found == blocks_.end() || !found->second.ours) return false;
  munmap(base, found->second.bytes);
  if (found->second.place != kHost) rooms_[found->second.place].used -= found->second.bytes;
  blocks_.erase(found);
  return true;
}

bool Memory::delist(void* base)
{
  std::unique_lock<std::shared_mutex> held(lock_);
  auto found = blocks_.find(reinterpret_cast<std::uintptr_t>(base));
  if (found == blocks_.end() || found->second.ours) return false;
  blocks_.erase(found);
  return true;
}

Memory::Blocks::const_iterator Memory::find(const void* address) const
{
  auto number = reinterpret_cast<std::uintptr_t>(address);
  auto after = blocks_.upper_bound(number);
  if (after == blocks_.begin()) return blocks_.end();
  auto block = std::prev(after);
  return number - block->first < block->second.bytes ? block : blocks_.end();
}

Place Memory::place_of(const void* address) const
{
  std::shared_lock<std::shared_mutex> held(lock_);
  auto block = find(address);
  return block == blocks_.end() ? kHost : block->second.place;
}

bool Memory::reachable(const void* address) const
{
  std::shared_lock<std::shared_mutex> held(lock_);
  return find(address) != blocks_.end();
}

Memory::Room Memory::room(int gpu) const
{
  std::shared_lock<std::shared_mutex> held(lock_);
  return rooms_[gpu];
}

Memory& memory()
{
  static Memory& made = *new Memory(config());
  return made;
}

}  // namespace mapc_emu
