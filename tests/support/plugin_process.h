// Drives a plugin's process as Terraform does.
#pragma once

#include <grpcpp/grpcpp.h>
#include <sys/types.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "provider/plugin/mtls.h"

namespace ecs::plugin {

// How long a test waits for what should come at once.
inline constexpr std::chrono::milliseconds kPatience{10000};

inline constexpr char kCookie[] =
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

// A pipe's reading end.
class PipeReader {
 public:
  explicit PipeReader(int fd) : fd_(fd) {}
  PipeReader(const PipeReader&) = delete;
  PipeReader& operator=(const PipeReader&) = delete;
  ~PipeReader();

  // The next line without its newline; nothing at the end of the pipe or when patience ends.
  std::optional<std::string> Line();
  // All that comes until the pipe's end.
  std::string Rest();

 private:
  bool ReadMore();
  const int fd_;
  std::string bytes_;
};

class PluginProcess {
 public:
  struct Options {
    std::string executable = {};
    std::map<std::string, std::string> environment = {};
    std::vector<std::string> arguments = {};
    // Start it by a process in between, which KillParent kills.
    bool with_parent = false;
  };
  // With the cookie, both protocol versions and, if `client` is not null, its certificate.
  static Options AsTerraform(const std::string& executable, const Identity* client);

  explicit PluginProcess(Options options);
  PluginProcess(const PluginProcess&) = delete;
  PluginProcess& operator=(const PluginProcess&) = delete;
  // Kills what still runs.
  ~PluginProcess();

  pid_t pid() const { return pid_; }
  PipeReader& out() { return *out_; }
  PipeReader& err() { return *err_; }
  // Fields of the handshake line, which is read at the first call.
  const std::vector<std::string>& Handshake();
  std::string SocketPath() { return Handshake().at(3); }

  void Signal(int signal) const;
  void KillParent();
  // The exit code, or minus the signal that killed it; nothing when patience ends.
  std::optional<int> Exit(std::chrono::milliseconds patience = kPatience);

  // Connects; with mTLS as `client` if it is not null.
  std::shared_ptr<grpc::Channel> Connect(const Identity* client);

 private:
  pid_t pid_ = -1;
  pid_t parent_ = -1;
  std::unique_ptr<PipeReader> out_;
  std::unique_ptr<PipeReader> err_;
  std::vector<std::string> handshake_;
  std::optional<int> exit_;
};

// PEM of a certificate that came as base64 without padding, as in the handshake.
std::string PemOf(const std::string& base64);

}  // namespace ecs::plugin
