#include "tests/emulator/http/errors.h"

#include "tests/emulator/cloud/text.h"

namespace emulator {
namespace {

struct EcsCode {
  std::string_view code;
  int status;
  std::string_view message;
};

// The codes that this emulator raises, and those worth raising by a fault plan.
constexpr EcsCode kEcsCodes[] = {
    {"Ecs.0000", 400, "The request is not valid."},
    {"Ecs.0001", 400, "The quota of servers, cores or memory is used up."},
    {"Ecs.0003", 403, "The account is restricted."},
    {"Ecs.0005", 400, "The request parameters are not valid."},
    {"Ecs.0010", 400, "The private IP address is in use."},
    {"Ecs.0011", 400, "The password does not meet the rules."},
    {"Ecs.0012", 400, "The subnet has no free address."},
    {"Ecs.0013", 400, "The quota of public IP addresses is used up."},
    {"Ecs.0014", 400, "The network parameters are not valid."},
    {"Ecs.0017", 400, "The disk cannot be attached to this server."},
    {"Ecs.0021", 400, "The disk quota is used up."},
    {"Ecs.0022", 400, "The quota of the server group is used up."},
    {"Ecs.0023", 400, "The project of the request is not the project of the credential."},
    {"Ecs.0029", 400, "The flavor does not exist."},
    {"Ecs.0031", 400, "The image does not exist."},
    {"Ecs.0032", 400, "The image is not active."},
    {"Ecs.0036", 400, "The flavor does not support automatic recovery."},
    {"Ecs.0038", 400, "The subnet does not exist."},
    {"Ecs.0039", 400, "The private IP address is not in the subnet."},
    {"Ecs.0041", 400, "The description is not valid."},
    {"Ecs.0042", 400, "There are too many data disks."},
    {"Ecs.0043", 400, "The disk type does not exist."},
    {"Ecs.0044", 400, "The disk type is sold out."},
    {"Ecs.0050", 400, "There are too many NICs."},
    {"Ecs.0057", 400, "The disk is attached to this server already."},
    {"Ecs.0064", 400, "The VPC is not the one of the primary NIC."},
    {"Ecs.0085", 400, "The server has no such NIC."},
    {"Ecs.0100", 400, "The server's status does not allow this operation."},
    {"Ecs.0101", 400, "The system disk's status does not allow this operation."},
    {"Ecs.0102", 400, "The disk's status does not allow it to be detached."},
    {"Ecs.0103", 400, "The disk is not available."},
    {"Ecs.0104", 400, "No more disks can be attached to this server."},
    {"Ecs.0110", 403, "The role of the user forbids this operation."},
    {"Ecs.0111", 400, "The disk is not attached to this server."},
    {"Ecs.0114", 404, "The server does not exist."},
    {"Ecs.0118", 400, "There are too many servers in one request. The maximum is 1000."},
    {"Ecs.0121", 400, "The disk and the server are in different availability zones."},
    {"Ecs.0122", 400, "The client token was used with other parameters."},
    {"Ecs.0123", 400, "The client token is not a UUID."},
    {"Ecs.0124", 400, "The client token has expired."},
    {"Ecs.0201", 400, "Creating a NIC failed."},
    {"Ecs.0202", 400, "Creating the system disk failed."},
    {"Ecs.0203", 400, "Creating a data disk failed."},
    {"Ecs.0204", 400, "Creating the server failed."},
    {"Ecs.0205", 400, "Attaching the disk failed."},
    {"Ecs.0207", 400, "Changing the flavor failed."},
    {"Ecs.0209", 400, "Confirming the change of the flavor failed."},
    {"Ecs.0217", 400, "Attaching the NIC failed."},
    {"Ecs.0219", 400, "The server is in an error."},
    {"Ecs.0226", 400, "Starting the server failed."},
    {"Ecs.0227", 400, "Restarting the server failed."},
    {"Ecs.0301", 400, "The server could not be queried."},
    {"Ecs.0303", 400, "The flavor could not be queried."},
    {"Ecs.0304", 400, "The image could not be queried."},
    {"Ecs.0307", 400, "The port could not be queried."},
    {"Ecs.0313", 400, "The server group could not be queried."},
    {"Ecs.0314", 400, "The key pair could not be queried."},
    {"Ecs.0315", 400, "The state of automatic recovery could not be queried."},
    {"Ecs.0319", 400, "There is no capacity left for this flavor."},
    {"Ecs.0501", 400, "Deleting the server failed."},
    {"Ecs.0507", 403, "The primary NIC cannot be deleted."},
    {"Ecs.0603", 501, "Another command is running on this server. Try again in a minute."},
    {"Ecs.0605", 400, "The server is locked."},
    {"Ecs.0611", 400, "The batch operation failed."},
    {"Ecs.0614", 404, "The server does not exist."},
    {"Ecs.0615", 500, "An internal error occurred."},
    {"Ecs.0616", 400, "Renaming the server failed."},
    {"Ecs.0804", 400, "The flavor cannot be changed to this one."},
    {"Ecs.0810", 400, "The flavor is the one that the server has."},
    {"Ecs.0905", 400, "There are more than 10 tags."},
    {"Ecs.0906", 400, "A tag's key or value is not valid."},
    {"Ecs.0907", 400, "A tag has characters that are not valid."},
    {"Ecs.0908", 400, "A tag's key is there twice."},
    {"Ecs.0909", 400, "The flavor does not support the disk type."},
    {"Ecs.0913", 400, "The number of servers is out of range."},
    {"Ecs.0914", 400, "The length of the server's name is not valid."},
    {"Ecs.0915", 400, "The server's name has characters that are not valid."},
    {"Ecs.0919", 400, "The port cannot be attached."},
    {"Ecs.1000", 400, "Access to Nova failed."},
    {"Ecs.1001", 400, "Access to OpenStack failed."},
    {"Ecs.1002", 400, "Access to OpenStack timed out."},
    {"Pdp.0001", 403, "A policy forbids this operation."},
    {"Common.0001", 500, "An internal error occurred."},
    {"Common.0002", 400, "The request has no body."},
    {"Common.0011", 400, "The job does not exist."},
    {"Common.0013", 401, "The token is not valid."},
    {"Common.0018", 400, "The project of the request is not the project of the credential."},
    {"Common.0024", 202, "The flow limit is exceeded."},
    {"Common.1503", 429, "The API flow limit is exceeded."},
};

const EcsCode* FindEcsCode(std::string_view code) {
  for (const EcsCode& row : kEcsCodes) {
    if (row.code == code) return &row;
  }
  return nullptr;
}

std::string_view FaultKey(int status) {
  switch (status) {
    case 400:
      return "badRequest";
    case 401:
      return "unauthorized";
    case 403:
      return "forbidden";
    case 404:
      return "itemNotFound";
    case 405:
      return "badMethod";
    case 409:
      return "conflictingRequest";
    case 413:
    case 429:
      return "overLimit";
    case 415:
      return "badMediaType";
    case 501:
      return "notImplemented";
    case 503:
      return "serviceUnavailable";
    default:
      return "computeFault";
  }
}

std::string_view Title(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 409:
      return "Conflict";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Error";
  }
}

std::string_view Or(std::string_view text, std::string_view fallback) {
  return text.empty() ? fallback : text;
}

}  // namespace

