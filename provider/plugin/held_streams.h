// Two services whose streams Terraform opens on every connection and keeps open, though nothing is
// ever sent on them. Serving them keeps Terraform from logging that they are missing. No thread
// waits for a stream.
#pragma once

#include <memory>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "proto/goplugin.grpc.pb.h"

namespace ecs::plugin {

// A stream that its peer or EndAll ends. Safe from any thread.
class HeldStream {
 public:
  virtual ~HeldStream() = default;
  virtual void End() = 0;
};

// The open streams. Safe from any thread; outlives the server.
class HeldStreams {
 public:
  void Add(const std::shared_ptr<HeldStream>& stream);
  // Ends all, and from here on whatever is added.
  void EndAll();

 private:
  absl::Mutex mu_;
  bool ended_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<std::weak_ptr<HeldStream>> open_ ABSL_GUARDED_BY(mu_);
};

// stdout and stderr of a plugin, to be shown by its host. Ours has nothing to show.
class Stdio final : public ::plugin::GRPCStdio::CallbackService {
 public:
  explicit Stdio(HeldStreams& streams) : streams_(streams) {}
  grpc::ServerWriteReactor<::plugin::StdioData>* StreamStdio(grpc::CallbackServerContext*,
                                                             const ::plugin::Empty*) override;

 private:
  HeldStreams& streams_;
};

// Further connections between host and plugin. Terraform makes none.
class Broker final : public ::plugin::GRPCBroker::CallbackService {
 public:
  explicit Broker(HeldStreams& streams) : streams_(streams) {}
  grpc::ServerBidiReactor<::plugin::ConnInfo, ::plugin::ConnInfo>* StartStream(
      grpc::CallbackServerContext*) override;

 private:
  HeldStreams& streams_;
};

}  // namespace ecs::plugin
