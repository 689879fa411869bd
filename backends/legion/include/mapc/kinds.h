// Processor and memory kinds of the mapping language. Does not need Legion.
#pragma once

#include <cstddef>

namespace mapc {

enum class ProcKind { CPU, GPU, OMP, IO, PY, PROC };
enum class MemKind { SYSMEM, FBMEM, ZCMEM, RDMEM, SOCKMEM, REGSOCKMEM, VIRTUAL };

inline constexpr std::size_t kProcKinds = 6;
inline constexpr std::size_t kMemKinds = 7;

inline constexpr std::size_t index_of(ProcKind kind) { return static_cast<std::size_t>(kind); }
inline constexpr std::size_t index_of(MemKind kind) { return static_cast<std::size_t>(kind); }

inline const char* name_of(ProcKind kind)
{
  static const char* const names[] = {"CPU", "GPU", "OMP", "IO", "PY", "PROC"};
  return names[index_of(kind)];
}
inline const char* name_of(MemKind kind)
{
  static const char* const names[] = {"SYSMEM",  "FBMEM",      "ZCMEM",  "RDMEM",
                                      "SOCKMEM", "REGSOCKMEM", "VIRTUAL"};
  return names[index_of(kind)];
}

/// Whether a processor kind can address a memory kind at all.
inline bool addresses(ProcKind proc, MemKind mem)
{
  if (mem == MemKind::VIRTUAL || mem == MemKind::ZCMEM) return true;
  return (proc == ProcKind::GPU) == (mem == MemKind::FBMEM);
}

/// The kinds as the language spells them.
#define MAPC_WORD(type, word) inline constexpr type word = type::word;
MAPC_WORD(ProcKind, CPU)
MAPC_WORD(ProcKind, GPU)
MAPC_WORD(ProcKind, OMP)
MAPC_WORD(ProcKind, IO)
MAPC_WORD(ProcKind, PY)
MAPC_WORD(ProcKind, PROC)
MAPC_WORD(MemKind, SYSMEM)
MAPC_WORD(MemKind, FBMEM)
MAPC_WORD(MemKind, ZCMEM)
MAPC_WORD(MemKind, RDMEM)
MAPC_WORD(MemKind, SOCKMEM)
MAPC_WORD(MemKind, REGSOCKMEM)
MAPC_WORD(MemKind, VIRTUAL)
#undef MAPC_WORD

}  // namespace mapc
