#include "provider/plugin/serve.h"

#include <unistd.h>

#include <filesystem>
#include <optional>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/clock.h"
#include "base/result.h"
#include "provider/plugin/crash.h"
#include "provider/plugin/descriptors.h"
#include "provider/plugin/ending.h"
#include "provider/plugin/handshake.h"
#include "provider/plugin/mtls.h"
#include "provider/plugin/reattach.h"
#include "provider/plugin/server.h"

namespace ecs::plugin {
namespace {

// How long RPCs that run at the end may take to answer, once on_stop was called.
absl::Duration Grace(Ending ending) {
  switch (ending) {
    case Ending::kAsked:
      // For the answer to Shutdown itself: Terraform has waited for all others, and waits for us.
      return absl::Milliseconds(100);
    case Ending::kSignal:
      return absl::Seconds(10);  // what they answer is all that Terraform knows of the cloud
    case Ending::kHostGone:
      break;
  }
  return absl::Milliseconds(200);  // nobody hears the answer
}

const char* Reason(Ending ending) {
  switch (ending) {
    case Ending::kAsked:
      return "asked to";
    case Ending::kSignal:
      return "signal";
    case Ending::kHostGone:
      break;
  }
  return "Terraform is gone";
}

std::string OwnDirectory() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path().string();
}

// Terraform shows a first line that is no handshake to the user, and logs stderr only on demand.
int Fail(const ServeOptions& options, const Error& error) {
  const std::string text = absl::StrCat(options.name, ": ", error.summary, ": ", error.Text());
  if (options.debug) {
    WriteText(STDERR_FILENO, absl::StrCat(text, "\n"));
  } else {
    options.log.Error(text);
    WriteText(STDOUT_FILENO,
              absl::StrCat(absl::StrReplaceAll(text, {{"\n", " "}, {"|", "/"}}), "\n"));
  }
  return 1;
}

Result<std::optional<MutualTls>> Tls(const Host& host) {
  if (host.client_certificate.empty()) return std::optional<MutualTls>();
  ASSIGN_OR_RETURN(Identity identity, MakeIdentity(RealClock().WallNow()));
  return std::optional<MutualTls>(
      {.identity = std::move(identity), .client_certificate = host.client_certificate});
}

Status Start(const ServeOptions& options, Server& server) {
  RETURN_IF_ERROR(EnsureDescriptors());
  const Host host = HostFromEnvironment();
  if (options.debug) {
    RETURN_IF_ERROR(server.Listen(host.socket_directory, host.socket_group, std::nullopt));
    const std::string reattach =
        ReattachProviders(options.source, ::getpid(), server.socket_path());
    WriteText(STDOUT_FILENO, DebugText(options.name, reattach));
    return Ok{};
  }
  ASSIGN_OR_RETURN(const std::optional<MutualTls> tls, Tls(host));
  RETURN_IF_ERROR(server.Listen(host.socket_directory, host.socket_group, tls));
  WriteText(STDOUT_FILENO,
            HandshakeLine({.protocol = NegotiateProtocol(host.protocol_versions, kServedProtocols),
                           .socket_path = server.socket_path(),
                           .certificate = tls ? tls->identity.certificate_base64 : "",
                           .multiplex = host.multiplex}));
  SilenceStdout();
  return Ok{};
}

}  // namespace

int Serve(const ServeOptions& options) {
  if (!options.debug && !StartedByTerraform(HostFromEnvironment())) {
    WriteText(STDERR_FILENO,
              StartedByHandText(options.name, options.version, options.source, OwnDirectory()));
    return 1;
  }
  ReportCrashes(absl::StrCat(options.name, " ", options.version));
  EndWatch watch(options.debug ? EndWatch::Host::kAnyone : EndWatch::Host::kParent);
  Server server(options.provider, [&watch] { watch.Ask(); });
  if (const Status started = Start(options, server); !started.ok()) {
    return Fail(options, started.error());
  }
  options.log.Debug("Serving Terraform", {{"socket", server.socket_path()}});

  const Ending ending = watch.Wait();
  options.log.Debug("Ending", {{"reason", Reason(ending)}});
  if (options.on_stop) options.on_stop();
  server.Drain(Grace(ending));
  // Not by gRPC's own end, for which Terraform would not wait: an RPC that hears nothing keeps it
  // for ever, and after a large answer a thread of its that still polls, up to ten seconds.
  ::_exit(0);
}

}  // namespace ecs::plugin
