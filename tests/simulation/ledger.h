// Whose each object of the cloud is, and what was told to the user: kept by the simulator, from the
// requests that were executed and from the diagnostics that were shown, never from a state.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"

namespace ecs::simulation {

// What a failed run broke: an invariant of invariants.h and the objects it is about.
struct Violation {
  std::string invariant = {};  // "I11"
  std::string text = {};
};

struct Owner {
  std::string address = {};  // "web[0]"; "neighbour" for everybody else
  std::string command = {};  // "apply 1"
};

inline constexpr char kNeighbour[] = "neighbour";

class Ledger {
 public:
  // By server id. Parts of a server belong to its owner.
  std::map<std::string, Owner> servers = {};
  // Servers that others deleted: success may be told of them until they are gone.
  std::set<std::string> deleted_by_others = {};
  // When the restart that is still owed was first ordered, by address: a later command repeats it
  // only for the servers that it failed for.
  std::map<std::string, TimePoint> restarts_from = {};
  // Commands in which a look could fail: an exchange other than a create had a trouble or was slow,
  // or a create was executed late.
  std::set<std::string> troubled = {};
  // How often the action log could not be read, by command: after two times nothing is known.
  std::map<std::string, int> unread_logs = {};
  // Commands that were killed.
  std::set<std::string> killed = {};
  // Exchanges that had a trouble which one more try, or one more look, overcomes.
  int passing_troubles = 0;
  // Something happened that may make a command fail, beside one such trouble.
  bool disturbed = false;
  // URLs whose last answer was a lie: of two in a row, even in two processes, nothing could be
  // known.
  std::set<std::string> lied_about = {};
  // All texts that were shown to the user.
  std::string told = {};
  std::vector<Violation> violations = {};
  std::vector<std::string> steps = {};  // the run as a person reads it

  void Break(std::string invariant, std::string text) {
    for (const Violation& known : violations) {
      if (known.invariant == invariant && known.text == text) return;
    }
    violations.push_back({std::move(invariant), std::move(text)});
  }
  bool WasNamed(const std::string& id) const { return told.find(id) != std::string::npos; }
};

}  // namespace ecs::simulation
