#include "tests/golden/golden.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "absl/strings/str_split.h"

namespace ecs::golden {
namespace {

std::string Read(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

void Write(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream out(path);
  out << text;
  ASSERT_TRUE(out.flush()) << path;
}

// "line 3 is … and was …".
std::string FirstDifference(const std::string& was, const std::string& is) {
  const std::vector<std::string> before = absl::StrSplit(was, '\n');
  const std::vector<std::string> after = absl::StrSplit(is, '\n');
  std::size_t line = 0;
  while (line < before.size() && line < after.size() && before[line] == after[line]) ++line;
  std::ostringstream text;
  text << "line " << line + 1 << "\nis:  " << (line < after.size() ? after[line] : "(nothing)")
       << "\nwas: " << (line < before.size() ? before[line] : "(nothing)");
  return text.str();
}

}  // namespace

bool Updating() {
  const char* update = std::getenv("UPDATE_GOLDEN");
  return update != nullptr && std::string(update) == "1";
}

void Expect(const std::string& file, const std::string& text) {
  const std::filesystem::path path = std::filesystem::path(ECS_SOURCE_DIR) / file;
  if (Updating()) return Write(path, text);
  const std::string was = Read(path);
  if (was == text) return;
  ADD_FAILURE() << file << " differs from what the code says: " << FirstDifference(was, text)
                << "\nIf the change is meant, run with UPDATE_GOLDEN=1 and read the difference.";
}

std::string Steady(const std::string& text) {
  static const std::regex uuid("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  static const std::regex job("[0-9a-f]{32}");
  return std::regex_replace(std::regex_replace(text, uuid, "ID"), job, "ID");
}

}  // namespace ecs::golden
