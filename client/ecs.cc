#include "client/ecs.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/pages.h"

namespace ecs::client {
namespace {

// ecs-v1.md section 5.1; a project that fills so many pages has a million servers.
constexpr std::size_t kPageSize = 1000;
constexpr int kMaxPages = 1000;
// ecs-v1.md section 20: a job may be unknown right after it was submitted.
constexpr Duration kJobAppears = std::chrono::seconds(10);

constexpr Operation kCreateServers = {.method = "POST",
                                      .path = "/v1/{project_id}/cloudservers",
                                      // A repeated POST would create and bill a second server.
                                      .repeat = Repeat::kOnlyIfNotSent};
constexpr Operation kDeleteServers = {.method = "POST",
                                      .path = "/v1/{project_id}/cloudservers/delete"};
constexpr Operation kGetServer = {.path = "/v1/{project_id}/cloudservers/{server_id}"};
constexpr Operation kListServers = {.path = "/v1/{project_id}/cloudservers/detail"};
constexpr Operation kUpdateServer = {.method = "PUT",
                                     .path = "/v1/{project_id}/cloudservers/{server_id}"};
constexpr Operation kGetJob = {.path = "/v1/{project_id}/jobs/{job_id}"};
constexpr Operation kGetVolumeJob = {.service = "evs", .path = "/v1/{project_id}/jobs/{job_id}"};

Error NoJobId(const Operation& operation, const Response& response) {
  return {.code = Code::kUnavailable,
          .summary = absl::StrCat(operation.Name(), " failed"),
          .detail = "The cloud answered with success but without a job_id.",
          .api = ApiFault{.http_status = response.status,
                          .request_id = RequestId(response.headers),
                          .operation = operation.Name()},
          .maybe_executed = true};
}

Json IdList(const std::vector<std::string>& ids) {
  Json list = Json::array();
  for (const std::string& id : ids) list.push_back({{"id", id}});
  return list;
}

void AddIf(Query& query, const char* name, const std::string& value) {
  if (!value.empty()) query.emplace_back(name, value);
}

Query QueryOf(const ServerFilter& filter, int page) {
  // `offset` is the number of the page, not of a row.
  Query query = {{"limit", absl::StrCat(kPageSize)}, {"offset", absl::StrCat(page)}};
  AddIf(query, "name", filter.name);
  AddIf(query, "status", filter.status);
  AddIf(query, "flavor", filter.flavor);
  AddIf(query, "ip", filter.ip);
  AddIf(query, "tags", filter.tags);
  AddIf(query, "not-tags", filter.not_tags);
  AddIf(query, "reservation_id", filter.reservation_id);
  AddIf(query, "enterprise_project_id", filter.enterprise_project_id);
  return query;
}

std::string DescribeJob(const Job& job) {
  return absl::StrCat("job ", job.id, " is ", job.status.empty() ? "without a status" : job.status);
}

// What the cloud says of an order later can repeat what was in the order.
void RedactIn(const Api& api, Job& job) {
  job.reason = api.Redact(std::move(job.reason));
  for (Job& part : job.sub_jobs) RedactIn(api, part);
}

void RedactIn(const Api& api, Server& server) {
  if (!server.fault) return;
  server.fault->message = api.Redact(std::move(server.fault->message));
  server.fault->details = api.Redact(std::move(server.fault->details));
}

}  // namespace

Ecs::Ecs(Settings settings, Send transport, Backoff backoff)
    : api_(std::move(settings), std::move(transport), std::move(backoff)) {}

Result<std::string> Ecs::StartJob(const Call& call, const Operation& operation,
                                  const Input& input) {
  ASSIGN_OR_RETURN(const Response response, api_.Do(call, operation, input));
  const std::string job_id = Text(response.json, "job_id");
  if (job_id.empty()) return NoJobId(operation, response);
  return job_id;
}

Result<CreatedServers> Ecs::CreateServers(const Call& call, const Json& body,
                                          const std::string& client_token) {
  Input input = {.body = body};
  if (!client_token.empty()) input.headers.Set("X-Client-Token", client_token);
  ASSIGN_OR_RETURN(const Response response, api_.Do(call, kCreateServers, input));
  CreatedServers created = {.job_id = Text(response.json, "job_id")};
  for (const Json& item : Items(response.json, "serverIds")) {
    // An empty id would name every server, and none.
    if (std::string id = TextOf(item); !id.empty()) created.server_ids.push_back(std::move(id));
  }
  if (created.job_id.empty() && created.server_ids.empty()) {
    return NoJobId(kCreateServers, response);
  }
  return created;
}

Result<std::string> Ecs::DeleteServers(const Call& call, const std::vector<std::string>& ids,
                                       std::optional<bool> delete_publicip, bool delete_volume) {
  Json body = {{"servers", IdList(ids)}, {"delete_volume", delete_volume}};
  if (delete_publicip) body["delete_publicip"] = *delete_publicip;
  return StartJob(call, kDeleteServers, {.body = std::move(body)});
}

Result<Server> Ecs::GetServer(const Call& call, const std::string& id) {
  ASSIGN_OR_RETURN(const Response response,
                   api_.Do(call, kGetServer,
                           {.path = {{"server_id", id}}, .about = Subject{"server", "id", id}}));
  Server server = ParseServer(Member(response.json, "server"));
  RedactIn(api_, server);
  if (server.id.empty()) {
    return Error{.code = Code::kUnavailable,
                 .summary = absl::StrCat(kGetServer.Name(), " failed"),
                 .detail = "The cloud answered with success but without a server.",
                 .api = ApiFault{.http_status = response.status,
                                 .request_id = RequestId(response.headers),
                                 .operation = kGetServer.Name()}};
  }
  // It shows for a moment before the 404 (real-nova.md 18).
  if (server.status == "DELETED" || server.status == "SOFT_DELETED") {
    return Error{.code = Code::kNotFound,
                 .summary = absl::StrCat(kGetServer.Name(), " failed"),
                 .detail = absl::StrCat("The server ", id, " is deleted."),
                 .api = ApiFault{.http_status = response.status,
                                 .request_id = RequestId(response.headers),
                                 .operation = kGetServer.Name()}};
  }
  return server;
}

Result<std::vector<Server>> Ecs::ListServers(const Call& call, const ServerFilter& filter) {
  std::vector<Server> servers;
  RETURN_IF_ERROR(VisitServers(call, filter, [&](Server server) {
    servers.push_back(std::move(server));
    return true;
  }));
  return servers;
}

Status Ecs::VisitServers(const Call& call, const ServerFilter& filter,
                         const std::function<bool(Server)>& visit) {
  PageCheck pages(kListServers, kMaxPages);
  std::int64_t visited = 0;
  for (int page = 1;; ++page) {
    ASSIGN_OR_RETURN(const Response response,
                     api_.Do(call, kListServers, {.query = QueryOf(filter, page)}));
    const Json& rows = Items(response.json, "servers");
    for (const Json& row : rows) {
      Server server = ParseServer(row);
      RedactIn(api_, server);
      if (!pages.IsNew(server.id) || server.status == "DELETED") continue;
      ++visited;
      if (!visit(std::move(server))) return Ok{};
    }
    const auto count = Integer(response.json, "count");
    const bool all_counted = count && visited >= *count;
    if (rows.empty() || rows.size() < kPageSize || all_counted) return Ok{};
    RETURN_IF_ERROR(pages.NextPage());
  }
}

Status Ecs::UpdateServer(const Call& call, const std::string& id, const ServerChange& change) {
  Json server = Json::object();
  if (change.name) server["name"] = *change.name;
  if (change.description) server["description"] = *change.description;
  if (server.empty()) return Ok{};
  ASSIGN_OR_RETURN(const Response response, api_.Do(call, kUpdateServer,
                                                    {.path = {{"server_id", id}},
                                                     .body = Json{{"server", server}},
                                                     .about = Subject{"server", "id", id}}));
  return Ok{};
}

Result<Job> Ecs::FetchJob(const Call& call, const Operation& operation, const std::string& job_id) {
  ASSIGN_OR_RETURN(const Response response,
                   api_.Do(call, operation,
                           {.path = {{"job_id", job_id}}, .about = Subject{"", "job_id", job_id}}));
  Job job = ParseJob(response.json);
  RedactIn(api_, job);
  if (job.id.empty()) job.id = job_id;
  return job;
}

Result<Job> Ecs::AwaitJob(const Call& call, const Operation& operation, const std::string& job_id,
                          const Pace& pace) {
  const TimePoint appears = call.clock.Now() + kJobAppears;
  const std::function<Result<Job>()> look = [&]() -> Result<Job> {
    Result<Job> job = FetchJob(call, operation, job_id);
    if (job.ok() || !job.error().api) return job;
    if (job.error().api->code == "Common.0011" && call.clock.Now() < appears) {
      return Job{.id = job_id, .status = "not known yet"};
    }
    return job;
  };
  Result<Job> job = WaitUntil<Job>(call, pace, look, Judge, DescribeJob);
  if (job.ok()) return job;
  Error error = job.error();
  if (!error.api) error.api = ApiFault{};
  error.api->job_id = job_id;
  return error;
}

Result<Job> Ecs::GetJob(const Call& call, const std::string& job_id) {
  return FetchJob(call, kGetJob, job_id);
}

Result<Job> Ecs::WaitForJob(const Call& call, const std::string& job_id, Pace pace) {
  return AwaitJob(call, kGetJob, job_id, pace);
}

Result<Job> Ecs::GetVolumeJob(const Call& call, const std::string& job_id) {
  return FetchJob(call, kGetVolumeJob, job_id);
}

Result<Job> Ecs::WaitForVolumeJob(const Call& call, const std::string& job_id, Pace pace) {
  return AwaitJob(call, kGetVolumeJob, job_id, pace);
}

}  // namespace ecs::client
