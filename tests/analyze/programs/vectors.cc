// Requirements, regions, fields and launchers kept in containers and structures.
#include <array>
#include <map>
#include <set>
#include <string>
#include "legion.h"

using namespace Legion;

enum { TOP_ID, MATMUL_ID, SCAN_ID, FLUSH_ID };
using Regions = std::vector<PhysicalRegion>;
void matmul(const Task *, const Regions &, Context, Runtime *) {}
void scan(const Task *, const Regions &, Context, Runtime *) {}
void flush(const Task *, const Regions &, Context, Runtime *) {}

struct Matrix {
  std::string name;
  LogicalRegion region;
  LogicalPartition tiles;
  FieldID field;
};

static Matrix make(Context ctx, Runtime *rt, const std::string &name, IndexSpace is, IndexSpace colours, FieldID field)
{
  FieldSpace fs = rt->create_field_space(ctx);
  FieldAllocator fa = rt->create_field_allocator(ctx, fs);
  fa.allocate_field(sizeof(double), field);
  rt->attach_name(fs, field, "value");
  Matrix made{name, rt->create_logical_region(ctx, is, fs), LogicalPartition::NO_PART, field};
  IndexPartition ip = rt->create_equal_partition(ctx, is, colours);
  made.tiles = rt->get_logical_partition(ctx, made.region, ip);
  rt->attach_name(made.region, name.c_str());
  rt->attach_name(made.tiles, (name + "_tiles").c_str());
  return made;
}

void top(const Task *, const Regions &, Context ctx, Runtime *rt)
{
  IndexSpace is = rt->create_index_space(ctx, Rect<2>({0, 0}, {99, 99}));
  IndexSpace colours = rt->create_index_space(ctx, Rect<2>({0, 0}, {1, 1}));
  std::map<std::string, Matrix> matrices;
  FieldID next = 10;
  for (const char *name : {"A", "B", "C"}) matrices[name] = make(ctx, rt, name, is, colours, next++);

  IndexLauncher launcher(MATMUL_ID, colours, UntypedBuffer(), ArgumentMap());
  std::vector<RegionRequirement> reqs;
  const std::array<PrivilegeMode, 3> modes = {LEGION_READ_ONLY, LEGION_READ_ONLY, LEGION_READ_WRITE};
  int at = 0;
  for (const auto &entry : matrices) {
    const Matrix &m = entry.second;
    reqs.push_back(RegionRequirement(m.tiles, 0, modes[at++], LEGION_EXCLUSIVE, m.region));
    reqs.back().add_field(m.field);
  }
  for (size_t i = 0; i < reqs.size(); ++i) launcher.add_region_requirement(reqs[i]);
  rt->execute_index_space(ctx, launcher);  // @matmul

  launcher.task_id = SCAN_ID;
  launcher.region_requirements.pop_back();
  launcher.region_requirements[0] = reqs[2];
  for (auto &req : launcher.region_requirements) req.prop = LEGION_RELAXED;
  rt->execute_index_space(ctx, launcher);  // @scan

  TaskLauncher flush(FLUSH_ID, UntypedBuffer());
  flush.region_requirements.resize(2);
  LogicalRegion regions[2] = {matrices.at("A").region, matrices["B"].region};
  for (unsigned i = 0; i < 2; i++) {
    flush.region_requirements[i] = RegionRequirement(regions[i], LEGION_READ_WRITE, LEGION_EXCLUSIVE, regions[i]);
    flush.region_requirements[i].add_field(10 + i);
  }
  rt->execute_task(ctx, flush);  // @flush

  std::vector<TaskLauncher> queue;
  for (auto it = matrices.begin(); it != matrices.end(); ++it) {
    TaskLauncher one(FLUSH_ID, UntypedBuffer());
    std::set<FieldID> privilege;
    privilege.insert(it->second.field);
    std::vector<FieldID> instance(privilege.begin(), privilege.end());
    one.add_region_requirement(RegionRequirement(it->second.region, privilege, instance, LEGION_READ_ONLY,
                                                 LEGION_EXCLUSIVE, it->second.region));
    queue.push_back(one);
  }
  for (TaskLauncher &one : queue) rt->execute_task(ctx, one);  // @queue
}

struct Variant { TaskID id; std::string name; bool leaf; };

int main(int argc, char **argv)
{
  std::vector<Variant> variants = {{TOP_ID, "top", false}, {MATMUL_ID, "matmul", true}};
  variants.push_back({SCAN_ID, "scan", true});
  variants.emplace_back(Variant{FLUSH_ID, "flush", true});
  std::vector<TaskVariantRegistrar> registrars;
  for (const Variant &v : variants) {
    registrars.emplace_back(v.id, v.name.c_str());
    registrars.back().add_constraint(ProcessorConstraint(Processor::LOC_PROC));
    registrars.back().set_leaf(v.leaf);
  }
  Runtime::preregister_task_variant<top>(registrars[0], variants[0].name.c_str());
  Runtime::preregister_task_variant<matmul>(registrars[1], variants[1].name.c_str());
  Runtime::preregister_task_variant<scan>(registrars[2], variants[2].name.c_str());
  Runtime::preregister_task_variant<flush>(registrars[3], variants[3].name.c_str());
  Runtime::set_top_level_task_id(TOP_ID);
  return Runtime::start(argc, argv);
}
