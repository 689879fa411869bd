// Many small tasks of a few names, launched singly and as index launches, to see how many of a name
// run at once. Prints "ran NAME TASKS most RUNNING-AT-ONCE" for each name.

#include <algorithm>
#include <array>

#include "program.h"

namespace {

constexpr int kNames = 4;
constexpr const char* kName[kNames] = {"one", "two", "four", "free"};
enum TaskIds { MAIN = 10 };  // the others are the numbers of their names

std::array<Crowd, kNames> crowds;

void member_task(const Task* task, const Regions&, Context, Runtime*)
{
  static const int longest = option("-busy", 20);  // microseconds
  Crowd& crowd = crowds[task->task_id];
  crowd.enter();
  if (longest > 0)  // of different lengths, so that the tasks do not run in step
    std::this_thread::sleep_for(std::chrono::microseconds(crowd.total() * 7919 % longest));
  crowd.leave();
}

/// Launches tasks of the limited names in turn, a batch of each: half of it singly.
void main_task(const Task*, const Regions&, Context ctx, Runtime* runtime)
{
  const int tasks = option("-tasks", 200), batch = option("-batch", 50);
  int launched = 0;
  for (int name = 0; launched < tasks; name = (name + 1) % 3) {
    const int some = std::min(batch, tasks - launched);
    for (int i = 0; i < some / 2; ++i)
      runtime->execute_task(ctx, TaskLauncher(name, UntypedBuffer()));
    const Rect<1> points(Point<1>(0), Point<1>(some - some / 2 - 1));
    runtime->execute_index_space(ctx, IndexLauncher(name, points, UntypedBuffer(), ArgumentMap()));
    launched += some;
  }
  // Those without a limit come last, and must not wait for the others.
  std::vector<Future> free;
  for (int i = 0; i < option("-free", 0); ++i)
    free.push_back(runtime->execute_task(ctx, TaskLauncher(kNames - 1, UntypedBuffer())));
  for (const Future& future : free) future.get_void_result();
  printf("free done with %d left\n", tasks - crowds[0].total() - crowds[1].total() -
                                         crowds[2].total());
  runtime->issue_execution_fence(ctx).get_void_result();
  for (int name = 0; name < kNames; ++name)
    printf("ran %s %d most %d\n", kName[name], crowds[name].total(), crowds[name].most());
  fflush(stdout);
}

}  // namespace

int main(int argc, char** argv)
{
  add_main<main_task>(MAIN);
  for (int name = 0; name < kNames; ++name)
    add_task<member_task>(name, kName[name], true, kCpuAndIo);
  return Runtime::start(argc, argv);
}
