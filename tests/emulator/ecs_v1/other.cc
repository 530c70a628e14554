// Operating system changes, passwords, renames, consoles: api/ecs-v1.md sections 17 to 19.
#include <utility>

#include "tests/emulator/cloud/devices.h"
#include "tests/emulator/cloud/text.h"
#include "tests/emulator/ecs_v1/routes.h"
#include "tests/emulator/ecs_v1/spec.h"
#include "tests/emulator/http/router.h"

namespace emulator {
namespace {

// A new system disk takes the old one's place.
void ReplaceSystemDisk(Cloud& cloud, Server& server, const std::string& image_id) {
  for (std::string& id : server.volume_ids) {
    Volume* old = cloud.store.volumes.Find(id);
    Attachment* at = old == nullptr ? nullptr : FindAttachment(*old, server.id);
    if (at == nullptr || at->boot_index != 0) continue;
    Volume fresh = *old;
    fresh.id = cloud.ids.Uuid();
    fresh.image_id = image_id;
    fresh.created = cloud.wall();
    cloud.store.volumes.Remove(id);
    id = cloud.store.volumes.Add(std::move(fresh)).id;
    return;
  }
}

Response ChangeSystem(Cloud& cloud, const Exchange& in, const Json& given,
                      const std::string& image_id, const char* job_type) {
  Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  if (!given.is_object()) return EcsError("Ecs.0005", "The body lacks its one member.");
  const Image* image = cloud.store.images.Find(image_id.empty() ? server->image_id : image_id);
  if (image == nullptr) return EcsError("Ecs.0031");
  const std::string key = TextOf(given, "keyname");
  if (!key.empty() && cloud.store.key_pairs.Find(key) == nullptr) return EcsError("Ecs.0314");
  const std::string password = TextOf(given, "adminpass");
  if (!password.empty() && !PasswordIsStrong(password)) return EcsError("Ecs.0011");
  if (const auto c = CheckAction(cloud, *server, Action::kRebuild)) return EcsConflict(*c);
  const bool running = server->vm_state == "active";
  if (running && TextOf(given, "mode") != "withStopServer") return EcsError("Ecs.0100");
  if (!key.empty()) server->key_name = key;
  const Twist twist = TakeTwist(cloud, in.FullOperation(), *server);
  const std::string job_id = MakeJob(cloud, job_type, {{"server_id", server->id}}).id;
  Order order = OrderWithJob(cloud, in, job_id, twist, "Ecs.0202");
  const Done finish = order.done;
  order.done = [&cloud, finish, id = server->id, image_id = image->id](const Outcome& outcome) {
    Server* changed = cloud.store.servers.Find(id);
    if (outcome.ok && changed != nullptr) ReplaceSystemDisk(cloud, *changed, image_id);
    finish(outcome);
  };
  Rebuild(cloud, *server, image->id, std::move(order));
  return JobReply(job_id);
}

Response ChangeOs(Cloud& cloud, const Exchange& in) {
  const Json& given = Member(in.body, "os-change");
  if (TextOf(given, "imageid").empty()) return EcsError("Ecs.0005", "imageid is missing.");
  return ChangeSystem(cloud, in, given, TextOf(given, "imageid"), "changeOs");
}

Response ReinstallOs(Cloud& cloud, const Exchange& in) {
  return ChangeSystem(cloud, in, Member(in.body, "os-reinstall"), "", "reinstallOs");
}

Response ResetPassword(Cloud& cloud, const Exchange& in) {
  const Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  const Json& given = Member(in.body, "reset-password");
  const std::string password = TextOf(given, "new_password");
  if (password.empty()) return EcsError("Ecs.0005", "new_password is missing.");
  if (BoolOf(given, "is_check_password") && !PasswordIsStrong(password)) {
    return EcsError("Ecs.0011");
  }
  if (server->locked) return EcsError("Ecs.0605");
  if (server->vm_state != "active" && server->vm_state != "stopped") return EcsError("Ecs.0100");
  return EmptyReply(204);
}

// The answer of the batches that are no job: the ids, or what went wrong with which.
Response BatchAnswer(Cloud& cloud, const std::vector<std::string>& ids,
                     const std::function<void(Server&)>& apply) {
  Json done = Json::array();
  Json failed = Json::array();
  for (const std::string& id : ids) {
    Server* server = cloud.store.servers.Find(id);
    if (server == nullptr) {
      failed.push_back(
          {{"id", id}, {"error_code", "Ecs.0614"}, {"error_message", EcsMessage("Ecs.0614")}});
      continue;
    }
    apply(*server);
    done.push_back({{"id", id}});
  }
  if (failed.empty()) return JsonReply(200, {{"response", std::move(done)}});
  Response answer = EcsError("Ecs.0611");
  Json body = answer.Parsed();
  body["internalError"] = std::move(failed);
  return JsonReply(answer.status, body);
}

Response ResetPasswords(Cloud& cloud, const Exchange& in) {
  const auto ids = IdsOf(Member(in.body, "servers"));
  if (!ids || ids->empty()) return EcsError("Ecs.0005", "servers is missing or empty.");
  if (!PasswordIsStrong(TextOf(in.body, "new_password"))) return EcsError("Ecs.0011");
  return BatchAnswer(cloud, *ids, [](Server&) {});
}

Response RenameServers(Cloud& cloud, const Exchange& in) {
  const auto ids = IdsOf(Member(in.body, "servers"));
  const std::string name = TextOf(in.body, "name");
  if (!ids || ids->empty()) return EcsError("Ecs.0005", "servers is missing or empty.");
  if (auto refused = CheckName(name, 64)) return *refused;
  if (BoolOf(in.body, "dry_run")) return EmptyReply(202);
  return BatchAnswer(cloud, *ids, [&](Server& server) {
    server.name = name;
    Touch(cloud, server);
  });
}

Response PasswordFlag(Cloud& cloud, const Exchange& in) {
  if (FindServer(cloud, in) == nullptr) return NoSuchServer();
  return JsonReply(200, {{"resetpwd_flag", "True"}});
}

Response ServerPassword(Cloud& cloud, const Exchange& in) {
  if (FindServer(cloud, in) == nullptr) return NoSuchServer();
  return in.request.method == "DELETE" ? EmptyReply(204) : JsonReply(200, {{"password", ""}});
}

Response RemoteConsole(Cloud& cloud, const Exchange& in) {
  if (FindServer(cloud, in) == nullptr) return NoSuchServer();
  Json console = Member(in.body, "remote_console");
  if (!console.is_object()) return EcsError("Ecs.0005", "remote_console is missing.");
  console["url"] = StrCat(in.base, "/console?token=", cloud.ids.Uuid());
  return JsonReply(200, {{"remote_console", std::move(console)}});
}

Response RegisterMonitoring(Cloud& cloud, const Exchange& in) {
  if (FindServer(cloud, in) == nullptr) return NoSuchServer();
  return EmptyReply(200);
}

Response Migrate(Cloud& cloud, const Exchange& in) {
  Server* server = FindServer(cloud, in);
  if (server == nullptr) return NoSuchServer();
  if (const auto c = CheckAction(cloud, *server, Action::kResize)) return EcsConflict(*c);
  if (server->vm_state != "stopped") return EcsError("Ecs.0100");
  const std::string host = TextOf(Member(in.body, "migrate"), "dedicated_host_id");
  if (!host.empty() && host == server->dedicated_host_id) return EcsError("Ecs.0221");
  server->dedicated_host_id = host;
  const std::string job_id = MakeJob(cloud, "migrateServer", {{"server_id", server->id}}).id;
  cloud.timeline.After(cloud.Takes("resize"), [&cloud, job_id, id = server->id] {
    if (Server* moved = cloud.store.servers.Find(id)) {
      moved->host = static_cast<int>(cloud.ids.Next() % 20);
      Touch(cloud, *moved);
    }
    FinishJob(cloud, job_id);
  });
  return JobReply(job_id);
}

}  // namespace

void AddEcsOtherRoutes(Router& router) {
  constexpr Service kEcs = Service::kEcs;
  for (const char* version : {"/v1", "/v2"}) {
    const std::string server = StrCat(version, "/{project_id}/cloudservers/{server_id}");
    router.Add(kEcs, "POST", server + "/changeos", "ChangeOs", ChangeOs);
    router.Add(kEcs, "POST", server + "/reinstallos", "ReinstallOs", ReinstallOs);
  }
  const std::string base = "/v1/{project_id}/cloudservers";
  const std::string server = base + "/{server_id}";
  router.Add(kEcs, "PUT", server + "/os-reset-password", "ResetPassword", ResetPassword)
      .secret_body = true;
  router.Add(kEcs, "PUT", base + "/os-reset-passwords", "ResetPasswords", ResetPasswords)
      .secret_body = true;
  router.Add(kEcs, "PUT", base + "/server-name", "RenameServers", RenameServers);
  router.Add(kEcs, "GET", server + "/os-resetpwd-flag", "PasswordFlag", PasswordFlag);
  router.Add(kEcs, "GET", server + "/os-server-password", "ShowPassword", ServerPassword);
  router.Add(kEcs, "DELETE", server + "/os-server-password", "DeletePassword", ServerPassword);
  router.Add(kEcs, "POST", server + "/remote_console", "RemoteConsole", RemoteConsole);
  router.Add(kEcs, "POST", server + "/migrate", "MigrateServer", Migrate);
  router.Add(kEcs, "POST", "/v1.0/servers/{server_id}/action", "RegisterMonitoring",
             RegisterMonitoring);
}

}  // namespace emulator
