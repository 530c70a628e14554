#include "tests/simulation/wire.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "client/url.h"
#include "tests/support/emulator_transport.h"

namespace ecs::simulation {
namespace {

constexpr const char* kFaultNames[] = {
    "whole", "refused 400", "refused 403", "gateway 404", "conflict 409",  "throttled 429",
    "503",   "500",         "echo",        "reset",       "no connection", "lost",
    "slow",  "malformed",   "truncated",   "empty body",  "late",          "false 404",
    "stale", "other",       "missing",     "nameless"};
static_assert(std::size(kFaultNames) == static_cast<std::size_t>(Fate::kCount));

// Durations that cross the product's own constants.
constexpr Duration kTravels[] = {std::chrono::milliseconds(10), std::chrono::milliseconds(100),
                                 std::chrono::seconds(1), std::chrono::seconds(3),
                                 std::chrono::seconds(11)};
constexpr Duration kSlows[] = {std::chrono::seconds(3),   std::chrono::seconds(11),
                               std::chrono::seconds(25),  std::chrono::seconds(61),
                               std::chrono::seconds(130), std::chrono::minutes(25)};
constexpr Duration kLates[] = {std::chrono::seconds(1), std::chrono::seconds(15),
                               std::chrono::minutes(2), std::chrono::minutes(10)};

bool IsId(const std::string& segment) {
  if (segment.size() < 32) return false;
  return segment.find_first_not_of("0123456789abcdef-") == std::string::npos;
}

emulator::Response Refusal(int status, const std::string& body) {
  emulator::Response response{.status = status, .body = body};
  response.headers.emplace_back("Content-Type", "application/json");
  return response;
}

// A gateway that quotes what it was sent.
emulator::Response EchoOf(const client::Request& request) {
  std::string quoted = request.headers.Get("X-Auth-Token");
  const auto body = nlohmann::json::parse(request.body, nullptr, false);
  for (const char* place : {"/server/adminPass", "/auth/identity/password/user/password",
                            "/reset-password/new_password"}) {
    const nlohmann::json::json_pointer pointer(place);
    if (!body.is_discarded() && body.contains(pointer))
      absl::StrAppend(&quoted, " ", body[pointer].get<std::string>());
  }
  const nlohmann::json answer = {
      {"error", {{"code", "Ecs.0005"}, {"message", "Cannot read " + quoted + "."}}}};
  return Refusal(400, answer.dump());
}

emulator::Response RefusalOf(Fate fate, const client::Request& request) {
  switch (fate) {
    case Fate::kEcho:
      return EchoOf(request);
    case Fate::kRefused400:
      return Refusal(400, R"({"error":{"code":"Ecs.0005","message":"The request is invalid."}})");
    case Fate::kRefused403:
      return Refusal(403,
                     R"({"error":{"code":"Common.0011","message":"Policy does not allow it."}})");
    case Fate::kGateway404:
      return Refusal(404, R"({"error_code":"APIGW.0101","error_msg":"The API does not exist."})");
    case Fate::kConflict409:
      return Refusal(409, R"({"conflictingRequest":{"code":409,"message":"It is busy."}})");
    case Fate::kThrottled429:
      return Refusal(429, R"({"error":{"code":"Common.1503","message":"Too many requests."}})");
    case Fate::kUnavailable503:
      return Refusal(503, "");
    default:
      return Refusal(500, R"({"error":{"code":"Ecs.0000","message":"System error."}})");
  }
}

Error Broken(bool maybe_executed) {
  return {.code = Code::kUnavailable,
          .summary = "The cloud could not be reached",
          .detail = maybe_executed ? "The connection broke." : "Connection refused.",
          .maybe_executed = maybe_executed};
}

}  // namespace

const char* NameOf(Fate fate) { return kFaultNames[static_cast<std::size_t>(fate)]; }

bool IsLie(Fate fate) { return fate >= Fate::kFalse404 && fate <= Fate::kMissing; }

bool Passes(Fate fate) {
  switch (fate) {
    case Fate::kWhole:
    case Fate::kThrottled429:
    case Fate::kUnavailable503:
    case Fate::kReset:
    case Fate::kNoConnection:
    case Fate::kLost:
    case Fate::kNameless:
    case Fate::kFalse404:
      return true;
    default:
      return false;
  }
}

bool Fits(Fate fate, const std::string& operation, const std::string& method) {
  if (fate == Fate::kNameless) return operation == "POST cloudservers";
  // A deletion may be told that there is no such server, as a look may be.
  if (fate == Fate::kFalse404 && operation == "POST cloudservers/delete") return true;
  return !IsLie(fate) || method == "GET";
}

bool MakesServers(const std::string& operation) {
  return operation == "POST cloudservers" || operation == "POST servers";
}

std::string OperationOf(const client::Request& request) {
  const std::string path = client::SplitUrl(request.url).path;
  std::string name = request.method;
  std::string last;
  const std::vector<std::string> segments = absl::StrSplit(path, '/', absl::SkipEmpty());
  for (const std::string& segment : segments) {
    const bool version =
        segment.size() > 1 && segment[0] == 'v' && segment[1] >= '0' && segment[1] <= '9';
    // The project's id stands behind the version.
    const bool project = IsId(segment) && last.size() > 1 && last[0] == 'v' && last[1] <= '9';
    last = segment;
    if (version || project) continue;
    absl::StrAppend(&name, name == request.method ? " " : "/", IsId(segment) ? "*" : segment);
  }
  if (last == "action" && !request.body.empty()) {
    const auto body = nlohmann::json::parse(request.body, nullptr, false);
    if (body.is_object() && !body.empty()) absl::StrAppend(&name, " ", body.begin().key());
  }
  return name;
}

// A transfer of the simulated wire. Ended by events; the dead do not hear.
class SimulatedWire::Flight : public client::Transfer {
 public:
  bool Begun() const override { return begun; }
  bool Abandon() override {
    abandoned = true;
    return begun;
  }

