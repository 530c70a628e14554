#include "provider/plugin/socket_file.h"

#include <sys/random.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "provider/plugin/crash.h"

namespace ecs::plugin {
namespace {

constexpr std::size_t kLongestPath = sizeof(sockaddr_un::sun_path) - 1;

Error Invalid(std::string detail, std::string hint) {
  return {.code = Code::kInvalid,
          .summary = "Making the socket for Terraform failed",
          .detail = std::move(detail),
          .hint = std::move(hint)};
}

// Reads the file itself: getgrnam loads shared libraries, which a static binary cannot.
std::optional<gid_t> FindGroup(const std::string& group) {
  gid_t id = 0;
  if (absl::SimpleAtoi(group, &id)) return id;
  std::ifstream file("/etc/group");
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> fields = absl::StrSplit(line, ':');
    if (fields.size() >= 3 && fields[0] == group && absl::SimpleAtoi(fields[2], &id)) return id;
  }
  return std::nullopt;
}

}  // namespace

Result<SocketFile> SocketFile::Choose(const std::string& directory) {
  std::uint64_t random = 0;
  if (::getrandom(&random, sizeof(random), 0) != sizeof(random)) {
    return Bug(absl::StrCat("getrandom: ", std::strerror(errno)));
  }
  // Process numbers repeat after a kill -9 has left a file behind; random numbers do not.
  std::string path =
      absl::StrCat(directory, "/tf-ecs-", ::getpid(), "-", absl::Hex(random, absl::kZeroPad16));
  const std::string hint =
      "Set the environment variable TMPDIR to another directory, such as /tmp.";
  if (path.size() > kLongestPath) {
    return Invalid(absl::StrCat("The path of a socket has at most ", kLongestPath, " bytes, and ",
                                path, " has ", path.size(), "."),
                   hint);
  }
  if (path.find_first_of("|\n\r") != std::string::npos) {
    return Invalid(absl::StrCat("The directory ", directory,
                                " has a character in its name that Terraform cannot read there."),
                   hint);
  }
  return SocketFile(std::move(path));
}

SocketFile::SocketFile(std::string path) : path_(std::move(path)) { RemoveOnCrash(path_); }

SocketFile::SocketFile(SocketFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}

SocketFile::~SocketFile() { Remove(); }

std::string SocketFile::Uri() const {
  std::string uri = "unix:";
  for (const char c : path_) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || std::strchr("/-._~", c) != nullptr) {
      uri.push_back(c);
    } else {
      absl::StrAppend(&uri, "%", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
    }
  }
  return uri;
}

Status SocketFile::GiveTo(const std::string& group) const {
  const std::optional<gid_t> id = FindGroup(group);
  const std::string hint = "Check the environment variable PLUGIN_UNIX_SOCKET_GROUP.";
  if (!id.has_value()) return Invalid(absl::StrCat("There is no group ", group, "."), hint);
  if (::chown(path_.c_str(), static_cast<uid_t>(-1), *id) != 0 ||
      ::chmod(path_.c_str(), 0660) != 0) {
    return Invalid(absl::StrCat("Giving ", path_, " to the group ", group,
                                " failed: ", std::strerror(errno), "."),
                   hint);
  }
  return Ok{};
}

void SocketFile::Remove() {
  if (path_.empty()) return;
  RemoveOnCrash("");
  ::unlink(path_.c_str());
  path_.clear();
}

}  // namespace ecs::plugin
