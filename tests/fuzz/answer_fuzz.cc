// One answer of the cloud: status, headers and body.
// Promised: any answer is read, or is an Error that says what was tried; none of them throws. JSON
// that was read is written so that the same is read back. The log shows no body longer than its
// limit, and messages do not repeat the request's secrets.
#include <chrono>
#include <string>

#include "client/catalogue.h"
#include "client/fault.h"
#include "client/job.h"
#include "client/offers.h"
#include "client/retry.h"
#include "client/server.h"
#include "client/wire_log.h"
#include "tests/fuzz/cloud_answers.h"
#include "tests/support/fake_clock.h"

namespace ecs::fuzz {
namespace {

constexpr char kSecret[] = "hunter2-secret";

void ReadAll(const client::Json& json) {
  const client::Server server = client::ParseServer(json);
  PROMISE(!client::Describe(server).empty());
  client::IsSettled(server);
  const client::Job job = client::ParseJob(json);
  const client::Verdict verdict = client::Judge(job);
  PROMISE(verdict.kind != client::Verdict::kFailed || !verdict.error.detail.empty());
  client::ServerIds(job);
  const client::Flavor flavor = client::ParseFlavor(json);
  client::OfferIn(flavor, "az1");
  client::OffersAutoRecovery(flavor);
  client::ParseImage(json);
  client::ParseVolume(json);
  client::FaultIn(json);
}

void ReadCatalogue(const client::Json& json) {
  const client::Settings settings{.auth_url = "https://iam.eu-de.example.com/v3"};
  const client::Catalogue catalogue = client::ParseCatalogue(json);
  for (const char* service : {"iam", "ecs", "vpc", "evs", "ims", "eip"}) {
    const auto endpoint = client::FindEndpoint(settings, catalogue, service, true);
    if (endpoint) client::Address(*endpoint, "/v2.1/{project_id}/servers", "p/1");
  }
}

void TryText(const std::string& text) {
  client::FaultInText(text);
  PROMISE(client::ShownBody(text).size() <= 4096 + 16);
  client::MeaningOf(text, 0);
  client::Redactor secrets;
  secrets.Learn(client::Request{.body = std::string(R"({"adminPass":")") + kSecret + "\"}"});
  PROMISE(secrets.Redact(text).find(kSecret) == std::string::npos, text);
  client::Response answer = {.body = text};
  secrets.Learn(answer);
  secrets.Redact("The password is too short.");
  const auto json = client::ParseJson(text);
  if (!json) return;
  PROMISE(client::ParseJson(json->dump()) == json, text);
  ReadAll(*json);
  ReadCatalogue(*json);
}

void TryAnswer(const std::string& method, const client::Response& response) {
  FakeClock clock;
  const Cancel cancel;
  Log log(Level::kOff, clock, [](std::string_view) {});
  const Call call{clock, TimePoint::max(), cancel, log, RealRandom()};
  client::Request request = {.method = method,
                             .body = std::string(R"({"password":")") + kSecret + "\"}",
                             .operation = "GET /v1/things"};
  const client::Send send = client::Chain(
      {client::Interpret()},
      [&](const Call&, client::Request&) { return Result<client::Response>(response); });
  const Result<client::Response> read = send(call, request);
  if (request.retry_after) {
    PROMISE(*request.retry_after >= Duration::zero() &&
            *request.retry_after <= std::chrono::hours(24));
  }
  if (read.ok()) return ReadAll(read->json);
  const Error& error = read.error();
  PROMISE(!error.summary.empty() && !error.detail.empty() && error.api.has_value());
  PROMISE(error.api->message.find(kSecret) == std::string::npos, error.api->message);
  PROMISE(!error.maybe_executed || method != "GET");
  PROMISE(!error.Text().empty());
}

}  // namespace

void Try(std::string_view bytes) {
  Input input(bytes);
  const std::string method = input.Flag() ? "POST" : "GET";
  const client::Response response = AnswerFrom(input);
  TryAnswer(method, response);
  TryText(response.body);
}

}  // namespace ecs::fuzz
