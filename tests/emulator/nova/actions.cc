// POST /servers/{server_id}/action: api/nova-v2.1.md section 8, api/real-nova.md.
#include <algorithm>
#include <utility>

#include "tests/emulator/cloud/devices.h"
#include "tests/emulator/cloud/text.h"
#include "tests/emulator/nova/nova.h"

namespace emulator {
namespace {

using ActionHandler = Response (*)(Cloud&, const Exchange&, Server&, const Json& value);

Order MakeOrder(Cloud& cloud, const Exchange& in, const Server& server) {
  return {.request_id = NovaRequestId(in), .twist = TakeTwist(cloud, in.FullOperation(), server)};
}

Response StartAction(Cloud& cloud, const Exchange& in, Server& server, const Json&) {
  if (const auto c = CheckAction(cloud, server, Action::kStart)) return NovaConflict(*c);
  Start(cloud, server, MakeOrder(cloud, in, server));
  return EmptyReply(202);
}

Response StopAction(Cloud& cloud, const Exchange& in, Server& server, const Json&) {
  if (const auto c = CheckAction(cloud, server, Action::kStop)) return NovaConflict(*c);
  Stop(cloud, server, MakeOrder(cloud, in, server));
  return EmptyReply(202);
}

Response RebootAction(Cloud& cloud, const Exchange& in, Server& server, const Json& value) {
  const std::string type = TextOf(value, "type");
  const bool hard = type == "HARD" || type == "Hard" || type == "hard";
  const bool soft = type == "SOFT" || type == "Soft" || type == "soft";
  if (!hard && !soft) {
    return NovaError(400, StrCat("Invalid input for field/attribute type. Value: ", type,
                                 ". It is not one of ['HARD', 'Hard', 'hard', 'SOFT', "
                                 "'Soft', 'soft']"));
  }
  if (value.size() != 1) {
    return NovaError(400,
                     "Invalid input for field/attribute reboot. Additional properties are not "
                     "allowed");
  }
  const Action action = hard ? Action::kHardReboot : Action::kSoftReboot;
  if (const auto c = CheckAction(cloud, server, action)) return NovaConflict(*c);
  Reboot(cloud, server, hard, MakeOrder(cloud, in, server));
  return EmptyReply(202);
}

Response ResizeAction(Cloud& cloud, const Exchange& in, Server& server, const Json& value) {
  const Json& given = Member(value, "flavorRef");
  std::string id = given.is_number_integer() ? given.dump() : TextOf(value, "flavorRef");
  if (id.empty()) {
    return NovaError(400,
                     "Invalid input for field/attribute resize. 'flavorRef' is a required "
                     "property");
  }
  for (const auto& [name, unused] : value.items()) {
    if (name == "flavorRef" || name == "OS-DCF:diskConfig") continue;
    return NovaError(400, StrCat("Invalid input for field/attribute resize. Additional "
                                 "properties are not allowed ('",
                                 name, "' was unexpected)"));
  }
  // A real Nova refuses the URI that the pages allow (api/real-nova.md 7).
  if (cloud.options.older_nova) id = LastSegment(id);
  const Flavor* flavor = cloud.store.flavors.Find(id);
  if (flavor == nullptr) {
    return NovaError(400, StrCat("Flavor ", id, " could not be found."));
  }
  if (const auto c = CheckAction(cloud, server, Action::kResize)) return NovaConflict(*c);
  if (server.flavor_id == id) return NovaError(400, "When resizing, instances must change flavor!");
  if (server.local_disk && flavor->disk_gb == 0) {
    return NovaError(400, "Resize to zero disk flavor is not allowed.");
  }
  if ((cloud.options.refuse_full_resize || cloud.options.older_nova) && !HasRoom(cloud, id)) {
    return NovaError(400, "No valid host was found. No valid host found for resize");
  }
  Resize(cloud, server, id, MakeOrder(cloud, in, server));
  return EmptyReply(202);
}

Response ConfirmAction(Cloud& cloud, const Exchange& in, Server& server, const Json&) {
  if (const auto c = CheckAction(cloud, server, Action::kConfirmResize)) return NovaConflict(*c);
  ConfirmResize(cloud, server, MakeOrder(cloud, in, server));
  return EmptyReply(204);
}

Response RevertAction(Cloud& cloud, const Exchange& in, Server& server, const Json&) {
  if (const auto c = CheckAction(cloud, server, Action::kRevertResize)) return NovaConflict(*c);
  RevertResize(cloud, server, MakeOrder(cloud, in, server));
  return EmptyReply(202);
}

Response LockAction(Cloud& cloud, const Exchange& in, Server& server, const Json&) {
  server.locked = in.operation == "LockServer";
  LogAction(cloud, server, server.locked ? "lock" : "unlock", NovaRequestId(in));
  Touch(cloud, server);
  return EmptyReply(202);
}

Response RebuildAction(Cloud& cloud, const Exchange& in, Server& server, const Json& value) {
  const std::string image = LastSegment(TextOf(value, "imageRef"));
  if (image.empty()) {
    return NovaError(400,
                     "Invalid input for field/attribute rebuild. 'imageRef' is a required "
                     "property");
  }
  if (cloud.store.images.Find(image) == nullptr) {
    return NovaError(400, "Cannot find image for rebuild");
  }
  if (const auto c = CheckAction(cloud, server, Action::kRebuild)) return NovaConflict(*c);
  if (Member(value, "name").is_string()) server.name = TextOf(value, "name");
  if (Member(value, "metadata").is_object()) {
    server.metadata = value["metadata"].get<std::map<std::string, std::string>>();
  }
  Rebuild(cloud, server, image, MakeOrder(cloud, in, server));
  Json json = NovaServerJson(cloud, in, server, true);
  json["adminPass"] = TextOf(value, "adminPass", cloud.ids.HexDigits(12));
  return JsonReply(202, {{"server", std::move(json)}});
}

Response CreateImageAction(Cloud& cloud, const Exchange& in, Server& server, const Json& value) {
  const std::string name = TextOf(value, "name");
  if (name.empty()) {
    return NovaError(400,
                     "Invalid input for field/attribute createImage. 'name' is a required "
                     "property");
  }
  if (const auto c = CheckAction(cloud, server, Action::kCreateImage)) return NovaConflict(*c);
  const Image* source = cloud.store.images.Find(server.image_id);
  Image image = source == nullptr ? Image() : *source;
  image.id = cloud.ids.Uuid();
  image.name = name;
  image.type = "private";
  image.owner = cloud.options.project_id;
  image.created = cloud.wall();
  image.updated = cloud.wall();
  const std::string id = cloud.store.images.Add(std::move(image)).id;
  LogAction(cloud, server, "createImage", NovaRequestId(in));
  if (Since(in, 45)) return JsonReply(202, {{"image_id", id}});
  Response answer = EmptyReply(202);
  answer.headers.emplace_back("Location", StrCat(in.base, "/v2/images/", id));
  return answer;
}

// Adds or removes on every port of the server, the removal first of none it lacks.
Response SecurityGroupAction(Cloud& cloud, const Exchange& in, Server& server, const Json& value) {
  const std::string name = TextOf(value, "name");
  if (name.empty()) {
    return NovaError(400, "Missing parameter name");
  }
  const SecurityGroup* group = cloud.store.FindSecurityGroup(name);
  if (group == nullptr) {
    return NovaError(404, StrCat("Unable to find security_group with name or id '", name, "'"));
  }
  if (const auto c = CheckAction(cloud, server, Action::kSecurityGroups)) return NovaConflict(*c);
  const bool adds = in.operation == "AddSecurityGroup";
  bool changed = false;
  for (const std::string& port_id : server.port_ids) {
    Port* port = cloud.store.ports.Find(port_id);
    if (port == nullptr) continue;
    auto& ids = port->security_groups;
    const auto found = std::find(ids.begin(), ids.end(), group->id);
    if (adds == (found != ids.end())) continue;
    if (adds) {
      ids.push_back(group->id);
    } else {
      ids.erase(found);
    }
    changed = true;
  }
  if (!changed && adds) {
    return NovaError(400, StrCat("Security group ", group->id,
                                 " is already associated with the instance ", server.id));
  }
  if (!changed) {
    return NovaError(
        404, StrCat("Security group ", group->id, " not associated with the instance ", server.id));
  }
  Touch(cloud, server);
  return EmptyReply(202);
}

Response ConsoleOutputAction(Cloud&, const Exchange&, Server& server, const Json&) {
  return JsonReply(
      200,
      {{"output", StrCat("[    0.000000] ", server.name, " login: the emulator boots nothing\n")}});
}

Response ChangePasswordAction(Cloud& cloud, const Exchange& in, Server& server, const Json&) {
  if (const auto c = CheckAction(cloud, server, Action::kChangePassword)) return NovaConflict(*c);
  LogAction(cloud, server, "changePassword", NovaRequestId(in));
  return EmptyReply(202);
}

struct Row {
  std::string_view member;
  const char* operation;
  ActionHandler handler;
};
constexpr Row kActions[] = {
    {"os-start", "StartServer", StartAction},
    {"os-stop", "StopServer", StopAction},
    {"reboot", "RebootServer", RebootAction},
    {"resize", "ResizeServer", ResizeAction},
    {"confirmResize", "ConfirmResize", ConfirmAction},
    {"revertResize", "RevertResize", RevertAction},
    {"lock", "LockServer", LockAction},
    {"unlock", "UnlockServer", LockAction},
    {"rebuild", "RebuildServer", RebuildAction},
    {"createImage", "CreateImage", CreateImageAction},
    {"addSecurityGroup", "AddSecurityGroup", SecurityGroupAction},
    {"removeSecurityGroup", "RemoveSecurityGroup", SecurityGroupAction},
    {"os-getConsoleOutput", "ConsoleOutput", ConsoleOutputAction},
    {"changePassword", "ChangePassword", ChangePasswordAction},
};

const Row* RowOf(const Json& body) {
  if (!body.is_object() || body.size() != 1) return nullptr;
  for (const Row& row : kActions) {
    if (body.contains(std::string(row.member))) return &row;
  }
  return nullptr;
}

std::string NameOf(const Json& body) {
  const Row* row = RowOf(body);
  return row == nullptr ? "" : row->operation;
}

Response ServerAction(Cloud& cloud, const Exchange& in) {
  // Bodies that are no action: api/real-nova.md 14.
  if (in.request.body.empty()) {
    return NovaError(415, "Unsupported Content-Type");
  }
  if (in.body.is_array()) return NovaError(404, "The resource could not be found.");
  if (!in.body.is_object() || in.body.size() != 1) return NovaError(400, "Malformed request body");
  const Row* row = RowOf(in.body);
  if (row == nullptr) {
    return NovaError(400, StrCat("There is no such action: ", in.body.begin().key()));
  }
  const std::string& id = in.Param("server_id");
  if (!IsUuid(id)) {
    return NovaError(404, StrCat("Instance ", id, " has no mapping to a cell."));
  }
  Server* server = FindNovaServer(cloud, in);
  if (server == nullptr || server->vm_state == "deleted") return NoSuchInstance(in);
  return row->handler(cloud, in, *server, *in.body.begin());
}

}  // namespace

void AddNovaActionRoutes(Router& router) {
  for (const char* version : {"/v2.1", "/v2"}) {
    router
        .Add(Service::kNova, "POST", StrCat(version, "/{project_id}/servers/{server_id}/action"),
             "ServerAction", ServerAction)
        .name_of = NameOf;
  }
}

}  // namespace emulator
