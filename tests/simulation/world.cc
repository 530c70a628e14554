#include "tests/simulation/world.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/emulator/cloud/machine.h"
#include "tests/simulation/terraform.h"

namespace ecs::simulation {
namespace {

// Offsets of the cloud's clock against ours: none, behind, ahead.
constexpr Duration kOffsets[] = {Duration::zero(), -std::chrono::minutes(1),
                                 std::chrono::minutes(1), -std::chrono::minutes(5),
                                 std::chrono::minutes(5)};
// Outcomes that the cloud gives work that it has accepted.
constexpr const char* kOutcomes[] = {
    "ecs.CreateServers:fail",  "ecs.CreateServers:error", "nova.ResizeServer:fail",
    "nova.ResizeServer:error", "nova.StopServer:stuck",   "nova.RebootServer:fail",
    "nova.RebootServer:error", "ecs.DeleteServers:fail",  "nova.StartServer:fail"};

emulator::Options OptionsOf(Choices& choices) {
  emulator::Options options;
  options.seed = 1 + choices.Pick("cloud/seed", 1000000);
  // Most clouds are quick, so that waits look twice and not ten times: runs are for orders, not
  // looks.
  options.durations.SetSpeed(choices.Chance("cloud/slow", 250) ? 1 : 10);
  if (choices.Chance("cloud/without autorecovery", 100)) options.without.insert("autorecovery");
  if (choices.Chance("cloud/confirms by itself", 50)) {
    options.confirm_window = std::chrono::seconds(1);
  }
  if (choices.Chance("cloud/slow confirm", 150)) {
    (void)options.durations.Set("confirm", std::chrono::seconds(20));
  }
  if (choices.Chance("cloud/slow row", 150)) {
    (void)options.durations.Set("create_row", std::chrono::seconds(8));
  }
  if (choices.Chance("cloud/slow create", 150)) {
    (void)options.durations.Set("create", std::chrono::seconds(90));
  }
  if (choices.Chance("cloud/slow resize", 100)) {
    (void)options.durations.Set("resize", std::chrono::minutes(4));
  }
  return options;
}

emulator::Options OptionsElsewhere() {
  emulator::Options options;
  options.region = kOtherRegion;
  options.project_id = "fedcba9876543210fedcba9876543210";
  options.seed = 77;
  return options;
}

Weather WeatherOf(Choices& choices) {
  Weather weather;
  // One run in eight has no fault at all.
  if (!choices.Chance("weather/bad", 875)) return weather;
  weather.faults = true;
  constexpr unsigned kShares[] = {0, 10, 30, 80, 200};
  weather.permille = kShares[choices.Pick("weather/share", std::size(kShares))];
  for (int i = 0; i < static_cast<int>(Fate::kCount); ++i) {
    const std::string name = absl::StrCat("weather/", NameOf(static_cast<Fate>(i)));
    const bool on = i != 0 && choices.Chance(name, 500);
    weather.weights.push_back(on ? 1 + static_cast<unsigned>(choices.Pick(name + "/weight", 20))
                                 : 0);
  }
  constexpr const char* kAims[] = {"",
                                   "POST cloudservers",
                                   "POST cloudservers/delete",
                                   "POST servers/*/action resize",
                                   "POST servers/*/action confirmResize",
                                   "POST servers/*/action reboot",
                                   "POST servers/*/action os-start",
                                   "POST servers/*/action os-stop",
                                   "POST servers/*/action addSecurityGroup",
                                   "POST servers/*/action removeSecurityGroup",
                                   "PUT cloudservers/*",
                                   "PUT cloudservers/*/autorecovery",
                                   "POST cloudservers/action reboot",
                                   "POST cloudservers/*/tags/action",
                                   "POST cloudvolumes/*/action os-extend",
                                   "GET cloudservers/*",
                                   "GET jobs/*",
                                   "POST auth/tokens",
                                   "PUT ports/*",
                                   "GET cloudservers/*/autorecovery",
                                   "GET servers/*/os-instance-actions"};
  if (choices.Chance("weather/aims", 500)) {
    weather.aim = kAims[choices.Pick("weather/aim", std::size(kAims))];
    weather.aimed =
        static_cast<Fate>(choices.Pick("weather/aimed", static_cast<std::uint64_t>(Fate::kCount)));
    // A create is the dearest order, and an answer that leaves its fate open the worst.
    if (choices.Chance("weather/aims at creates", 200)) weather.aim = "POST cloudservers";
    constexpr Fate kOpen[] = {Fate::kReset,     Fate::kLost,      Fate::kSlow,          Fate::kLate,
                              Fate::kBroken500, Fate::kMalformed, Fate::kUnavailable503};
    if (choices.Chance("weather/leaves open", 400)) {
      weather.aimed = kOpen[choices.Pick("weather/open", std::size(kOpen))];
    }
  }
  return weather;
}

}  // namespace

WallTime CloudClock::WallNow() {
  return WallTime(std::chrono::seconds(1714552200)) + scheduler_.now().time_since_epoch() +
         wall_offset;
}

Status CloudClock::SleepUntil(TimePoint, const Cancel&) { return Bug("a cloud does not wait"); }

Status CloudClock::AwaitUnder(absl::Mutex&, Signal&, TimePoint, const Cancel&,
                              const std::function<bool()>&) {
  return Bug("a cloud does not wait");
}

World::World(const Case& one, Totals& all_totals)
    : totals(all_totals),
      choices(one.seed, one.overrides, one.dull),
      cloud_clock(scheduler),
      cloud(OptionsOf(choices), cloud_clock),
      elsewhere(OptionsElsewhere(), cloud_clock) {
  weather = WeatherOf(choices);
  calm = !weather.faults;
  slow_rows = choices.Chance("cloud/slow row", 150);
  cloud_clock.wall_offset = kOffsets[choices.Pick("cloud/clock", std::size(kOffsets))];
  cloud.With([this](emulator::Cloud& held) {
    held.store.server_groups.Add({.id = "70000000-0000-4000-8000-000000000001",
                                  .name = "spread",
                                  .policies = {"anti-affinity"}});
    if (!choices.Chance("cloud/flavor without autorecovery", 150)) return;
    for (emulator::Flavor& flavor : held.store.flavors) {
      if (flavor.id.starts_with("s3.large")) flavor.extra_specs.erase("cond:compute");
    }
  });
  if (!weather.faults) return;
  for (const char* outcome : kOutcomes) {
    if (!choices.Chance(absl::StrCat("outcome/", outcome), 40)) continue;
    ledger.disturbed = true;
    const std::uint64_t skip = choices.Pick(absl::StrCat("outcome/", outcome, "/skip"), 3);
    (void)cloud.AddFault(absl::StrCat(outcome, ":1:skip=", skip));
    Step(absl::StrCat("planned: ", outcome, " after ", skip));
  }
}

void World::Step(const std::string& text) {
  const double seconds = std::chrono::duration<double>(scheduler.now().time_since_epoch()).count();
  ledger.steps.push_back(absl::StrFormat("%10.2f s  %s", seconds - 3600, text));
}

World::~World() = default;

Plugin& World::Keep(std::unique_ptr<Plugin> plugin) {
  plugins_.push_back(std::move(plugin));
  return *plugins_.back();
}

void World::Share(std::shared_ptr<Outcome> outcome) { outcomes_.push_back(std::move(outcome)); }

void World::Heal() {
  weather.faults = false;
  cloud.With([](emulator::Cloud& held) { held.faults.Clear(); });
  scheduler.Pass(std::chrono::minutes(40));
  Step("faults end, and 40 minutes pass");
  // What never ends by itself is ended by the cloud's operators.
  cloud.With([this](emulator::Cloud& held) {
    for (emulator::Server& server : held.store.servers) {
      if (server.task_state.empty()) continue;
      Step("operators end the task " + server.task_state + " of " + server.id);
      server.task_state = "";
      emulator::Touch(held, server);
    }
  });
}

void World::Tell(const std::string& text) { absl::StrAppend(&ledger.told, text, "\n"); }

}  // namespace ecs::simulation
