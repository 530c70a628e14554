// Being Terraform's child process: from the environment it was started with to its exit code.
#pragma once

#include <functional>
#include <string>

#include "base/log.h"

namespace grpc {
class Service;
}

namespace ecs::plugin {

// Borrows the provider and the log for the time of Serve.
struct ServeOptions {
  std::string name = {};     // of the program: "terraform-provider-ecs"
  std::string version = {};  // "0.1.0"
  std::string source = {};   // address in a registry, without its host: "ecs-cloud/ecs"
  // Serve to whoever connects instead of to the process that started this one: for debuggers.
  bool debug = false;
  // The service tfplugin6.Provider. Its handlers run on gRPC's threads, many at once. They must not
  // let an exception out.
  grpc::Service& provider;
  Log& log;
  // Called at most once, on Serve's thread, when the process is about to end: shall make running
  // RPCs return soon. RPCs that do not are cut off.
  std::function<void()> on_stop = {};
};

// Serves until Terraform says that it is done, dies, or a signal ends the process; then the process
// exits with 0. Returns only when it could not serve: its exit code, 1; the reason is on stderr.
//
// Owns what belongs to the whole process: stdout, where nothing but the handshake ever appears, the
// dispositions of SIGINT, SIGPIPE, SIGTERM and SIGHUP, std::terminate, and the limit of open files,
// which is raised where it is low. One call per process.
//
// In debug mode SIGINT and SIGTERM are the only ends. Several Terraforms may then connect at once,
// and ConfigureProvider is called once for each of them.
int Serve(const ServeOptions& options);

}  // namespace ecs::plugin
