#include "tests/support/plugin_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace ecs::plugin {
namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> fds = {-1, -1};
    if (::pipe2(fds.data(), O_CLOEXEC) != 0) std::abort();
    read = fds[0];
    write = fds[1];
  }
  int read = -1;
  int write = -1;
};

bool WaitReadable(int fd, std::chrono::milliseconds patience) {
  pollfd polled = {fd, POLLIN, 0};
  return ::poll(&polled, 1, static_cast<int>(patience.count())) == 1;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

PipeReader::~PipeReader() { ::close(fd_); }

bool PipeReader::ReadMore() {
  if (!WaitReadable(fd_, kPatience)) return false;
  std::array<char, 4096> bytes = {};
  const ssize_t size = ::read(fd_, bytes.data(), bytes.size());
  if (size <= 0) return false;
  bytes_.append(bytes.data(), static_cast<std::size_t>(size));
  return true;
}

std::optional<std::string> PipeReader::Line() {
  std::size_t end = 0;
  while ((end = bytes_.find('\n')) == std::string::npos) {
    if (!ReadMore()) return std::nullopt;
  }
  std::string line = bytes_.substr(0, end);
  bytes_.erase(0, end + 1);
  return line;
}

std::string PipeReader::Rest() {
  while (ReadMore()) {
  }
  return std::exchange(bytes_, "");
}

PluginProcess::Options PluginProcess::AsTerraform(const std::string& executable,
                                                  const Identity* client) {
  Options options = {.executable = executable,
                     .environment = {{"TF_PLUGIN_MAGIC_COOKIE", kCookie},
                                     {"PLUGIN_PROTOCOL_VERSIONS", "6,5"},
                                     {"PLUGIN_MIN_PORT", "10000"},
                                     {"PLUGIN_MAX_PORT", "25000"}}};
  // gRPC's threads outlive main: what they hold then is no leak, but looks like one.
  options.environment["ASAN_OPTIONS"] = "detect_leaks=0";
  if (client != nullptr) options.environment["PLUGIN_CLIENT_CERT"] = client->certificate_pem;
  for (const char* name : {"TMPDIR", "TSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) options.environment.emplace(name, value);
  }
  return options;
}

PluginProcess::PluginProcess(Options options) {
  std::vector<std::string> arguments = {options.executable};
  arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
  std::vector<std::string> environment;
  for (const auto& [name, value] : options.environment) {
    environment.push_back(absl::StrCat(name, "=", value));
  }
  const std::vector<char*> argv = Pointers(arguments);
  const std::vector<char*> envp = Pointers(environment);
  const Pipe out;
  const Pipe err;
  const Pipe pids;
  // Orphans become our children, so that we see how they end.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);

  const pid_t child = ::fork();
  if (child == 0) {
    if (options.with_parent) {
      const pid_t grandchild = ::fork();
      if (grandchild != 0) {
        [[maybe_unused]] const ssize_t size = ::write(pids.write, &grandchild, sizeof(grandchild));
        ::close(out.write);
        ::close(err.write);
        while (true) ::pause();
      }
    }
    ::dup2(out.write, STDOUT_FILENO);
    ::dup2(err.write, STDERR_FILENO);
    ::execve(argv[0], argv.data(), envp.data());
    ::_exit(127);
  }
  ::close(out.write);
  ::close(err.write);
  ::close(pids.write);
  out_ = std::make_unique<PipeReader>(out.read);
  err_ = std::make_unique<PipeReader>(err.read);
  pid_ = child;
  if (options.with_parent) {
    parent_ = child;
    if (::read(pids.read, &pid_, sizeof(pid_)) != sizeof(pid_)) std::abort();
  }
  ::close(pids.read);
}

PluginProcess::~PluginProcess() {
  KillParent();
  if (!exit_.has_value()) {
    Signal(SIGKILL);
    Exit();
  }
  // Whoever is killed cannot.
  if (handshake_.size() > 3) ::unlink(SocketPath().c_str());
}

const std::vector<std::string>& PluginProcess::Handshake() {
  if (handshake_.empty()) handshake_ = absl::StrSplit(out_->Line().value_or(""), '|');
  return handshake_;
}

void PluginProcess::Signal(int signal) const { ::kill(pid_, signal); }

void PluginProcess::KillParent() {
  if (parent_ < 0) return;
  ::kill(parent_, SIGKILL);
  ::waitpid(parent_, nullptr, 0);
  parent_ = -1;
}

std::optional<int> PluginProcess::Exit(std::chrono::milliseconds patience) {
  if (exit_.has_value()) return exit_;
  const int fd = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  const bool ended = WaitReadable(fd, patience);
  ::close(fd);
  int status = 0;
  if (!ended || ::waitpid(pid_, &status, 0) != pid_) return std::nullopt;
  exit_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return exit_;
}

std::shared_ptr<grpc::Channel> PluginProcess::Connect(const Identity* client) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  // Channels to the same address share connections otherwise, whatever their credentials.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  if (client != nullptr) {
    arguments.SetSslTargetNameOverride("localhost");
    // gRPC takes the key as text.
    credentials = grpc::SslCredentials({.pem_root_certs = PemOf(Handshake().at(5)),
                                        .pem_private_key = client->key_pem.Reveal(),
                                        .pem_cert_chain = client->certificate_pem});
  }
  return grpc::CreateCustomChannel("unix:" + SocketPath(), credentials, arguments);
}

std::string PemOf(const std::string& base64) {
  std::string padded = base64;
  while (padded.size() % 4 != 0) padded += '=';
  std::string pem = "-----BEGIN CERTIFICATE-----\n";
  for (std::size_t at = 0; at < padded.size(); at += 64) {
    absl::StrAppend(&pem, padded.substr(at, 64), "\n");
  }
  return pem + "-----END CERTIFICATE-----\n";
}

}  // namespace ecs::plugin
