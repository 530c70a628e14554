// How each service says no. The shapes are those of api/errors.md section 1, and made only here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/emulator/http/http.h"

namespace emulator {

enum class Service {
  kControl,
  kIam,
  kMetadata,
  kEcs,
  kNova,
  kVpc,
  kNeutron,
  kEvs,
  kCinder,
  kIms,
  kGlance,
  kEip,
};
std::string_view ServiceName(Service service);  // "ecs", "nova", …: the first part of operations

// {"error": {"code", "message"}} with the status and the text that belong to an Ecs., Common. or
// Pdp. code (api/errors.md section 3); 400 for a code that is not in our table.
Response EcsError(std::string_view code, std::string_view message = "");
Response EcsError(int status, std::string_view code, std::string_view message);
// The code inside details, under the general Ecs.0005.
Response EcsDetailError(std::string_view code, std::string_view message = "");
// Ecs.1000 around a fault of Nova, as JSON text.
Response EcsWrapped(int nova_status, std::string_view message);
std::string EcsMessage(std::string_view code);

// {"itemNotFound": {"code": 404, "message"}}: Nova and Cinder. The key follows from the status.
Response NovaError(int status, std::string_view message);
Json NovaFault(int status, std::string_view message);

// {"error": {"code": 401, "message", "title"}}: Keystone, and the token check before Nova.
Response KeystoneError(int status, std::string_view message);
// {"error_code": "IAM.0011", "error_msg"}
Response IamError(int status, std::string_view code, std::string_view message);
// {"error_code": "APIGW.0301", "error_msg", "request_id"}
Response GatewayError(int status, std::string_view code, std::string_view message,
                      std::string_view request_id);
// {"code": "VPC.0202", "message"}: VPC and EIP
Response VpcError(int status, std::string_view code, std::string_view message);
// {"NeutronError": {"type", "message", "detail"}}
Response NeutronError(int status, std::string_view type, std::string_view message);
// {"error": {"code": "EVS.1002", "message"}}: also IMS with IMG codes
Response CodeError(int status, std::string_view code, std::string_view message);

// A refusal in the shape of that service. Empty `code` and `message`: what fits the status.
Response Refusal(Service service, int status, std::string_view code, std::string_view message,
                 std::string_view request_id);

}  // namespace emulator
