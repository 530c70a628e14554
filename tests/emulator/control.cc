// The control path /_emulator: what tests and demos do behind the cloud's back. Loopback only.
#include <utility>

#include "tests/emulator/cloud/devices.h"
#include "tests/emulator/cloud/text.h"
#include "tests/emulator/ecs_v1/routes.h"
#include "tests/emulator/http/router.h"

namespace emulator {
namespace {

Response BadControl(const std::string& why) { return JsonReply(400, {{"error", why}}); }

Response ListFaults(Cloud& cloud, const Exchange&) {
  Json all = Json::array();
  for (const Fault& fault : cloud.faults.all()) all.push_back(FaultToJson(fault));
  Json missing = Json::array();
  for (const Fault& fault : cloud.faults.NotSeen()) missing.push_back(FaultToJson(fault));
  return JsonReply(200, {{"faults", std::move(all)}, {"not_seen", std::move(missing)}});
}

// One fault, as text or object, or {"faults": [...]}.
Response AddFaults(Cloud& cloud, const Exchange& in) {
  Json list = Member(in.body, "faults");
  if (!list.is_array()) list = Json::array({in.body});
  std::vector<Fault> faults;
  for (const Json& given : list) {
    ecs::Result<Fault> fault = FaultFromJson(given);
    if (!fault.ok()) return BadControl(StrCat(fault.error().summary, " ", fault.error().hint));
    faults.push_back(*fault);
  }
  Json ids = Json::array();
  for (const Fault& fault : faults) ids.push_back(cloud.faults.Add(fault));
  return JsonReply(201, {{"ids", std::move(ids)}});
}

Response ClearFaults(Cloud& cloud, const Exchange& in) {
  int id = 0;
  if (!ReadNumber(in.Param("id"), &id)) {
    cloud.faults.Clear();
  } else if (!cloud.faults.Remove(id)) {
    return JsonReply(404, {{"error", "There is no such fault."}});
  }
  return EmptyReply(204);
}

Response ShowJournal(Cloud& cloud, const Exchange&) {
  return JsonReply(200, cloud.journal.ToJson());
}

Response ClearJournal(Cloud& cloud, const Exchange&) {
  cloud.journal.Clear();
  return EmptyReply(204);
}

Json VolumeRow(const Volume& volume) {
  Json servers = Json::array();
  for (const Attachment& at : volume.attachments) servers.push_back(at.server_id);
  return {{"id", volume.id},
          {"name", volume.name},
          {"status", volume.status},
          {"size_gb", volume.size_gb},
          {"servers", std::move(servers)}};
}

// What exists, for checks that nothing is left behind.
Response ShowState(Cloud& cloud, const Exchange&) {
  Json state = {{"servers", Json::array()},   {"volumes", Json::array()},
                {"ports", Json::array()},     {"public_ips", Json::array()},
                {"key_pairs", Json::array()}, {"server_groups", Json::array()},
                {"jobs_running", 0}};
  for (const Server& server : cloud.store.servers) {
    Json row = EcsServerJson(cloud, server);
    row["auto_recovery"] = server.auto_recovery;
    row["actions"] = server.actions.size();
    state["servers"].push_back(std::move(row));
  }
  for (const Volume& volume : cloud.store.volumes) state["volumes"].push_back(VolumeRow(volume));
  for (const Port& port : cloud.store.ports) {
    state["ports"].push_back({{"id", port.id}, {"device_id", port.device_id}, {"ip", port.ip}});
  }
  for (const PublicIp& ip : cloud.store.public_ips) {
    state["public_ips"].push_back(
        {{"id", ip.id}, {"address", ip.address}, {"port_id", ip.port_id}});
  }
  for (const KeyPair& pair : cloud.store.key_pairs) state["key_pairs"].push_back(pair.id);
  for (const ServerGroup& group : cloud.store.server_groups) {
    state["server_groups"].push_back(group.id);
  }
  int running = 0;
  for (const Job& job : cloud.store.jobs) running += job.end ? 0 : 1;
  state["jobs_running"] = running;
  return JsonReply(200, state);
}

// Brings a server into a condition, as if an administrator or a host failure had.
std::string SetStatus(Cloud& cloud, Server& server, const std::string& status) {
  ++server.era;
  const Done end = std::exchange(server.on_end, nullptr);
  if (end) end({.ok = false, .superseded = true, .message = "The server's status was set."});
  server.task_state.clear();
  server.confirming = false;
  if (status == "ACTIVE") {
    server.vm_state = "active";
    server.power_state = 1;
    server.fault.reset();
  } else if (status == "SHUTOFF") {
    server.vm_state = "stopped";
    server.power_state = 4;
  } else if (status == "ERROR") {
    server.vm_state = "error";
    server.fault = ServerFault{.message = "The host failed.", .created = cloud.wall()};
  } else if (status == "PAUSED" || status == "SUSPENDED") {
    server.vm_state = status == "PAUSED" ? "paused" : "suspended";
    server.power_state = status == "PAUSED" ? 3 : 4;
  } else if (status == "VERIFY_RESIZE") {
    server.vm_state = "resized";
  } else if (status == "UNKNOWN") {
    server.vm_state = "odd";
  } else {
    return StrCat("There is no way to the status ", status, ".");
  }
  return "";
}

// Any of: status, vm_state, task_state, power_state, flavor, auto_recovery, locked, name, metadata,
// tags.
Response ChangeServer(Cloud& cloud, const Exchange& in) {
  Server* server = cloud.store.servers.Find(in.Param("server_id"));
  if (server == nullptr) return JsonReply(404, {{"error", "There is no such server."}});
  const Json& body = in.body;
  if (body.contains("status")) {
    const std::string problem = SetStatus(cloud, *server, TextOf(body, "status"));
    if (!problem.empty()) return BadControl(problem);
  }
  const std::string flavor = TextOf(body, "flavor");
  if (!flavor.empty() && cloud.store.flavors.Find(flavor) == nullptr) {
    return BadControl(StrCat("There is no flavor ", flavor, "."));
  }
  if (!flavor.empty()) {
    if (server->vm_state == "resized") server->old_flavor_id = server->flavor_id;
    server->flavor_id = flavor;
  }
  server->vm_state = TextOf(body, "vm_state", server->vm_state);
  server->task_state = TextOf(body, "task_state", server->task_state);
  server->power_state = static_cast<int>(NumberOf(body, "power_state", server->power_state));
  server->name = TextOf(body, "name", server->name);
  server->auto_recovery = BoolOf(body, "auto_recovery", server->auto_recovery);
  server->locked = BoolOf(body, "locked", server->locked);
  if (Member(body, "tags").is_object()) body["tags"].get_to(server->tags);
  if (Member(body, "metadata").is_object()) body["metadata"].get_to(server->metadata);
  Touch(cloud, *server);
  return JsonReply(200, {{"server", EcsServerJson(cloud, *server)}});
}

Response DeleteServer(Cloud& cloud, const Exchange& in) {
  Server* server = cloud.store.servers.Find(in.Param("server_id"));
  if (server == nullptr) return JsonReply(404, {{"error", "There is no such server."}});
  const std::string id = server->id;
  const Done end = std::exchange(server->on_end, nullptr);
  if (end) end({.ok = false, .superseded = true, .message = "The server was deleted."});
  ReleaseDevices(cloud, *server, {});
  cloud.store.servers.Remove(id);
  return EmptyReply(204);
}

Response RevokeTokens(Cloud& cloud, const Exchange&) {
  return JsonReply(200, {{"revoked", cloud.iam.RevokeAll()}});
}

// capacity {flavor: n or null}, durations {name: "2s"}, speed, latency, requests_per_second,
// autorecovery (bool): the options that may change while the cloud runs.
Response ChangeOptions(Cloud& cloud, const Exchange& in) {
  Options& options = cloud.options;
  for (const auto& [flavor, number] : Member(in.body, "capacity").items()) {
    if (number.is_number_integer()) {
      options.capacity[flavor] = number.get<int>();
    } else {
      options.capacity.erase(flavor);
    }
  }
  for (const auto& [name, text] : Member(in.body, "durations").items()) {
    const auto takes = ParseDuration(text.is_string() ? text.get<std::string>() : text.dump());
    if (!takes.ok()) return BadControl(takes.error().summary);
    const auto set = options.durations.Set(name, *takes);
    if (!set.ok()) return BadControl(set.error().summary);
  }
  const Json& speed = Member(in.body, "speed");
  if (speed.is_number()) options.durations.SetSpeed(speed.get<double>());
  const Json& rate = Member(in.body, "requests_per_second");
  if (rate.is_number()) options.requests_per_second = rate.get<double>();
  const std::string latency = TextOf(in.body, "latency");
  if (!latency.empty()) {
    const auto takes = ParseDuration(latency);
    if (!takes.ok()) return BadControl(takes.error().summary);
    options.latency = *takes;
  }
  const Json& recovery = Member(in.body, "autorecovery");
  if (recovery.is_boolean() && recovery.get<bool>()) options.without.erase("autorecovery");
  if (recovery.is_boolean() && !recovery.get<bool>()) options.without.insert("autorecovery");
  return EmptyReply(204);
}

Response ShowHealth(Cloud& cloud, const Exchange&) {
  return JsonReply(200, {{"status", "ok"}, {"time", IsoMicrosZ(cloud.wall())}});
}

}  // namespace

void AddControlRoutes(Router& router) {
  constexpr Service kControl = Service::kControl;
  const auto add = [&router](const char* method, const char* path, const char* name,
                             Handler handler) {
    router.Add(kControl, method, path, name, handler).access = Access::kOpen;
  };
  add("GET", "/_emulator", "ShowHealth", ShowHealth);
  add("GET", "/_emulator/faults", "ListFaults", ListFaults);
  add("POST", "/_emulator/faults", "AddFaults", AddFaults);
  add("DELETE", "/_emulator/faults", "ClearFaults", ClearFaults);
  add("DELETE", "/_emulator/faults/{id}", "ClearFaults", ClearFaults);
  add("GET", "/_emulator/journal", "ShowJournal", ShowJournal);
  add("DELETE", "/_emulator/journal", "ClearJournal", ClearJournal);
  add("GET", "/_emulator/state", "ShowState", ShowState);
  add("POST", "/_emulator/servers/{server_id}", "ChangeServer", ChangeServer);
  add("DELETE", "/_emulator/servers/{server_id}", "DeleteServer", DeleteServer);
  add("POST", "/_emulator/tokens/revoke", "RevokeTokens", RevokeTokens);
  add("POST", "/_emulator/options", "ChangeOptions", ChangeOptions);
}

}  // namespace emulator
