#include "tests/support/emulator_transport.h"

#include "absl/strings/str_cat.h"
#include "client/url.h"

namespace ecs {

emulator::Request TranslateRequest(const client::Request& request) {
  const client::UrlParts url = client::SplitUrl(request.url);
  emulator::Request out{.method = request.method, .target = url.path, .body = request.body};
  if (!url.query.empty()) absl::StrAppend(&out.target, "?", url.query);
  for (const auto& [name, value] : request.headers) out.headers.emplace_back(name, value);
  if (!emulator::HasHeader(out.headers, "Host")) out.headers.emplace_back("Host", url.authority);
  return out;
}

namespace {

Error NoWholeAnswer() {
  return {.code = Code::kUnavailable,
          .summary = "The cloud could not be reached",
          .detail = "No whole answer came from cloud.test: the connection broke.",
          .maybe_executed = true};
}

}  // namespace

client::Send ThroughEmulator(emulator::Emulator& cloud) {
  return [&cloud](const Call& call, client::Request& request) -> Result<client::Response> {
    if (call.cancel.IsSet()) return Error{.code = Code::kCancelled, .summary = "Interrupted"};
    emulator::Response answer = cloud.Handle(TranslateRequest(request));
    const TimePoint arrival = call.clock.Now() + answer.delay;
    if (arrival > call.deadline) {
      RETURN_IF_ERROR(call.clock.SleepUntil(call.deadline, call.cancel));
      return Error{.code = Code::kTimeout, .summary = "No answer in time", .maybe_executed = true};
    }
    RETURN_IF_ERROR(call.clock.SleepUntil(arrival, call.cancel));
    if (answer.wire != emulator::Wire::kWhole) return NoWholeAnswer();
    client::Response out{.status = answer.status, .body = std::move(answer.body)};
    for (auto& [name, value] : answer.headers) out.headers.Add(name, value);
    return out;
  };
}

}  // namespace ecs
