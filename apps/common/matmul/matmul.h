// What the six matrix multiplications share: A = B C for square matrices of n x n doubles.
//
// Every matrix is a two-dimensional region, row-major (the last dimension is fastest), named A, B
// or C with one field `vals`. All parts of a matrix carry its name, so mapping files can say A
// wherever a part of it is meant; the partitions have names of their own.
//
// A repetition adds the product to A, so after r of them A is r B C. All values are small integers,
// so the sums are exact in any order.
#pragma once

#include <cstdint>
#include <vector>

#include "legion.h"
#include "options.h"

namespace matmul {

// A reducing leaf task adds into reduction instances with this operator, see `leaf` below.
constexpr Legion::ReductionOpID SUM = LEGION_REDOP_SUM_FLOAT64;

enum FieldIDs : Legion::FieldID { FID_VALS = 1 };

enum TaskIDs : Legion::TaskID {
  TOP_LEVEL_TASK = 1,  // each algorithm registers its own
  TASK_1,              // placement of A, B, C: creates the tiles where the mapping wants them
  TASK_2,
  TASK_3,
  TASK_4,  // the leaf: one product of tiles
  TASK_5,  // levels between, where an algorithm has them
  TASK_6,
  TASK_7,
  VALIDATE_TASK,
  REPORT_TASK,
};

// Algorithms may number their projections from here on.
constexpr Legion::ProjectionID FIRST_PROJECTION = 1;

struct Config {
  int64_t n = 256;
  int64_t repetitions = 10, warm_up = 1;  // timed, and untimed before them
  bool checks = false;
  double data_scale = 1;  // of the modelled problem: its bytes for a real one

  int64_t all_repetitions() const { return warm_up + repetitions; }
};

// Of the whole machine, once Legion runs: its nodes, and the processors that multiply, which are
// the GPUs if the program can use them and the CPUs otherwise.
int64_t count_nodes();
int64_t count_processors();

// Adds the flags -n, -r, -warm, -checks and -scale.
app::Options& add_flags(app::Options& options, Config& config);

struct Matrices {
  Legion::LogicalRegion a, b, c;
};

// All zeros.
Matrices create_matrices(const Config& config, Legion::Context ctx, Legion::Runtime* runtime);

// Numbers of blocks of rows and of columns.
struct Grid {
  int64_t rows, columns;

  Legion::Rect<2> colors() const
  {
    return {Legion::Point<2>(0, 0), Legion::Point<2>(rows - 1, columns - 1)};
  }
};

// Cuts a matrix, or a part of one, into blocks of ceil(extent / number of blocks); the last ones
// may be smaller or empty. Colours are (row of blocks, column of blocks). `color` makes the
// partition findable by get_logical_partition_by_color; `matrix` is "A", "B" or "C".
Legion::LogicalPartition split(Legion::LogicalRegion region, Grid grid, Legion::Color color,
                               const char* matrix, const char* partition, Legion::Context ctx,
                               Legion::Runtime* runtime);

// Which tile a point of an index launch works on, in a step of the algorithm. A plain function of
// its arguments and of the command line, since every process evaluates it for itself.
using TileOf = Legion::Point<2> (*)(const Legion::DomainPoint& point, int64_t step);

// Makes it a projection, for requirements with a partition as upper bound. With `inner` blocks in
// each block (of a partition of colour `inner_color`), the tiles are those, numbered through.
void register_projection(Legion::ProjectionID id, TileOf tile_of, Grid inner = {1, 1},
                         Legion::Color inner_color = 0);

// The step that a projection of this requirement sees (0 if never called); copied.
void set_step(Legion::RegionRequirement& requirement, int64_t step);

// Arguments of task_1, task_2 and task_3.
struct Placement {  // without gaps, as Legion may compare the bytes that shards pass
  int64_t matrix;  // 'A': zeros; 'B', 'C': values that depend on the position
  int64_t fill;    // write them; otherwise the tile is only brought to where it is mapped
  double data_scale;
};

// Launches the placement task of a matrix over `domain` with READ_WRITE.
// The tiles that its points select must be disjoint, and cover the matrix if they are filled.
void place(const Config& config, const Legion::Domain& domain, Legion::LogicalRegion matrix,
           Legion::LogicalPartition tiles, Legion::ProjectionID tile_of_point, char name, bool fill,
           Legion::Context ctx, Legion::Runtime* runtime);

// Arguments of task_4. Its requirements are the tiles 0 of A (m x n), 1 of B (m x k), 2 of C
// (k x n): A is READ_WRITE, or REDUCE with SUM; B and C are READ_ONLY. Empty tiles are allowed.
struct Leaf {
  double data_scale;
};

// The time between two execution fences, on a clock that all shards agree on.
class Clock {
 public:
  // Called before every repetition: the fence before the first timed one starts the clock.
  void before(int64_t repetition, const Config& config, Legion::Context ctx,
              Legion::Runtime* runtime);
  // Called after the last one. Returns the seconds of all timed repetitions together.
  double stop(Legion::Context ctx, Legion::Runtime* runtime);

 private:
  static Legion::Future stamp(Legion::Context ctx, Legion::Runtime* runtime);
  Legion::Future start_;
};

// Launches taco_validate over a disjoint and complete partition of A (colours: `grid`). Returns the
// number of wrong entries of A.
int64_t count_wrong(const Config& config, Legion::LogicalRegion a, Legion::LogicalPartition tiles,
                    Grid grid, Legion::Context ctx, Legion::Runtime* runtime);

// Checks A if -checks is given, launches the task that prints the figure of merit, the modelled
// time and the verdict, and sets the exit code.
void finish(const Config& config, double seconds, Legion::LogicalRegion a,
            Legion::LogicalPartition tiles, Grid grid, Legion::Context ctx,
            Legion::Runtime* runtime);

// Registers task_1 .. task_4, taco_validate, report, the CPU and GPU variants.
void register_tasks();

}  // namespace matmul
