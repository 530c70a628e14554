// A plugin without a provider in it, for tests that drive one from outside. What ReadResource does
// is chosen by the resource type of the request; it says on stderr when it has begun.
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include "absl/synchronization/notification.h"
#include "base/clock.h"
#include "base/log.h"
#include "proto/tfplugin6.grpc.pb.h"
#include "provider/plugin/handshake.h"
#include "provider/plugin/serve.h"

namespace {

class TestProvider final : public tfplugin6::Provider::Service {
 public:
  grpc::Status GetProviderSchema(grpc::ServerContext*, const tfplugin6::GetProviderSchema::Request*,
                                 tfplugin6::GetProviderSchema::Response* response) override {
    response->mutable_provider()->mutable_block();
    response->mutable_server_capabilities()->set_get_provider_schema_optional(true);
    (*response->mutable_data_source_schemas())["ecs_nothing"].mutable_block();
    return grpc::Status::OK;
  }

  grpc::Status ReadResource(grpc::ServerContext*, const tfplugin6::ReadResource::Request* request,
                            tfplugin6::ReadResource::Response* response) override {
    ecs::plugin::WriteText(STDERR_FILENO, "began " + request->type_name() + "\n");
    if (request->type_name() == "until_stop") {
      stopped_.WaitForNotification();
      response->set_private_("stopped");
    } else if (request->type_name() == "for_ever") {
      absl::Notification().WaitForNotification();
    } else if (request->type_name() == "print") {
      ecs::plugin::WriteText(STDOUT_FILENO, "a stray word\n");
    } else if (request->type_name() == "echo") {
      response->set_private_(request->private_());
    } else if (request->type_name() == "crash") {
      std::thread([] { throw std::runtime_error("out of ideas"); }).join();
    }
    return grpc::Status::OK;
  }

  void Stop() { stopped_.Notify(); }

 private:
  absl::Notification stopped_;
};

}  // namespace

int main(int argc, char** argv) {
  TestProvider provider;
  ecs::Log log(ecs::LevelFromEnvironment(), ecs::RealClock(), ecs::StderrSink());
  return ecs::plugin::Serve({.name = "terraform-provider-ecs",
                             .version = "0.1.0",
                             .source = "ecs-cloud/ecs",
                             .debug = argc > 1 && std::string_view(argv[1]) == "--debug",
                             .provider = provider,
                             .log = log,
                             .on_stop = [&provider] { provider.Stop(); }});
}
