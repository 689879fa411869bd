// Names for everything a mapping file, a profile or a message may mention.
//
// A logical handle and the index space or partition behind it get the same name: mappers see the
// first, profiles the second.
#pragma once

#include <cstddef>
#include <string>
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

// A field, or `count` fields with successive ids, called name_0, name_1, ...
struct Field {
  Legion::FieldID id;
  size_t size;
  std::string name;
  Legion::FieldID count = 0;
};

inline Legion::FieldSpace create_fields(Legion::Context ctx, Legion::Runtime* runtime,
                                        const char* name, const std::vector<Field>& fields)
{
  const Legion::FieldSpace space = runtime->create_field_space(ctx);
  Legion::FieldAllocator allocator = runtime->create_field_allocator(ctx, space);
  runtime->attach_name(space, name);
  const auto add = [&](Legion::FieldID id, size_t size, const std::string& field_name) {
    allocator.allocate_field(size, id);
    runtime->attach_name(space, id, field_name.c_str());
  };
  for (const Field& field : fields) {
    if (field.count == 0) add(field.id, field.size, field.name);
    for (Legion::FieldID k = 0; k < field.count; k++)
      add(field.id + k, field.size, field.name + "_" + std::to_string(k));
  }
  return space;
}

}  // namespace app
