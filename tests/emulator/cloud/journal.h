// What was asked of the cloud, in order, and how often each operation was.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "base/clock.h"
#include "tests/emulator/http/http.h"

namespace emulator {

struct JournalEntry {
  std::uint64_t number = 0;
  ecs::WallTime time = {};
  std::string operation = {};  // "ecs.CreateServers"; "unknown" for a route that nobody serves
  std::string method = {};
  std::string path = {};   // with query, as sent
  int status = 0;          // 0: the connection was broken before an answer
  std::string fault = {};  // the kind of the fault that was played, if one was
  std::string request_id = {};
  std::string user_agent = {};
  Json body = {};  // as sent; null for sign-in calls, whose bodies are secrets
};

// Keeps the newest entries, kEntriesMax of them; the counts go on. The Emulator's lock guards it.
class Journal {
 public:
  static constexpr std::size_t kEntriesMax = 50000;

  void Write(JournalEntry entry);
  void Clear();

  const std::deque<JournalEntry>& entries() const { return entries_; }
  const std::map<std::string, int>& counts() const { return counts_; }
  // How often that operation was asked for: "ecs.CreateServers", or "CreateServers" of any service.
  int Count(const std::string& operation) const;
  // Routes nobody serves: "GET /v9/things" -> how often.
  const std::map<std::string, int>& unknown() const { return unknown_; }

  Json ToJson() const;

 private:
  std::deque<JournalEntry> entries_;
  std::map<std::string, int> counts_;
  std::map<std::string, int> unknown_;
  std::uint64_t next_ = 1;
};

}  // namespace emulator
