#include "client/wire.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"

namespace ecs::client {
namespace {

// How long an interrupted call waits for the answer to work it has ordered already. Of the ten
// seconds that such work has, the rest is for looking at what came of it.
constexpr Duration kAnswerGrace = std::chrono::seconds(6);

Error GaveUp(const Request& request, Code code, bool begun) {
  return {.code = code,
          .summary = absl::StrCat(request.operation, " failed"),
          .detail = code == Code::kTimeout ? "The time ran out before the cloud answered."
                                           : "Interrupted before the cloud answered.",
          .api = ApiFault{.operation = request.operation},
          .maybe_executed = begun};
}

Result<Response> Exchange(Wire& wire, const Call& call, const Request& request) {
  if (call.cancel.IsSet()) return GaveUp(request, Code::kCancelled, false);
  if (call.clock.Now() >= call.deadline) return GaveUp(request, Code::kTimeout, false);
  const std::shared_ptr<Transfer> transfer = wire.Begin(request);
  Status waited = transfer->Await(call.clock, call.deadline, call.cancel);
  const bool ordered = request.repeat == Repeat::kOnlyIfNotSent && transfer->Begun();
  if (!waited.ok() && waited.error().code == Code::kCancelled && ordered) {
    const Cancel deaf;
    const TimePoint end = std::min(call.deadline, call.clock.Now() + kAnswerGrace);
    waited = transfer->Await(call.clock, end, deaf);
  }
  if (!waited.ok()) return GaveUp(request, waited.error().code, transfer->Abandon());
  return transfer->Take();
}

}  // namespace

Status Transfer::Await(Clock& clock, TimePoint until, const Cancel& cancel) {
  absl::MutexLock lock(&mu_);
  return clock.AwaitUnder(mu_, ended_, until, cancel,
                          [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return outcome_.has_value(); });
}

Result<Response> Transfer::Take() {
  absl::MutexLock lock(&mu_);
  return *std::move(outcome_);
}

Send Over(std::shared_ptr<Wire> wire) {
  return [wire = std::move(wire)](const Call& call, Request& request) {
    return Exchange(*wire, call, request);
  };
}

}  // namespace ecs::client
