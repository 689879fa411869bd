// What a generated file brings to a mapper, and how the mapper gets into the program. No Legion
// here: compiled with MAPC_PREBUILT, a generated file needs nothing that is slow to compile.
#pragma once

#include "mapc/program.h"
#include "mapc/rules.h"

namespace mapc {

/// A generated policy: what its file defines.
struct PolicySource {
  const char* mapper;  // the mapper's name
  Rules (*rules)();
  Program* (*program)(const Shape&);  // for the caller to delete
};

/// Replaces the default mapper (id 0) of every processor of this process by one for `source`, which
/// must live as long as the program. To be called before Legion::Runtime::start.
void use_mapper(const PolicySource& source);

}  // namespace mapc
