// The schema, the docs and the texts of errors. UPDATE_GOLDEN=1 rewrites them.
#include "tests/golden/golden.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "provider/schema/docs.h"
#include "tests/support/test_cloud.h"

namespace ecs::golden {
namespace {

using cty::Value;
using nlohmann::ordered_json;
using schema::Effect;
using schema::Mode;
using schema::Row;
using schema::RowSet;

// --- The schema ---

const char* ModeName(Mode mode) {
  switch (mode) {
    case Mode::kRequired:
      return "required";
    case Mode::kOptional:
      return "optional";
    case Mode::kComputed:
      return "computed";
    case Mode::kOptionalComputed:
      return "optional, computed";
  }
  return "";
}

const char* EffectName(Effect effect) {
  switch (effect) {
    case Effect::kFixed:
      return "";
    case Effect::kReplace:
      return "replaces";
    case Effect::kSetting:
      return "setting";
    case Effect::kApply:
      return "in place";
  }
  return "";
}

ordered_json SchemaOf(const RowSet& rows) {
  ordered_json object = ordered_json::object();
  for (const Row& row : rows.rows()) {
    ordered_json& entry = object[row.name];
    entry["mode"] = ModeName(row.mode);
    if (row.rows == nullptr) entry["type"] = nlohmann::json::parse(cty::ToJson(row.type));
    if (row.effect != Effect::kFixed) entry["change"] = EffectName(row.effect);
    if (row.sensitive) entry["sensitive"] = true;
    if (row.write_only) entry["write_only"] = true;
    if (!row.recomputed_when.empty()) entry["recomputed_when"] = row.recomputed_when;
    if (row.rows == nullptr) continue;
    const bool map = row.nesting == schema::Nesting::kMap;
    entry["nesting"] = map ? "map" : row.nesting == schema::Nesting::kList ? "list" : "single";
    entry["attributes"] = SchemaOf(*row.rows);
  }
  return object;
}

TEST(Golden, TheSchemaIsWhatItWas) {
  ordered_json schema;
  schema["provider"] = SchemaOf(*TheProvider().rows);
  for (const schema::AnyResource& resource : TheProvider().resources) {
    ordered_json& entry = schema["resources"][resource.name];
    entry["version"] = resource.version;
    entry["attributes"] = SchemaOf(*resource.rows);
  }
  for (const schema::AnyDataSource& source : TheProvider().data_sources) {
    schema["data_sources"][source.name] = SchemaOf(*source.rows);
  }
  Expect("tests/golden/schema.json", schema.dump(2) + "\n");
}

// --- The docs ---

std::map<std::string, std::string> FilesBelow(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    files[std::filesystem::relative(entry.path(), folder).string()] = text.str();
  }
  return files;
}

TEST(Golden, TheDocsAreMadeFromTheRowsAndTheExamples) {
  const std::filesystem::path root(ECS_SOURCE_DIR);
  const auto pages = schema::RenderDocs(TheProvider(), FilesBelow(root / "examples"));
  for (const auto& [name, text] : pages) Expect("docs/" + name, text);
  for (const auto& [name, text] : FilesBelow(root / "docs")) {
    const bool generated =
        absl::StartsWith(name, "resources/") || absl::StartsWith(name, "data-sources/");
    EXPECT_TRUE(!generated || pages.count(name) > 0) << name << " describes nothing that exists";
  }
}

// --- Errors ---

std::string Show(const schema::Diagnostics& notes) {
  std::string text;
  for (const schema::Diagnostic& note : notes.list()) {
    const bool error = note.severity == schema::Severity::kError;
    absl::StrAppend(&text, error ? "Error: " : "Warning: ", note.summary, "\n");
    if (!note.path.empty()) absl::StrAppend(&text, "  at ", note.path.ToString(), "\n");
    absl::StrAppend(&text, "\n", note.detail, "\n\n");
  }
  return text;
}

TEST(Golden, AnErrorSaysWhatWasTriedWhatCameBackWhereAndWhatNext) {
  const ApiFault fault{.http_status = 409,
                       .code = "Ecs.0100",
                       .message = "The status is wrong.",
                       .request_id = "req-1",
                       .operation = "POST /v1/{project_id}/cloudservers",
                       .job_id = "job-1"};
  const Error errors[] = {
      {.code = Code::kInvalid, .summary = "Summary alone"},
      {.code = Code::kInvalid, .summary = "With detail", .detail = "It happened."},
      {.code = Code::kInvalid, .summary = "With hint", .detail = "It happened.", .hint = "Do it."},
      {.code = Code::kConflict, .summary = "With fault", .detail = "It happened.", .api = fault},
      {.code = Code::kConflict,
       .summary = "With all",
       .detail = "It happened.",
       .path = Path("network_interface") / "security_group_ids",
       .api = fault,
       .hint = "Do it."},
      {.code = Code::kUnavailable, .summary = "A proxy", .api = ApiFault{.http_status = 502}},
      Bug("It happened."),
  };
  std::string text;
  for (const Error& error : errors) {
    schema::Diagnostics notes;
    notes.Add(error);
    absl::StrAppend(&text, Show(notes));
  }
  Expect("tests/golden/error_form.txt", text);
}

const schema::AnyResource& ServerType() { return *TheProvider().FindResource("ecs_server"); }

Value Config(const std::string& patch) {
  nlohmann::json config = nlohmann::json::parse(R"({
      "name": "web-1", "flavor": "s3.medium.1",
      "image_id": "40000000-0000-4000-8000-000000000001",
      "vpc_id": "10000000-0000-4000-8000-000000000001",
      "network_interface": {"network_id": "20000000-0000-4000-8000-000000000001"},
      "system_disk": {"type": "SSD", "size_gb": 40}})");
  config.merge_patch(nlohmann::json::parse(patch));
  return *cty::FromJson(config.dump(), ServerType().rows->ObjectType());
}

