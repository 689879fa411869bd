// The running machine: its processors by kind and node in Realm's order, and the memories that a
// processor sees. Needs Legion.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "mapc/config.h"
#include "mapc/machine_view.h"

namespace mapc {

/// The language's kind of a Realm kind; nothing for kinds it does not know (utility processors).
std::optional<ProcKind> kind_of(Legion::Processor::Kind kind);
std::optional<MemKind> kind_of(Legion::Memory::Kind kind);
std::optional<Legion::Memory::Kind> realm_kind(MemKind kind);
Legion::Processor::Kind realm_kind(ProcKind kind);
/// The language's word for a memory, or Realm's number for one it does not know.
std::string memory_name(Legion::Memory memory);

/// Processors and memories of all nodes; read once, when the first mapper is made.
class Machines {
 public:
  explicit Machines(Legion::Machine machine);

  const Shape& shape() const { return shape_; }
  std::size_t nodes() const { return nodes_; }

  Legion::Processor processor(ProcKind kind, ProcessorId id) const;
  /// The place of a processor among those of its kind on its node.
  ProcessorId id_of(Legion::Processor processor) const;
  const std::vector<Legion::Processor>& on_node(ProcKind kind, std::size_t node) const;

  /// The kind of any processor; CPU for kinds that the language does not know.
  ProcKind kind(Legion::Processor processor) const;

  /// The memory of a kind that a processor sees best on its own node; NO_MEMORY without one.
  Legion::Memory memory(Legion::Processor processor, MemKind kind) const;

 private:
  std::size_t nodes_ = 1;
  std::array<std::vector<std::vector<Legion::Processor>>, kProcKinds> processors_;
  std::map<Legion::Processor, ProcessorId> ids_;
  struct Known {
    ProcKind kind = ProcKind::CPU;
    std::array<Legion::Memory, kMemKinds> memories;
  };
  std::unordered_map<Realm::Processor::id_t, Known> known_;
  Shape shape_;
};

}  // namespace mapc
