// The placement program of a policy: base class of the generated one, and the table of processors
// that an index-launch function gives for one launch. Does not need Legion.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "mapc/builtins.h"
#include "mapc/machine_view.h"
#include "mapc/task_view.h"

namespace mapc {

/// One value for `print`, as the language formats it.
class Printed {
 public:
  template <class T, class = std::enable_if_t<std::is_integral_v<T>>>
  Printed(T value) : text(std::to_string(value))
  {}
  Printed(bool value) : text(value ? "True" : "False") {}
  Printed(Int value) : text(value.text()) {}
  Printed(const Tuple& value) : text(value.text()) {}
  Printed(const MachineView& value) : text(value.text()) {}
  Printed(const ProcessorSet& value) : text(value.text()) {}
  Printed(const Name& value) : text(value.text()) {}
  Printed(const TaskView& value) : text(value.name().text()) {}

  std::string text;
};

/// Globals and functions of one policy over one machine. The generated class assigns the globals
/// in its constructor and has one member function per policy function.
class Program {
 public:
  using Printer = std::function<void(const std::string&)>;

  explicit Program(const Shape& shape) : shape_(shape) {}
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  virtual ~Program() = default;

  /// Calls the entry function of this name.
  virtual ProcessorSet call_entry(const std::string& function, TaskView task) const = 0;

  const Shape& shape() const { return shape_; }
  /// Where `print` in functions goes; nowhere at first, so top-level prints are silent.
  void print_to(Printer printer) { printer_ = std::move(printer); }

 protected:
  [[noreturn]] static ProcessorSet unknown_entry(const std::string& function, const TaskView&)
  {
    fail("MAP210", "the policy has no function `" + function + "`");
  }

  MachineView machine_of(ProcKind kind) const { return MachineView(&shape_, kind); }

  void print(const std::string& text, std::initializer_list<Printed> values) const
  {
    if (!printer_) return;
    std::string result;
    std::size_t from = 0;
    for (const Printed& value : values) {
      const std::size_t hole = text.find("{}", from);
      if (hole == std::string::npos) break;
      result += text.substr(from, hole - from) + value.text;
      from = hole + 2;
    }
    printer_(result + text.substr(from));
  }

 private:
  const Shape shape_;
  Printer printer_;
};

/// The program of a policy without functions and variables.
class EmptyProgram final : public Program {
 public:
  using Program::Program;
  ProcessorSet call_entry(const std::string&, TaskView) const override { return {}; }
};

/// A failed evaluation with the point it was about.
class PointError : public EvaluationError {
 public:
  PointError(const EvaluationError& error, Tuple where)
      : EvaluationError(error), point(std::move(where))
  {}

  Tuple point;
};

/// The processor of every point of one index launch, with sets dealt out.
class IndexTable {
 public:
  using Contains = std::function<bool(const Tuple&)>;

  /// Evaluates `function` over a box of `extents`, or over the points that `contains` admits.
  /// With `kind`, a processor of another kind is MAP510.
  IndexTable(const Program& program, const std::string& function, const std::string& task,
             Tuple extents, const ProcKind* kind = nullptr, const Contains& contains = {})
      : extents_(std::move(extents))
  {
    TaskInfo info;
    info.name = task;
    info.is_point = true;
    info.space = extents_;
    if (kind != nullptr) info.kind = *kind;
    std::map<std::vector<ProcessorId>, std::size_t> dealt;
    const Int volume = extents_.volume();
    places_.resize(static_cast<std::size_t>(volume.value()), ProcessorId{-1, -1});
    for (std::size_t i = 0; i < places_.size(); ++i) {
      info.point = delinearize(static_cast<std::int64_t>(i), extents_);
      if (contains && !contains(info.point)) continue;
      const std::vector<ProcessorId> set = evaluate(program, function, info, kind);
      std::size_t turn = 0;
      if (set.size() > 1) turn = dealt[set]++ % set.size();
      places_[i] = set[turn];
    }
  }

  const Tuple& extents() const { return extents_; }
  const std::vector<ProcessorId>& places() const { return places_; }

  /// The processor of a point, given relative to the lower bound.
  ProcessorId at(const Tuple& point) const
  {
    return places_[static_cast<std::size_t>(linearize(point, extents_).value())];
  }

  /// Evaluates one point, before dealing.
  static std::vector<ProcessorId> evaluate(const Program& program, const std::string& function,
                                           const TaskInfo& info, const ProcKind* kind)
  {
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

 private:
  Tuple extents_;
  std::vector<ProcessorId> places_;  // row-major; node -1 where the domain has no point
};

}  // namespace mapc
