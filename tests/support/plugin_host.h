// What Terraform asks of a plugin beside the provider: the services of its plugin host.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "proto/goplugin.grpc.pb.h"
#include "tests/support/plugin_process.h"

namespace ecs::plugin {

// No call waits for ever, not for the connection either.
void SetDeadline(grpc::ClientContext& context, std::chrono::milliseconds patience = kPatience);

// A call of any method, streaming or not, by its path: "/tfplugin6.Provider/GetStates". Bytes in,
// bytes out.
struct RawAnswer {
  grpc::Status status = {};
  std::vector<std::string> messages = {};
};
RawAnswer RawCall(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                  const std::string& bytes);

// The status number of grpc.health.v1: 1 is SERVING.
int Health(const std::shared_ptr<grpc::Channel>& channel, const std::string& service);

grpc::StatusCode Shutdown(const std::shared_ptr<grpc::Channel>& channel);

// The two streams that Terraform opens on each connection.
struct HostStreams {
  explicit HostStreams(const std::shared_ptr<grpc::Channel>& channel)
      : stdio_stub(::plugin::GRPCStdio::NewStub(channel)),
        broker_stub(::plugin::GRPCBroker::NewStub(channel)),
        stdio(stdio_stub->StreamStdio(&stdio_context, {})),
        broker(broker_stub->StartStream(&broker_context)) {}
  std::unique_ptr<::plugin::GRPCStdio::Stub> stdio_stub;
  std::unique_ptr<::plugin::GRPCBroker::Stub> broker_stub;
  grpc::ClientContext stdio_context;
  grpc::ClientContext broker_context;
  std::unique_ptr<grpc::ClientReader<::plugin::StdioData>> stdio;
  std::unique_ptr<grpc::ClientReaderWriter<::plugin::ConnInfo, ::plugin::ConnInfo>> broker;
};

}  // namespace ecs::plugin
