// What Terraform tells its child process through the environment.
// Promised: any list of protocols ends in one that we serve; a socket's path and address hold in
// their one line whatever the directory is called; texts for people come out whole.
#include <array>
#include <string>

#include "provider/plugin/handshake.h"
#include "provider/plugin/reattach.h"
#include "provider/plugin/socket_file.h"
#include "tests/fuzz/fuzz.h"

namespace ecs::fuzz {

void Try(std::string_view bytes) {
  const std::string text(bytes);
  PROMISE(plugin::NegotiateProtocol(text, plugin::kServedProtocols) == 6);
  static constexpr std::array<int, 3> kMany = {7, 5, 6};
  const int chosen = plugin::NegotiateProtocol(text, kMany);
  PROMISE(chosen >= 5 && chosen <= 7);
  PROMISE(!plugin::StartedByTerraform({.cookie = text}) || text.size() == 64);
  plugin::StartedByHandText("name", text, text, text);
  plugin::DebugText("name", plugin::ReattachProviders(text, 1, text));
  const Result<plugin::SocketFile> socket = plugin::SocketFile::Choose(text);
  if (!socket.ok()) {
    PROMISE(socket.error().code == Code::kInvalid && !socket.error().hint.empty());
    return;
  }
  PROMISE(socket->path().size() <= 107 && socket->Uri().find('\n') == std::string::npos);
  const std::string line = plugin::HandshakeLine({.socket_path = socket->path()});
  PROMISE(line.find('\n') == line.size() - 1);
}

}  // namespace ecs::fuzz
