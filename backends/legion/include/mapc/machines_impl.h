// Definitions of machines.h.
#pragma once

#include <algorithm>

#include "mapc/machines.h"

namespace mapc {

MAPC_INLINE std::optional<ProcKind> kind_of(Legion::Processor::Kind kind)
{
  switch (kind) {
    case Legion::Processor::LOC_PROC: return CPU;
    case Legion::Processor::TOC_PROC: return GPU;
    case Legion::Processor::OMP_PROC: return OMP;
    case Legion::Processor::IO_PROC: return IO;
    case Legion::Processor::PY_PROC: return PY;
    case Legion::Processor::PROC_SET: return PROC;
    default: return std::nullopt;
  }
}

MAPC_INLINE Legion::Processor::Kind realm_kind(ProcKind kind)
{
  switch (kind) {
    case ProcKind::CPU: return Legion::Processor::LOC_PROC;
    case ProcKind::GPU: return Legion::Processor::TOC_PROC;
    case ProcKind::OMP: return Legion::Processor::OMP_PROC;
    case ProcKind::IO: return Legion::Processor::IO_PROC;
    case ProcKind::PY: return Legion::Processor::PY_PROC;
    case ProcKind::PROC: return Legion::Processor::PROC_SET;
  }
  return Legion::Processor::NO_KIND;
}

MAPC_INLINE std::optional<MemKind> kind_of(Legion::Memory::Kind kind)
{
  switch (kind) {
    case Legion::Memory::SYSTEM_MEM: return SYSMEM;
    case Legion::Memory::GPU_FB_MEM: return FBMEM;
    case Legion::Memory::Z_COPY_MEM: return ZCMEM;
    case Legion::Memory::REGDMA_MEM: return RDMEM;
    case Legion::Memory::SOCKET_MEM: return SOCKMEM;
    default: return std::nullopt;
  }
}

MAPC_INLINE std::optional<Legion::Memory::Kind> realm_kind(MemKind kind)
{
  switch (kind) {
    case MemKind::SYSMEM: return Legion::Memory::SYSTEM_MEM;
    case MemKind::FBMEM: return Legion::Memory::GPU_FB_MEM;
    case MemKind::ZCMEM: return Legion::Memory::Z_COPY_MEM;
    case MemKind::RDMEM: return Legion::Memory::REGDMA_MEM;
    case MemKind::SOCKMEM: return Legion::Memory::SOCKET_MEM;
    case MemKind::REGSOCKMEM:  // Realm registers socket memory without giving it a kind of its own
    case MemKind::VIRTUAL: return std::nullopt;
  }
  return std::nullopt;
}

MAPC_INLINE std::string memory_name(Legion::Memory memory)
{
  const auto kind = kind_of(memory.kind());
  if (kind) return name_of(*kind);
  return "Realm memory kind " + std::to_string(static_cast<int>(memory.kind()));
}

MAPC_INLINE Machines::Machines(Legion::Machine machine)
{
  const Legion::Machine::ProcessorQuery everywhere(machine);
  for (const Legion::Processor p : everywhere)
    nodes_ = std::max<std::size_t>(nodes_, p.address_space() + 1);
  shape_.nodes = static_cast<std::int64_t>(nodes_);
  for (std::size_t k = 0; k < kProcKinds; ++k) {
    auto& nodes = processors_[k];
    nodes.resize(nodes_);
    Legion::Machine::ProcessorQuery query(machine);
    query.only_kind(realm_kind(static_cast<ProcKind>(k)));
    for (const Legion::Processor p : query) nodes[p.address_space()].push_back(p);
    std::size_t fewest = nodes.front().size();
    for (auto& node : nodes) {
      std::sort(node.begin(), node.end());
      fewest = std::min(fewest, node.size());
      for (std::size_t i = 0; i < node.size(); ++i)
        ids_[node[i]] = ProcessorId{static_cast<std::int64_t>(&node - nodes.data()),
                                    static_cast<std::int64_t>(i)};
    }
    shape_.procs[k] = static_cast<std::int64_t>(fewest);
  }
  for (const auto& [processor, id] : ids_) {
    Known& known = known_[processor.id];
    known.kind = kind_of(processor.kind()).value_or(CPU);
    known.memories.fill(Legion::Memory::NO_MEMORY);
    std::map<MemKind, unsigned> best;
    std::vector<Legion::Machine::ProcessorMemoryAffinity> seen;
    machine.get_proc_mem_affinity(seen, processor);
    for (const auto& affinity : seen) {
      const auto kind = kind_of(affinity.m.kind());
      if (!kind || affinity.m.address_space() != processor.address_space()) continue;
      if (!addresses(*kind_of(processor.kind()), *kind) || affinity.m.capacity() == 0) continue;
      const auto [entry, is_new] = best.try_emplace(*kind, affinity.bandwidth);
      if (!is_new && affinity.bandwidth <= entry->second) continue;
      entry->second = affinity.bandwidth;
      known.memories[index_of(*kind)] = affinity.m;
    }
  }
  shape_.has_memory = [this](ProcKind kind, std::int64_t node, std::int64_t index, MemKind mem) {
    return memory(processor(kind, ProcessorId{node, index}), mem).exists();
  };
}

MAPC_INLINE Legion::Processor Machines::processor(ProcKind kind, ProcessorId id) const
{
  return processors_[index_of(kind)][static_cast<std::size_t>(id.node)]
                    [static_cast<std::size_t>(id.index)];
}

MAPC_INLINE ProcessorId Machines::id_of(Legion::Processor processor) const
{
  const auto found = ids_.find(processor);
  return found == ids_.end() ? ProcessorId{-1, -1} : found->second;
}

MAPC_INLINE const std::vector<Legion::Processor>& Machines::on_node(ProcKind kind,
                                                                    std::size_t node) const
{
  return processors_[index_of(kind)][node];
}

MAPC_INLINE ProcKind Machines::kind(Legion::Processor processor) const
{
  const auto found = known_.find(processor.id);
  return found == known_.end() ? kind_of(processor.kind()).value_or(CPU) : found->second.kind;
}

MAPC_INLINE Legion::Memory Machines::memory(Legion::Processor processor, MemKind kind) const
{
  const auto found = known_.find(processor.id);
  return found == known_.end() ? Legion::Memory::NO_MEMORY
                               : found->second.memories[index_of(kind)];
}

}  // namespace mapc
