#include "tests/protocol/rig.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

namespace ecs::protocol {

Value ParseValue(const cty::Type& type, const std::string& json) {
  const Result<Value> value = cty::FromJson(json, type);
  if (value.ok()) return *value;
  ADD_FAILURE() << json << ": " << value.error().Text();
  return Value::Null(type);
}

Rig::Rig(emulator::Options options, Client::Options client)
    : cloud_(std::move(options)), client_(std::move(client)) {
  EXPECT_THAT(client_.ConfigureProvider(ProviderConfig()).notes, testing::IsEmpty());
}

Value Rig::ProviderConfig() {
  const emulator::Options& options = cloud_.options();
  return ParseValue(client_.types()->provider,
                    absl::Substitute(R"({"auth_url": "$0/v3", "region": "$1", "domain_name": "$2",
                                         "user_name": "$3", "password": "$4"})",
                                     cloud_.url(), options.region, options.domain_name,
                                     options.user_name, options.password));
}

Value Rig::Parse(const std::map<std::string, cty::Type>& types, const std::string& type,
                 const std::string& json) {
  return ParseValue(TypeOf(types, type), json);
}

Value Rig::Resource(const std::string& type, const std::string& json) {
  return Parse(client_.types()->resources, type, json);
}
Value Rig::DataSource(const std::string& type, const std::string& json) {
  return Parse(client_.types()->data_sources, type, json);
}
Value Rig::Ephemeral(const std::string& type, const std::string& json) {
  return Parse(client_.types()->ephemerals, type, json);
}
Value Rig::List(const std::string& type, const std::string& json) {
  return Parse(client_.types()->lists, type, json);
}
Value Rig::Action(const std::string& type, const std::string& json) {
  return Parse(client_.types()->actions, type, json);
}
Value Rig::Identity(const std::string& type, const std::string& json) {
  return Parse(client_.types()->identities, type, json);
}

Value Rig::ServerConfig(const std::string& name) {
  return Resource(kServer, absl::Substitute(R"({
    "name": "$0", "flavor": "s3.medium.2",
    "image_id": "40000000-0000-4000-8000-000000000001",
    "vpc_id": "10000000-0000-4000-8000-000000000001",
    "network_interface": {"network_id": "20000000-0000-4000-8000-000000000001"},
    "system_disk": {"type": "SSD", "size_gb": 40}})",
                                            name));
}

Stored Rig::Apply(const std::string& type, const Stored& prior, const Value& config) {
  EXPECT_THAT(client_.ValidateResourceConfig(type, config).notes, testing::IsEmpty());
  const Planned planned = Clean(client_.PlanResourceChange(type, prior, config));
  return Clean(client_.ApplyResourceChange(type, prior, planned, config));
}

}  // namespace ecs::protocol
