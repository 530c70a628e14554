// The service by which Terraform ends its plugins.
#pragma once

#include <functional>

#include "proto/goplugin.grpc.pb.h"

namespace ecs::plugin {

class Controller final : public ::plugin::GRPCController::Service {
 public:
  // `on_shutdown` is called once per request, on gRPC's thread, before the answer goes out: it must
  // return at once and leave the ending to another thread.
  explicit Controller(std::function<void()> on_shutdown) : on_shutdown_(std::move(on_shutdown)) {}

  grpc::Status Shutdown(grpc::ServerContext*, const ::plugin::Empty*, ::plugin::Empty*) override {
    on_shutdown_();
    return grpc::Status::OK;
  }

 private:
  const std::function<void()> on_shutdown_;
};

}  // namespace ecs::plugin
