// The service by its description: every RPC and every place in a request that holds a value, found
// by reflection, so that nothing is forgotten when the protocol grows.
#pragma once

#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

#include "provider/cty/type.h"
#include "tests/protocol/client.h"

namespace ecs::protocol {

struct Rpc {
  std::string name = {};
  const google::protobuf::Descriptor* request = nullptr;
  const google::protobuf::Descriptor* response = nullptr;
  // The field that says which type or function is meant: "type_name"; empty: none.
  std::string name_field = {};
};

// All of tfplugin6.Provider.
const std::vector<Rpc>& AllRpcs();

// A request of that RPC; about that type or function, if it has such a field.
std::unique_ptr<google::protobuf::Message> Request(const Rpc& rpc, const std::string& name = "");
// A type or function that exists and that this RPC is about.
std::string ExistingName(const Rpc& rpc);

// A place in a request whose bytes a provider has to decode.
struct Slot {
  enum class Kind { kValue, kRawJson, kPrivateBytes };
  const Rpc* rpc = nullptr;
  Kind kind = Kind::kValue;
  std::vector<const google::protobuf::FieldDescriptor*> path = {};

  std::string Name() const;  // "PlanResourceChange.prior_state"
  // What belongs there.
  cty::Type TypeIn(const Types& types) const;
};

std::vector<Slot> AllSlots();

// A request about an existing type, with those bytes in that place.
enum class Form { kMsgpack, kJson };
std::unique_ptr<google::protobuf::Message> RequestWith(const Slot& slot, Form form,
                                                       const std::string& bytes);

// What came back, whatever kind of RPC it was.
struct Heard {
  grpc::Status status = {};
  std::vector<std::string> errors = {};  // summary and detail of error diagnostics, function errors
  bool readable = true;                  // every message is one of the protocol
};
Heard Send(Client& client, const Rpc& rpc, const std::string& request);
Heard Send(Client& client, const Rpc& rpc, const google::protobuf::Message& request);

}  // namespace ecs::protocol
