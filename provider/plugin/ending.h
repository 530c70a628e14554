// Why and when this process ends.
#pragma once

namespace ecs::plugin {

enum class Ending {
  kAsked,     // plugin.GRPCController/Shutdown
  kSignal,    // SIGTERM or SIGHUP; in debug mode also SIGINT
  kHostGone,  // Terraform died, or reads our stderr no more
};

// Waits for the first reason to end. One per process: signals know no other place to go.
class EndWatch {
 public:
  enum class Host {
    kParent,  // the parent is Terraform: its death is a reason. SIGINT, which a Ctrl-C sends to
              // both of us, is not: Terraform calls StopProvider
    kAnyone,  // for debuggers: SIGINT is a reason, nobody's death is
  };

  // Takes over the signals named above and ignores SIGPIPE. To be made before the first wait of the
  // process, so that a parent that dies early is noticed.
  explicit EndWatch(Host host);
  EndWatch(const EndWatch&) = delete;
  EndWatch& operator=(const EndWatch&) = delete;
  ~EndWatch();

  // Ends the wait with kAsked. Safe from any thread, any number of times, before or during it.
  void Ask() const;

  // Blocks. To be called once.
  Ending Wait();

 private:
  const Host host_;
  const int parent_;    // process id
  int asked_fd_ = -1;   // eventfd
  int signal_fd_ = -1;  // eventfd that the signal handler writes
  int parent_fd_ = -1;  // pidfd; -1 where the kernel has none: then we ask every half second
};

}  // namespace ecs::plugin
