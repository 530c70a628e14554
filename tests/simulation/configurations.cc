#include "tests/simulation/configurations.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/contract/generator.h"

namespace ecs::simulation {
namespace {

using cty::Value;

Value Text(const std::string& text) { return Value::String(text); }

// Values that validation cannot know to be wrong.
struct Wrong {
  const char* object;
  const char* attribute;
  const char* text;
};
constexpr Wrong kWrong[] = {
    {"network_interface", "security_group_ids", "30000000-0000-4000-8000-00000000dead"},
    {"network_interface", "network_id", "20000000-0000-4000-8000-00000000dead"},
    {"", "server_group_id", "70000000-0000-4000-8000-00000000dead"},
    {"", "key_pair", "no-such-key"},
    {"", "image_id", "40000000-0000-4000-8000-00000000dead"},
    {"", "availability_zone", "eu-demo-09"},
    {"", "flavor", "s3.medum.2"}};

// Too short for the cloud to end anything, or nearly so.
constexpr const char* kTooShort[] = {"1s", "5s", "40s", "3m"};

}  // namespace

std::vector<std::string> Configurations::ServerIds() const {
  std::vector<std::string> ids;
  for (const Resource& resource : workspace_.resources) {
    if (resource.type->name != "ecs_server" || !resource.instance) continue;
    if (resource.instance->state.At("id").is_known()) {
      ids.push_back(resource.instance->state.At("id").AsString());
    }
  }
  return ids;
}

// Fixed addresses would make configurations that exclude each other. Many servers of one name make
// look-ups by it a trap.
Value Configurations::Servable(Value config, const Value& before, const std::string& name) {
  const Value nic = config.At("network_interface");
  config = config.With("network_interface", nic.With("fixed_ip", Value::Null(cty::Type::String())));
  if (world_.choices.Chance(name, 600)) config = config.With("name", before);
  return config;
}

Value Configurations::New(const Resource& resource, const std::string& name) {
  const std::string choice = absl::StrCat(name, "/", resource.address);
  const std::uint64_t drawn = world_.choices.Pick(choice, 1u << 20);
  const Value config = drawn == 0
                           ? Required(resource)
                           : contract::Generator(drawn, *resource.type, ServerIds()).Config();
  world_.secrets.insert("Secret-1!");
  return resource.type->name == "ecs_server" ? Servable(config, Text("web"), "one name") : config;
}

Value Configurations::Required(const Resource& resource) {
  Value config = contract::Generator(0, *resource.type, {"x"}).Config();
  for (const schema::Row& row : resource.type->rows->rows()) {
    if (row.mode != schema::Mode::kRequired) config = config.With(row.name, Value::Null(row.type));
  }
  return config;
}

Value Configurations::Importable(const Resource& resource) {
  return contract::Generator(0, *resource.type, {}).Importable(resource.config);
}

Value Configurations::Changed(const Resource& resource, const std::string& name) {
  const std::string choice = absl::StrCat(name, "/", resource.address);
  const std::uint64_t drawn = world_.choices.Pick(choice, 1u << 20);
  if (drawn == 0 || !resource.config.is_known()) return resource.config;
  // Of a restart whose servers are all gone nothing can be changed to something legal.
  if (resource.type->name == "ecs_server_restart" && ServerIds().empty()) return resource.config;
  const Value config =
      contract::Generator(drawn, *resource.type, ServerIds()).Changed(resource.config);
  if (resource.type->name != "ecs_server") return config;
  return Servable(config, resource.config.At("name"), "one name");
}

void Configurations::Set(Resource& resource, const Member& member, const Value& value) {
  Value& config = resource.config;
  config = member.object.empty()
               ? config.With(member.attribute, value)
               : config.With(member.object, config.At(member.object).With(member.attribute, value));
}

void Configurations::Mistake(Resource& resource, const std::string& name) {
  if (resource.type->name != "ecs_server" || !resource.config.is_known()) return;
  const std::string choice = absl::StrCat(name, "/", resource.address);
  if (!world_.choices.Chance(choice, 60)) return;
  const std::uint64_t drawn =
      world_.choices.Pick(absl::StrCat(choice, " is"), 2 * std::size(kWrong));
  Member member;
  Value wrong;
  if (drawn < std::size(kWrong)) {
    const Wrong& mistake = kWrong[drawn];
    member = {.object = mistake.object, .attribute = mistake.attribute};
    const bool is_set = std::string(mistake.attribute) == "security_group_ids";
    wrong = is_set ? Value::Set(cty::Type::String(), {Text(mistake.text)}) : Text(mistake.text);
  } else {
    // A deletion takes its time from the state, where a correction comes only with an update.
    constexpr const char* kOperations[] = {"create", "update"};
    const schema::Row& row = *resource.type->rows->Find("timeouts");
    Value::Fields times;
    for (const schema::Row& time : row.rows->rows()) {
      times.emplace(time.name, Value::Null(time.type));
    }
    times.at(kOperations[drawn % std::size(kOperations)]) =
        Text(kTooShort[world_.choices.Pick(absl::StrCat(choice, " lasts"), std::size(kTooShort))]);
    member = {.object = "", .attribute = "timeouts"};
    wrong = Value::Object(std::move(times));
  }
  member.right = member.object.empty() ? resource.config.At(member.attribute)
                                       : resource.config.At(member.object).At(member.attribute);
  world_.Step(absl::StrCat(resource.address, ": the user writes ", member.attribute, " = ",
                           wrong.DebugString()));
  Set(resource, member, wrong);
  mistakes_[resource.address].push_back(std::move(member));
}

void Configurations::Correct() {
  for (Resource& resource : workspace_.resources) {
    const auto found = mistakes_.find(resource.address);
    if (found == mistakes_.end() || !resource.config.is_known()) continue;
    for (auto member = found->second.rbegin(); member != found->second.rend(); ++member) {
      Set(resource, *member, member->right);
    }
    world_.Step(absl::StrCat(resource.address, ": the user corrects the configuration"));
  }
  mistakes_.clear();
}

}  // namespace ecs::simulation
