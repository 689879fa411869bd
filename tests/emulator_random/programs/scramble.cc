// Runs random programs of copies, fills, reductions, gathers and scatters on Realm and compares
// every element of every array with what plain loops over plain arrays give. Options:
//
//   -seed S         the first program's seed (1); the others follow it
//   -elements N     programs are run until so many elements were compared (100,000)
//   -programs P     or: exactly so many programs
//   -points N       the most points that an array has (20,000)
//   -sums           reductions into framebuffers too
//   -apart          GPUs do not reach each other's memory
//   -direct         neither gathers nor scatters
//   -skip K         one operation in K is not done: the comparison must notice
//   -tell           says what every program does
//   -step           compares after each operation, and stops there if anything is wrong
//
// Prints "elements N wrong W programs P operations O" and, for each kind of operation between two
// kinds of memories, "did copy SYSTEM_MEM GPU_FB_MEM 12". The first program with a wrong element is
// described, and run again with a comparison after each operation to find the one that fails.
// Ends with 1 if anything was wrong.

#include <cstdlib>
#include <iostream>
#include <set>

#include "issue.h"
#include "plan.h"

namespace scramble {

struct Options {
  std::uint64_t seed = 1;
  std::size_t elements = 100'000, programs = 0, skip = 0;
  bool tell = false, step = false;
  Wishes wishes;
};

struct Totals {
  std::size_t elements = 0, wrong = 0, programs = 0, operations = 0, skipped = 0;
  std::map<std::string, std::size_t> did;
};

std::string hex(const Byte* bytes, std::size_t size)
{
  static const char* digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < size; i++) text += {digits[bytes[i] >> 4], digits[bytes[i] & 15]};
  return text;
}

template <int N, class T>
class Run {
 public:
  Run(const Options& options, std::uint64_t seed)
      : options_(options), plan_(options.wishes, seed), dice_(~seed)
  {
  }

  /// Compares at the end, or after each operation; then stops at the first that went wrong.
  void go(Totals& totals, bool step_by_step)
  {
    auto& arrays = plan_.arrays();
    Issuer<N, T> issuer(arrays, options_.wishes.places[0].memory);
    for (const auto& operation : plan_.operations()) {
      if (options_.tell) std::cerr << operation.text(arrays) << std::endl;
      apply(operation, arrays);
      if (options_.skip && Dice(operation.seed).chance(1, static_cast<int>(options_.skip)))
        totals.skipped++;
      else
        issuer.issue(operation);
      count(operation, totals);
      if (!step_by_step) continue;
      std::set<int> seen;
      for (int array : operation.writes())
        if (seen.insert(array).second) compare(issuer, arrays[array], totals);
      if (totals.wrong) {
        complaint_ = "after " + operation.text(arrays) + '\n' + complaint_;
        return;
      }
    }
    for (auto& array : arrays) compare(issuer, array, totals);
  }

  /// The first wrong element and the operation that wrote it last; empty if there is none.
  const std::string& complaint() const { return complaint_; }

 private:
  void count(const Operation<N, T>& operation, Totals& totals)
  {
    auto kind = [&](int array) {
      const std::string& name = plan_.arrays()[array].place->name;
      return name.substr(0, name.find(' '));
    };
    totals.operations++;
    const auto reads = operation.reads();
    const std::string from = reads.empty() ? "-" : kind(reads[0]);
    totals.did[name_of(operation.act) + (" " + from + " " + kind(operation.writes()[0]))]++;
  }

  void compare(Issuer<N, T>& issuer, Array<N, T>& array, Totals& totals)
  {
    RegionInstance fetched = issuer.fetch(array, dice_);
    const HostView<N, T> view(fetched);
    for (const Field& field : array.fields) {
      for (PointInRectIterator<N, T> at(array.bounds); at.valid; at.step()) {
        const Byte *found = view.at(at.p, field.id), *wanted = array.element(at.p, field);
        totals.elements++;
        if (std::memcmp(found, wanted, field.kind->size) == 0) continue;
        totals.wrong++;
        if (complaint_.empty()) complain(array, field, at.p, found, wanted);
      }
    }
    fetched.destroy();
  }

  void complain(const Array<N, T>& array, const Field& field, const Point<N, T>& point,
                const Byte* found, const Byte* wanted)
  {
    std::ostringstream text;
    text << "  field " << field.id << " (" << field.kind->name << ") at " << point << " of array "
         << array.number << " is " << hex(found, field.kind->size) << ", not "
         << hex(wanted, field.kind->size) << "; written last by\n  "
         << plan_.operations()[array.writer.at(field.id)[array.index(point)]].text(plan_.arrays());
    complaint_ = text.str();
  }

