// The gRPC server of this process: the provider's service and those that the host adds to it.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "base/result.h"
#include "provider/plugin/controller.h"
#include "provider/plugin/held_streams.h"
#include "provider/plugin/mtls.h"
#include "provider/plugin/socket_file.h"

namespace ecs::plugin {

// Who may connect: whoever shows exactly this certificate, and gets shown ours.
struct MutualTls {
  Identity identity = {};
  std::string client_certificate = {};  // PEM
};

class Server {
 public:
  // `provider` is borrowed. `on_shutdown`: see Controller.
  Server(grpc::Service& provider, std::function<void()> on_shutdown);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Listens when it returns without an error, on a socket of ours in `directory` that only our user
  // can open, and `group` too if it is not empty. Without `tls` the socket's mode is all the
  // protection.
  Status Listen(const std::string& directory, const std::string& group,
                const std::optional<MutualTls>& tls);

  // Requires Listen.
  const std::string& socket_path() const { return socket_->path(); }

  // Takes no further RPC, removes the socket, ends the streams that the host keeps open and waits
  // for the RPCs that run: first `grace` for their answers, then a moment after cutting their
  // connections. Some may still run then, so this object must not be destroyed: the process has to
  // leave by _exit. To be called once.
  void Drain(absl::Duration grace);

 private:
  grpc::Service& provider_;
  HeldStreams streams_;
  Controller controller_;
  Stdio stdio_{streams_};
  Broker broker_{streams_};
  std::optional<SocketFile> socket_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace ecs::plugin