std::string_view ServiceName(Service service) {
  switch (service) {
    case Service::kControl:
      return "control";
    case Service::kIam:
      return "iam";
    case Service::kMetadata:
      return "metadata";
    case Service::kEcs:
      return "ecs";
    case Service::kNova:
      return "nova";
    case Service::kVpc:
      return "vpc";
    case Service::kNeutron:
      return "neutron";
    case Service::kEvs:
      return "evs";
    case Service::kCinder:
      return "cinder";
    case Service::kIms:
      return "ims";
    case Service::kGlance:
      return "glance";
    case Service::kEip:
      return "eip";
  }
  return "";
}

std::string EcsMessage(std::string_view code) {
  const EcsCode* row = FindEcsCode(code);
  return std::string(row == nullptr ? "The request failed." : row->message);
}

Response EcsError(int status, std::string_view code, std::string_view message) {
  return JsonReply(status, {{"error", {{"code", code}, {"message", message}}}});
}

Response EcsError(std::string_view code, std::string_view message) {
  const EcsCode* row = FindEcsCode(code);
  return EcsError(row == nullptr ? 400 : row->status, code, Or(message, EcsMessage(code)));
}

Response EcsDetailError(std::string_view code, std::string_view message) {
  const std::string text(Or(message, EcsMessage(code)));
  return JsonReply(400, {{"error",
                          {{"code", "Ecs.0005"},
                           {"message", EcsMessage("Ecs.0005")},
                           {"details", Json::array({{{"code", code}, {"message", text}}})}}}});
}

