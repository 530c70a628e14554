// Terraform's side of the protocol: a provider's process and one function per RPC, with native
// values. Facts: tfplugin6.md section 4. What gRPC itself refuses fails the test.
#pragma once

#include <gmock/gmock.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "proto/tfplugin6.grpc.pb.h"
#include "provider/cty/value.h"
#include "tests/protocol/types.h"
#include "tests/support/plugin_process.h"

namespace ecs::protocol {

using cty::Value;

// Diagnostics. A note is "Error: Unknown type" or "Warning: The system disk will be lost
// [image_id]": severity, summary, and the path if there is one.
struct Said {
  std::vector<std::string> notes = {};
  std::vector<std::string> details = {};  // in the same order
};

// A value, and what was said beside it.
template <class T>
struct Reply : Said {
  T value = {};
};

// The value alone. The test fails if anything was said beside it.
template <class T>
T Clean(Reply<T> reply) {
  EXPECT_THAT(reply.notes, testing::IsEmpty()) << testing::PrintToString(reply.details);
  return std::move(reply.value);
}

// An object as Terraform stores it.
struct Stored {
  Value state = {};
  std::string private_bytes = {};
  std::optional<Value> identity = {};
};

struct Planned {
  Value state = {};
  std::string private_bytes = {};
  std::optional<Value> identity = {};
  std::vector<std::string> replace = {};  // paths
};

struct MoveSource {
  std::string provider_address = {};
  std::string type_name = {};
  std::string json = {};
  std::int64_t schema_version = 0;
  std::string private_bytes = {};
};

struct Opened {
  Value result = {};
  std::string private_bytes = {};
  std::optional<std::int64_t> renew_at = {};  // seconds since 1970
};

struct Called {
  Value result = {};
  std::string error = {};                              // empty: none
  std::optional<std::int64_t> argument_at_fault = {};  // only with an error
};

struct Listed {
  std::string display_name = {};
  std::optional<Value> identity = {};
  std::optional<Value> object = {};
};

struct ListOrder {
  Value config = {};
  std::int64_t limit = 100;
  bool include_object = false;
  // Hears each event. False: cancels the stream, as Terraform does when it has enough.
  std::function<bool(const Listed&)> more = {};
};

struct Invoked {
  std::vector<std::string> progress = {};
  bool completed = false;  // exactly once, as the last event
};

// Safe from several threads, as Terraform's are many.
class Client {
 public:
  struct Options {
    std::map<std::string, std::string> environment = {};  // beside what Terraform sets
    bool tls = true;                                      // false: as with TF_DISABLE_PLUGIN_TLS
    // Of an earlier process: with get_provider_schema_optional this one is not asked.
    std::shared_ptr<const Types> types = {};
  };

  // Starts the real provider, and asks for its schemas.
  explicit Client(Options options);
  Client() : Client(Options()) {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  // Ends the process. The test fails if it does not end well or leaves its socket behind.
  ~Client();

  // Asks the process to end, and answers no more RPCs. Its exit code; nothing if it is not gone in
  // time.
  std::optional<int> Shutdown();

  plugin::PluginProcess& process() { return process_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  tfplugin6::Provider::Stub& stub() { return *stub_; }
  const std::shared_ptr<const Types>& types() const { return types_; }

  // --- The provider as a whole. Schemas have no native form. ---

  tfplugin6::ProviderMetadata::Response GetMetadata();
  SchemaAnswer GetProviderSchema();
  IdentityAnswer GetResourceIdentitySchemas();
  Said ValidateProviderConfig(const Value& config);
  Said ConfigureProvider(const Value& config);
  void StopProvider();

  // --- Managed resources. A null config: destroy. ---

  Said ValidateResourceConfig(const std::string& type, const Value& config);
  Reply<Value> UpgradeResourceState(const std::string& type, std::int64_t version,
                                    const std::string& json);
  Reply<Value> UpgradeResourceIdentity(const std::string& type, std::int64_t version,
                                       const std::string& json);
  Reply<Stored> ReadResource(const std::string& type, const Stored& current);
  Reply<Planned> PlanResourceChange(const std::string& type, const Stored& prior,
                                    const Value& config);
  Reply<Stored> ApplyResourceChange(const std::string& type, const Stored& prior,
                                    const Planned& planned, const Value& config);
  Reply<Stored> ImportResourceState(const std::string& type, const std::string& id);
  Reply<Stored> ImportResourceState(const std::string& type, const Value& identity);
  Reply<Value> GenerateResourceConfig(const std::string& type, const Value& state);
  Reply<Stored> MoveResourceState(const MoveSource& source, const std::string& type);

  // --- The rest ---

  Said ValidateDataResourceConfig(const std::string& type, const Value& config);
  Reply<Value> ReadDataSource(const std::string& type, const Value& config);

  Said ValidateEphemeralResourceConfig(const std::string& type, const Value& config);
  Reply<Opened> OpenEphemeralResource(const std::string& type, const Value& config);
  Reply<Opened> RenewEphemeralResource(const std::string& type, const std::string& private_bytes);
  Said CloseEphemeralResource(const std::string& type, const std::string& private_bytes);

  tfplugin6::GetFunctions::Response GetFunctions();
  Called CallFunction(const std::string& name, const std::vector<Value>& arguments);

  Said ValidateListResourceConfig(const std::string& type, const Value& config);
  Reply<std::vector<Listed>> ListResource(const std::string& type, const ListOrder& order);

  Said ValidateActionConfig(const std::string& type, const Value& config);
  Said PlanAction(const std::string& type, const Value& config);
  Reply<Invoked> InvokeAction(const std::string& type, const Value& config,
                              const std::function<void(const std::string&)>& on_progress = {});

 private:
  Reply<Stored> Import(const tfplugin6::ImportResourceState::Request& request);

  plugin::PluginProcess process_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<tfplugin6::Provider::Stub> stub_;
  std::shared_ptr<const Types> types_;
};

// As notes have it: "Error: summary [path]".
std::string NoteOf(const tfplugin6::Diagnostic& diagnostic);

}  // namespace ecs::protocol
