// Shared by both files of the program `split`.
#pragma once
#include "legion.h"

enum SplitTasks : Legion::TaskID { SPLIT_TOP = 60, SPLIT_INIT, SPLIT_STEP };
enum SplitFields : Legion::FieldID { SPLIT_X = 1 };
extern const int split_pieces;
extern Legion::MapperID split_mapper;

class Simulation {
public:
  Simulation(Legion::Context ctx, Legion::Runtime *runtime);
  void init();
  void step(int count);
private:
  template <typename Launcher> void need(Launcher &launcher, Legion::PrivilegeMode mode, bool ghost = false)
  {
    Legion::RegionRequirement req(ghost ? ghost_ : blocks_, 0, mode, LEGION_EXCLUSIVE, cells_);
    req.add_field(SPLIT_X);
    launcher.add_region_requirement(req);
  }
  Legion::Context ctx_;
  Legion::Runtime *runtime_;
  Legion::LogicalRegion cells_;
  Legion::LogicalPartition blocks_, ghost_;
  Legion::Domain domain_;
};

void register_split_tasks();
inline void launch(Legion::Runtime *runtime, Legion::Context ctx, const Legion::IndexTaskLauncher &launcher)
{
  runtime->execute_index_space(ctx, launcher);  // @launch
}
