// A configured provider over an emulated cloud, under a clock that jumps.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "provider/schema/provider_type.h"
#include "resources/cloud.h"
#include "tests/emulator/cloud/seed.h"
#include "tests/emulator/emulator.h"
#include "tests/support/emulator_transport.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fixed_random.h"

namespace ecs {

// Signs with the emulator's access key: no login is in the journal.
client::Settings EmulatorSettings(const emulator::Options& options);

// The provider's types, made once.
const schema::ProviderType& TheProvider();

// Single-threaded tests only: with more threads the clock would jump for all of them.
class TestCloud {
 public:
  explicit TestCloud(emulator::Options options = {});

  const Call& call() const { return call_; }
  FakeClock& clock() { return clock_; }
  Cancel& cancel() { return cancel_; }
  emulator::Emulator& emulator() { return emulator_; }
  resources::Cloud& cloud() { return cloud_; }
  // Hears every request before it is sent: to interrupt, or to change the cloud at that moment.
  void OnRequest(std::function<void(const client::Request&)> hook) { hook_ = std::move(hook); }

  // May change every answer before the client sees it: a cloud that shows less, or another thing.
  void OnAnswer(std::function<void(const client::Request&, client::Response&)> hook) {
    answer_hook_ = std::move(hook);
  }

  // The operations asked for since the last Forget, repetitions folded: "ecs.ShowServer x3".
  std::vector<std::string> Asked();
  void Forget();
  // The same without the looks at servers, jobs and volumes that waiting consists of.
  std::vector<std::string> Changes();

  // The server as the cloud holds it; must exist.
  emulator::Server Server(const std::string& id);
  // Changes it behind the provider's back.
  void Disturb(const std::string& id, const std::function<void(emulator::Server&)>& change);

  // Plans and applies; nothing of it is judged. `prior` null: create. `config` null: delete.
  struct Applied {
    cty::Value planned = {};
    cty::Value state = {};
    std::vector<Path> replace = {};
    schema::Diagnostics plan_notes = {};
    schema::Diagnostics notes = {};
  };
  Applied Apply(const schema::AnyResource& resource, const cty::Value& prior,
                const cty::Value& config);

 private:
  client::Send Hooked();
  std::vector<std::string> Operations();

  FakeClock clock_ = {};
  Cancel cancel_ = {};
  Log log_;
  emulator::Emulator emulator_;
  std::function<void(const client::Request&)> hook_ = {};
  std::function<void(const client::Request&, client::Response&)> answer_hook_ = {};
  resources::Cloud cloud_;
  FixedRandom random_ = {};
  Call call_;
};

// The errors and warnings, one per line, for the messages of failed expectations.
std::string TextOf(const schema::Diagnostics& notes);

}  // namespace ecs
