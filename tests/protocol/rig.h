// The stage of a protocol test: the real provider, configured for an emulated cloud.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "tests/protocol/client.h"
#include "tests/protocol/live_cloud.h"

namespace ecs::protocol {

inline constexpr char kServer[] = "ecs_server";

class Rig {
 public:
  explicit Rig(emulator::Options options = LiveCloud::Instant(), Client::Options client = {});

  LiveCloud& cloud() { return cloud_; }
  Client& client() { return client_; }

  // The provider block: signs in with a password.
  Value ProviderConfig();
  // A configuration as HCL would give it: attributes that are left out are null.
  Value Resource(const std::string& type, const std::string& json);
  Value DataSource(const std::string& type, const std::string& json);
  Value Ephemeral(const std::string& type, const std::string& json);
  Value List(const std::string& type, const std::string& json);
  Value Action(const std::string& type, const std::string& json);
  Value Identity(const std::string& type, const std::string& json);
  Value ServerConfig(const std::string& name = "web-1");

  // Plans and applies without a word; what the cloud then holds is what was planned.
  Stored Apply(const std::string& type, const Stored& prior, const Value& config);

 private:
  Value Parse(const std::map<std::string, cty::Type>& types, const std::string& type,
              const std::string& json);

  LiveCloud cloud_;
  Client client_;
};

// Of a whole object; the test fails if the text does not fit the type.
Value ParseValue(const cty::Type& type, const std::string& json);

}  // namespace ecs::protocol
