#include "tests/emulator/cloud/journal.h"

#include <utility>

#include "tests/emulator/cloud/format.h"
#include "tests/emulator/cloud/text.h"

namespace emulator {

void Journal::Write(JournalEntry entry) {
  entry.number = next_++;
  ++counts_[entry.operation];
  if (entry.operation == "unknown") {
    const std::string path = entry.path.substr(0, entry.path.find('?'));
    ++unknown_[StrCat(entry.method, " ", path)];
  }
  entries_.push_back(std::move(entry));
  if (entries_.size() > kEntriesMax) entries_.pop_front();
}

void Journal::Clear() {
  entries_.clear();
  counts_.clear();
  unknown_.clear();
}

int Journal::Count(const std::string& operation) const {
  int total = 0;
  for (const auto& [name, count] : counts_) {
    if (name == operation || EndsWith(name, StrCat(".", operation))) total += count;
  }
  return total;
}

Json Journal::ToJson() const {
  Json requests = Json::array();
  for (const JournalEntry& entry : entries_) {
    Json row = {{"number", entry.number},
                {"time", IsoMicrosZ(entry.time)},
                {"operation", entry.operation},
                {"method", entry.method},
                {"path", entry.path},
                {"status", entry.status},
                {"request_id", entry.request_id}};
    if (!entry.fault.empty()) row["fault"] = entry.fault;
    if (!entry.user_agent.empty()) row["user_agent"] = entry.user_agent;
    if (!entry.body.is_null()) row["body"] = entry.body;
    requests.push_back(std::move(row));
  }
  return {{"requests", std::move(requests)}, {"counts", counts_}, {"unknown", unknown_}};
}

}  // namespace emulator
