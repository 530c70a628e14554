#include "provider/plugin/reattach.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace ecs::plugin {

std::string ReattachProviders(const std::string& source, int pid, const std::string& socket_path) {
  const nlohmann::ordered_json server = {
      {"Protocol", "grpc"},
      {"ProtocolVersion", 6},
      {"Pid", pid},
      // Neither ended nor killed when a command is done: the next one finds us again.
      {"Test", true},
      {"Addr", {{"Network", "unix"}, {"String", socket_path}}},
  };
  nlohmann::ordered_json providers;
  for (const char* host : {"registry.terraform.io", "registry.opentofu.org"}) {
    providers[absl::StrCat(host, "/", source)] = server;
  }
  return providers.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string DebugText(const std::string& name, const std::string& reattach) {
  return absl::StrCat(name,
                      " serves in debug mode, until Ctrl-C. Attach your debugger, then put\n"
                      "this in front of terraform or tofu (and leave init out), or export it:\n\n"
                      "TF_REATTACH_PROVIDERS='",
                      absl::StrReplaceAll(reattach, {{"'", "'\\''"}}),
                      "'\n\n"
                      "All commands share this one process, and each configures it anew.\n");
}

}  // namespace ecs::plugin