Response EcsWrapped(int nova_status, std::string_view message) {
  return EcsError(400, "Ecs.1000", NovaFault(nova_status, message).dump());
}

Json NovaFault(int status, std::string_view message) {
  return {{FaultKey(status), {{"code", status}, {"message", message}}}};
}

Response NovaError(int status, std::string_view message) {
  return JsonReply(status, NovaFault(status, message));
}

Response KeystoneError(int status, std::string_view message) {
  return JsonReply(status,
                   {{"error", {{"code", status}, {"message", message}, {"title", Title(status)}}}});
}

Response IamError(int status, std::string_view code, std::string_view message) {
  return JsonReply(status, {{"error_code", code}, {"error_msg", message}});
}

Response GatewayError(int status, std::string_view code, std::string_view message,
                      std::string_view request_id) {
  return JsonReply(status,
                   {{"error_code", code}, {"error_msg", message}, {"request_id", request_id}});
}

Response VpcError(int status, std::string_view code, std::string_view message) {
  return JsonReply(status, {{"code", code}, {"message", message}});
}

Response NeutronError(int status, std::string_view type, std::string_view message) {
  return JsonReply(status,
                   {{"NeutronError", {{"type", type}, {"message", message}, {"detail", ""}}}});
}

Response CodeError(int status, std::string_view code, std::string_view message) {
  return JsonReply(status, {{"error", {{"code", code}, {"message", message}}}});
}

Response Refusal(Service service, int status, std::string_view code, std::string_view message,
                 std::string_view request_id) {
  const std::string_view text = Or(message, Title(status));
  if (code.substr(0, 4) == "APIG") return GatewayError(status, code, text, request_id);
  switch (service) {
    case Service::kNova:
    case Service::kCinder:
      return NovaError(status, text);
    case Service::kNeutron:
      return NeutronError(status, Or(code, "HTTPError"), text);
    case Service::kVpc:
      return VpcError(status, Or(code, "VPC.0002"), text);
    case Service::kEip:
      return VpcError(status, Or(code, "VPC.0502"), text);
    case Service::kEvs:
      return CodeError(status, Or(code, "EVS.2000"), text);
    case Service::kIms:
    case Service::kGlance:
      return CodeError(status, Or(code, "IMG.0001"), text);
    case Service::kIam:
      return code.empty() ? KeystoneError(status, text) : IamError(status, code, text);
    case Service::kControl:
    case Service::kMetadata:
      return KeystoneError(status, text);
    case Service::kEcs:
      break;
  }
  if (!code.empty()) {
    return EcsError(status, code, message.empty() ? EcsMessage(code) : std::string(message));
  }
  return EcsError(status, status >= 500 ? "Common.0001" : "Ecs.0000", text);
}

}  // namespace emulator
