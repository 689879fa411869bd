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

  Name name() const { return Name(info_->name); }
  const Tuple& ipoint() const { return point_task().point; }
  const Tuple& ispace() const { return point_task().space; }
  Int depth() const { return info_->depth; }
  TaskView parent() const
  {
    if (info_->parent == nullptr)
      fail("MAP515", "task `" + info_->name + "` at depth 0 has no parent");
    return TaskView(*info_->parent);
  }
  Tuple processor(const MachineView& machine) const
  {
    return machine.locate(info_->kind, info_->processor);
  }

 private:
  const TaskInfo& point_task() const
  {
    if (!info_->is_point)
      fail("MAP516", "task `" + info_->name + "` is not a point of an index launch");
    return *info_;
  }

  const TaskInfo* info_;
};

}  // namespace mapc
