// The placement program of a policy: base class of the generated one, and the table of processors
// that an index-launch function gives for one launch. Does not need Legion.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "mapc/builtins.h"
#include "mapc/machine_view.h"
#include "mapc/task_view.h"

namespace mapc {

/// One value for `print`, as the language formats it.
class Printed {
 public:
  template <class T, class = IfNumber<T>>
  Printed(T value) : Printed(Int(value))
  {}
  Printed(bool value);
  Printed(Int value);
  Printed(const Tuple& value);
  Printed(const MachineView& value);
  Printed(const ProcessorSet& value);
  Printed(const Name& value);
  Printed(const TaskView& value);
  Printed(const Printed&);
  ~Printed();

  std::string text;
};

/// Globals and functions of one policy over one machine. The generated class assigns the globals
/// in its constructor and has one member function per policy function.
class Program {
 public:
  using Printer = std::function<void(const std::string&)>;

  explicit Program(const Shape& shape);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  virtual ~Program();

  /// Calls the entry function of this name.
  virtual ProcessorSet call_entry(const std::string& function, TaskView task) const = 0;

  const Shape& shape() const { return shape_; }
  /// Where `print` in functions goes; nowhere at first, so top-level prints are silent.
  void print_to(Printer printer);

 protected:
  [[noreturn]] static ProcessorSet unknown_entry(const std::string& function, TaskView task);
  MachineView machine_of(ProcKind kind) const;
  void print(const char* text, std::initializer_list<Printed> values) const;

 private:
  const Shape shape_;
  Printer printer_;
};

/// The program of a policy without functions and variables.
class EmptyProgram final : public Program {
 public:
  using Program::Program;
  ProcessorSet call_entry(const std::string& function, TaskView task) const override;
};

/// A failed evaluation with the point it was about.
class PointError : public EvaluationError {
 public:
  PointError(const EvaluationError& error, Tuple where);

  Tuple point;
};

/// The processor of every point of one index launch, with sets dealt out.
class IndexTable {
 public:
  using Contains = std::function<bool(const Tuple&)>;

  /// Evaluates `function` over a box of `extents`, or over the points that `contains` admits.
  /// With `kind`, a processor of another kind is MAP510.
  IndexTable(const Program& program, const std::string& function, const std::string& task,
             Tuple extents, const ProcKind* kind = nullptr, const Contains& contains = {});

  const Tuple& extents() const { return extents_; }
  const std::vector<ProcessorId>& places() const { return places_; }

  /// The processor of a point, given relative to the lower bound.
  ProcessorId at(const Tuple& point) const;

  /// Evaluates one point, before dealing.
  static std::vector<ProcessorId> evaluate(const Program& program, const std::string& function,
                                           const TaskInfo& info, const ProcKind* kind);

 private:
  Tuple extents_;
  std::vector<ProcessorId> places_;  // row-major; node -1 where the domain has no point
};

}  // namespace mapc

#ifndef MAPC_PREBUILT
#include "mapc/program_impl.h"
#endif
