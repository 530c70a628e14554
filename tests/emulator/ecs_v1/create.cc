// POST /v1/{project_id}/cloudservers: api/ecs-v1.md section 2.
#include <utility>

#include "absl/strings/str_format.h"
#include "tests/emulator/cloud/devices.h"
#include "tests/emulator/cloud/text.h"
#include "tests/emulator/ecs_v1/routes.h"
#include "tests/emulator/ecs_v1/spec.h"
#include "tests/emulator/http/router.h"

namespace emulator {
namespace {

constexpr auto kClientTokenLife = std::chrono::hours(8);

// "web" and 2 make web-0000 and web-0001; "web-0005" goes on with web-0006.
std::string NumberedName(const std::string& base, int index) {
  const std::size_t dash = base.rfind('-');
  int first = 0;
  if (dash != std::string::npos && base.size() - dash == 5 &&
      ReadNumber(base.substr(dash + 1), &first)) {
    return absl::StrFormat("%s-%04d", base.substr(0, dash), first + index);
  }
  return absl::StrFormat("%s-%04d", base, index);
}

void RollBack(Cloud& cloud, const std::string& server_id) {
  Server* server = cloud.store.servers.Find(server_id);
  if (server == nullptr) return;
  ReleaseDevices(cloud, *server, {.delete_volumes = true});
  cloud.store.servers.Remove(server_id);
}

void FailCreate(Cloud& cloud, const std::string& job_id, const std::string& code,
                const std::string& reason) {
  FailJob(cloud, job_id, code, StrCat("CreateServerWithRootVolumeAndDataVolumeTask-fail: ", reason),
          NovaFault(500, reason).dump());
}

// One server of the call: its row appears, it is built, its sub-job ends.
void CreateOne(Cloud& cloud, const Exchange& in, ServerSpec spec, const std::string& job_id) {
  const Twist twist = TakeTwist(cloud, in.FullOperation(), spec.row);
  const std::string request_id = StrCat("req-", in.request_id);
  cloud.timeline.After(cloud.Takes("create_row"),
                       [&cloud, spec = std::move(spec), job_id, twist, request_id] {
                         const bool room = HasRoom(cloud, spec.row.flavor_id);
                         if (!room || twist == Twist::kFail) {
                           const char* code = room ? "Ecs.0204" : "Ecs.0319";
                           cloud.timeline.After(cloud.Takes("create") / 2, [&cloud, job_id, code] {
                             FailCreate(cloud, job_id, code, "No valid host was found.");
                           });
                           return;
                         }
                         std::string problem;
                         Server* server = MakeServer(cloud, spec, problem);
                         if (server == nullptr) {
                           FailCreate(cloud, job_id, "Ecs.0201", problem);
                           return;
                         }
                         Build(cloud, *server,
                               {.request_id = request_id,
                                .twist = twist,
                                .done = [&cloud, job_id, id = server->id](const Outcome& outcome) {
                                  if (outcome.ok) {
                                    FinishJob(cloud, job_id);
                                    return;
                                  }
                                  FailCreate(cloud, job_id, "Ecs.0204", outcome.message);
                                  if (outcome.superseded) return;
                                  cloud.timeline.After({}, [&cloud, id] { RollBack(cloud, id); });
                                }});
                       });
}

// What an earlier request with the same X-Client-Token was answered; nothing if this is the first.
std::optional<Response> Replay(Cloud& cloud, const std::string& token, const std::string& hash) {
  if (!IsUuid(token)) return EcsError("Ecs.0123");
  const RememberedCreate* earlier = cloud.store.remembered.Find(token);
  if (earlier == nullptr) return std::nullopt;
  if (earlier->until <= cloud.timeline.now()) return EcsError("Ecs.0124");
  if (earlier->body_hash != hash) return EcsError("Ecs.0122");
  return JsonReply(200, earlier->answer);
}

Json CreateAll(Cloud& cloud, const Exchange& in, const ServerSpec& spec, int count) {
  std::vector<Json> entities;
  Json ids = Json::array();
  for (int i = 0; i < count; ++i) {
    ids.push_back(cloud.ids.Uuid());
    entities.push_back({{"server_id", ids.back()}});
  }
  const ParentJob job = MakeParentJob(cloud, "createServer", "createSingleServer", entities);
  const std::string reservation = StrCat("r-", cloud.ids.HexDigits(8));
  for (int i = 0; i < count; ++i) {
    ServerSpec one = spec;
    one.row.id = ids[i];
    one.row.launch_index = i;
    one.row.reservation_id = reservation;
    if (count > 1) one.row.name = NumberedName(spec.row.name, i);
    for (std::size_t disk = 0; disk < one.disks.size(); ++disk) {
      one.disks[disk].name = absl::StrFormat("%s-volume-%04d", one.row.name, disk);
    }
    CreateOne(cloud, in, std::move(one), job.parts[i]);
  }
  return {{"job_id", job.id}, {"serverIds", ids}};
}

Response CreateServers(Cloud& cloud, const Exchange& in) {
  const bool knows_tokens = cloud.Has("client-token");
  const std::string token = knows_tokens ? in.request.Header("X-Client-Token") : "";
  const std::string hash = Hex(Sha256(in.request.body));
  if (!token.empty()) {
    if (auto replay = Replay(cloud, token, hash)) return *replay;
  }
  const Json& server = Member(in.body, "server");
  ServerSpec spec;
  int count = 1;
  if (auto refused = ReadServerSpec(cloud, server, spec, count)) return *refused;
  if (BoolOf(in.body, "dry_run")) return EmptyReply(202);
  Json answer = CreateAll(cloud, in, spec, count);
  if (!token.empty()) {
    cloud.store.remembered.Add({.id = token,
                                .body_hash = hash,
                                .answer = answer,
                                .until = cloud.timeline.now() + kClientTokenLife});
  }
  return JsonReply(200, answer);
}

}  // namespace

void AddEcsCreateRoutes(Router& router) {
  router.Add(Service::kEcs, "POST", "/v1/{project_id}/cloudservers", "CreateServers",
             CreateServers);
  router.Add(Service::kEcs, "POST", "/v1.1/{project_id}/cloudservers", "CreateServers",
             CreateServers);
}

}  // namespace emulator
