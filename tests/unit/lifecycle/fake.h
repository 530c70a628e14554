// A small resource type with one row of every kind, over a shop that is a map in memory.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "provider/schema/resource_type.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fixed_random.h"

namespace ecs::lifecycle {

using schema::Attr;

struct Disk {
  Attr<std::string> type = {};
  Attr<std::int64_t> size_gb = {};
  Attr<std::string> id = {};
};

struct Slot {
  Attr<std::string> color = {};
  Attr<std::string> port = {};
};

struct TimeoutTexts {
  Attr<std::string> create = {};
  Attr<std::string> read = {};
  Attr<std::string> update = {};
  Attr<std::string> remove = {};
};

struct Box {
  Attr<std::string> id = {};
  Attr<std::string> name = {};              // required; Rename
  Attr<std::string> label = {};             // Rename too
  Attr<std::int64_t> size = {};             // computed unless set; Grow
  Attr<std::string> color = {};             // replaces
  Attr<std::string> style = {};             // "plain" unless set; a setting
  Attr<std::string> note = {};              // a setting; letters' case does not matter
  Attr<std::string> secret = {};            // write-only
  Attr<std::set<std::string>> groups = {};  // computed unless set; Regroup
  Attr<Disk> disk = {};
  Attr<std::map<std::string, Slot>> slots = {};  // replaces
  Attr<TimeoutTexts> timeouts = {};
  Attr<std::string> status = {};  // computed; name and size change it
  Attr<std::string> serial = {};  // computed
};

// The backend: boxes by id, a journal of what was asked, and failures to come.
struct Shop : schema::Backend {
  std::map<std::string, Box> boxes = {};
  std::vector<std::string> journal = {};
  std::map<std::string, Error> failures = {};  // by the journal's first word; each happens once
  std::vector<Duration> time_left = {};        // of each operation
  schema::Place place = {};
  int places_told = 0;

  // Notes the operation, and returns the failure that is planned for it.
  Status Note(const Call& call, const std::string& operation, const std::string& about);
  // Fails as planned for "here".
  Result<schema::Place> Here(const Call& call) override;
};

// Whether `plan`, `settle` and so on are there is what tests vary.
schema::ResourceType<Box, Shop> BoxType();
schema::AnyResource BoxResource();

const schema::RowSet& BoxRows();
cty::Value ValueOf(const Box& box);
Box BoxOf(const cty::Value& value);

// A box as the shop holds it after a create from {name, disk}.
Box MadeBox(const std::string& name);

struct Bench {
  FakeClock clock = {};
  Cancel cancel = {};
  Log log{Level::kOff, clock, [](std::string_view) {}};
  FixedRandom random = {};
  Call call{clock, TimePoint(std::chrono::hours(24)), cancel, log, random};
  Shop shop = {};
};

}  // namespace ecs::lifecycle
