// The last words of a process that cannot go on.
#pragma once

#include <string_view>

namespace ecs::plugin {

// From here on std::terminate and the fatal signals first write one line to stderr, "panic: …",
// which Terraform shows to the user as the reason of the crash, and remove the file named below.
// Then the process dies as it would have. Handlers that others have installed, as sanitizers do,
// stay. `program` (name and version) starts the line.
void ReportCrashes(std::string_view program);

// The file to remove; empty: none. At most 107 bytes. Not safe to be called by two threads at once.
void RemoveOnCrash(std::string_view path);

}  // namespace ecs::plugin
