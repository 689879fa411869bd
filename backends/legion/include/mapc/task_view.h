// The task that a placement function is asked about, and its ancestors. Does not need Legion.
#pragma once

#include <string>

#include "mapc/machine_view.h"
#include "mapc/values.h"

namespace mapc {

/// What is known of one task; filled in by whoever asks a placement function.
struct TaskInfo {
  std::string name;
  bool is_point = false;  // `point` and `space` are known
  Tuple point;            // relative to the lower bound of the launch domain
  Tuple space;            // extents of the launch domain
  int depth = 0;
  ProcKind kind = ProcKind::CPU;
  ProcessorId processor;
  const TaskInfo* parent = nullptr;
};

/// A `Task` value of the language.
class TaskView {
 public:
  explicit TaskView(const TaskInfo& info) : info_(&info) {}

  Name name() const;
  const Tuple& ipoint() const;
  const Tuple& ispace() const;
  Int depth() const;
  TaskView parent() const;
  Tuple processor(const MachineView& machine) const;

 private:
  const TaskInfo& point_task() const;

  const TaskInfo* info_;
};

}  // namespace mapc
