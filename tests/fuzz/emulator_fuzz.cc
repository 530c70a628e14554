// Requests to the emulated cloud from a customer who knows the keys: some lines, each a request as
// "METHOD /path?query {body}".
// Promised: every request has an answer, with a status and a body that is JSON or nothing; time may
// pass between them.
#include <chrono>
#include <memory>
#include <string>

#include "client/signing.h"
#include "tests/emulator/emulator.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/fake_clock.h"

namespace ecs::fuzz {
namespace {

constexpr int kMaxRequests = 4;
constexpr int kTrialsPerCloud = 1000;

const emulator::Options& TheOptions() {
  static const emulator::Options options;
  return options;
}

// Making a cloud takes as long as a hundred requests: one serves many trials. Between them, all
// work comes to its end, and then everything is as it was in the beginning.
class SharedCloud {
 public:
  emulator::Emulator& Fresh() {
    if (trials_++ % kTrialsPerCloud == 0) {
      emulator_ = std::make_unique<emulator::Emulator>(TheOptions(), clock_);
      emulator_->With([this](emulator::Cloud& cloud) { store_ = cloud.store; });
    }
    clock_.Advance(std::chrono::hours(1));
    emulator_->With([this](emulator::Cloud& cloud) {
      cloud.store = store_;
      cloud.journal.Clear();
      cloud.faults = {};
    });
    return *emulator_;
  }
  FakeClock& clock() { return clock_; }

 private:
  FakeClock clock_ = {};
  std::unique_ptr<emulator::Emulator> emulator_ = {};
  emulator::Store store_ = {};
  int trials_ = 0;
};

emulator::Request RequestFrom(std::string_view line, FakeClock& clock) {
  const emulator::Options& options = TheOptions();
  const std::size_t space = line.find(' ');
  const std::string method(line.substr(0, space));
  std::string_view rest = space == line.npos ? std::string_view() : line.substr(space + 1);
  const std::size_t body = rest.find(" {");
  const std::string target = "/" + std::string(rest.substr(0, body));
  client::Request request{
      .method = method,
      .url = "http://cloud.test" + target,
      .headers = {{"Content-Type", "application/json"}, {"X-Project-Id", options.project_id}},
      .body = std::string(body == rest.npos ? "" : rest.substr(body + 1))};
  client::Sign({.access_key = options.access_key, .secret_key = Secret(options.secret_key)},
               clock.WallNow(), request);
  emulator::Request out{.method = method, .target = target, .body = request.body};
  for (const auto& [name, value] : request.headers) out.headers.emplace_back(name, value);
  return out;
}

}  // namespace

void Try(std::string_view bytes) {
  static SharedCloud shared;
  Input input(bytes);
  emulator::Emulator& cloud = shared.Fresh();
  for (int i = 0; i < kMaxRequests && !input.empty(); ++i) {
    const emulator::Response answer = cloud.Handle(RequestFrom(input.Line(), shared.clock()));
    PROMISE(answer.status >= 100 && answer.status < 600);
    const bool is_json = !answer.Parsed().is_null() || answer.body == "null";
    PROMISE(answer.body.empty() || answer.body[0] == '<' || is_json, answer.body);
    shared.clock().Advance(std::chrono::seconds(5));
  }
}

}  // namespace ecs::fuzz
