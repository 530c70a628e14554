#include "client/settings.h"

namespace ecs::client {

Method MethodOf(const Settings& settings) {
  if (!settings.token.empty()) return Method::kToken;
  if (!settings.access_key.empty() || !settings.secret_key.empty()) return Method::kKeys;
  const bool has_user = !settings.user_name.empty() || !settings.user_id.empty();
  return has_user || !settings.password.empty() ? Method::kPassword : Method::kNone;
}

}  // namespace ecs::client