  const Options& options_;
  Planner<N, T> plan_;
  Dice dice_;
  std::string complaint_;
};

/// Runs the program of a seed, and tells what is wrong with it unless others were wrong before.
template <int N, class T>
void run_seed(const Options& options, std::uint64_t seed, Totals& totals)
{
  const bool first = totals.wrong == 0;
  std::string complaint;
  {
    Run<N, T> run(options, seed);
    run.go(totals, options.step);
    complaint = run.complaint();
  }
  if (complaint.empty() || !first) return;
  std::cout << "seed " << seed << " fails:\n" << complaint << std::endl;
  if (options.step) return;
  Run<N, T> again(options, seed);
  Totals steps;
  again.go(steps, true);
  if (again.complaint().empty())
    std::cout << "step by step, nothing is wrong" << std::endl;
  else
    std::cout << "step by step, it goes wrong\n" << again.complaint() << std::endl;
}

void run_program(const Options& options, std::uint64_t seed, Totals& totals)
{
  if (options.tell) std::cerr << "seed " << seed << std::endl;
  Dice dice(seed * 7 + 1);
  const bool narrow = dice.chance(1, 4);  // coordinates of 32 bits, or of 64 as Legion's
  switch (dice.below(3)) {
    case 0:
      return narrow ? run_seed<1, int>(options, seed, totals)
                    : run_seed<1, long long>(options, seed, totals);
    case 1:
      return narrow ? run_seed<2, int>(options, seed, totals)
                    : run_seed<2, long long>(options, seed, totals);
    default:
      return narrow ? run_seed<3, int>(options, seed, totals)
                    : run_seed<3, long long>(options, seed, totals);
  }
}

Options options;
Totals totals;

void main_task(const void*, std::size_t, const void*, std::size_t, Realm::Processor)
{
  options.wishes.places = find_places();
  for (std::uint64_t seed = options.seed;; seed++) {
    const bool enough = options.programs ? totals.programs >= options.programs
                                         : totals.elements >= options.elements;
    if (enough) break;
    run_program(options, seed, totals);
    totals.programs++;
  }
}

Options read_options(int argc, char** argv)
{
  Options read;
  for (int i = 1; i < argc; i++) {
    const std::string name = argv[i];
    auto number = [&] { return std::strtoull(i + 1 < argc ? argv[++i] : "0", nullptr, 10); };
    if (name == "-seed") read.seed = number();
    if (name == "-elements") read.elements = number();
    if (name == "-programs") read.programs = number();
    if (name == "-points") read.wishes.most_points = number();
    if (name == "-skip") read.skip = number();
    if (name == "-sums") read.wishes.framebuffer_sums = true;
    if (name == "-apart") read.wishes.apart = true;
    if (name == "-direct") read.wishes.indirect = false;
    if (name == "-tell") read.tell = true;
    if (name == "-step") read.step = true;
  }
  return read;
}

}  // namespace scramble

int main(int argc, char** argv)
{
  using namespace scramble;
  options = read_options(argc, argv);
  Realm::Runtime runtime;
  if (!runtime.init(&argc, &argv)) return 2;
  for (const Kind& kind : kinds())
    if (!kind.register_sum(runtime, sum_of(kind))) return 2;
  const auto task = Realm::Processor::TASK_ID_FIRST_AVAILABLE;
  Realm::Processor::register_task_by_kind(Realm::Processor::LOC_PROC, false, task,
                                          Realm::CodeDescriptor(main_task), kQuiet)
      .wait();
  const Realm::Processor processor = Realm::Machine::ProcessorQuery(Realm::Machine::get_machine())
                                         .only_kind(Realm::Processor::LOC_PROC)
                                         .first();
  runtime.shutdown(runtime.collective_spawn(processor, task, nullptr, 0));
  runtime.wait_for_shutdown();
  for (const auto& [what, times] : totals.did) std::cout << "did " << what << ' ' << times << '\n';
  if (options.skip) std::cout << "skipped " << totals.skipped << '\n';
  std::cout << "elements " << totals.elements << " wrong " << totals.wrong << " programs "
            << totals.programs << " operations " << totals.operations << std::endl;
  return totals.wrong ? 1 : 0;
}
