// The one place where secrets are cut out of what people read: log lines and diagnostics.
#pragma once

#include <deque>
#include <set>
#include <string>
#include <string_view>

#include "absl/synchronization/mutex.h"
#include "base/error.h"
#include "base/secret.h"
#include "client/json.h"
#include "client/settings.h"
#include "client/transport.h"

namespace ecs::client {

inline constexpr char kRedacted[] = "REDACTED";

// Knows secrets by their value, wherever a text has them: those of the settings, and the newest few
// thousand that requests and answers carried. Clouds like to repeat what they did not like, and a
// job says later what was wrong with the order. Values of fewer than 6 bytes are not looked for:
// they would cut words out that only look alike. Safe from any thread.
class Redactor {
 public:
  Redactor() = default;
  // Password, token, keys, and the user and password in any of its addresses. These are never
  // forgotten.
  explicit Redactor(const Settings& settings);

  // Headers that authorise (X-Auth-Token, X-Subject-Token, X-Security-Token, Authorization, …),
  // members of the body such as adminPass, password, user_data or private_key, and the user and
  // password in the address.
  void Learn(const Request& request);
  // Headers and members of the same names. Reads a short body into response.json.
  void Learn(Response& response);
  std::string Redact(std::string text) const;
  // All texts of it.
  Error Redact(Error error) const;

 private:
  // The value as it is, quoted for JSON, encoded for addresses and in base64.
  void Learn(const Secret& secret);
  // What stands before the @, as in "http://user:password@proxy:3128".
  void LearnAddress(std::string_view url);
  void LearnHeaders(const Headers& headers);
  void LearnMembers(const Json& value);

  using Known = std::set<std::string>;
  // Those that can be forgotten, the oldest first, and their bytes.
  struct Queue {
    std::deque<Known::iterator> by_age = {};
    std::size_t bytes = 0;
  };
  // Returns whether it was not known. `fleeting`: of one request alone, such as its signature.
  bool Keep(std::string text, bool fleeting = false);
  void Shorten(Queue& queue, std::size_t most) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  mutable absl::Mutex mu_;
  Known known_ ABSL_GUARDED_BY(mu_);
  Queue lasting_ ABSL_GUARDED_BY(mu_);
  Queue fleeting_ ABSL_GUARDED_BY(mu_);
};

}  // namespace ecs::client
