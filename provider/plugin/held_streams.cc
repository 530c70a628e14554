#include "provider/plugin/held_streams.h"

#include <algorithm>
#include <atomic>
#include <utility>

namespace ecs::plugin {
namespace {

// gRPC uses the reactor until OnDone, so it owns itself until then.
template <class Reactor>
class Held : public Reactor, public HeldStream {
 public:
  void End() override {
    if (!ended_.exchange(true)) this->Finish(grpc::Status::OK);
  }
  void OnCancel() override { End(); }
  void OnDone() override { self_.reset(); }
  void Keep(std::shared_ptr<HeldStream> self) { self_ = std::move(self); }

 private:
  std::atomic<bool> ended_ = false;
  std::shared_ptr<HeldStream> self_;
};

using HeldStdio = Held<grpc::ServerWriteReactor<::plugin::StdioData>>;

class HeldBroker final
    : public Held<grpc::ServerBidiReactor<::plugin::ConnInfo, ::plugin::ConnInfo>> {
 public:
  void Listen() { StartRead(&ignored_); }
  void OnReadDone(bool ok) override {
    if (ok) {
      StartRead(&ignored_);
    } else {
      End();
    }
  }

 private:
  ::plugin::ConnInfo ignored_;
};

}  // namespace

void HeldStreams::Add(const std::shared_ptr<HeldStream>& stream) {
  {
    absl::MutexLock lock(&mu_);
    if (!ended_) {
      std::erase_if(open_, [](const auto& other) { return other.expired(); });
      open_.push_back(stream);
      return;
    }
  }
  stream->End();
}

void HeldStreams::EndAll() {
  std::vector<std::weak_ptr<HeldStream>> open;
  {
    absl::MutexLock lock(&mu_);
    ended_ = true;
    open.swap(open_);
  }
  // Without the lock: the end of a stream may run its OnDone on this thread.
  for (const auto& weak : open) {
    if (const auto stream = weak.lock()) stream->End();
  }
}

grpc::ServerWriteReactor<::plugin::StdioData>* Stdio::StreamStdio(grpc::CallbackServerContext*,
                                                                  const ::plugin::Empty*) {
  auto stream = std::make_shared<HeldStdio>();
  stream->Keep(stream);
  streams_.Add(stream);
  return stream.get();
}

grpc::ServerBidiReactor<::plugin::ConnInfo, ::plugin::ConnInfo>* Broker::StartStream(
    grpc::CallbackServerContext*) {
  auto stream = std::make_shared<HeldBroker>();
  stream->Keep(stream);
  stream->Listen();
  streams_.Add(stream);
  return stream.get();
}

}  // namespace ecs::plugin
