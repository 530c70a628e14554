#include "provider/plugin/handshake.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace ecs::plugin {
namespace {

constexpr std::string_view kCookie =
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Host HostFromEnvironment() {
  Host host = {.cookie = Variable("TF_PLUGIN_MAGIC_COOKIE"),
               .protocol_versions = Variable("PLUGIN_PROTOCOL_VERSIONS"),
               .client_certificate = Variable("PLUGIN_CLIENT_CERT"),
               .socket_directory = Variable("PLUGIN_UNIX_SOCKET_DIR"),
               .socket_group = Variable("PLUGIN_UNIX_SOCKET_GROUP"),
               .multiplex = !Variable("PLUGIN_MULTIPLEX_GRPC").empty()};
  if (host.socket_directory.empty()) host.socket_directory = Variable("TMPDIR");
  if (host.socket_directory.empty()) host.socket_directory = "/tmp";
  return host;
}

bool StartedByTerraform(const Host& host) { return host.cookie == kCookie; }

std::string StartedByHandText(const std::string& name, const std::string& version,
                              const std::string& source, const std::string& directory) {
  constexpr const char* kText =
      R"($NAME $VERSION is a provider for Terraform and OpenTofu.
They start it by themselves; started by hand it does nothing.

To use it, name it in a configuration, then run terraform init or tofu init:

  terraform {
    required_providers {
      $TYPE = { source = "$SOURCE" }
    }
  }

To use this very file without a registry, put this into ~/.terraformrc or ~/.tofurc and leave
init out:

  provider_installation {
    dev_overrides { "$SOURCE" = "$DIRECTORY" }
    direct {}
  }

By hand it understands:
  $NAME --help    all commands
  $NAME version   its version
  $NAME --debug   serve for a debugger
)";
  return absl::StrReplaceAll(kText, {{"$NAME", name},
                                     {"$VERSION", version},
                                     {"$TYPE", source.substr(source.rfind('/') + 1)},
                                     {"$SOURCE", source},
                                     {"$DIRECTORY", directory}});
}

int NegotiateProtocol(const std::string& offered, std::span<const int> served) {
  int best = 0;
  for (const std::string& text : std::vector<std::string>(absl::StrSplit(offered, ','))) {
    int version = 0;
    if (!absl::SimpleAtoi(text, &version)) continue;
    if (std::find(served.begin(), served.end(), version) != served.end()) {
      best = std::max(best, version);
    }
  }
  return best != 0 ? best : *std::min_element(served.begin(), served.end());
}

std::string HandshakeLine(const Handshake& handshake) {
  return absl::StrCat("1|", handshake.protocol, "|unix|", handshake.socket_path, "|grpc|",
                      handshake.certificate, handshake.multiplex ? "|false" : "", "\n");
}

bool WriteText(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

void SilenceStdout() {
  const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (null < 0) return;
  ::dup3(null, STDOUT_FILENO, O_CLOEXEC);
  ::close(null);
}

}  // namespace ecs::plugin
