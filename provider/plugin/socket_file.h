// The Unix socket's place in the file system.
#pragma once

#include <string>

#include "base/result.h"

namespace ecs::plugin {

// A path that nobody else uses, removed at the end of this object's life and when the process
// crashes. One per process.
class SocketFile {
 public:
  // Chooses a name in `directory`; creates nothing. kInvalid if the path is longer than the 107
  // bytes of a socket address (unix(7)) or cannot be written into the handshake line.
  static Result<SocketFile> Choose(const std::string& directory);

  SocketFile(SocketFile&& other) noexcept;
  SocketFile& operator=(SocketFile&&) = delete;
  ~SocketFile();

  const std::string& path() const { return path_; }
  // The address as gRPC wants it: it reads a URI.
  std::string Uri() const;

  // Opens the socket, once it exists, to the members of `group`, a name or a number. kInvalid if
  // there is no such group or we are not in it.
  Status GiveTo(const std::string& group) const;

  // No longer reachable. May be called twice.
  void Remove();

 private:
  explicit SocketFile(std::string path);
  std::string path_;
};

}  // namespace ecs::plugin
