// The regions and partitions of one circuit.
#pragma once

#include "circuit.h"

namespace circuit {

struct Regions {
  Legion::IndexSpace superpieces;  // colours of the partitions, domain of the launches
  Legion::LogicalRegion all_nodes, all_private, all_shared, all_wires, all_times, ghost_ranges;
  Legion::LogicalPartition rp_private, rp_shared, rp_wires, rp_times, rp_ghost_ranges;
  Legion::LogicalPartition rp_ghost;  // only after add_ghosts
};

Regions create_regions(const Config& config, Legion::Context ctx, Legion::Runtime* runtime);

// Adds the partition that create_ghost_partition made once the wires were known.
void add_ghosts(Regions& regions, Legion::IndexPartition ghosts, Legion::Context ctx,
                Legion::Runtime* runtime);

}  // namespace circuit
