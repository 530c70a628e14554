// A "not found" is asked for twice: an instance of the service may not know an object yet, and a
// gateway may not know a route. One such answer must not drop a server or fail its creation.
#pragma once

#include <chrono>
#include <utility>

#include "base/call.h"
#include "base/result.h"

namespace ecs::client {

// Long enough for another instance of the service to answer.
inline constexpr Duration kSecondLook = std::chrono::seconds(1);

// A 404 may be false; an answer that shows the object as deleted is not.
inline bool MayBeFalse(const Error& error) {
  return error.code == Code::kNotFound && (!error.api || error.api->http_status >= 400);
}

// What was seen, or what `look` sees a little later where that is a "not found" that may be false.
// Errors are those of the looks, or kCancelled.
template <class Seen, class Look>
Seen LookAgainIfMissing(const Call& call, Seen seen, const Look& look) {
  if (seen.ok() || !MayBeFalse(seen.error())) return seen;
  RETURN_IF_ERROR(call.clock.SleepUntil(call.clock.Now() + kSecondLook, call.cancel));
  return look();
}

// Looks, and looks once more where it must.
template <class Look>
auto LookTwice(const Call& call, const Look& look) -> decltype(look()) {
  return LookAgainIfMissing(call, look(), look);
}

}  // namespace ecs::client
