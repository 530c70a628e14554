// Whole conversations with a cloud: logging in, finding the endpoint, retrying, and the call
// itself. Promised: whatever the cloud answers, a call comes back with a value or an Error that
// says what was tried; nothing throws, and time never runs out of its range.
#include <array>
#include <string>

#include "client/ecs.h"
#include "client/fleet.h"
#include "tests/fuzz/cloud_answers.h"
#include "tests/support/fake_clock.h"

namespace ecs::fuzz {
namespace {

constexpr int kMaxCalls = 3;

client::Settings SettingsFrom(Input& input) {
  client::Settings settings{.auth_url = "https://iam.eu-de.example.com/v3"};
  const unsigned choice = input.Byte();
  switch (choice & 3) {
    case 0:
      settings.token = Secret("given-token");
      break;
    case 1:
      settings.access_key = "AK";
      settings.secret_key = Secret("SK");
      break;
    default:
      settings.user_name = "user";
      settings.domain_name = "domain";
      settings.password = Secret("password");
  }
  if ((choice & 4) != 0) settings.project_id = "project";
  // Without a name to make endpoints of, the catalogue is asked for.
  if ((choice & 8) != 0) settings.auth_url = "https://cloud.example/identity/v3";
  if ((choice & 16) != 0) settings.region = "eu-de";
  if ((choice & 32) != 0) {
    for (const char* service : {"ecs", "evs", "ims", "vpc"}) {
      settings.endpoints[service] = "https://all.example.com";
    }
  }
  return settings;
}

template <class T>
void Expect(const Result<T>& result) {
  if (result.ok()) return;
  PROMISE(!result.error().summary.empty());
  PROMISE(!result.error().Text().empty() || result.error().code == Code::kCancelled);
}

using Operation = void (*)(const Call&, client::Ecs&);

constexpr Operation kOperations[] = {
    [](const Call& c, client::Ecs& e) { Expect(e.ProjectId(c)); },
    [](const Call& c, client::Ecs& e) {
      Expect(e.CreateServers(c, {{"server", "x"}}, "uuid"));
    },
    [](const Call& c, client::Ecs& e) {
      Expect(e.DeleteServers(c, {"a", "b"}, true, false));
    },
    [](const Call& c, client::Ecs& e) { Expect(e.GetServer(c, "id")); },
    [](const Call& c, client::Ecs& e) { Expect(e.ListServers(c)); },
    [](const Call& c, client::Ecs& e) { Expect(e.UpdateServer(c, "id", {.name = "n"})); },
    [](const Call& c, client::Ecs& e) { Expect(e.StopServer(c, "id")); },
    [](const Call& c, client::Ecs& e) { Expect(e.ResizeServer(c, "id", "s3.large")); },
    [](const Call& c, client::Ecs& e) { Expect(e.InstanceActions(c, "id")); },
    [](const Call& c, client::Ecs& e) { Expect(e.BatchStart(c, {"id"})); },
    [](const Call& c, client::Ecs& e) { Expect(e.WaitForJob(c, "job")); },
    [](const Call& c, client::Ecs& e) { Expect(e.WaitForVolumeJob(c, "job")); },
    [](const Call& c, client::Ecs& e) { Expect(e.SetAutoRecovery(c, "id", true)); },
    [](const Call& c, client::Ecs& e) { Expect(e.GetAutoRecovery(c, "id")); },
    [](const Call& c, client::Ecs& e) { Expect(e.DeleteMetadata(c, "id", "key")); },
    [](const Call& c, client::Ecs& e) { Expect(e.ListInterfaces(c, "id")); },
    [](const Call& c, client::Ecs& e) { Expect(e.GetBlockDevices(c, "id")); },
    [](const Call& c, client::Ecs& e) { Expect(e.GetVolume(c, "id")); },
    [](const Call& c, client::Ecs& e) {
      Expect(e.ListVolumes(c, {"a", "b"}));
    },
    [](const Call& c, client::Ecs& e) { Expect(e.ListVolumes(c)); },
    [](const Call& c, client::Ecs& e) { Expect(e.ListPorts(c, "id")); },
    [](const Call& c, client::Ecs& e) { Expect(e.ListPorts(c)); },
    [](const Call& c, client::Ecs& e) { Expect(e.GetKeyPair(c, "name")); },
    [](const Call& c, client::Ecs& e) { Expect(e.ListServerGroups(c)); },
    [](const Call& c, client::Ecs& e) { Expect(e.GetQuotas(c)); },
    [](const Call& c, client::Ecs& e) { Expect(e.ListFlavors(c, "az1")); },
    [](const Call& c, client::Ecs& e) { Expect(e.ListImages(c, {})); },
    [](const Call& c, client::Ecs& e) { Expect(e.ListAvailabilityZones(c)); },
    [](const Call& c, client::Ecs& e) {
      client::Fleet fleet(e);
      Expect(fleet.Wait(c, "id", [](const client::Server& server) {
        return client::IsSettled(server) ? client::Verdict::Done() : client::Verdict::Wait();
      }));
      Expect(fleet.Read(c, "id"));
    },
};

}  // namespace

void Try(std::string_view bytes) {
  Input input(bytes);
  FakeClock clock;
  const Cancel cancel;
  Log log(Level::kOff, clock, [](std::string_view) {});
  const Call call{clock, TimePoint(std::chrono::hours(1)), cancel, log, RealRandom()};
  client::Ecs ecs(SettingsFrom(input), Answering(input), client::Backoff{});
  for (int i = 0; i < kMaxCalls && !input.empty(); ++i) {
    kOperations[input.Below(std::size(kOperations))](call, ecs);
  }
}

}  // namespace ecs::fuzz
