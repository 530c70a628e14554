// What Terraform tells its child process through the environment, and the one line it gets back on
// stdout. Facts: hashicorp/go-plugin, client.go and server.go.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ecs::plugin {

// The variables that concern a plugin, empty where they are not set.
struct Host {
  std::string cookie = {};              // TF_PLUGIN_MAGIC_COOKIE
  std::string protocol_versions = {};   // PLUGIN_PROTOCOL_VERSIONS: "6,5", in any order
  std::string client_certificate = {};  // PLUGIN_CLIENT_CERT: PEM; empty: no TLS
  std::string socket_directory = {};    // PLUGIN_UNIX_SOCKET_DIR, else TMPDIR, else /tmp
  std::string socket_group = {};        // PLUGIN_UNIX_SOCKET_GROUP: name or number
  bool multiplex = false;               // PLUGIN_MULTIPLEX_GRPC is set
};

Host HostFromEnvironment();

// Whether Terraform or OpenTofu started this process. A guard for people, not a secret.
bool StartedByTerraform(const Host& host);

// For a person who started the program: what it is, how to install it, what else it can do.
// `directory` is where the program is.
std::string StartedByHandText(const std::string& name, const std::string& version,
                              const std::string& source, const std::string& directory);

// The plugin protocol versions that we serve.
inline constexpr int kServedProtocols[] = {6};

// The highest version that is in both. None in common: the lowest of `served`, so that the host can
// say what it misses. `served` must not be empty.
int NegotiateProtocol(const std::string& offered, std::span<const int> served);

struct Handshake {
  int protocol = 6;
  std::string socket_path = {};
  std::string certificate = {};  // base64 of the DER without padding; empty: no TLS
  bool multiplex = false;        // say that we do not multiplex: older hosts know no such field
};

// With its newline.
std::string HandshakeLine(const Handshake& handshake);

// Writes to a descriptor, unbuffered. Returns whether all of it was taken.
bool WriteText(int fd, std::string_view text);

// From here on whatever is written to stdout vanishes: Terraform takes no second line.
void SilenceStdout();

}  // namespace ecs::plugin
