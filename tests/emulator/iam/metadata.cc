// The metadata service, as a server sees it that was given an agency: api/auth.md section 3.3.
#include <string>
#include <utility>

#include "tests/emulator/cloud/text.h"
#include "tests/emulator/http/router.h"
#include "tests/emulator/iam/catalog.h"

namespace emulator {
namespace {

constexpr long long kTokenSecondsMax = 21600;

Response PlainText(int status, std::string text) {
  return {.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = std::move(text)};
}

Response CreateMetadataToken(Cloud& cloud, const Exchange& in) {
  if (cloud.options.metadata == Metadata::kFirstVersion) {
    return PlainText(405, "Method Not Allowed");
  }
  long long seconds = 0;
  const bool number = ReadNumber(in.request.Header("X-Metadata-Token-Ttl-Seconds"), &seconds);
  if (!number || seconds < 1 || seconds > kTokenSecondsMax) return PlainText(400, "Bad Request");
  return PlainText(200, cloud.iam.IssueMetadataToken(cloud.wall() + std::chrono::seconds(seconds)));
}

Response ShowSecurityKey(Cloud& cloud, const Exchange& in) {
  const std::string token = in.request.Header("X-Metadata-Token");
  const bool required = cloud.options.metadata == Metadata::kTokenRequired;
  if ((required || !token.empty()) && !cloud.iam.KnowsMetadataToken(token, cloud.wall())) {
    return PlainText(401, "Unauthorized");
  }
  if (cloud.options.metadata == Metadata::kWithoutAgency) {
    return PlainText(401, "Please configure Cloud Service Agency first");
  }
  return JsonReply(200, CredentialJson(cloud, cloud.wall() + cloud.options.key_life));
}

}  // namespace

void AddMetadataRoutes(Router& router) {
  constexpr Service kMetadata = Service::kMetadata;
  router
      .Add(kMetadata, "PUT", "/meta-data/latest/api/token", "CreateMetadataToken",
           CreateMetadataToken)
      .access = Access::kOpen;
  router.Add(kMetadata, "GET", "/openstack/latest/securitykey", "ShowSecurityKey", ShowSecurityKey)
      .access = Access::kOpen;
}

}  // namespace emulator
