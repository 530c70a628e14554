#include "tests/simulation/plugin.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "provider/lifecycle/timeouts.h"
#include "provider/rpc/convert.h"
#include "resources/registry.h"
#include "tests/simulation/invariants.h"

namespace ecs::simulation {
namespace {

using cty::Value;

// The same bits in the same run.
class NamedRandom : public Random {
 public:
  NamedRandom(std::uint64_t seed, std::string name) : seed_(seed), name_(std::move(name)) {}
  std::uint64_t Bits() override { return Hash(seed_, absl::StrCat(name_, "/random ", ++count_)); }

 private:
  const std::uint64_t seed_;
  const std::string name_;
  std::uint64_t count_ = 0;
};

// The plugin that is being configured: the provider's types are shared by all.
std::shared_ptr<client::Wire>& WireBeingMade() {
  static std::shared_ptr<client::Wire> wire;
  return wire;
}

std::string TextOf(const tfplugin6::Diagnostic& diagnostic) {
  return absl::StrCat(diagnostic.summary(), "\n", diagnostic.detail());
}

}  // namespace

const schema::ProviderType& SimulatedProvider() {
  static const schema::ProviderType provider = resources::MakeProvider(
      "0.0.0", {.surroundings = {.variable = [](const std::string&) { return std::nullopt; },
                                 .file = [](const std::string&) { return std::nullopt; }},
                .wire = [](const client::Settings&) { return WireBeingMade(); }});
  return provider;
}

Plugin::Plugin(World& world, const std::string& name, bool elsewhere)
    : world_(world),
      process_{.name = name, .wall_offset = world.provider_wall_offset},
      clock_(world.scheduler, process_),
      // Lines cost more than all else: one run in sixteen writes them.
      log_(world.choices.Chance("log", 62) ? Level::kTrace : Level::kOff, clock_,
           [this](std::string_view line) { Judge("a log line", std::string(line)); }),
      random_(std::make_unique<NamedRandom>(world.choices.seed(), name)),
      wire_(std::make_shared<SimulatedWire>(
          world.scheduler, process_, elsewhere ? world.elsewhere : world.cloud, world.choices,
          world.ledger, world.weather, world.totals.matrix)),
      session_(clock_, log_, *random_),
      service_(SimulatedProvider(), session_, log_) {}

Plugin::~Plugin() {
  process_.dead = true;
  world_.totals.requests += wire_->requests();
  world_.totals.faults += wire_->faults();
}

void Plugin::Judge(const std::string& what, const std::string& text) {
  const std::string where = absl::StrCat(what, " of ", process_.name);
  CheckSecrets(world_.ledger, where, text, world_.secrets);
  if (wire_ != nullptr) CheckSecrets(world_.ledger, where, text, wire_->secrets());
}

bool Plugin::Configure(const Value& block) {
  WireBeingMade() = wire_;
  tfplugin6::ConfigureProvider::Request in;
  tfplugin6::ConfigureProvider::Response out;
  in.set_terraform_version("1.16.0");
  rpc::ToProto(block, SimulatedProvider().rows->ObjectType(), in.mutable_config());
  service_.ConfigureProvider(nullptr, &in, &out);
  WireBeingMade() = nullptr;
  for (const auto& diagnostic : out.diagnostics()) {
    world_.Step("configure: " + TextOf(diagnostic));
  }
  return out.diagnostics().empty();
}

template <class Message>
Reply Plugin::Finish(const char* rpc, TimePoint began, Duration limit,
                     const typename Message::Response& out) {
  Reply reply;
  const std::string thread = world_.scheduler.current()->name;
  for (const tfplugin6::Diagnostic& diagnostic : out.diagnostics()) {
    const bool error = diagnostic.severity() == tfplugin6::Diagnostic::ERROR;
    reply.failed = reply.failed || error;
    const std::string text = TextOf(diagnostic);
    reply.summaries.push_back(diagnostic.summary());
    Judge("a diagnostic", text);
    CheckWords(world_.ledger, rpc, text, world_.calm);
    CheckRollback(world_, text);
    world_.Tell(text);
    world_.Step(absl::StrCat(thread, ": ", error ? "Error: " : "Warning: ", diagnostic.summary(),
                             " | ", diagnostic.detail()));
  }
  CheckTime(world_.ledger, {.rpc = rpc,
                            .thread = thread,
                            .began = began,
                            .ended = world_.scheduler.now(),
                            .limit = limit,
                            .stopped = stopped_});
  return reply;
}

Reply Plugin::Validate(const schema::AnyResource& type, const Value& config) {
  tfplugin6::ValidateResourceConfig::Request in;
  tfplugin6::ValidateResourceConfig::Response out;
  in.set_type_name(type.name);
  rpc::ToProto(config, type.rows->ObjectType(), in.mutable_config());
  in.mutable_client_capabilities()->set_write_only_attributes_allowed(true);
  service_.ValidateResourceConfig(nullptr, &in, &out);
  return Finish<tfplugin6::ValidateResourceConfig>("Validate", world_.scheduler.now(), {}, out);
}

Reply Plugin::Upgrade(const schema::AnyResource& type, const Value& state) {
  tfplugin6::UpgradeResourceState::Request in;
  tfplugin6::UpgradeResourceState::Response out;
  in.set_type_name(type.name);
  const Result<std::string> json = cty::ToJson(state, type.rows->ObjectType());
  if (!json.ok()) {
    world_.ledger.Break("I4", "a state cannot be stored: " + json.error().Text());
    return {.failed = true};
  }
  in.mutable_raw_state()->set_json(*json);
  service_.UpgradeResourceState(nullptr, &in, &out);
  Reply reply = Finish<tfplugin6::UpgradeResourceState>("Upgrade", world_.scheduler.now(), {}, out);
  Result<Value> value = rpc::FromProto(out.upgraded_state(), type.rows->ObjectType());
  if (value.ok()) reply.value = *value;
  return reply;
}

Reply Plugin::Read(const schema::AnyResource& type, const Instance& instance) {
  tfplugin6::ReadResource::Request in;
  tfplugin6::ReadResource::Response out;
  in.set_type_name(type.name);
  rpc::ToProto(instance.state, type.rows->ObjectType(), in.mutable_current_state());
  in.set_private_(instance.private_bytes);
  const TimePoint began = world_.scheduler.now();
  service_.ReadResource(nullptr, &in, &out);
  const Duration limit = lifecycle::TimeoutOf(instance.state, "read", type.timeouts.read);
  Reply reply = Finish<tfplugin6::ReadResource>("Read", began, limit, out);
  reply.private_bytes = out.private_();
  Result<Value> value = rpc::FromProto(out.new_state(), type.rows->ObjectType());
  if (value.ok()) reply.value = *value;
  return reply;
}

Reply Plugin::Plan(const schema::AnyResource& type, const Value& prior, const Value& config,
                   const std::string& private_bytes) {
  tfplugin6::PlanResourceChange::Request in;
  tfplugin6::PlanResourceChange::Response out;
  const cty::Type object = type.rows->ObjectType();
  in.set_type_name(type.name);
  rpc::ToProto(prior, object, in.mutable_prior_state());
  rpc::ToProto(config, object, in.mutable_config());
  rpc::ToProto(config, object, in.mutable_proposed_new_state());
  in.set_prior_private(private_bytes);
  service_.PlanResourceChange(nullptr, &in, &out);
  Reply reply = Finish<tfplugin6::PlanResourceChange>("Plan", world_.scheduler.now(), {}, out);
  reply.private_bytes = out.planned_private();
  for (const tfplugin6::AttributePath& path : out.requires_replace()) {
    if (path.steps_size() > 0) reply.replace.push_back(path.steps(0).attribute_name());
  }
  Result<Value> value = rpc::FromProto(out.planned_state(), object);
  if (value.ok()) reply.value = *value;
  return reply;
}

Reply Plugin::Apply(const schema::AnyResource& type, const Value& prior, const Value& planned,
                    const Value& config, const std::string& private_bytes) {
  tfplugin6::ApplyResourceChange::Request in;
  tfplugin6::ApplyResourceChange::Response out;
  const cty::Type object = type.rows->ObjectType();
  in.set_type_name(type.name);
  rpc::ToProto(prior, object, in.mutable_prior_state());
  rpc::ToProto(planned, object, in.mutable_planned_state());
  rpc::ToProto(config, object, in.mutable_config());
  in.set_planned_private(private_bytes);
  const TimePoint began = world_.scheduler.now();
  service_.ApplyResourceChange(nullptr, &in, &out);
  ++world_.totals.applies;
  const bool creates = prior.is_null();
  const schema::Timeouts& defaults = type.timeouts;
  const Duration limit = planned.is_null() ? lifecycle::TimeoutOf(prior, "delete", defaults.remove)
                         : creates ? lifecycle::TimeoutOf(planned, "create", defaults.create)
                                   : lifecycle::TimeoutOf(planned, "update", defaults.update);
  Reply reply = Finish<tfplugin6::ApplyResourceChange>("Apply", began, limit, out);
  reply.private_bytes = out.private_();
  Result<Value> value = rpc::FromProto(out.new_state(), object);
  if (value.ok()) {
    reply.value = *value;
  } else {
    world_.ledger.Break("I4", "an applied state cannot be read: " + value.error().Text());
  }
  return reply;
}

Reply Plugin::Import(const schema::AnyResource& type, const std::string& id) {
  tfplugin6::ImportResourceState::Request in;
  tfplugin6::ImportResourceState::Response out;
  in.set_type_name(type.name);
  in.set_id(id);
  service_.ImportResourceState(nullptr, &in, &out);
  Reply reply = Finish<tfplugin6::ImportResourceState>("Import", world_.scheduler.now(), {}, out);
  if (out.imported_resources_size() == 0) return reply;
  reply.private_bytes = out.imported_resources(0).private_();
  Result<Value> value = rpc::FromProto(out.imported_resources(0).state(), type.rows->ObjectType());
  if (value.ok()) reply.value = *value;
  return reply;
}

void Plugin::Stop() {
  stopped_ = world_.scheduler.now();
  tfplugin6::StopProvider::Request in;
  tfplugin6::StopProvider::Response out;
  service_.StopProvider(nullptr, &in, &out);
}

}  // namespace ecs::simulation
