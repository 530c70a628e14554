#include "client/settings.h"

namespace ecs::client {

Method MethodOf(const Settings& settings) {
  if (!settings.token.empty()) return Method::kToken;
  if (!settings.access_key.empty() || !settings.secret_key.empty()) return Method::kKeys;
  const bool has_user = !settings.user_name.empty() || !settings.user_id.empty();
  if (has_user || !settings.password.empty()) return Method::kPassword;
  return settings.metadata_service.value_or(false) ? Method::kMetadata : Method::kNone;
}

bool SignsRequests(const Settings& settings) {
  const Method method = MethodOf(settings);
  return method == Method::kKeys || method == Method::kMetadata;
}

}  // namespace ecs::client
