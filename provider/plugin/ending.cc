#include "provider/plugin/ending.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>

namespace ecs::plugin {
namespace {

constexpr int kParentPollMs = 500;

std::atomic<int> signal_target = -1;

void Raise(int fd) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t ignored = ::write(fd, &one, sizeof(one));
}

void OnSignal(int) {
  const int saved = errno;
  Raise(signal_target.load());
  errno = saved;
}

void Handle(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigaction(signal, &action, nullptr);
}

bool IsIgnored(int signal) {
  struct sigaction action = {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

EndWatch::EndWatch(Host host)
    : host_(host),
      parent_(::getppid()),
      asked_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      signal_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  // Not PR_SET_PDEATHSIG: it fires when the *thread* that started us ends, and Go's threads come
  // and go. The call by its number, because glibc has no wrapper before 2.36.
  if (host == Host::kParent) {
    parent_fd_ = static_cast<int>(::syscall(SYS_pidfd_open, parent_, 0));
  }
  signal_target.store(signal_fd_);
  Handle(SIGPIPE, SIG_IGN);
  Handle(SIGINT, host == Host::kParent ? SIG_IGN : OnSignal);
  Handle(SIGTERM, OnSignal);
  if (!IsIgnored(SIGHUP)) Handle(SIGHUP, OnSignal);  // nohup ignores it for us
}

EndWatch::~EndWatch() {
  signal_target.store(-1);
  for (const int fd : {asked_fd_, signal_fd_, parent_fd_}) {
    if (fd >= 0) ::close(fd);
  }
}

void EndWatch::Ask() const { Raise(asked_fd_); }

Ending EndWatch::Wait() {
  const bool watch_parent = host_ == Host::kParent;
  // No events asked for: poll still reports an error on a pipe that nobody can read any more, also
  // when the parent had died before we looked.
  std::array<pollfd, 4> polled = {{{asked_fd_, POLLIN, 0},
                                   {signal_fd_, POLLIN, 0},
                                   {parent_fd_, POLLIN, 0},
                                   {watch_parent ? STDERR_FILENO : -1, 0, 0}}};
  while (true) {
    const int timeout = watch_parent && parent_fd_ < 0 ? kParentPollMs : -1;
    if (::poll(polled.data(), polled.size(), timeout) < 0 && errno != EINTR) return Ending::kSignal;
    if (polled[0].revents != 0) return Ending::kAsked;
    if (polled[1].revents != 0) return Ending::kSignal;
    if (polled[2].revents != 0 || (polled[3].revents & POLLERR) != 0) return Ending::kHostGone;
    if (watch_parent && ::getppid() != parent_) return Ending::kHostGone;
  }
}

}  // namespace ecs::plugin
