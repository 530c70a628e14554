#include "tests/emulator/http/front.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "tests/emulator/cloud/text.h"
#include "tests/emulator/http/wire.h"

namespace emulator {
namespace {

constexpr int kEventsMax = 256;
constexpr std::size_t kReadSize = 64u << 10;

struct Connection {
  bool from_loopback = true;
  std::string in = {};
  std::string out = {};
  std::size_t sent = 0;
  bool told_to_go_ahead = false;
  bool close_after = false;
  bool reset_after = false;
  std::optional<ecs::TimePoint> due = {};  // of an answer that is held back
};

ecs::Error Unavailable(const std::string& what) {
  return {.code = ecs::Code::kUnavailable,
          .summary = "The emulator cannot listen",
          .detail = StrCat(what, ": ", std::strerror(errno))};
}

}  // namespace

class HttpFront::Loop {
 public:
  Loop(Emulator& emulator, ecs::Clock& clock) : emulator_(emulator), clock_(clock) {}
  ~Loop();
  ecs::Result<int> Listen(int port, const std::string& address);

 private:
  void Run();
  void Accept();
  void Read(int fd);
  void Serve(int fd, Connection& connection);
  bool Answer(int fd, Connection& connection);
  void Write(int fd, Connection& connection);
  void Watch(int fd, const Connection& connection) const;
  void Close(int fd, bool reset);
  int SendDueAnswers();

  Emulator& emulator_;
  ecs::Clock& clock_;
  int listener_ = -1;
  int epoll_ = -1;
  int stop_ = -1;
  std::map<int, Connection> connections_;  // by socket; only the loop's thread touches it
  std::thread thread_;
};

HttpFront::Loop::~Loop() {
  if (thread_.joinable()) {
    const std::uint64_t one = 1;
    if (write(stop_, &one, sizeof one) == sizeof one) thread_.join();
  }
  for (const auto& [fd, unused] : connections_) close(fd);
  for (const int fd : {listener_, epoll_, stop_}) {
    if (fd >= 0) close(fd);
  }
}

ecs::Result<int> HttpFront::Loop::Listen(int port, const std::string& address) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(static_cast<std::uint16_t>(port));
  if (inet_pton(AF_INET, address.c_str(), &at.sin_addr) != 1) return Unavailable(address);
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  stop_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (listener_ < 0 || epoll_ < 0 || stop_ < 0) return Unavailable("socket");
  const int on = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) {
    return Unavailable(StrCat(address, ":", port));
  }
  if (listen(listener_, SOMAXCONN) != 0) return Unavailable("listen");
  socklen_t size = sizeof at;
  if (getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size) != 0) {
    return Unavailable("getsockname");
  }
  for (const int fd : {listener_, stop_}) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }
  thread_ = std::thread([this] { Run(); });
  return static_cast<int>(ntohs(at.sin_port));
}

void HttpFront::Loop::Run() {
  epoll_event events[kEventsMax];
  while (true) {
    const int timeout_ms = SendDueAnswers();
    const int count = epoll_wait(epoll_, events, kEventsMax, timeout_ms);
    if (count < 0 && errno != EINTR) return;
    for (int i = 0; i < count; ++i) {
      const int fd = events[i].data.fd;
      if (fd == stop_) return;
      if (fd == listener_) {
        Accept();
        continue;
      }
      const auto found = connections_.find(fd);
      if (found == connections_.end()) continue;
      if ((events[i].events & EPOLLOUT) != 0) {
        Write(fd, found->second);
      } else if ((events[i].events & EPOLLIN) != 0) {
        Read(fd);
      } else {
        Close(fd, false);
      }
    }
  }
}