  client::Request request = {};
  std::string name = {};  // "apply 1/web[0]/POST cloudservers#1"
  std::string operation = {};
  std::string command = {};
  std::string address = {};
  Process* process = nullptr;
  Fate fate = Fate::kWhole;
  bool begun = false;
  bool abandoned = false;
};

SimulatedWire::SimulatedWire(Scheduler& scheduler, Process& process, emulator::Emulator& cloud,
                             Choices& choices, Ledger& ledger, Weather& weather, Matrix& matrix)
    : scheduler_(scheduler),
      process_(process),
      cloud_(cloud),
      choices_(choices),
      ledger_(ledger),
      weather_(weather),
      matrix_(matrix) {}

Fate SimulatedWire::Choose(const std::string& name, const std::string& operation,
                           const std::string& method) {
  if (!weather_.faults) return Fate::kWhole;
  if (!aimed_ && operation == weather_.aim) {
    aimed_ = true;
    const std::string choice = absl::StrCat(name, "/aimed");
    if (Fits(weather_.aimed, operation, method) && choices_.Chance(choice, 1000))
      return weather_.aimed;
  }
  if (!choices_.Chance(absl::StrCat(name, "/faulty"), weather_.permille)) return Fate::kWhole;
  unsigned total = 0;
  for (const unsigned weight : weather_.weights) total += weight;
  if (total == 0) return Fate::kWhole;
  std::uint64_t pick = choices_.Pick(absl::StrCat(name, "/fault"), total);
  for (std::size_t i = 0; i < weather_.weights.size(); ++i) {
    if (pick < weather_.weights[i]) {
      const Fate fate = static_cast<Fate>(i);
      return Fits(fate, operation, method) ? fate : Fate::kWhole;
    }
    pick -= weather_.weights[i];
  }
  return Fate::kWhole;
}

void SimulatedWire::RememberSecrets(const client::Request& request) {
  for (const char* header : {"X-Auth-Token", "X-Subject-Token", "X-Security-Token"}) {
    if (!request.headers.Get(header).empty()) secrets_.insert(request.headers.Get(header));
  }
}

void SimulatedWire::Step(const Flight& flight, const std::string& text) {
  const double seconds = std::chrono::duration<double>(scheduler_.now().time_since_epoch()).count();
  ledger_.steps.push_back(absl::StrFormat("%10.2f s  %s  %s  %s", seconds - 3600,
                                          flight.command + "/" + flight.address, flight.operation,
                                          text));
}

std::shared_ptr<client::Transfer> SimulatedWire::Begin(const client::Request& request) {
  ++requests_;
  const Thread* thread = scheduler_.current();
  auto flight = std::make_shared<Flight>();
  flight->request = request;
  flight->operation = OperationOf(request);
  flight->process = &process_;
  const std::string where = thread == nullptr ? "" : thread->name;
  const auto slash = where.find('/');
  flight->command = where.substr(0, slash);
  flight->address = slash == std::string::npos ? "" : where.substr(slash + 1);
  const std::string key = absl::StrCat(where, "/", flight->operation);
  flight->name = absl::StrCat(key, "#", ++asked_[key]);
  RememberSecrets(request);
  flight->fate = Choose(flight->name, flight->operation, request.method);
  ++matrix_[flight->operation][NameOf(flight->fate)];
  if (flight->fate != Fate::kWhole) ++faults_;
  const bool passes = Passes(flight->fate) && (!IsLie(flight->fate) || request.method == "GET");
  if (flight->fate != Fate::kWhole && (!passes || ++ledger_.passing_troubles > 1)) {
    ledger_.disturbed = true;
  }
  if (flight->fate != Fate::kWhole && flight->operation == "GET servers/*/os-instance-actions") {
    ++ledger_.unread_logs[flight->command];
  }
  const bool is_create = MakesServers(flight->operation);
  const bool is_troubled = flight->fate != Fate::kWhole;
  if (is_troubled && (!is_create || flight->fate == Fate::kLate)) {
    ledger_.troubled.insert(flight->command);
  }
  const TimePoint now = scheduler_.now();
  if (flight->fate == Fate::kNoConnection) {
    scheduler_.At(now + std::chrono::milliseconds(10), [this, flight] {
      Step(*flight, "no connection");
      if (!flight->process->dead) flight->End(Broken(false));
    });
    return flight;
  }
  flight->begun = true;
  const std::size_t classes = weather_.faults ? std::size(kTravels) : 1;
  Duration travel = kTravels[0];
  if (weather_.faults && choices_.Chance(absl::StrCat(flight->name, "/travels"), 50)) {
    travel = kTravels[choices_.Pick(absl::StrCat(flight->name, "/travel"), classes)];
    if (!is_create && travel >= std::chrono::seconds(1)) ledger_.troubled.insert(flight->command);
  }
  if (flight->fate == Fate::kLate) {
    const Duration late =
        kLates[choices_.Pick(absl::StrCat(flight->name, "/late"), std::size(kLates))];
    scheduler_.At(now + travel, [this, flight] {
      Step(*flight, "the connection breaks");
      if (!flight->process->dead) flight->End(Broken(true));
    });
    scheduler_.At(now + late, [this, flight] { Execute(flight); });
    return flight;
  }
  scheduler_.At(now + travel, [this, flight] { Execute(flight); });
  return flight;
}

std::string SimulatedWire::ServerIn(const std::string& url) const {
  const std::string path = client::SplitUrl(url).path;
  for (const absl::string_view part : absl::StrSplit(path, '/')) {
    const std::string id(part);
    if (ledger_.servers.count(id) > 0) return id;
  }
  return "";
}

// Clouds lock a user who tries a wrong password too often.
void SimulatedWire::CountSignIns(const Flight& flight, int status) {
  const bool heard = flight.fate == Fate::kWhole || flight.fate == Fate::kSlow;
  if (flight.operation != "POST auth/tokens" || status != 401 || !heard) return;
  if (++refused_sign_ins_ > 1) {
    ledger_.Break("I6", absl::StrCat(flight.command, " signs in again after it was refused"));
  }
}

// By the true answer: the rows of the servers may appear later.
void SimulatedWire::TakeNewServers(const Flight& flight, const emulator::Response& answer) {
  const nlohmann::json body = answer.Parsed();
  if (!body.is_object() || !body.contains("serverIds")) return;
  for (const auto& id : body["serverIds"]) {
    ledger_.servers.emplace(id.get<std::string>(), Owner{flight.address, flight.command});
  }
}

std::optional<emulator::Response> SimulatedWire::Lie(const Flight& flight) {
  const std::string& url = flight.request.url;
  switch (flight.fate) {
    case Fate::kFalse404:
      return Refusal(404, R"({"itemNotFound":{"code":404,"message":"It could not be found."}})");
    case Fate::kStale:
      if (earlier_.count(url) == 0) return std::nullopt;
      return earlier_.at(url);
    case Fate::kOther: {
      const auto last = last_.find(flight.operation);
      if (last == last_.end() || last->second.first == url) return std::nullopt;
      return last->second.second;
    }
    case Fate::kMissing: {
      constexpr const char* kMembers[] = {"image",    "key_name", "OS-EXT-AZ:availability_zone",
                                          "flavor",   "tags",     "description",
                                          "metadata", "addresses"};
      emulator::Response answer = cloud_.Handle(TranslateRequest(flight.request));
      auto body = nlohmann::json::parse(answer.body, nullptr, false);
      if (answer.status != 200 || !body.is_object() || body.empty()) return std::nullopt;
      const std::string choice = absl::StrCat(flight.name, "/missing");
      if (body.contains("server")) {
        body["server"].erase(kMembers[choices_.Pick(choice, std::size(kMembers))]);
      } else {
        body.erase(std::next(body.begin(), std::ptrdiff_t(choices_.Pick(choice, body.size()))));
      }
      answer.body = body.dump();
      return answer;
    }
    default:
      return std::nullopt;
  }
}

void SimulatedWire::Execute(const std::shared_ptr<Flight>& flight) {
  const bool refused = flight->fate >= Fate::kRefused400 && flight->fate <= Fate::kEcho;
  if (refused) return Answer(flight, RefusalOf(flight->fate, flight->request));
  if (flight->fate == Fate::kReset) {
    Step(*flight, "reset, not executed");
    if (!flight->process->dead) flight->End(Broken(true));
    return;
  }
  const std::string& url = flight->request.url;
  if (IsLie(flight->fate) && ledger_.lied_about.count(url) == 0) {
    if (std::optional<emulator::Response> lie = Lie(*flight)) {
      ledger_.lied_about.insert(url);
      return Answer(flight, *std::move(lie));
    }
  }
  const bool is_get = flight->request.method == "GET";
  const std::string server = ServerIn(url);
  if (!is_get && !server.empty()) {
    const auto owner = ledger_.servers.find(server);
    if (owner != ledger_.servers.end() && owner->second.address == kNeighbour) {
      ledger_.Break("I1", absl::StrCat(flight->operation, " of ", flight->address,
                                       " changes somebody else's server ", server));
    }
  }
  emulator::Response answer = cloud_.Handle(TranslateRequest(flight->request));
  if (is_get) ledger_.lied_about.erase(url);
  // A row that is not there yet, or no more, followed by a lie, would be two in a row.
  if (is_get && answer.status == 404) ledger_.lied_about.insert(url);
  if (MakesServers(flight->operation)) TakeNewServers(*flight, answer);
  CountSignIns(*flight, answer.status);
  if (is_get && flight->fate == Fate::kWhole && answer.status == 200) {
    earlier_[url] = answer;
    last_[flight->operation] = {url, answer};
  }
  switch (flight->fate) {
    case Fate::kLost:
    case Fate::kTruncated:
      answer.wire = emulator::Wire::kDropped;
      break;
    case Fate::kMalformed:
      answer.body = "{\"this is\": not JSON";
      break;
    case Fate::kEmptyBody:
      answer.body = "";
      break;
    case Fate::kNameless: {
      nlohmann::json body = answer.Parsed();
      if (body.is_object()) body.erase("serverIds");
      answer.body = body.dump();
      break;
    }
    case Fate::kSlow:
      answer.delay += kSlows[choices_.Pick(absl::StrCat(flight->name, "/slow"), std::size(kSlows))];
      break;
    default:
      break;
  }
  Answer(flight, std::move(answer));
}

void SimulatedWire::Answer(const std::shared_ptr<Flight>& flight, emulator::Response answer) {
  if (flight->fate == Fate::kLate)
    return Step(*flight, absl::StrCat("executed late: ", answer.status));
  const bool told = flight->request.method != "GET" || flight->fate != Fate::kWhole;
  if (told) {
    Step(*flight,
         absl::StrCat(answer.status, " ", flight->fate == Fate::kWhole ? "" : NameOf(flight->fate),
                      answer.delay > Duration::zero() ? ", the answer takes long" : ""));
  }
  scheduler_.At(scheduler_.now() + answer.delay, [flight, answer = std::move(answer)] {
    if (flight->process->dead || flight->abandoned) return;
    if (answer.wire != emulator::Wire::kWhole) return flight->End(Broken(true));
    client::Response out{.status = answer.status, .body = answer.body};
    for (const auto& [name, value] : answer.headers) out.headers.Add(name, value);
    flight->End(std::move(out));
  });
}

}  // namespace ecs::simulation
