#include "client/agency.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace ecs::client {
namespace {

int StatusOf(const Error& error) { return error.api ? error.api->http_status : 0; }

std::string Body(const Settings& settings, const char* field, const Assumption& how) {
  Json role = {{field, settings.agency_name}};
  if (!settings.agency_domain_id.empty()) {
    role["domain_id"] = settings.agency_domain_id;
  } else {
    role["domain_name"] = settings.agency_domain_name;
  }
  if (how.seconds) role["duration_seconds"] = *how.seconds;
  Json auth = {{"identity", {{"methods", {"assume_role"}}, {"assume_role", std::move(role)}}}};
  if (!how.scope.is_null()) auth["scope"] = how.scope;
  return Compact(Json{{"auth", std::move(auth)}});
}

Error NotAssumed(Error error, const Settings& settings, const std::string& operation) {
  const std::string& account =
      settings.agency_domain_id.empty() ? settings.agency_domain_name : settings.agency_domain_id;
  error.summary = "Assuming the agency failed";
  error.path = Path("assume_role");
  // Whoever needed it says what it was for, and so replaces the summary.
  const std::string what = absl::StrCat("Assuming the agency \"", settings.agency_name,
                                        "\" of the account \"", account, "\" failed.");
  const int status = StatusOf(error);
  const bool about_agency =
      (status == 400 || status == 403 || status == 404) && error.api->operation == operation;
  // Everything else is about who assumes it, or the way there, and says so itself.
  if (!about_agency) {
    error.detail = absl::StrCat(what, error.detail.empty() ? "" : " ", error.detail);
    return error;
  }
  error.detail = what;
  error.hint =
      "Check agency_name, and domain_name or domain_id, of assume_role, and the project, which "
      "is one of that account's. The agency has to be delegated to the account that signs in, "
      "and its user needs the permission Agent Operator.";
  return error;
}

}  // namespace

Result<Response> AssumeAgency(const Call& call, const Settings& settings, const Send& iam,
                              Request request, const Assumption& how) {
  Request other = request;
  request.body = Body(settings, "agency_name", how);
  Result<Response> response = iam(call, request);
  if (response.ok()) return response;
  if (StatusOf(response.error()) != 400)
    return NotAssumed(response.error(), settings, request.operation);
  other.body = Body(settings, "xrole_name", how);
  Result<Response> second = iam(call, other);
  if (second.ok()) return second;
  // Twice 400: what is wrong is something else, and the documented field's answer says it better.
  const bool same = StatusOf(second.error()) == 400;
  return NotAssumed(same ? response.error() : second.error(), settings, request.operation);
}

}  // namespace ecs::client