void HttpFront::Loop::Accept() {
  while (true) {
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const int fd =
        accept4(listener_, reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const bool loopback = (ntohl(from.sin_addr.s_addr) >> 24) == 127;
    connections_[fd] = {.from_loopback = loopback};
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }
}

void HttpFront::Loop::Read(int fd) {
  Connection& connection = connections_[fd];
  char bytes[kReadSize];
  const ssize_t count = recv(fd, bytes, sizeof bytes, 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) {
    Close(fd, false);
    return;
  }
  connection.in.append(bytes, static_cast<std::size_t>(count));
  Serve(fd, connection);
}

// Answers what the buffer holds, one request after the other.
void HttpFront::Loop::Serve(int fd, Connection& connection) {
  while (connection.out.empty() && Answer(fd, connection)) {
    if (connection.due) {
      Watch(fd, connection);
      return;
    }
    Write(fd, connection);
    if (connections_.count(fd) == 0) return;
  }
}

// Puts the answer to the first request into `out`. False if there is no whole request, or the
// connection was closed.
bool HttpFront::Loop::Answer(int fd, Connection& connection) {
  Request request = {.from_loopback = connection.from_loopback};
  std::size_t used = 0;
  bool keep_alive = true;
  Response response;
  switch (ReadRequest(connection.in, request, used, keep_alive)) {
    case Reading::kMore:
      return false;
    case Reading::kWantsGoAhead:
      if (connection.told_to_go_ahead) return false;
      connection.told_to_go_ahead = true;
      connection.out = "HTTP/1.1 100 Continue\r\n\r\n";
      return true;
    case Reading::kWhole:
      connection.in.erase(0, used);
      connection.told_to_go_ahead = false;
      response = emulator_.Handle(request);
      break;
    case Reading::kMalformed:
      response = GatewayError(400, "APIGW.0201", "Bad request.", "");
      keep_alive = false;
      break;
    case Reading::kTooLong:
      response = GatewayError(413, "APIGW.0201", "Request entity too large.", "");
      keep_alive = false;
      break;
  }
  if (response.delay > ecs::Duration()) connection.due = clock_.Now() + response.delay;
  if (response.wire == Wire::kDropped) {
    if (!connection.due) {
      Close(fd, true);
      return false;
    }
    connection.reset_after = true;
    return true;
  }
  connection.close_after = !keep_alive || response.wire == Wire::kTruncated;
  connection.out = WriteResponse(response, request.method, keep_alive);
  return true;
}

void HttpFront::Loop::Write(int fd, Connection& connection) {
  while (connection.sent < connection.out.size()) {
    const ssize_t count = send(fd, connection.out.data() + connection.sent,
                               connection.out.size() - connection.sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) {
      Watch(fd, connection);
      return;
    }
    if (count < 0) {
      Close(fd, false);
      return;
    }
    connection.sent += static_cast<std::size_t>(count);
  }
  if (connection.close_after) {
    Close(fd, false);
    return;
  }
  connection.out.clear();
  connection.sent = 0;
  Watch(fd, connection);
}

// Tells the system what this connection waits for: nothing while an answer is held back.
void HttpFront::Loop::Watch(int fd, const Connection& connection) const {
  epoll_event event{};
  event.data.fd = fd;
  if (!connection.due) event.events = connection.out.empty() ? EPOLLIN : EPOLLOUT;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
}

void HttpFront::Loop::Close(int fd, bool reset) {
  if (reset) {
    const linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  close(fd);
  connections_.erase(fd);
}

// Returns how long epoll may wait, in milliseconds; -1: for ever.
int HttpFront::Loop::SendDueAnswers() {
  const ecs::TimePoint now = clock_.Now();
  std::vector<int> due;
  std::optional<ecs::TimePoint> next;
  for (const auto& [fd, connection] : connections_) {
    if (!connection.due) continue;
    if (*connection.due <= now) {
      due.push_back(fd);
    } else if (!next || *connection.due < *next) {
      next = connection.due;
    }
  }
  for (const int fd : due) {
    Connection& connection = connections_[fd];
    connection.due.reset();
    if (connection.reset_after) {
      Close(fd, true);
      continue;
    }
    Write(fd, connection);
    if (connections_.count(fd) > 0) Serve(fd, connection);
  }
  if (!due.empty()) return 0;
  if (!next) return -1;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*next - now);
  return static_cast<int>(std::min<long long>(wait.count(), 60000));
}

HttpFront::HttpFront(Emulator& emulator, ecs::Clock& clock)
    : loop_(std::make_unique<Loop>(emulator, clock)) {}

HttpFront::~HttpFront() = default;

ecs::Result<int> HttpFront::Listen(int port, const std::string& address) {
  return loop_->Listen(port, address);
}

}  // namespace emulator
