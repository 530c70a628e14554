#include "client/fault_codes.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"

namespace ecs::client {
namespace {

constexpr std::string_view kQuota =
    "Free something or ask the cloud's operator for a higher quota.";
constexpr std::string_view kStock =
    "Choose another flavor or availability zone, or try again later.";
constexpr std::string_view kSlowDown =
    "Set requests_per_second in the provider block, or lower Terraform's -parallelism.";
constexpr std::string_view kCredentials =
    "Check the credentials of the provider block, or the OS_* variables that they come from.";
constexpr std::string_view kPermission =
    "Ask the account's administrator for the permission, or use other credentials.";
constexpr std::string_view kAccount = "The account itself is restricted: see its console.";
constexpr std::string_view kImages = "The data source ecs_images lists the images of this region.";
constexpr std::string_view kFlavors = "The data source ecs_flavors lists the flavors on offer.";
constexpr std::string_view kTargets =
    "Choose another flavor: this server cannot be resized to this one. The data source ecs_flavors "
    "lists the flavors on offer.";
constexpr std::string_view kLocked = "Unlock the server first.";
// The cloud's words for these are "… query failed", whether its service is in trouble or what the
// request names does not exist.
constexpr std::string_view kNetwork =
    "The network may not exist in this project: check network_id and vpc_id.";

constexpr CodeFacts kDeniedFacts(std::string_view code, std::string_view hint) {
  return {code, Code::kDenied, Retry::kNever, hint};
}
constexpr CodeFacts Used(std::string_view code, std::string_view hint = kQuota) {
  return {code, Code::kExhausted, Retry::kNever, hint};
}
constexpr CodeFacts Wrong(std::string_view code, std::string_view hint) {
  return {code, Code::kInvalid, Retry::kNever, hint};
}
constexpr CodeFacts State(std::string_view code, std::string_view hint = {}) {
  return {code, Code::kConflict, Retry::kNever, hint};
}
constexpr CodeFacts Gone(std::string_view code) {
  return {code, Code::kNotFound, Retry::kNever, {}};
}
constexpr CodeFacts Passing(std::string_view code) {
  return {code, Code::kUnavailable, Retry::kTransient, {}};
}
constexpr CodeFacts TimeOut(std::string_view code) {
  return {code, Code::kUnavailable, Retry::kTransient, {}, true};
}
constexpr CodeFacts Perhaps(std::string_view code, std::string_view hint = {}) {
  return {code, Code::kUnavailable, Retry::kFewTimes, hint};
}
constexpr CodeFacts Refused(std::string_view code, std::string_view hint = kSlowDown) {
  return {code, Code::kUnavailable, Retry::kRejected, hint};
}

// Sorted by code. Codes that are missing here mean what their HTTP status means.
constexpr CodeFacts kCodes[] = {
    Wrong("APIGW.0101", "Check endpoints and region in the provider block."),
    Perhaps("APIGW.0107"),
    Passing("APIGW.0202"),
    Passing("APIGW.0203"),
    kDeniedFacts("APIGW.0301", kCredentials),
    kDeniedFacts("APIGW.0302", kPermission),
    kDeniedFacts("APIGW.0303", kCredentials),
    kDeniedFacts("APIGW.0305", kCredentials),
    kDeniedFacts("APIGW.0307", kCredentials),
    Refused("APIGW.0308"),
    Refused("APIGW.0610", {}),
    Refused("APIGW.0613", {}),
    Perhaps("Common.0001"),
    State("Common.0011"),
    kDeniedFacts("Common.0013", kCredentials),
    Wrong("Common.0018", "project_id must be the project of the credentials."),
    Perhaps("Common.0020"),
    Refused("Common.0024"),
    Passing("Common.0025"),
    Passing("Common.0026"),
    Refused("Common.1503"),
    Used("EVS.1034"),
    Used("EVS.1042"),
    Used("Ecs.0001"),
    Perhaps("Ecs.0002"),
    kDeniedFacts("Ecs.0003", kAccount),
    Perhaps("Ecs.0004"),
    Wrong("Ecs.0010", "Choose another fixed_ip, or leave it to the cloud."),
    Wrong("Ecs.0011",
          "8 to 26 characters, at least three kinds of upper case, lower case, digits and "
          "!@$%^-_=+[{}]:,./?~#* are needed."),
    Used("Ecs.0012", "The subnet has no free address: use another one."),
    Used("Ecs.0013"),
    State("Ecs.0017"),
    Used("Ecs.0018", kStock),
    Wrong("Ecs.0019", kFlavors),
    Used("Ecs.0021"),
    Used("Ecs.0022"),
    Wrong("Ecs.0023", "project_id must be the project of the credentials."),
    Wrong("Ecs.0029", kFlavors),
    Wrong("Ecs.0031", kImages),
    State("Ecs.0032", kImages),
    Wrong("Ecs.0036", "This flavor has no automatic recovery: leave auto_recovery out."),
    Wrong("Ecs.0038", "network_id must be a network of the server's VPC."),
    Wrong("Ecs.0039", "fixed_ip must lie in the network's address range."),
    Used("Ecs.0044", kStock),
    State("Ecs.0048"),
    State("Ecs.0057"),
    Wrong("Ecs.0064", "vpc_id must be the VPC of the primary network interface."),
    kDeniedFacts("Ecs.0066", kAccount),
    kDeniedFacts("Ecs.0067", kAccount),
    kDeniedFacts("Ecs.0068", kAccount),
    kDeniedFacts("Ecs.0069", kAccount),
    kDeniedFacts("Ecs.0070", kAccount),
    kDeniedFacts("Ecs.0071", kAccount),
    State("Ecs.0073"),
    State("Ecs.0100", "The server is in the wrong state for this."),
    State("Ecs.0101"),
    State("Ecs.0102"),
    State("Ecs.0103"),
    State("Ecs.0105"),
    State("Ecs.0111"),
    Gone("Ecs.0114"),
    Wrong("Ecs.0118", "At most 1000 servers fit into one call."),
    Perhaps("Ecs.0301"),
    Perhaps("Ecs.0302"),
    Perhaps("Ecs.0303", kFlavors),
    Perhaps("Ecs.0304", kImages),
    Perhaps("Ecs.0306"),
    Perhaps("Ecs.0307"),
    Perhaps("Ecs.0308"),
    Perhaps("Ecs.0309"),
    Perhaps("Ecs.0310", kNetwork),
    Perhaps("Ecs.0311", "The type may not exist in this zone: check system_disk.type."),
    Perhaps("Ecs.0313", "The server group may not exist: check server_group_id."),
    Wrong("Ecs.0314", "The key pair does not exist, or belongs to another user."),
    Perhaps("Ecs.0315"),
    Used("Ecs.0319", kStock),
    Perhaps("Ecs.0320", "The zone may not exist: check availability_zone."),
    Perhaps("Ecs.0321"),
    Perhaps("Ecs.0322", kNetwork),
    Perhaps("Ecs.0323"),
    Perhaps("Ecs.0503"),
    {"Ecs.0603", Code::kConflict, Retry::kBusy,
     "Another command is running on this server. Try again in a minute."},
    State("Ecs.0605", kLocked),
    Perhaps("Ecs.0612"),
    Gone("Ecs.0614"),
    Perhaps("Ecs.0615"),
    Perhaps("Ecs.0616"),
    Perhaps("Ecs.0617"),
    Perhaps("Ecs.0618"),
    Wrong("Ecs.0804", kTargets),
    Wrong("Ecs.0805", kTargets),
    Wrong("Ecs.0807", kTargets),
    Wrong("Ecs.0809", kTargets),
    Wrong("Ecs.0811", kTargets),
    Used("Ecs.0905", "A server has at most 10 tags."),
    State("Ecs.0919", "The port is attached to another server."),
    Perhaps("Ecs.1001"),
    TimeOut("Ecs.1002"),
    Passing("Ecs.1100"),
    Passing("Ecs.1200"),
    TimeOut("Ecs.1201"),
    TimeOut("Ecs.1300"),
    kDeniedFacts("IAM.0001", kCredentials),
    Gone("IAM.0004"),
    Refused("IAM.0012"),
    Passing("IAM.0020"),
    kDeniedFacts("IAM.0061", "The user is locked after too many wrong passwords: wait a while."),
    kDeniedFacts("IAM.0062", kCredentials),
    kDeniedFacts("IAM.0066", kCredentials),
    kDeniedFacts("IAM.0067", kCredentials),
    kDeniedFacts("IAM.1104", kCredentials),
    kDeniedFacts("IAM.1105", kCredentials),
    kDeniedFacts("IAM.1106", kCredentials),
    kDeniedFacts("IAM.1107", kCredentials),
    kDeniedFacts("IAM.1108", "The temporary keys have expired: get fresh ones."),
    Used("IMG.0015"),
    Refused("IMG.0060"),
    kDeniedFacts("Pdp.0001", kPermission),
    Used("VPC.0114"),
    State("VPC.0512"),
    Used("VPC.0521"),
    Used("VPC.0532", "The pool of public addresses is empty: try again later."),
    State("conflictingRequest"),
    kDeniedFacts("forbidden", kPermission),
    Gone("itemNotFound"),
    Refused("overLimit"),
};

constexpr CodeFacts kStatuses[] = {
    {"401", Code::kDenied, Retry::kNever, kCredentials},
    {"403", Code::kDenied, Retry::kNever, kPermission},
    {"404", Code::kNotFound, Retry::kNever, {}},
    {"408", Code::kUnavailable, Retry::kTransient, {}},
    {"409", Code::kConflict, Retry::kNever, {}},
    {"423", Code::kConflict, Retry::kNever, {}},
    {"429", Code::kUnavailable, Retry::kRejected, kSlowDown},
    {"500", Code::kUnavailable, Retry::kFewTimes, {}},
    {"502", Code::kUnavailable, Retry::kTransient, {}},
    {"503", Code::kUnavailable, Retry::kTransient, {}},
    {"504", Code::kUnavailable, Retry::kTransient, {}},
};

static_assert(std::is_sorted(std::begin(kCodes), std::end(kCodes),
                             [](const CodeFacts& a, const CodeFacts& b) {
                               return a.code < b.code;
                             }));

}  // namespace

const CodeFacts* FindCode(std::string_view code) {
  // The shared gateway says APIGW, the OTC pages say APIG (errors.md section 4).
  std::string spelled;
  if (code.starts_with("APIG.")) {
    spelled = "APIGW";
    code.remove_prefix(4);
  }
  spelled += code;
  const auto* found = std::lower_bound(
      std::begin(kCodes), std::end(kCodes), std::string_view(spelled),
      [](const CodeFacts& facts, std::string_view wanted) { return facts.code < wanted; });
  return found != std::end(kCodes) && found->code == spelled ? found : nullptr;
}

CodeFacts FactsOfStatus(int status) {
  const std::string text = absl::StrCat(status);
  for (const CodeFacts& facts : kStatuses) {
    if (facts.code == text) return facts;
  }
  // 501 and 505 say what will never work; the rest of the fives is the service's trouble.
  if (status > 505) return {{}, Code::kUnavailable, Retry::kFewTimes, {}};
  return {};
}

bool LeavesOpen(int status) { return status < 400 || status >= 500 || status == 408; }

Retry RetryFor(const Error& error) {
  if (!error.api || error.api->http_status == 0) {
    if (error.code != Code::kUnavailable) return Retry::kNever;
    return error.maybe_executed ? Retry::kTransient : Retry::kRejected;
  }
  const CodeFacts* facts = FindCode(error.api->code);
  const Retry retry = facts != nullptr ? facts->retry : FactsOfStatus(error.api->http_status).retry;
  // A wrapper's inner fault, or an answer that made no sense, can be transient beside its own code.
  if (retry == Retry::kNever && error.code == Code::kUnavailable) return Retry::kTransient;
  return retry;
}

}  // namespace ecs::client
