// The way to the emulated cloud in simulated time: what travels, what is executed, what is lost.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "client/wire.h"
#include "tests/emulator/emulator.h"
#include "tests/simulation/choices.h"
#include "tests/simulation/ledger.h"
#include "tests/simulation/threads.h"

namespace ecs::simulation {

// What can happen to one exchange. The order is that of `kFaultNames` in wire.cc.
enum class Fate {
  kWhole,
  // Not executed.
  kRefused400,
  kRefused403,
  kGateway404,
  kConflict409,
  kThrottled429,
  kUnavailable503,
  kBroken500,
  kEcho,  // a refusal that repeats the secrets of its request
  kReset,
  kNoConnection,
  // Executed.
  kLost,
  kSlow,
  kMalformed,
  kTruncated,
  kEmptyBody,
  kLate,  // the connection breaks; the request is executed some time later
  // Lies, told of GETs alone.
  kFalse404,
  kStale,    // the answer of an earlier look at the same address
  kOther,    // the answer to a look at another object of the kind
  kMissing,  // the answer without one of its members
  // Executed, of creates alone: the answer names a job and no server.
  kNameless,
  kCount
};
const char* NameOf(Fate fate);
bool IsLie(Fate fate);
// Whether one more try, or one more look, overcomes it.
bool Passes(Fate fate);

// How often each thing happened, by operation and fate: the matrix of the summary.
using Matrix = std::map<std::string, std::map<std::string, std::uint64_t>>;

// What faults a run has: chosen once, so that some runs have many of one kind.
struct Weather {
  bool faults = false;                 // heals: the simulator clears it
  unsigned permille = 0;               // how often an exchange has a fault
  std::vector<unsigned> weights = {};  // by Fate
  std::string aim = {};                // an operation whose first exchange gets `aimed`
  Fate aimed = Fate::kWhole;
};

class SimulatedWire : public client::Wire {
 public:
  SimulatedWire(Scheduler& scheduler, Process& process, emulator::Emulator& cloud, Choices& choices,
                Ledger& ledger, Weather& weather, Matrix& matrix);
  std::shared_ptr<client::Transfer> Begin(const client::Request& request) override;

  // Secrets that requests carried: no text may hold them.
  const std::set<std::string>& secrets() const { return secrets_; }
  std::uint64_t requests() const { return requests_; }
  std::uint64_t faults() const { return faults_; }

 private:
  class Flight;
  Fate Choose(const std::string& name, const std::string& operation, const std::string& method);
  // What a lie answers instead of the truth; nothing where it cannot be told.
  std::optional<emulator::Response> Lie(const Flight& flight);
  void Execute(const std::shared_ptr<Flight>& flight);
  void Answer(const std::shared_ptr<Flight>& flight, emulator::Response answer);
  void Step(const Flight& flight, const std::string& text);
  std::string ServerIn(const std::string& url) const;
  void TakeNewServers(const Flight& flight, const emulator::Response& answer);
  void CountSignIns(const Flight& flight, int status);
  void RememberSecrets(const client::Request& request);

  Scheduler& scheduler_;
  Process& process_;
  emulator::Emulator& cloud_;
  Choices& choices_;
  Ledger& ledger_;
  Weather& weather_;
  Matrix& matrix_;
  std::map<std::string, int> asked_;                   // by thread and operation
  std::map<std::string, emulator::Response> earlier_;  // by URL: what a stale answer shows
  // By operation: the last answer and its URL.
  std::map<std::string, std::pair<std::string, emulator::Response>> last_;
  std::set<std::string> secrets_;
  bool aimed_ = false;
  int refused_sign_ins_ = 0;
  std::uint64_t requests_ = 0;
  std::uint64_t faults_ = 0;
};

// "POST cloudservers", "POST servers/*/action resize": the operation, without project and ids.
std::string OperationOf(const client::Request& request);
bool MakesServers(const std::string& operation);
// Whether that can happen to such an exchange.
bool Fits(Fate fate, const std::string& operation, const std::string& method);

}  // namespace ecs::simulation
