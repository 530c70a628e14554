#include "tests/support/test_cloud.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "provider/lifecycle/apply.h"
#include "provider/lifecycle/plan.h"
#include "resources/registry.h"

namespace ecs {
namespace {

std::vector<std::string> Fold(const std::vector<std::string>& operations) {
  std::vector<std::string> folded;
  for (std::size_t i = 0; i < operations.size();) {
    std::size_t end = i;
    while (end < operations.size() && operations[end] == operations[i]) ++end;
    folded.push_back(end - i > 1 ? absl::StrCat(operations[i], " x", end - i) : operations[i]);
    i = end;
  }
  return folded;
}

}  // namespace

client::Settings EmulatorSettings(const emulator::Options& options) {
  client::Settings settings{.auth_url = absl::StrCat(kEmulatorOrigin, "/v3"),
                            .region = options.region,
                            .project_id = options.project_id,
                            .access_key = options.access_key,
                            .secret_key = Secret(options.secret_key)};
  for (const char* service : {"iam", "ecs", "vpc", "evs", "ims", "eip"}) {
    settings.endpoints[service] = kEmulatorOrigin;
  }
  return settings;
}

const schema::ProviderType& TheProvider() {
  static const schema::ProviderType provider =
      resources::MakeProvider("0.0.0", resources::RealOutside());
  return provider;
}

TestCloud::TestCloud(emulator::Options options)
    : log_(Level::kOff, clock_, [](std::string_view) {}),
      emulator_(options, clock_),
      cloud_(EmulatorSettings(options), Hooked(), client::Backoff{}),
      call_{clock_, TimePoint::max(), cancel_, log_, random_} {}

client::Send TestCloud::Hooked() {
  return [this, send = ThroughEmulator(emulator_)](
             const Call& call, client::Request& request) -> Result<client::Response> {
    if (hook_) hook_(request);
    Result<client::Response> answer = send(call, request);
    if (answer_hook_ && answer.ok()) answer_hook_(request, *answer);
    return answer;
  };
}

std::vector<std::string> TestCloud::Operations() {
  std::vector<std::string> operations;
  emulator_.With([&](emulator::Cloud& cloud) {
    for (const emulator::JournalEntry& entry : cloud.journal.entries()) {
      operations.push_back(entry.operation);
    }
  });
  return operations;
}

std::vector<std::string> TestCloud::Asked() { return Fold(Operations()); }

std::vector<std::string> TestCloud::Changes() {
  std::vector<std::string> changes;
  for (const std::string& operation : Operations()) {
    const std::string name = operation.substr(operation.find('.') + 1);
    const bool looks = absl::StartsWith(name, "Show") || absl::StartsWith(name, "List") ||
                       absl::StartsWith(name, "Get");
    if (!looks) changes.push_back(operation);
  }
  return Fold(changes);
}

void TestCloud::Forget() {
  emulator_.With([](emulator::Cloud& cloud) { cloud.journal.Clear(); });
}

emulator::Server TestCloud::Server(const std::string& id) {
  emulator::Server server;
  emulator_.With([&](emulator::Cloud& cloud) { server = *cloud.store.servers.Find(id); });
  return server;
}

void TestCloud::Disturb(const std::string& id,
                        const std::function<void(emulator::Server&)>& change) {
  emulator_.With([&](emulator::Cloud& cloud) { change(*cloud.store.servers.Find(id)); });
}

TestCloud::Applied TestCloud::Apply(const schema::AnyResource& resource, const cty::Value& prior,
                                    const cty::Value& config) {
  lifecycle::PlanResult plan = lifecycle::Plan(resource, prior, config);
  Applied applied{.planned = plan.planned,
                  .state = prior,
                  .replace = std::move(plan.requires_replace),
                  .plan_notes = std::move(plan.notes)};
  if (applied.plan_notes.has_errors()) return applied;
  lifecycle::ApplyResult result =
      lifecycle::Apply(call_, cloud_, resource, prior, plan.planned, config);
  applied.state = std::move(result.state);
  applied.notes = std::move(result.notes);
  return applied;
}

std::string TextOf(const schema::Diagnostics& notes) {
  std::string text;
  for (const schema::Diagnostic& note : notes.list()) {
    absl::StrAppend(&text, note.severity == schema::Severity::kError ? "Error: " : "Warning: ",
                    note.summary, "\n  ", note.detail, "\n");
  }
  return text;
}

}  // namespace ecs
