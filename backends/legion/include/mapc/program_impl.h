// Definitions of task_view.h and program.h.
#pragma once

#include <map>
#include <utility>

#include "mapc/program.h"

namespace mapc {

// --- tasks ---------------------------------------------------------------------------------------

MAPC_INLINE Name TaskView::name() const { return Name(info_->name); }
MAPC_INLINE const Tuple& TaskView::ipoint() const { return point_task().point; }
MAPC_INLINE const Tuple& TaskView::ispace() const { return point_task().space; }
MAPC_INLINE Int TaskView::depth() const { return info_->depth; }

MAPC_INLINE TaskView TaskView::parent() const
{
  if (info_->parent == nullptr)
    fail("MAP515", "task `" + info_->name + "` at depth 0 has no parent");
  return TaskView(*info_->parent);
}

MAPC_INLINE Tuple TaskView::processor(const MachineView& machine) const
{
  return machine.locate(info_->kind, info_->processor);
}

MAPC_INLINE const TaskInfo& TaskView::point_task() const
{
  if (!info_->is_point)
    fail("MAP516", "task `" + info_->name + "` is not a point of an index launch");
  return *info_;
}

// --- printing ------------------------------------------------------------------------------------

MAPC_INLINE Printed::Printed(bool value) : text(value ? "True" : "False") {}
MAPC_INLINE Printed::Printed(Int value) : text(value.text()) {}
MAPC_INLINE Printed::Printed(const Tuple& value) : text(value.text()) {}
MAPC_INLINE Printed::Printed(const MachineView& value) : text(value.text()) {}
MAPC_INLINE Printed::Printed(const ProcessorSet& value) : text(value.text()) {}
MAPC_INLINE Printed::Printed(const Name& value) : text(value.text()) {}
MAPC_INLINE Printed::Printed(const TaskView& value) : text(value.name().text()) {}
MAPC_INLINE Printed::Printed(const Printed&) = default;
MAPC_INLINE Printed::~Printed() = default;

MAPC_INLINE void Program::print(const char* text, std::initializer_list<Printed> values) const
{
  if (!printer_) return;
  std::string rest = text;
  std::string result;
  for (const Printed& value : values) {
    const std::size_t hole = rest.find("{}");
    if (hole == std::string::npos) break;
    result += rest.substr(0, hole) + value.text;
    rest = rest.substr(hole + 2);
  }
  printer_(result + rest);
}

// --- programs ------------------------------------------------------------------------------------

MAPC_INLINE Program::Program(const Shape& shape) : shape_(shape) {}
MAPC_INLINE Program::~Program() = default;
MAPC_INLINE void Program::print_to(Printer printer) { printer_ = std::move(printer); }
MAPC_INLINE MachineView Program::machine_of(ProcKind kind) const
{
  return MachineView(&shape_, kind);
}

MAPC_INLINE ProcessorSet Program::unknown_entry(const std::string& function, TaskView)
{
  fail("MAP210", "the policy has no function `" + function + "`");
}

MAPC_INLINE ProcessorSet EmptyProgram::call_entry(const std::string& function, TaskView task) const
{
  unknown_entry(function, task);
}

MAPC_INLINE PointError::PointError(const EvaluationError& error, Tuple where)
    : EvaluationError(error), point(std::move(where))
{}

// --- tables --------------------------------------------------------------------------------------

MAPC_INLINE IndexTable::IndexTable(const Program& program, const std::string& function,
                                   const std::string& task, Tuple extents, const ProcKind* kind,
                                   const Contains& contains)
    : extents_(std::move(extents))
{
  TaskInfo info;
  info.name = task;
  info.is_point = true;
  info.space = extents_;
  if (kind != nullptr) info.kind = *kind;
  std::map<std::vector<ProcessorId>, std::size_t> dealt;
  places_.resize(static_cast<std::size_t>(extents_.volume().value()), ProcessorId{-1, -1});
  for (std::size_t i = 0; i < places_.size(); ++i) {
    info.point = delinearize(static_cast<std::int64_t>(i), extents_);
    if (contains && !contains(info.point)) continue;
    const std::vector<ProcessorId> set = evaluate(program, function, info, kind);
    const std::size_t turn = set.size() > 1 ? dealt[set]++ % set.size() : 0;
    places_[i] = set[turn];
  }
}

MAPC_INLINE ProcessorId IndexTable::at(const Tuple& point) const
{
  return places_[static_cast<std::size_t>(linearize(point, extents_).value())];
}

MAPC_INLINE std::vector<ProcessorId> IndexTable::evaluate(const Program& program,
                                                          const std::string& function,
                                                          const TaskInfo& info,
                                                          const ProcKind* kind)
{
  here() = Position{};
  try {
    const ProcessorSet set = program.call_entry(function, TaskView(info));
    if (kind != nullptr && set.kind() != *kind)
      fail("MAP510", "`" + function + "` returns " + set.text() + ", but the task runs on " +
                         name_of(*kind));
    return set.members();
  } catch (const EvaluationError& error) {
    throw PointError(error, info.point);
  }
}

}  // namespace mapc
