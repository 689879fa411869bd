// The circuit simulation: what its parts share.
//
// A graph of nodes and wires is cut into pieces; pps pieces make a superpiece, the unit that tasks
// work on. A wire has ten segments, so ten currents and nine inner voltages.
#pragma once

#include <cstdint>
#include <vector>

#include "legion.h"

namespace circuit {

constexpr int SEGMENTS = 10;
constexpr int INNER = SEGMENTS - 1;
constexpr float DT = 1e-6F;

struct Config {
  int64_t loops = 5, prune = 0, sweeps = 10000;
  int64_t pieces = 4, pieces_per_superpiece = 1;
  int64_t nodes_per_piece = 4, wires_per_piece = 8, percent_inside = 80;
  int64_t seed = 12345;
  bool checks = false;
  double data_scale = 1;        // of the modelled problem: its wires and nodes for a real one
  int64_t modelled_sweeps = 0;  // of the modelled problem; 0 for as many as are computed

  int64_t superpieces() const { return pieces / pieces_per_superpiece; }
  int64_t nodes() const { return pieces * nodes_per_piece; }
  int64_t wires() const { return pieces * wires_per_piece; }
  // One per cent of the nodes, rounded up, may be touched by wires of other pieces.
  int64_t shared_per_piece() const { return (nodes_per_piece + 99) / 100; }
  // All shared nodes are numbered before all private ones.
  int64_t shared_nodes() const { return pieces * shared_per_piece(); }
  int64_t node_id(int64_t piece, int64_t index) const
  {
    const int64_t shared = shared_per_piece();
    if (index < shared) return piece * shared + index;
    return shared_nodes() + piece * (nodes_per_piece - shared) + index - shared;
  }
};

// Where, seen from a superpiece, the node at the end of a wire is.
enum Location : uint8_t { PRIVATE, SHARED, GHOST };

struct Node {
  float cap, leakage, voltage;
};

struct Wire {
  int64_t in, out;
  float inductance, resistance, cap;
  float voltage[INNER];
};

struct Piece {
  std::vector<Node> nodes;  // index as in Config::node_id
  std::vector<Wire> wires;
};

// The random content of a piece; depends on nothing but its arguments.
Piece generate_piece(const Config& config, int64_t piece);

enum FieldIDs : Legion::FieldID {
  FID_NODE_CAP = 1,
  FID_LEAKAGE,
  FID_CHARGE,
  FID_NODE_VOLTAGE,
  FID_IN_PTR,
  FID_IN_LOC,
  FID_OUT_PTR,
  FID_OUT_LOC,
  FID_INDUCTANCE,
  FID_RESISTANCE,
  FID_WIRE_CAP,
  FID_CURRENT,                                // as many as SEGMENTS
  FID_WIRE_VOLTAGE = FID_CURRENT + SEGMENTS,  // as many as INNER
  FID_START = FID_WIRE_VOLTAGE + INNER,
  FID_STOP,
  FID_RANGE,
};

struct Regions {
  Legion::IndexSpace superpieces;  // colours of the partitions, domain of the launches
  Legion::LogicalRegion all_nodes, all_private, all_shared, all_wires, all_times, ghost_ranges;
  Legion::LogicalPartition rp_private, rp_shared, rp_wires, rp_times, rp_ghost_ranges;
  Legion::LogicalPartition rp_ghost;  // comes after the wires
};

// Creates and names everything but rp_ghost.
Regions create_regions(const Config& config, Legion::Context ctx, Legion::Runtime* runtime);

// What a superpiece of the modelled problem consists of, on average. Numbers of wires and nodes are
// those of the real problem times the data scale, whatever else it stands for is by flags.
struct Load {
  double wires, sweeps;
  double nodes[2];                  // private, shared
  double shared_ends, ghost_ends;  // ends of wires at shared nodes and at ghosts

  double private_ends() const { return 2 * wires - shared_ends - ghost_ends; }
};

Load modelled_load(const Config& config);

// Arguments of the tasks of the main loop; the others take a Config.
struct Step {
  int64_t sweeps;
  bool stamp;  // the timed window opens or closes with this task
  Load load;
};

// Arguments of create_ghost_partition.
struct GhostArgs {
  Legion::IndexSpace all_shared, superpieces;
};

#define CIRCUIT_TASK(result, name)                                                            \
  result name(const Legion::Task* task, const std::vector<Legion::PhysicalRegion>& regions, \
              Legion::Context ctx, Legion::Runtime* runtime)
CIRCUIT_TASK(void, init_piece);
CIRCUIT_TASK(Legion::IndexPartition, create_ghost_partition);
CIRCUIT_TASK(void, init_pointers);
CIRCUIT_TASK(void, calculate_new_currents);
CIRCUIT_TASK(void, distribute_charge);
CIRCUIT_TASK(void, update_voltages);
CIRCUIT_TASK(int64_t, check);
#undef CIRCUIT_TASK

// Of the tasks of the main loop, where there is something that can run them.
void register_gpu_variants(Legion::TaskID currents, Legion::TaskID charges,
                           Legion::TaskID voltages);

}  // namespace circuit
