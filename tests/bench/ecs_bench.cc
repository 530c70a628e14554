// How long the work between two requests takes. Not a test: run it by hand.
#include <benchmark/benchmark.h>

#include "absl/strings/str_cat.h"
#include "client/server.h"
#include "provider/lifecycle/plan.h"
#include "provider/rpc/provider_service.h"
#include "resources/registry.h"
#include "tests/support/fake_clock.h"

namespace ecs {
namespace {

using cty::Value;

const schema::ProviderType& Provider() {
  static const schema::ProviderType provider =
      resources::MakeProvider("0.0.0", resources::RealOutside());
  return provider;
}

const schema::AnyResource& ServerType() { return *Provider().FindResource("ecs_server"); }

Value Server(const std::string& more) {
  const std::string json = absl::StrCat(R"({
      "name": "web-1", "flavor": "s3.medium.1", "description": "a server",
      "image_id": "40000000-0000-4000-8000-000000000001",
      "vpc_id": "10000000-0000-4000-8000-000000000001",
      "network_interface": {"network_id": "20000000-0000-4000-8000-000000000001"},
      "system_disk": {"type": "SSD", "size_gb": 40},
      "tags": {"env": "prod", "team": "web", "cost": "1234"},
      "metadata": {"role": "web"})",
                                        more, "}");
  return *cty::FromJson(json, ServerType().rows->ObjectType());
}

Value State() {
  return Server(R"(, "id": "6f0e2a4b-1111-4111-8111-111111111111", "status": "ACTIVE",
      "vm_state": "active", "power_state": "ACTIVE", "availability_zone": "eu-demo-01",
      "created_at": "2024-05-01T08:30:00Z", "updated_at": "2024-05-01T08:30:00Z")");
}

void DecodeServerState(benchmark::State& state) {
  const cty::Type type = ServerType().rows->ObjectType();
  const std::string bytes = cty::ToMsgpack(State(), type);
  for (auto _ : state) benchmark::DoNotOptimize(cty::FromMsgpack(bytes, type));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(DecodeServerState);

void EncodeServerState(benchmark::State& state) {
  const cty::Type type = ServerType().rows->ObjectType();
  const Value value = State();
  for (auto _ : state) benchmark::DoNotOptimize(cty::ToMsgpack(value, type));
}
BENCHMARK(EncodeServerState);

void PlanServerWithoutChange(benchmark::State& state) {
  const Value prior = State();
  const Value config = Server("");
  for (auto _ : state) benchmark::DoNotOptimize(lifecycle::Plan(ServerType(), prior, config));
}
BENCHMARK(PlanServerWithoutChange);

void PlanServerCreate(benchmark::State& state) {
  const Value none = Value::Null(ServerType().rows->ObjectType());
  const Value config = Server("");
  for (auto _ : state) benchmark::DoNotOptimize(lifecycle::Plan(ServerType(), none, config));
}
BENCHMARK(PlanServerCreate);

void MakeProvider(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(resources::MakeProvider("0.0.0", resources::RealOutside()));
}
BENCHMARK(MakeProvider);

void AnswerSchemaRpc(benchmark::State& state) {
  FakeClock clock;
  Log log(Level::kOff, clock, [](std::string_view) {});
  rpc::Session session(clock, log, RealRandom());
  rpc::ProviderService service(Provider(), session, log);
  for (auto _ : state) {
    tfplugin6::GetProviderSchema::Response out;
    service.GetProviderSchema(nullptr, nullptr, &out);
    benchmark::DoNotOptimize(out.SerializeAsString());
  }
}
BENCHMARK(AnswerSchemaRpc);

std::string ListOfServers(int count) {
  nlohmann::json servers = nlohmann::json::array();
  for (int i = 0; i < count; ++i) {
    nlohmann::json server = nlohmann::json::parse(R"({
        "name": "web", "status": "ACTIVE", "OS-EXT-STS:vm_state": "active",
        "OS-EXT-STS:task_state": null, "OS-EXT-STS:power_state": 1,
        "flavor": {"id": "s3.medium.1", "name": "s3.medium.1", "vcpus": "1", "ram": "1024"},
        "image": {"id": "40000000-0000-4000-8000-000000000001"}, "tags": ["env=prod", "team=web"],
        "metadata": {"vpc_id": "10000000-0000-4000-8000-000000000001", "os_type": "Linux"},
        "addresses": {"10000000-0000-4000-8000-000000000001": [
          {"addr": "10.0.0.10", "version": "4", "OS-EXT-IPS:type": "fixed",
           "OS-EXT-IPS-MAC:mac_addr": "fa:16:3e:00:00:01", "OS-EXT-IPS:port_id": "p"}]},
        "security_groups": [{"id": "30000000-0000-4000-8000-000000000001", "name": "default"}],
        "os-extended-volumes:volumes_attached": [{"id": "v", "bootIndex": "0"}],
        "created": "2024-05-01T08:30:00Z", "updated": "2024-05-01T08:30:00Z"})");
    server["id"] = absl::StrCat("id-", i);
    servers.push_back(std::move(server));
  }
  return nlohmann::json({{"servers", std::move(servers)}}).dump();
}

void ParseServerList(benchmark::State& state) {
  const std::string text = ListOfServers(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    const nlohmann::json body = nlohmann::json::parse(text);
    for (const nlohmann::json& server : body["servers"]) {
      benchmark::DoNotOptimize(client::ParseServer(server));
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(ParseServerList)->Arg(1)->Arg(1000);

}  // namespace
}  // namespace ecs

BENCHMARK_MAIN();
