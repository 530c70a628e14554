#include "provider/plugin/server.h"

#include <grpcpp/health_check_service_interface.h>
#include <sys/stat.h>

#include <chrono>
#include <memory>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "base/clock.h"

namespace ecs::plugin {
namespace {

// As Go providers have it. gRPC's own limit for requests is 4 MiB, which a large state exceeds.
constexpr int kMaxMessageBytes = 256 << 20;

// For handlers to see that their RPC was cut off.
constexpr absl::Duration kCutOff = absl::Milliseconds(250);

std::shared_ptr<grpc::ServerCredentials> Credentials(const std::optional<MutualTls>& tls) {
  if (!tls.has_value()) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions options(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = tls->client_certificate;
  // gRPC takes the key as text.
  options.pem_key_cert_pairs = {{tls->identity.key_pem.Reveal(), tls->identity.certificate_pem}};
  return grpc::SslServerCredentials(options);
}

// gRPC says no more than that it failed.
Error CannotListen(const std::string& path, bool with_tls) {
  return {.code = Code::kInvalid,
          .summary = "Listening for Terraform failed",
          .detail = absl::StrCat(
              "gRPC cannot make the socket ", path,
              with_tls ? ", or cannot read the certificate in PLUGIN_CLIENT_CERT." : "."),
          .hint = "Set the environment variable TMPDIR to a directory that can be written."};
}

// Files made during its life are for our user only. The mask is the process's, not the thread's.
class PrivateFiles {
 public:
  PrivateFiles() : before_(::umask(0077)) {}
  ~PrivateFiles() { ::umask(before_); }

 private:
  const mode_t before_;
};

}  // namespace

Server::Server(grpc::Service& provider, std::function<void()> on_shutdown)
    : provider_(provider), controller_(std::move(on_shutdown)) {}

Status Server::Listen(const std::string& directory, const std::string& group,
                      const std::optional<MutualTls>& tls) {
  ASSIGN_OR_RETURN(SocketFile socket, SocketFile::Choose(directory));
  socket_.emplace(std::move(socket));

  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  int listens = 0;
  builder.AddListeningPort(socket_->Uri(), Credentials(tls), &listens);
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.SetMaxSendMessageSize(kMaxMessageBytes);
  // Threads are made when RPCs need them; these are the ones that wait for work. A plan of a
  // hundred servers sends a hundred requests, but Terraform's -parallelism (10) at a time.
  builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 2);
  builder.RegisterService(&provider_);
  builder.RegisterService(&controller_);
  builder.RegisterService(&stdio_);
  builder.RegisterService(&broker_);
  {
    PrivateFiles private_files;
    server_ = builder.BuildAndStart();
  }
  if (server_ == nullptr || listens == 0) {
    return CannotListen(socket_->path(), tls.has_value());
  }
  // The name that go-plugin's host asks for.
  server_->GetHealthCheckService()->SetServingStatus("plugin", true);
  if (!group.empty()) return socket_->GiveTo(group);
  return Ok{};
}

void Server::Drain(absl::Duration grace) {
  socket_->Remove();
  streams_.EndAll();
  const auto drained = std::make_shared<absl::Notification>();
  std::thread drain([this, grace, drained] {
    server_->Shutdown(RealClock().WallNow() + absl::ToChronoNanoseconds(grace));
    drained->Notify();
  });
  drain.detach();
  drained->WaitForNotificationWithTimeout(grace + kCutOff);
}

}  // namespace ecs::plugin
