#include "tests/protocol/live_cloud.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/emulator/cloud/seed.h"

namespace ecs::protocol {
namespace {

constexpr Duration kPatience = std::chrono::seconds(20);
constexpr Duration kBeat = std::chrono::milliseconds(2);

nlohmann::json CreateBody(int count) {
  return {{"server",
           {{"name", "node"},
            {"count", count},
            {"imageRef", emulator::kUbuntuImageId},
            {"flavorRef", "s3.medium.2"},
            {"vpcid", emulator::kVpcId},
            {"nics", nlohmann::json::array({{{"subnet_id", emulator::kNetworkId}}})},
            {"root_volume", {{"volumetype", "SSD"}, {"size", 40}}}}}};
}

nlohmann::json SignInBody(const emulator::Options& options) {
  const nlohmann::json user = {{"name", options.user_name},
                               {"password", options.password},
                               {"domain", {{"name", options.domain_name}}}};
  return {{"auth",
           {{"identity",
             {{"methods", nlohmann::json::array({"password"})}, {"password", {{"user", user}}}}},
            {"scope", {{"project", {{"id", options.project_id}}}}}}}};
}

}  // namespace

emulator::Options LiveCloud::Instant() {
  emulator::Options options;
  options.durations.SetSpeed(0);
  return options;
}

LiveCloud::LiveCloud(emulator::Options options)
    : options_(options),
      emulator_(std::move(options), RealClock()),
      front_(emulator_, RealClock()) {
  const Result<int> port = front_.Listen(0);
  EXPECT_TRUE(port.ok());
  if (port.ok()) url_ = absl::StrCat("http://127.0.0.1:", *port);
}

std::vector<std::string> LiveCloud::MakeServers(int count) {
  const emulator::Response signed_in = emulator_.Handle(
      {.method = "POST", .target = "/v3/auth/tokens", .body = SignInBody(options_).dump()});
  const emulator::Response made = emulator_.Handle(
      {.method = "POST",
       .target = absl::StrCat("/v1/", options_.project_id, "/cloudservers"),
       .headers = {{"X-Auth-Token", signed_in.Header("X-Subject-Token")}, {"Host", "127.0.0.1"}},
       .body = CreateBody(count).dump()});
  EXPECT_EQ(made.status, 200) << made.body;
  const nlohmann::json answer = nlohmann::json::parse(made.body, nullptr, false);
  if (!answer.contains("serverIds")) return {};
  // Whatever is due has happened when time is next looked at.
  emulator_.With([](emulator::Cloud& cloud) { cloud.journal.Clear(); });
  return answer["serverIds"];
}

emulator::Server LiveCloud::Server(const std::string& id) {
  emulator::Server server;
  emulator_.With([&](emulator::Cloud& cloud) { server = *cloud.store.servers.Find(id); });
  return server;
}

bool LiveCloud::HasServer(const std::string& id) {
  bool has = false;
  emulator_.With([&](emulator::Cloud& cloud) {
    const emulator::Server* server = cloud.store.servers.Find(id);
    has = server != nullptr && server->vm_state != "deleted";
  });
  return has;
}

void LiveCloud::WaitFor(const std::string& operation, int times) {
  const Cancel never;
  Clock& clock = RealClock();
  const TimePoint deadline = clock.Now() + kPatience;
  while (emulator_.Count(operation) < times) {
    ASSERT_LT(clock.Now(), deadline) << "waited in vain for " << operation;
    ASSERT_TRUE(clock.SleepUntil(clock.Now() + kBeat, never).ok());
  }
}

std::vector<std::string> LiveCloud::Changes() {
  std::vector<std::string> changes;
  emulator_.With([&](emulator::Cloud& cloud) {
    for (const emulator::JournalEntry& entry : cloud.journal.entries()) {
      if (entry.method != "GET" && !absl::StartsWith(entry.operation, "iam.")) {
        changes.push_back(entry.operation);
      }
    }
  });
  return changes;
}

}  // namespace ecs::protocol
