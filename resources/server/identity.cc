#include "resources/server/identity.h"

#include "absl/strings/str_cat.h"
#include "provider/schema/value_checks.h"
#include "resources/server/server.h"

namespace ecs::resources::server {
namespace {

using schema::Mode;

struct ServerIdentity {
  Attr<std::string> region = {};
  Attr<std::string> project_id = {};
  Attr<std::string> id = {};
};

schema::Attributes<ServerIdentity> IdentityRows() {
  schema::Attributes<ServerIdentity> rows;
  rows.add({.name = "region",
            .field = &ServerIdentity::region,
            .doc = "Region of the server. The provider's unless given."});
  rows.add({.name = "project_id",
            .field = &ServerIdentity::project_id,
            .doc = "ID of the server's project. The provider's unless given."});
  rows.add({.name = "id",
            .field = &ServerIdentity::id,
            .mode = Mode::kRequired,
            .doc = "ID of the server."});
  return rows;
}

Result<ServerIdentity> IdentityOf(const Call& call, Cloud& cloud, const Server& state) {
  ASSIGN_OR_RETURN(const std::string project, cloud.ecs.ProjectId(call));
  ServerIdentity identity{.project_id = project, .id = state.id};
  if (const std::string region = cloud.ecs.Region(); !region.empty()) identity.region = region;
  return identity;
}

Error Elsewhere(const char* attribute, const std::string& theirs, const std::string& ours) {
  return {.code = Code::kInvalid,
          .summary = "The identity is of another place",
          .detail = absl::StrCat("The identity's ", attribute, " is ", theirs,
                                 ", and the provider's is ", ours, "."),
          .hint = absl::StrCat("Import with a provider configuration whose ", attribute, " is ",
                               theirs, ".")};
}

Result<Server> StateOf(const Call& call, Cloud& cloud, const ServerIdentity& identity) {
  const std::string region = cloud.ecs.Region();
  if (identity.region.is_known() && !region.empty() && identity.region.value() != region) {
    return Elsewhere("region", identity.region.value(), region);
  }
  if (identity.project_id.is_known()) {
    ASSIGN_OR_RETURN(const std::string project, cloud.ecs.ProjectId(call));
    if (identity.project_id.value() != project) {
      return Elsewhere("project_id", identity.project_id.value(), project);
    }
  }
  if (!identity.id.is_known() || identity.id.value().empty()) {
    return Error{.code = Code::kInvalid,
                 .summary = "The identity is not complete",
                 .detail = "The identity has no id.",
                 .hint = "Give the id of the server."};
  }
  return Server{.id = identity.id};
}

}  // namespace

schema::AnyIdentity Identity() {
  return schema::IdentityType<ServerIdentity, Server, Cloud>{
      .rows = IdentityRows(), .of = IdentityOf, .state_of = StateOf}
      .Erase(Rows());
}

}  // namespace ecs::resources::server