// What users meet: what is done, in which cloud, and what it says.
struct Mishap {
  const char* about = "";
  const char* fault = "";
  const char* create = "{}";  // configuration of the server
  const char* change = "";    // and then this; empty: the create is what fails
  void (*arrange)(emulator::Options&) = nullptr;
};

void Plan(TestCloud& cloud, const std::string& fault) {
  EXPECT_TRUE(fault.empty() || cloud.emulator().AddFault(fault).ok()) << fault;
}

std::string Tell(const Mishap& mishap) {
  emulator::Options options;
  if (mishap.arrange != nullptr) mishap.arrange(options);
  TestCloud cloud(options);
  const bool changes = *mishap.change != '\0';
  if (!changes) Plan(cloud, mishap.fault);
  const Value none = Value::Null(ServerType().rows->ObjectType());
  const TestCloud::Applied made = cloud.Apply(ServerType(), none, Config(mishap.create));
  if (!changes) return Show(made.notes);
  EXPECT_FALSE(made.notes.has_errors()) << Show(made.notes);
  Plan(cloud, mishap.fault);
  return Show(cloud.Apply(ServerType(), made.state, Config(mishap.change)).notes);
}

TEST(Golden, TheErrorsThatUsersMeetReadLikeThis) {
  const Mishap mishaps[] = {
      {.about = "no such flavor", .create = R"({"flavor": "s9.none"})"},
      {.about = "no such image",
       .create = R"({"image_id": "40000000-0000-4000-8000-0000000000ff"})"},
      {.about = "address in use", .create = R"({"network_interface": {"fixed_ip": "10.0.0.1"}})"},
      {.about = "quota is used up",
       .arrange = [](emulator::Options& options) { options.max_servers = 0; }},
      {.about = "no room for a new server",
       .arrange = [](emulator::Options& options) { options.capacity["s3.medium.1"] = 0; }},
      {.about = "creation fails", .fault = "ecs.CreateServers:fail"},
      {.about = "creation takes too long",
       .fault = "ecs.CreateServers:stuck",
       .create = R"({"timeouts": {"create": "2m"}})"},
      {.about = "not allowed", .fault = "ecs.CreateServers:refuse:always:status=403"},
      {.about = "the service is down", .fault = "ecs.CreateServers:unavailable:always"},
      {.about = "a proxy answers", .fault = "ecs.CreateServers:html:always"},
      {.about = "throttled for ever", .fault = "ecs.CreateServers:throttle:always"},
      {.about = "no room for the larger flavor",
       .change = R"({"flavor": "s3.large.2"})",
       .arrange = [](emulator::Options& options) { options.capacity["s3.large.2"] = 0; }},
      {.about = "a resize ends in ERROR",
       .fault = "nova.ResizeServer:error",
       .change = R"({"flavor": "s3.large.2"})"},
      {.about = "a resize takes too long",
       .fault = "nova.ResizeServer:stuck",
       .change = R"({"flavor": "s3.large.2", "timeouts": {"update": "2m"}})"},
      {.about = "a confirm is refused",
       .fault = "nova.ConfirmResize:refuse:always:status=403",
       .change = R"({"flavor": "s3.large.2"})"},
      {.about = "a stop fails",
       .fault = "nova.StopServer:error",
       .change = R"({"power_state": "SHUTOFF"})"},
      {.about = "no automatic recovery",
       .create = R"({"flavor": "t1.micro.1"})",
       .change = R"({"flavor": "t1.micro.1", "auto_recovery": true})"},
      {.about = "no such security group", .change = R"({"network_interface":
                     {"security_group_ids": ["30000000-0000-4000-8000-0000000000ff"]}})"},
  };
  std::string text;
  for (const Mishap& mishap : mishaps) {
    absl::StrAppend(&text, "=== ", mishap.about, "\n\n", Tell(mishap));
  }
  Expect("tests/golden/errors.txt", Steady(text));
}

}  // namespace
}  // namespace ecs::golden
