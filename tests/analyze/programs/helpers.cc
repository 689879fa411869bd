// Launches behind functions, lambdas, templates, methods and function objects.
#include <functional>
#include <memory>
#include "legion.h"

using namespace Legion;

namespace app {
enum class Id : TaskID { Top = 40, Init, Copy, Sum };
enum class Redop : ReductionOpID { Add = 77 };
template <typename E> constexpr auto number(E e) { return static_cast<std::underlying_type_t<E>>(e); }
enum Fields : FieldID { A = 5, B };
using Regions = std::vector<PhysicalRegion>;

void init(const Task *, const Regions &, Context, Runtime *) {}
void copy(const Task *, const Regions &, Context, Runtime *) {}
void sum(const Task *, const Regions &, Context, Runtime *) {}

RegionRequirement need(LogicalRegion r, PrivilegeMode mode, std::initializer_list<FieldID> fields)
{
  RegionRequirement made(r, mode, LEGION_EXCLUSIVE, r);
  for (FieldID f : fields) made.add_field(f);
  return made;
}

void launch_init(Runtime *rt, Context ctx, LogicalRegion where, FieldID field)
{
  TaskLauncher launcher(number(Id::Init), UntypedBuffer());
  launcher.add_region_requirement(need(where, LEGION_WRITE_DISCARD, {field}));
  rt->execute_task(ctx, launcher);  // @init
}

template <Id ID, typename... Needs>
Future launch(Runtime *rt, Context ctx, Needs... needs)
{
  TaskLauncher launcher(number(ID), UntypedBuffer());
  (launcher.add_region_requirement(needs), ...);
  return rt->execute_task(ctx, launcher);  // @template
}

class Driver {
public:
  Driver(Context ctx, Runtime *rt) : ctx_(ctx), rt_(rt), launcher_(nullptr)
  {
    IndexSpace is = rt->create_index_space(ctx, Rect<1>(0, 7));
    fields_ = rt->create_field_space(ctx);
    FieldAllocator allocator = rt->create_field_allocator(ctx, fields_);
    allocator.allocate_field(8, A);
    allocator.allocate_field(8, B);
    rt_->attach_name(fields_, A, "a");
    rt_->attach_name(fields_, B, "b");
    one_ = region(is, "one");
    two_ = region(is, "two");
  }
  LogicalRegion region(IndexSpace is, const char *name)
  {
    LogicalRegion made = rt_->create_logical_region(ctx_, is, fields_);
    rt_->attach_name(made, name);
    return made;
  }
  Driver &begin(Id id) { launcher_.reset(new TaskLauncher(number(id), UntypedBuffer())); return *this; }
  Driver &with(LogicalRegion r, PrivilegeMode mode, FieldID f)
  {
    launcher_->add_region_requirement(RegionRequirement(r, mode, LEGION_EXCLUSIVE, r)).add_field(f);
    return *this;
  }
  Driver &add(LogicalRegion r, FieldID f)
  {
    launcher_->add_region_requirement(RegionRequirement(r, number(Redop::Add), LEGION_EXCLUSIVE, r)).add_field(f);
    return *this;
  }
  Future go() { return rt_->execute_task(ctx_, *launcher_); }  // @builder
  void run()
  {
    launch_init(rt_, ctx_, one_, A);
    launch_init(rt_, ctx_, two_, B);
    launch<Id::Copy>(rt_, ctx_, need(one_, LEGION_READ_ONLY, {A}), need(two_, LEGION_READ_WRITE, {A, B}));
    begin(Id::Sum).with(two_, LEGION_READ_ONLY, B).add(one_, A).go();
    auto again = [&](LogicalRegion r) {
      TaskLauncher launcher(number(Id::Init), UntypedBuffer());
      launcher.add_region_requirement(need(r, LEGION_READ_WRITE, {B}));
      rt_->execute_task(ctx_, launcher);  // @lambda
    };
    again(one_);
    std::function<void(TaskLauncher &)> run = [this](TaskLauncher &l) { rt_->execute_task(ctx_, l); };  // @function
    TaskLauncher last(number(Id::Sum), UntypedBuffer());
    last.add_region_requirement(need(two_, LEGION_READ_ONLY, {A}));
    run(last);
    helper(last, two_);
  }
private:
  void helper(TaskLauncher &launcher, LogicalRegion extra)
  {
    launcher.add_region_requirement(need(extra, LEGION_NO_ACCESS, {}));
    execute(*this, launcher);
  }
  static void execute(Driver &d, const TaskLauncher &launcher) { d.rt_->execute_task(d.ctx_, launcher); }  // @static
  Context ctx_;
  Runtime *rt_;
  std::unique_ptr<TaskLauncher> launcher_;
  FieldSpace fields_;
  LogicalRegion one_, two_;
};

void top(const Task *, const Regions &, Context ctx, Runtime *rt) { Driver(ctx, rt).run(); }

typedef void (*Body)(const Task *, const Regions &, Context, Runtime *);
template <Body BODY> bool enlist(Id id, const char *name)
{
  TaskVariantRegistrar registrar(number(id), name);
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  Runtime::preregister_task_variant<BODY>(registrar, name);
  return true;
}
static const bool enlisted = enlist<init>(Id::Init, "init") && enlist<copy>(Id::Copy, "copy");
}  // namespace app

int main(int argc, char **argv)
{
  app::enlist<app::top>(app::Id::Top, "top");
  app::enlist<&app::sum>(app::Id::Sum, "sum");
  Legion::Runtime::set_top_level_task_id(app::number(app::Id::Top));
  return Legion::Runtime::start(argc, argv);
}
