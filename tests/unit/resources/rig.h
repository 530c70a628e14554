// What the tests of resources share: configurations as JSON, and one server in an emulated cloud.
#pragma once

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "provider/lifecycle/apply.h"
#include "provider/lifecycle/import.h"
#include "provider/lifecycle/plan.h"
#include "provider/lifecycle/read.h"
#include "tests/support/test_cloud.h"

namespace ecs {

using cty::Value;

// A wholly known object of the rows from JSON; attributes that are missing are null.
inline Value ObjectOf(const schema::RowSet& rows, const std::string& json) {
  Result<Value> value = cty::FromJson(json, rows.ObjectType());
  EXPECT_TRUE(value.ok()) << json << ": " << (value.ok() ? "" : value.error().Text());
  return value.ok() ? *std::move(value) : Value::Null(rows.ObjectType());
}

// ecs_server in an emulated cloud.
struct ServerRig : TestCloud {
  explicit ServerRig(emulator::Options options = {}) : TestCloud(std::move(options)) {}

  const schema::AnyResource& resource = *TheProvider().FindResource("ecs_server");

  Value NoState() const { return Value::Null(resource.rows->ObjectType()); }

  // The least configuration, changed by a JSON merge patch.
  Value Config(const std::string& patch = "{}") const {
    nlohmann::json config = nlohmann::json::parse(R"({
      "name": "web-1", "flavor": "s3.medium.1",
      "image_id": "40000000-0000-4000-8000-000000000001",
      "vpc_id": "10000000-0000-4000-8000-000000000001",
      "network_interface": {"network_id": "20000000-0000-4000-8000-000000000001"},
      "system_disk": {"type": "SSD", "size_gb": 40}})");
    config.merge_patch(nlohmann::json::parse(patch));
    return ObjectOf(*resource.rows, config.dump());
  }

  // The state of a server that was created from Config(patch); nothing is asked of the cloud yet.
  Value Make(const std::string& patch = "{}") {
    const Applied made = Apply(resource, NoState(), Config(patch));
    EXPECT_FALSE(made.notes.has_errors()) << TextOf(made.notes);
    Forget();
    return made.state;
  }

  Applied Change(const Value& state, const std::string& patch) {
    return Apply(resource, state, Config(patch));
  }

  Applied Delete(const Value& state) { return Apply(resource, state, NoState()); }

  lifecycle::ReadResult Read(const Value& state, const std::string& private_bytes = "") {
    return lifecycle::Read(call(), cloud(), resource, state, private_bytes);
  }

  lifecycle::PlanResult Plan(const Value& state, const std::string& patch) const {
    return lifecycle::Plan(resource, state, Config(patch));
  }

  emulator::Server ServerOf(const Value& state) { return Server(state.At("id").AsString()); }

  std::size_t ServerCount() {
    std::size_t count = 0;
    emulator().With([&](emulator::Cloud& cloud) { count = cloud.store.servers.size(); });
    return count;
  }
};

// "flavor, status, power_state" of a state: what most changes are about.
inline std::string Condition(const Value& state) {
  if (!state.is_known()) return "gone";
  const auto text = [&](const char* name) {
    const Value& value = state.At(name);
    return value.is_known() ? value.AsString() : std::string("null");
  };
  return absl::StrCat(text("flavor"), ", ", text("status"), ", ", text("power_state"));
}

// The summary of each note, errors with "! " before it.
inline std::vector<std::string> Summaries(const schema::Diagnostics& notes) {
  std::vector<std::string> summaries;
  for (const schema::Diagnostic& note : notes.list()) {
    const bool error = note.severity == schema::Severity::kError;
    summaries.push_back(absl::StrCat(error ? "! " : "", note.summary));
  }
  return summaries;
}

}  // namespace ecs
