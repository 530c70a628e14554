// Everything about a cloud that its user can choose. The defaults make the demo cloud.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace emulator {

// How long each kind of work takes, before `speed` divides it.
class Durations {
 public:
  Durations();
  // Error kInvalid for an unknown name. `names()` lists them.
  ecs::Status Set(std::string_view name, ecs::Duration value);
  void SetSpeed(double factor) { speed_ = factor; }  // 0: everything is instant
  ecs::Duration Of(std::string_view name) const;
  const std::map<std::string, ecs::Duration>& all() const { return values_; }

 private:
  std::map<std::string, ecs::Duration> values_;
  double speed_ = 1.0;
};

// What the metadata service asks of a server, and has for it.
enum class Metadata {
  kTokenAccepted,  // both versions
  kTokenRequired,  // the second version only
  kFirstVersion,   // knows no tokens
  kWithoutAgency,  // the server has no agency, and so gets no keys
};

struct Options {
  std::string user_name = "demo";
  std::string user_id = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
  std::string password = "demo-password";
  std::string domain_name = "demo-domain";
  std::string domain_id = "d0d1d2d3d4d5d6d7d8d9dadbdcdddedf";
  std::string region = "eu-demo";
  std::string project_name = "";  // empty: the region's name, as for a region's first project
  std::string project_id = "0123456789abcdef0123456789abcdef";
  std::string access_key = "AKDEMO0000000000DEMO";
  std::string secret_key = "SKDEMO00000000000000000000000000000DEMO";
  // A delegation that this account may assume: another account's, for the same project.
  std::string agency_name = "demo-agency";
  std::string agency_domain_name = "partner-domain";
  std::string agency_domain_id = "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf";

  Durations durations = {};
  ecs::Duration token_life = std::chrono::hours(24);
  ecs::Duration key_life = std::chrono::hours(1);  // of the metadata service's keys
  Metadata metadata = Metadata::kTokenAccepted;
  ecs::Duration latency = {};                   // before every answer
  double requests_per_second = 0;               // 0: no limit
  std::optional<int> retry_after_seconds = {};  // sent with the limit's 429
  std::map<std::string, int> capacity = {};     // flavor -> servers that fit; absent: no limit
  std::set<std::string> without = {};  // features the cloud lacks: "autorecovery", "client-token"
  ecs::Duration clock_offset = {};     // how far the cloud's clock is ahead; negative: behind
  ecs::Duration confirm_window = {};   // a resize confirms itself after it; 0: never
  bool refuse_full_resize = false;  // no room: 400 at once, as older Novas, not a silent rollback
  bool older_nova = false;          // what Nova 17 did where api/real-nova.md measured otherwise
  bool refuse_zero_disk = false;    // native create from an image on a flavor without disk: 403
  bool noop_start_stop = false;     // batch start of a running server succeeds
  int max_servers = 2048;           // quota
  std::vector<std::string> faults = {};  // "CreateServers:lost:1", see faults.h
  std::uint64_t seed = 1;                // of ids, addresses and secrets
};

// "250ms", "1.5s", "2m", "1h"; a bare number means seconds. Error kInvalid otherwise.
ecs::Result<ecs::Duration> ParseDuration(std::string_view text);

}  // namespace emulator
