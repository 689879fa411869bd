// Launches of every shape: over one, two and three dimensions, with bounds that do not begin at 0,
// over points that fill no rectangle, single launches under launches. Says where each task ran.

#include "program.h"

namespace {

enum TaskIds { MAIN, VISIT, LOOK, NEST };

void visit_task(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  report(task, regions, ctx, runtime);
}

/// Launches two single tasks.
void nest_task(const Task* task, const Regions& regions, Context ctx, Runtime* runtime)
{
  report(task, regions, ctx, runtime);
  for (int i = 0; i < 2; ++i)
    runtime->execute_task(ctx, TaskLauncher(LOOK, UntypedBuffer())).get_void_result();
}

void main_task(const Task*, const Regions&, Context ctx, Runtime* runtime)
{
  const auto visit = [&](TaskID task, const Domain& domain) {
    IndexLauncher launcher(task, domain, UntypedBuffer(), ArgumentMap());
    runtime->execute_index_space(ctx, launcher).wait_all_results();
  };
  visit(VISIT, Rect<1>(Point<1>(0), Point<1>(3)));
  visit(VISIT, Rect<1>(Point<1>(13), Point<1>(20)));
  visit(VISIT, Rect<2>(Point<2>(0, 0), Point<2>(1, 2)));
  visit(VISIT, Rect<3>(Point<3>(1, -1, 2), Point<3>(2, 0, 3)));
  const std::vector<Point<2>> points = {{5, 5}, {5, 7}, {6, 6}, {8, 5}};
  const IndexSpaceT<2> sparse = runtime->create_index_space(ctx, points);
  {
    IndexLauncher launcher(VISIT, sparse, UntypedBuffer(), ArgumentMap());
    runtime->execute_index_space(ctx, launcher).wait_all_results();
  }
  visit(LOOK, Rect<1>(Point<1>(0), Point<1>(3)));
  runtime->execute_task(ctx, TaskLauncher(LOOK, UntypedBuffer())).get_void_result();
  visit(NEST, Rect<1>(Point<1>(0), Point<1>(1)));
  fflush(stdout);
}

}  // namespace

int main(int argc, char** argv)
{
  add_main<main_task>(MAIN);
  add_task<visit_task>(VISIT, "visit", true, kCpuAndIo);
  add_task<visit_task>(LOOK, "look", true, kCpuAndIo);
  add_task<nest_task>(NEST, "nest", false);
  return Runtime::start(argc, argv);
}
