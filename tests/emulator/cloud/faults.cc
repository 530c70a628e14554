#include "tests/emulator/cloud/faults.h"

#include <iterator>
#include <utility>

#include "tests/emulator/cloud/options.h"
#include "tests/emulator/cloud/text.h"

namespace emulator {
namespace {

constexpr std::pair<FaultKind, std::string_view> kKinds[] = {
    {FaultKind::kRefuse, "refuse"},       {FaultKind::kReset, "reset"},
    {FaultKind::kThrottle, "throttle"},   {FaultKind::kUnavailable, "unavailable"},
    {FaultKind::kHtml, "html"},           {FaultKind::kLost, "lost"},
    {FaultKind::kSlow, "slow"},           {FaultKind::kMalformed, "malformed"},
    {FaultKind::kTruncated, "truncated"}, {FaultKind::kWithout, "without"},
    {FaultKind::kFail, "fail"},           {FaultKind::kError, "error"},
    {FaultKind::kStuck, "stuck"},         {FaultKind::kFail, "rollback"},
};

ecs::Error Invalid(std::string_view what) {
  return {.code = ecs::Code::kInvalid,
          .summary = StrCat("This fault cannot be planned: ", what),
          .hint = "Write OPERATION:KIND[:COUNT][:NAME=VALUE]…, such as CreateServers:lost:1."};
}

bool IsOutcome(FaultKind kind) {
  return kind == FaultKind::kFail || kind == FaultKind::kError || kind == FaultKind::kStuck;
}

ecs::Status SetMember(Fault& fault, std::string_view name, std::string_view value) {
  int number = 0;
  const bool is_number = ReadNumber(value, &number);
  if (name == "status" && is_number) {
    fault.status = number;
  } else if (name == "count" && (is_number || value == "always")) {
    fault.count = is_number ? number : -1;
  } else if (name == "skip" && is_number) {
    fault.skip = number;
  } else if (name == "retry_after" && is_number) {
    fault.retry_after = number;
  } else if (name == "code") {
    fault.code = value;
  } else if (name == "message") {
    fault.message = value;
  } else if (name == "member") {
    fault.member = value;
  } else if (name == "server") {
    fault.server = value;
  } else if (name == "delay") {
    ASSIGN_OR_RETURN(fault.delay, ParseDuration(value));
  } else {
    return Invalid(StrCat("\"", name, "=", value, "\" is not understood"));
  }
  return ecs::Ok{};
}

ecs::Status SetKind(Fault& fault, std::string_view text) {
  for (const auto& [kind, name] : kKinds) {
    if (name == text) {
      fault.kind = kind;
      return ecs::Ok{};
    }
  }
  return Invalid(StrCat("there is no kind \"", text, "\""));
}

bool Matches(std::string_view pattern, std::string_view operation) {
  if (pattern == "*" || pattern == operation) return true;
  const std::size_t dot = operation.find('.');
  if (dot == std::string_view::npos) return false;
  if (pattern == operation.substr(dot + 1)) return true;
  return EndsWith(pattern, ".*") &&
         pattern.substr(0, pattern.size() - 2) == operation.substr(0, dot);
}

}  // namespace

std::string_view FaultKindName(FaultKind kind) {
  for (const auto& [key, name] : kKinds) {
    if (key == kind) return name;
  }
  return "";
}

ecs::Result<Fault> ParseFault(std::string_view text) {
  const std::vector<std::string> parts = Split(text, ':');
  if (parts.size() < 2 || parts[0].empty()) return Invalid(StrCat("\"", text, "\""));
  Fault fault = {.operation = std::string(parts[0])};
  RETURN_IF_ERROR(SetKind(fault, parts[1]));
  for (std::size_t i = 2; i < parts.size(); ++i) {
    const auto [name, value] = SplitOnce(parts[i], '=');
    if (Contains(parts[i], "=")) {
      RETURN_IF_ERROR(SetMember(fault, name, value));
    } else {
      RETURN_IF_ERROR(SetMember(fault, "count", name));
    }
  }
  return fault;
}

ecs::Result<Fault> FaultFromJson(const Json& json) {
  if (json.is_string()) return ParseFault(json.get<std::string>());
  Fault fault = {.operation = TextOf(json, "operation")};
  if (fault.operation.empty()) return Invalid("it names no operation");
  RETURN_IF_ERROR(SetKind(fault, TextOf(json, "kind")));
  for (const auto& [name, value] : json.items()) {
    if (name == "operation" || name == "kind" || name == "id" || name == "seen") continue;
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    RETURN_IF_ERROR(SetMember(fault, name, text));
  }
  return fault;
}

Json FaultToJson(const Fault& fault) {
  Json json = {{"id", fault.id},
               {"operation", fault.operation},
               {"kind", FaultKindName(fault.kind)},
               {"count", fault.count < 0 ? Json("always") : Json(fault.count)},
               {"seen", fault.seen}};
  if (fault.skip != 0) json["skip"] = fault.skip;
  if (fault.status != 0) json["status"] = fault.status;
  if (!fault.code.empty()) json["code"] = fault.code;
  if (!fault.message.empty()) json["message"] = fault.message;
  if (!fault.member.empty()) json["member"] = fault.member;
  if (!fault.server.empty()) json["server"] = fault.server;
  if (fault.retry_after) json["retry_after"] = *fault.retry_after;
  if (fault.kind == FaultKind::kSlow) {
    json["delay"] = StrCat(fault.delay / std::chrono::milliseconds(1), "ms");
  }
  return json;
}

int Faults::Add(Fault fault) {
  fault.id = next_id_++;
  fault.seen = 0;
  faults_.push_back(std::move(fault));
  return faults_.back().id;
}

bool Faults::Remove(int id) {
  return faults_.remove_if([id](const Fault& fault) { return fault.id == id; }) > 0;
}

std::optional<Fault> Faults::Take(bool outcome, std::string_view operation,
                                  std::string_view server_id, std::string_view server_name) {
  for (Fault& fault : faults_) {
    if (IsOutcome(fault.kind) != outcome || !Matches(fault.operation, operation)) continue;
    if (!fault.server.empty() && fault.server != server_id && fault.server != server_name) continue;
    if (fault.count >= 0 && fault.seen >= fault.count) continue;
    if (fault.skip > 0) {
      --fault.skip;
      continue;
    }
    ++fault.seen;
    return fault;
  }
  return std::nullopt;
}

std::optional<Fault> Faults::TakeExchange(std::string_view operation, std::string_view server_id,
                                          std::string_view server_name) {
  return Take(false, operation, server_id, server_name);
}

std::optional<Fault> Faults::TakeOutcome(std::string_view operation, std::string_view server_id,
                                         std::string_view server_name) {
  return Take(true, operation, server_id, server_name);
}

std::vector<Fault> Faults::NotSeen() const {
  std::vector<Fault> missing;
  for (const Fault& fault : faults_) {
    if (fault.seen < (fault.count < 0 ? 1 : fault.count)) missing.push_back(fault);
  }
  return missing;
}

}  // namespace emulator
