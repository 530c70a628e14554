// Addresses as the configuration, the environment and the cloud's catalogue name them.
// Promised: what was encoded is decoded to the same; a request to any address is signed so that the
// emulator, which shares no code with the client, agrees with the signature.
#include <optional>
#include <string>

#include "client/catalogue.h"
#include "client/signing.h"
#include "client/url.h"
#include "tests/emulator/http/http.h"
#include "tests/emulator/http/signature.h"
#include "tests/fuzz/fuzz.h"

namespace ecs::fuzz {
namespace {

constexpr char kSecret[] = "skExampleSecretKeyDoNotUse0000000000000A";

void TryParts(const std::string& url) {
  const client::UrlParts parts = client::SplitUrl(url);
  PROMISE(parts.path.find_first_of("?#") == std::string::npos);
  PROMISE(parts.query.find('#') == std::string::npos);
  const client::Endpoint endpoint = client::ParseEndpoint(url);
  client::Address(endpoint, "/v2.1/{project_id}/servers", url);
  const client::Settings settings{.auth_url = url};
  client::RegionOf(settings);
  client::TemplateEndpoint(settings, "ecs");
}

void TryCoding(const std::string& text) {
  const std::string encoded = client::PercentEncode(text);
  PROMISE(client::PercentDecode(encoded) == text, encoded);
  PROMISE(emulator::PercentDecode(encoded) == text, encoded);
  PROMISE(client::PercentDecode(text) == emulator::PercentDecode(text), text);
  client::FillPath(text, {{"server_id", text}, {"", text}});
  const emulator::Query query(client::QueryText({{"key", text}}).substr(1));
  PROMISE(query.Get("key") == text, text);
}

void TrySigning(const std::string& url, const std::string& body) {
  const client::Keys keys{.access_key = "AK", .secret_key = Secret(kSecret)};
  client::Request request{.method = "POST",
                          .url = url,
                          .headers = {{"Content-Type", "application/json"}},
                          .body = body};
  client::Sign(keys, WallTime(), request);
  const client::UrlParts parts = client::SplitUrl(url);
  emulator::Request sent{.method = "POST", .target = parts.path, .body = body};
  if (!parts.query.empty()) sent.target += "?" + parts.query;
  for (const auto& [name, value] : request.headers) sent.headers.emplace_back(name, value);
  const auto given = emulator::ParseAuthorization(sent.Header("Authorization"));
  PROMISE(given.has_value());
  PROMISE(emulator::CheckSignature(sent, *given, kSecret).empty(), url);
}

}  // namespace

void Try(std::string_view bytes) {
  Input input(bytes);
  const std::string url(input.Line());
  const std::string body(input.Rest());
  TryParts(url);
  TryCoding(url);
  TrySigning(url, body);
  emulator::ParseAuthorization(body);
}

}  // namespace ecs::fuzz
