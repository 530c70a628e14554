// Messages of Terraform's: a byte that chooses the RPC, then the request as protobuf. There is no
// cloud: whoever asks one is cut off. The provider's own configuration is real, but in a session of
// its own.
// Promised: whatever the message, no handler throws; gRPC hears OK, and what is wrong comes as
// diagnostics with a summary, or as the text of a function's error.
#include <memory>
#include <optional>
#include <string>

#include "provider/rpc/provider_service.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/test_cloud.h"

namespace ecs::fuzz {
namespace {

using rpc::ProviderService;

template <class Response>
void ExpectTexts(const Response& out) {
  const auto expect_summaries = [](const auto& diagnostics) {
    for (const tfplugin6::Diagnostic& diagnostic : diagnostics) {
      PROMISE(!diagnostic.summary().empty());
    }
  };
  if constexpr (requires { out.diagnostics(); }) {
    expect_summaries(out.diagnostics());
  } else if constexpr (requires { out.diagnostic(); }) {
    expect_summaries(out.diagnostic());
  } else if constexpr (requires { out.has_error(); }) {
    PROMISE(!out.has_error() || !out.error().text().empty());
  }
}

template <class Message, auto kMethod>
void Ask(ProviderService& service, const std::string& bytes) {
  typename Message::Request in;
  if (!in.ParseFromString(bytes)) return;
  typename Message::Response out;
  PROMISE((service.*kMethod)(nullptr, &in, &out).ok());
  ExpectTexts(out);
}

// The RPCs that answer with events.
template <class Message, auto kMethod>
void Hear(ProviderService& service, const std::string& bytes) {
  typename Message::Request in;
  if (!in.ParseFromString(bytes)) return;
  int events = 0;
  (service.*kMethod)(&in, [&](const typename Message::Event& event) {
    ++events;
    if constexpr (requires { event.completed(); }) {
      if (event.has_completed()) ExpectTexts(event.completed());
    } else {
      ExpectTexts(event);
    }
    return true;
  });
  bool asked = true;
  if constexpr (requires { in.limit(); }) asked = in.limit() > 0;
  PROMISE(events > 0 || !asked);  // there is no cloud: at the least an error
}

using Rpc = void (*)(ProviderService&, const std::string&);
#define RPC(Name) &Ask<tfplugin6::Name, &ProviderService::Name>

constexpr Rpc kOwn[] = {RPC(ValidateProviderConfig), RPC(ConfigureProvider)};
constexpr Rpc kOthers[] = {RPC(PlanResourceChange),
                           RPC(ValidateResourceConfig),
                           RPC(UpgradeResourceState),
                           RPC(ReadResource),
                           RPC(ApplyResourceChange),
                           RPC(UpgradeResourceIdentity),
                           RPC(ImportResourceState),
                           RPC(GenerateResourceConfig),
                           RPC(MoveResourceState),
                           RPC(ValidateDataResourceConfig),
                           RPC(ReadDataSource),
                           RPC(ValidateEphemeralResourceConfig),
                           RPC(OpenEphemeralResource),
                           RPC(RenewEphemeralResource),
                           RPC(CloseEphemeralResource),
                           RPC(CallFunction),
                           RPC(ValidateListResourceConfig),
                           RPC(ValidateActionConfig),
                           RPC(PlanAction),
                           RPC(StopProvider),
                           &Hear<tfplugin6::ListResource, &ProviderService::List>,
                           &Hear<tfplugin6::InvokeAction, &ProviderService::Invoke>};

std::shared_ptr<schema::Backend> NoCloud() {
  return std::make_shared<resources::Cloud>(
      client::Settings{.region = "eu-demo",
                       .project_id = "p1",
                       .token = Secret("given"),
                       .endpoints = {{"ecs", "http://cloud.test"}}},
      [](const Call&, client::Request&) -> Result<client::Response> {
        return Error{.code = Code::kCancelled, .summary = "Interrupted"};
      },
      client::Backoff{});
}

}  // namespace

void Try(std::string_view bytes) {
  // It would write a line about each text that is not UTF-8.
  [[maybe_unused]] static auto* const before = google::protobuf::SetLogHandler(nullptr);
  Input input(bytes);
  FakeClock clock;
  Log log(Level::kOff, clock, [](std::string_view) {});
  rpc::Session session(clock, log, RealRandom());
  ProviderService service(TheProvider(), session, log);
  const std::size_t choice = input.Below(std::size(kOthers) + std::size(kOwn));
  const std::string message(input.Rest());
  if (choice >= std::size(kOthers)) return kOwn[choice - std::size(kOthers)](service, message);
  session.Configure(NoCloud());
  kOthers[choice](service, message);
}

}  // namespace ecs::fuzz
