// The counters of a process, written as JSON when it ends.
#pragma once

#include <string>

namespace mapc_emu {

void write_statistics_at_exit();

/// A driver function that was called, or asked for, and is not emulated; tells once.
void note_unsupported(const std::string& name);

}  // namespace mapc_emu
