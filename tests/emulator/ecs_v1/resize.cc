// Flavor changes over v1, and automatic recovery: api/ecs-v1.md sections 8 and 9.
#include <utility>

#include "tests/emulator/cloud/text.h"
#include "tests/emulator/ecs_v1/routes.h"
#include "tests/emulator/http/router.h"

namespace emulator {
namespace {

bool IsTarget(const Flavor& flavor) {
  return flavor.disk_gb == 0 && flavor.extra_specs.count("cond:operation:status") == 0;
}

// The v1 call confirms by itself, and starts the server again if it stopped it.
void ConfirmForJob(Cloud& cloud, const std::string& server_id, const std::string& request_id,
                   const std::string& job_id, bool start) {
  Server* server = cloud.store.servers.Find(server_id);
  if (server == nullptr) return;
  const Done finish = [&cloud, job_id](const Outcome& outcome) {
    if (outcome.ok) {
      FinishJob(cloud, job_id);
    } else {
      FailJob(cloud, job_id, "Ecs.0209", EcsMessage("Ecs.0209"));
    }
  };
  const Done confirmed = [&cloud, server_id, request_id, finish, start](const Outcome& outcome) {
    if (!outcome.ok || !start) {
      finish(outcome);
      return;
    }
    cloud.timeline.After({}, [&cloud, server_id, request_id, finish] {
      Server* found = cloud.store.servers.Find(server_id);
      if (found != nullptr) Start(cloud, *found, {.request_id = request_id, .done = finish});
    });
  };
  ConfirmResize(cloud, *server, {.request_id = request_id, .done = confirmed});
}

void BeginResize(Cloud& cloud, Server& server, const std::string& flavor, Twist twist,
                 const std::string& request_id, const std::string& job_id, bool start) {
  const Done resized = [&cloud, id = server.id, request_id, job_id, start](const Outcome& outcome) {
    if (!outcome.ok) {
      FailJob(cloud, job_id, "Ecs.0207", EcsMessage("Ecs.0207"),
              NovaFault(400, outcome.message).dump());
      return;
    }
    cloud.timeline.After({}, [&cloud, id, request_id, job_id, start] {
      ConfirmForJob(cloud, id, request_id, job_id, start);
    });
  };
  Resize(cloud, server, flavor, {.request_id = request_id, .twist = twist, .done = resized});
}

std::optional<Response> CheckResize(const Cloud& cloud, const Server& server,
                                    const std::string& flavor_id, bool may_stop) {
  if (server.flavor_id == flavor_id) return EcsError("Ecs.0810");
  const Flavor* flavor = cloud.store.flavors.Find(flavor_id);
  if (flavor == nullptr) return EcsError("Ecs.0029");
  if (!IsTarget(*flavor)) return EcsError("Ecs.0804");
  if (const auto conflict = CheckAction(cloud, server, Action::kResize)) {
    return EcsConflict(*conflict);
  }
  if (server.vm_state == "active" && !may_stop) return EcsError("Ecs.0100");
  if (cloud.options.refuse_full_resize && !HasRoom(cloud, flavor_id)) return EcsError("Ecs.0319");
  return std::nullopt;
}

Response ResizeServer(Cloud& cloud, const Exchange& in) {
  Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  const Json& resize = Member(in.body, "resize");
  const std::string flavor = TextOf(resize, "flavorRef");
  if (flavor.empty()) return EcsError("Ecs.0005", "resize.flavorRef is missing.");
  const bool may_stop = TextOf(resize, "mode") == "withStopServer";
  if (auto refused = CheckResize(cloud, *server, flavor, may_stop)) return *refused;
  if (BoolOf(in.body, "dry_run")) return EmptyReply(202);
  const Twist twist = TakeTwist(cloud, in.FullOperation(), *server);
  const std::string request_id = StrCat("req-", in.request_id);
  const std::string job_id = MakeJob(cloud, "resizeServer", {{"server_id", server->id}}).id;
  if (server->vm_state == "stopped") {
    BeginResize(cloud, *server, flavor, twist, request_id, job_id, false);
    return JobReply(job_id);
  }
  const Done stopped = [&cloud, id = server->id, flavor, twist, request_id,
                        job_id](const Outcome& outcome) {
    if (!outcome.ok) {
      FailJob(cloud, job_id, "Ecs.0207", EcsMessage("Ecs.0207"));
      return;
    }
    cloud.timeline.After({}, [&cloud, id, flavor, twist, request_id, job_id] {
      Server* found = cloud.store.servers.Find(id);
      if (found != nullptr) {
        BeginResize(cloud, *found, flavor, twist, request_id, job_id, true);
      }
    });
  };
  Stop(cloud, *server, {.request_id = request_id, .done = stopped});
  return JobReply(job_id);
}

// A cloud without the feature has no such route: its gateway answers.
Response NoRoute(const Exchange& in) {
  return GatewayError(404, "APIGW.0101", "The API does not exist or has not been published.",
                      in.request_id);
}

Response SetAutoRecovery(Cloud& cloud, const Exchange& in) {
  if (!cloud.Has("autorecovery")) return NoRoute(in);
  Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  const std::string value = TextOf(in.body, "support_auto_recovery");
  if (value != "true" && value != "false") {
    return EcsError("Ecs.0005", "support_auto_recovery must be the text true or false.");
  }
  const Flavor* flavor = cloud.store.flavors.Find(server->flavor_id);
  if (flavor == nullptr || !flavor->HasAutoRecovery()) return EcsError("Ecs.0036");
  server->auto_recovery = value == "true";
  return EmptyReply(204);
}

Response ShowAutoRecovery(Cloud& cloud, const Exchange& in) {
  if (!cloud.Has("autorecovery")) return NoRoute(in);
  const Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  const Flavor* flavor = cloud.store.flavors.Find(server->flavor_id);
  const bool on = server->auto_recovery && flavor != nullptr && flavor->HasAutoRecovery();
  return JsonReply(200, {{"support_auto_recovery", on ? "true" : "false"}});
}

}  // namespace

void AddEcsResizeRoutes(Router& router) {
  const std::string server = "/v1/{project_id}/cloudservers/{server_id}";
  router.Add(Service::kEcs, "POST", server + "/resize", "ResizeServer", ResizeServer);
  router.Add(Service::kEcs, "POST", "/v1.1/{project_id}/cloudservers/{server_id}/resize",
             "ResizeServer", ResizeServer);
  router.Add(Service::kEcs, "PUT", server + "/autorecovery", "SetAutoRecovery", SetAutoRecovery);
  router.Add(Service::kEcs, "GET", server + "/autorecovery", "ShowAutoRecovery", ShowAutoRecovery);
}

}  // namespace emulator
