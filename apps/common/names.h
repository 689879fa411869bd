// Names for everything a mapping file, a profile or a message may mention.
//
// A logical handle and the index space or partition behind it get the same name: mappers see the
// first, profiles the second.
#pragma once

#include <utility>
#include <vector>

#include "legion.h"

namespace app {

inline void attach_name(Legion::Runtime* runtime, Legion::LogicalRegion region, const char* name)
{
  runtime->attach_name(region, name);
  runtime->attach_name(region.get_index_space(), name);
}

inline void attach_name(Legion::Runtime* runtime, Legion::LogicalPartition part, const char* name)
{
  runtime->attach_name(part, name);
  runtime->attach_name(part.get_index_partition(), name);
}

inline void attach_name(Legion::Runtime* runtime, Legion::FieldSpace space, const char* name,
                        const std::vector<std::pair<Legion::FieldID, const char*>>& fields)
{
  runtime->attach_name(space, name);
  for (const auto& [field, field_name] : fields) runtime->attach_name(space, field, field_name);
}

}  // namespace app
