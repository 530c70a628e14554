// Debug mode's greeting.
#pragma once

#include <string>

namespace ecs::plugin {

// The value of TF_REATTACH_PROVIDERS by which Terraform and OpenTofu find a plugin that they have
// not started: JSON, one entry per registry host. `source` is the address without the host.
std::string ReattachProviders(const std::string& source, int pid, const std::string& socket_path);

// What a person who started debug mode has to do, with the assignment to paste into a shell.
std::string DebugText(const std::string& name, const std::string& reattach);

}  // namespace ecs::plugin
