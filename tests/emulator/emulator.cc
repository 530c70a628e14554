#include "tests/emulator/emulator.h"

#include <algorithm>
#include <utility>

#include "tests/emulator/cloud/text.h"
#include "tests/emulator/http/admission.h"
#include "tests/emulator/http/exchange.h"

namespace emulator {
namespace {

void AddRoutes(Router& router) {
  AddIamRoutes(router);
  AddMetadataRoutes(router);
  AddVersionRoutes(router);
  AddControlRoutes(router);
  AddEcsCreateRoutes(router);
  AddEcsServerRoutes(router);
  AddEcsListRoutes(router);
  AddEcsBatchRoutes(router);
  AddEcsResizeRoutes(router);
  AddEcsNicRoutes(router);
  AddEcsDiskRoutes(router);
  AddEcsTagRoutes(router);
  AddEcsFlavorRoutes(router);
  AddEcsGroupRoutes(router);
  AddEcsJobRoutes(router);
  AddEcsOtherRoutes(router);
  AddNovaServerRoutes(router);
  AddNovaCreateRoutes(router);
  AddNovaActionRoutes(router);
  AddNovaFlavorRoutes(router);
  AddNovaKeyPairRoutes(router);
  AddNovaAttachRoutes(router);
  AddNovaMetadataRoutes(router);
  AddNovaOtherRoutes(router);
  AddVpcRoutes(router);
  AddSecurityGroupRoutes(router);
  AddNeutronRoutes(router);
  AddEvsRoutes(router);
  AddCinderRoutes(router);
  AddImageRoutes(router);
  AddPublicIpRoutes(router);
}

// Where links point to: the address that the client used, but never the image service's second
// name.
std::string BaseOf(const Request& request) {
  std::string host = request.Header("Host");
  if (host.empty()) host = "127.0.0.1";
  if (StartsWith(host, "localhost")) host.replace(0, 9, "127.0.0.1");
  return StrCat("http://", host);
}

std::string Without(const std::string& body, const std::string& member) {
  Json json = Json::parse(body, nullptr, false);
  if (!json.is_object()) return body;
  json.erase(member);
  return json.dump();
}

void Spoil(const Fault& fault, Response& answer) {
  switch (fault.kind) {
    case FaultKind::kLost:
      answer.wire = Wire::kDropped;
      break;
    case FaultKind::kSlow:
      answer.delay += fault.delay;
      break;
    case FaultKind::kMalformed:
      answer.body = "{\"this is\": not JSON";
      break;
    case FaultKind::kTruncated:
      answer.wire = Wire::kTruncated;
      break;
    case FaultKind::kWithout:
      answer.body = Without(answer.body, fault.member);
      break;
    default:
      break;
  }
}

}  // namespace

Emulator::Emulator(Options options, ecs::Clock& clock) : cloud_(std::move(options), clock) {
  AddRoutes(router_);
  absl::MutexLock lock(&mu_);
  tokens_ = cloud_.options.requests_per_second;
  filled_ = clock.Now();
}

Response Emulator::Handle(const Request& request) {
  absl::MutexLock lock(&mu_);
  cloud_.timeline.Advance();
  JournalEntry entry = {.time = cloud_.wall(),
                        .method = request.method,
                        .path = request.target,
                        .request_id = cloud_.ids.Uuid(),
                        .user_agent = request.Header("User-Agent")};
  Response answer = Answer(request, entry);
  if (StartsWith(entry.operation, "control.")) return answer;
  answer.delay += cloud_.options.latency;
  entry.status = answer.wire == Wire::kDropped ? 0 : answer.status;
  cloud_.journal.Write(std::move(entry));
  return answer;
}

Response Emulator::Answer(const Request& request, JournalEntry& entry) {
  Exchange in = {.request = request,
                 .path = request.target.substr(0, request.target.find('?')),
                 .request_id = entry.request_id,
                 .base = BaseOf(request)};
  const std::size_t mark = request.target.find('?');
  if (mark != std::string::npos)
    in.query = Query(std::string_view(request.target).substr(mark + 1));
  const Route* route = router_.Find(request.method, in.path, in.params);
  if (route == nullptr) {
    entry.operation = "unknown";
    const std::string name = StrCat(request.method, " ", in.path);
    return JsonReply(501, {{"error_code", "APIGW.0101"},
                           {"error_msg", StrCat("The emulator does not serve ", name)},
                           {"request_id", in.request_id}});
  }
  in.service = route->service;
  in.operation = route->operation;
  if (!request.body.empty()) {
    in.body = Json::parse(request.body, nullptr, false);
    if (in.body.is_discarded()) in.body = Json();
  }
  if (route->name_of != nullptr) {
    const std::string name = route->name_of(in.body);
    if (!name.empty()) in.operation = name;
  }
  entry.operation = in.FullOperation();
  if (!route->secret_body) entry.body = in.body;
  return Serve(*route, in, entry);
}

Response Emulator::Serve(const Route& route, Exchange& in, JournalEntry& entry) {
  const bool control = route.service == Service::kControl;
  const Server* server = cloud_.store.servers.Find(in.Param("server_id"));
  std::optional<Fault> fault;
  if (!control) {
    fault = cloud_.faults.TakeExchange(in.FullOperation(), in.Param("server_id"),
                                       server == nullptr ? "" : server->name);
  }
  if (fault) entry.fault = FaultKindName(fault->kind);
  Response answer;
  if (control && !in.request.from_loopback) {
    answer = JsonReply(403, {{"error", "The control path answers this machine only."}});
  } else if (std::optional<Response> played = fault ? PlayFault(*fault, in) : std::nullopt) {
    answer = *std::move(played);
  } else if (!control && OverLimit()) {
    answer = Throttled(cloud_.options.retry_after_seconds, in);
  } else if (std::optional<Response> refused = Admit(cloud_, route, in)) {
    answer = *std::move(refused);
  } else {
    try {
      answer = route.handler(cloud_, in);
    } catch (const Json::exception& e) {
      // A member of a type that the handler did not expect.
      answer = Refusal(in.service, 400, in.service == Service::kEcs ? "Ecs.0005" : "",
                       StrCat("The request is malformed: ", e.what()), in.request_id);
    }
    const bool touches = in.service == Service::kEcs || in.service == Service::kNova;
    if (in.request.method != "GET" && !touches) ++cloud_.store.generation;
  }
  AddServiceHeaders(in, cloud_.wall(), answer);
  if (fault) Spoil(*fault, answer);
  return answer;
}

bool Emulator::OverLimit() {
  const double rate = cloud_.options.requests_per_second;
  if (rate <= 0) return false;
  const ecs::TimePoint now = cloud_.timeline.now();
  const double seconds = std::chrono::duration<double>(now - filled_).count();
  filled_ = now;
  tokens_ = std::min(std::max(rate, 1.0), tokens_ + seconds * rate);
  if (tokens_ < 1) return true;
  tokens_ -= 1;
  return false;
}

ecs::Status Emulator::AddFault(std::string_view text) {
  ASSIGN_OR_RETURN(Fault fault, ParseFault(text));
  With([&fault](Cloud& cloud) { cloud.faults.Add(fault); });
  return ecs::Ok{};
}

std::vector<std::string> Emulator::FaultsNotSeen() {
  std::vector<std::string> missing;
  With([&missing](Cloud& cloud) {
    for (const Fault& fault : cloud.faults.NotSeen()) {
      missing.push_back(StrCat(fault.operation, ":", FaultKindName(fault.kind)));
    }
  });
  return missing;
}

int Emulator::Count(const std::string& operation) {
  absl::MutexLock lock(&mu_);
  return cloud_.journal.Count(operation);
}

void Emulator::With(const std::function<void(Cloud&)>& look) {
  absl::MutexLock lock(&mu_);
  cloud_.timeline.Advance();
  look(cloud_);
  ++cloud_.store.generation;
}

}  // namespace emulator
