// Starting, stopping and restarting many servers: api/ecs-v1.md section 7.
#include <algorithm>
#include <utility>

#include "tests/emulator/cloud/text.h"
#include "tests/emulator/ecs_v1/routes.h"
#include "tests/emulator/http/router.h"

namespace emulator {
namespace {

constexpr std::size_t kBatchMax = 1000;

struct Batch {
  const char* member;
  const char* operation;
  const char* job_type;
  const char* part_type;
  const char* failure_code;
};
constexpr Batch kBatches[] = {
    {"os-start", "StartServers", "startServer", "startSingleServer", "Ecs.0226"},
    {"os-stop", "StopServers", "stopServer", "stopSingleServer", "Ecs.0100"},
    {"reboot", "RebootServers", "rebootServer", "rebootSingleServer", "Ecs.0227"},
};

const Batch* BatchOf(const Json& body) {
  if (!body.is_object() || body.size() != 1) return nullptr;
  for (const Batch& batch : kBatches) {
    if (body.contains(batch.member)) return &batch;
  }
  return nullptr;
}

std::string NameOf(const Json& body) {
  const Batch* batch = BatchOf(body);
  return batch == nullptr ? "" : batch->operation;
}

Action ActionOf(const Batch& batch, bool hard) {
  if (batch.member == std::string_view("os-start")) return Action::kStart;
  if (batch.member == std::string_view("os-stop")) return Action::kStop;
  return hard ? Action::kHardReboot : Action::kSoftReboot;
}

bool IsThereAlready(const Cloud& cloud, const Server& server, Action action) {
  if (!cloud.options.noop_start_stop || !server.task_state.empty()) return false;
  return (action == Action::kStart && server.vm_state == "active") ||
         (action == Action::kStop && server.vm_state == "stopped");
}

void RunOne(Cloud& cloud, const Exchange& in, const Batch& batch, bool hard, const std::string& id,
            const std::string& job_id) {
  Server* server = cloud.store.servers.Find(id);
  if (server == nullptr || server->vm_state == "deleted") {
    FailJob(cloud, job_id, "Ecs.0114", EcsMessage("Ecs.0114"),
            NovaFault(404, StrCat("Instance ", id, " could not be found.")).dump());
    return;
  }
  const Action action = ActionOf(batch, hard);
  if (IsThereAlready(cloud, *server, action)) {
    FinishJob(cloud, job_id);
    return;
  }
  if (const auto conflict = CheckAction(cloud, *server, action)) {
    const bool locked = conflict->kind == Conflict::Kind::kLocked;
    const std::string code = locked ? "Ecs.0605" : batch.failure_code;
    FailJob(cloud, job_id, code, EcsMessage(code),
            NovaFault(NovaStatus(*conflict), conflict->message).dump());
    return;
  }
  const Twist twist = TakeTwist(cloud, in.FullOperation(), *server);
  Order order = OrderWithJob(cloud, in, job_id, twist, batch.failure_code);
  if (action == Action::kStart) {
    Start(cloud, *server, std::move(order));
  } else if (action == Action::kStop) {
    Stop(cloud, *server, std::move(order));
  } else {
    Reboot(cloud, *server, hard, std::move(order));
  }
}

Response BatchAction(Cloud& cloud, const Exchange& in) {
  const Batch* batch = BatchOf(in.body);
  if (batch == nullptr) {
    return EcsError("Ecs.0005", "The body needs exactly one of os-start, os-stop and reboot.");
  }
  const Json& what = in.body[batch->member];
  const std::string type = TextOf(what, "type");
  const bool reboots = batch->operation == std::string_view("RebootServers");
  if ((reboots || !Member(what, "type").is_null()) && type != "SOFT" && type != "HARD") {
    return EcsError("Ecs.0005", "type must be SOFT or HARD.");
  }
  const auto ids = IdsOf(Member(what, "servers"));
  if (!ids || ids->empty()) return EcsError("Ecs.0005", "servers is missing or empty.");
  if (ids->size() > kBatchMax) return EcsError("Ecs.0118");
  const bool any = std::any_of(ids->begin(), ids->end(), [&cloud](const std::string& id) {
    const Server* server = cloud.store.servers.Find(id);
    return server != nullptr && server->vm_state != "deleted";
  });
  if (!any) return NoSuchServer();
  std::vector<Json> entities;
  for (const std::string& id : *ids) entities.push_back({{"server_id", id}});
  const ParentJob job = MakeParentJob(cloud, batch->job_type, batch->part_type, entities);
  for (std::size_t i = 0; i < ids->size(); ++i) {
    RunOne(cloud, in, *batch, type == "HARD", (*ids)[i], job.parts[i]);
  }
  return JobReply(job.id);
}

}  // namespace

void AddEcsBatchRoutes(Router& router) {
  router
      .Add(Service::kEcs, "POST", "/v1/{project_id}/cloudservers/action", "BatchAction",
           BatchAction)
      .name_of = NameOf;
}

}  // namespace emulator
