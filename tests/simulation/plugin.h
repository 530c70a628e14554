// One provider process, entered as Terraform does: messages in, messages out.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "provider/cty/value.h"
#include "provider/rpc/provider_service.h"
#include "provider/schema/resource_type.h"
#include "tests/simulation/world.h"

namespace ecs::simulation {

// An object of a state: what Terraform stores of a resource.
struct Instance {
  cty::Value state = {};
  std::string private_bytes = {};
  bool tainted = false;
};

// What an RPC answered.
struct Reply {
  bool failed = false;  // it holds an error
  cty::Value value = {};
  std::string private_bytes = {};
  std::vector<std::string> replace = {};  // top-level attributes that need a new object
  std::vector<std::string> summaries = {};
};

class Plugin {
 public:
  // `name`: of the command and phase, "apply 1".
  // `elsewhere`: of a configuration that names another region and project.
  Plugin(World& world, const std::string& name, bool elsewhere = false);
  ~Plugin();
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  Process& process() { return process_; }
  // Sets up the provider with `block`; false: it refused. Outside of simulated threads.
  bool Configure(const cty::Value& block);

  // Within simulated threads. Each throws Killed when the process dies.
  Reply Validate(const schema::AnyResource& type, const cty::Value& config);
  Reply Upgrade(const schema::AnyResource& type, const cty::Value& state);
  Reply Read(const schema::AnyResource& type, const Instance& instance);
  Reply Plan(const schema::AnyResource& type, const cty::Value& prior, const cty::Value& config,
             const std::string& private_bytes);
  Reply Apply(const schema::AnyResource& type, const cty::Value& prior, const cty::Value& planned,
              const cty::Value& config, const std::string& private_bytes);
  Reply Import(const schema::AnyResource& type, const std::string& id);

  // Ctrl-C: ends all waits. From an event.
  void Stop();

 private:
  template <class Message>
  Reply Finish(const char* rpc, TimePoint began, Duration limit,
               const typename Message::Response& out);
  void Judge(const std::string& what, const std::string& text);

  World& world_;
  Process process_;
  SimulatedClock clock_;
  Log log_;
  std::unique_ptr<Random> random_;
  std::shared_ptr<SimulatedWire> wire_;
  rpc::Session session_;
  rpc::ProviderService service_;
  std::optional<TimePoint> stopped_ = {};
};

// The provider's types, made once; its wire is that of the plugin that is being configured.
const schema::ProviderType& SimulatedProvider();

}  // namespace ecs::simulation
