// One run: its time, its cloud, its chance, and what is known of it.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/random.h"
#include "tests/emulator/emulator.h"
#include "tests/simulation/choices.h"
#include "tests/simulation/ledger.h"
#include "tests/simulation/threads.h"
#include "tests/simulation/wire.h"

namespace ecs::simulation {

inline constexpr char kOtherRegion[] = "eu-other";

// What all runs together did.
struct Totals {
  std::uint64_t runs = 0;
  std::uint64_t applies = 0;
  std::uint64_t requests = 0;
  std::uint64_t faults = 0;
  std::uint64_t kills = 0;
  std::uint64_t interrupts = 0;
  std::uint64_t neighbour_acts = 0;
  std::map<std::string, std::uint64_t> commands = {};
  Matrix matrix = {};
};

// The cloud's clock: true time, and a calendar of its own.
class CloudClock : public Clock {
 public:
  explicit CloudClock(Scheduler& scheduler) : scheduler_(scheduler) {}
  Duration wall_offset = {};
  TimePoint Now() override { return scheduler_.now(); }
  WallTime WallNow() override;
  Status SleepUntil(TimePoint until, const Cancel& cancel) override;
  Status AwaitUnder(absl::Mutex& mu, Signal& signal, TimePoint until, const Cancel& cancel,
                    const std::function<bool()>& done) override;

 private:
  Scheduler& scheduler_;
};

class Plugin;
struct Outcome;

struct World {
  World(const Case& one, Totals& all_totals);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Totals& totals;
  Choices choices;
  Scheduler scheduler = Scheduler();
  Ledger ledger = {};
  Weather weather = {};
  CloudClock cloud_clock;
  emulator::Emulator cloud;
  emulator::Emulator elsewhere;  // another region and project, with nothing of ours
  Duration provider_wall_offset = {};
  std::set<std::string> secrets = {};
  bool calm = true;        // every exchange of the run is whole and every work succeeds
  bool slow_rows = false;  // a new server's row appears late

  ~World();
  void Step(const std::string& text);
  // Events may come when what they are about has ended: it lives as long as the run.
  Plugin& Keep(std::unique_ptr<Plugin> plugin);
  void Share(std::shared_ptr<Outcome> outcome);
  // Ends all planned faults, of exchanges and of outcomes.
  void Heal();
  // Shows the diagnostics' texts to the user.
  void Tell(const std::string& text);

 private:
  std::vector<std::unique_ptr<Plugin>> plugins_;
  std::vector<std::shared_ptr<Outcome>> outcomes_;
};

}  // namespace ecs::simulation
