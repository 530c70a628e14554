// What a provider process remembers between RPCs: its configuration, and whether to stop.
#pragma once

#include <memory>

#include "absl/synchronization/mutex.h"
#include "base/call.h"
#include "provider/schema/row.h"

namespace ecs::rpc {

// Safe from any thread. Borrows the clock, the log and the source of chance.
class Session {
 public:
  Session(Clock& clock, Log& log, Random& random) : clock_(clock), log_(log), random_(random) {}

  // Replaces the configuration, and forgets an earlier Stop: in debug mode one process serves many
  // runs of Terraform. RPCs that are running keep what they began with.
  // `defers`: the configuration is not known yet, and Terraform can take that for an answer.
  void Configure(std::shared_ptr<schema::Backend> backend, bool defers = false);

  // Ends every wait of the RPCs that are running, and of those that come before the next Configure.
  void Stop();

  // What one RPC needs while it runs. backend is null before Configure.
  struct Lease {
    std::shared_ptr<schema::Backend> backend;
    std::shared_ptr<Cancel> cancel;
    Call call;
    bool defers;
  };
  Lease Begin();

 private:
  Clock& clock_;
  Log& log_;
  Random& random_;
  absl::Mutex mu_;
  std::shared_ptr<schema::Backend> backend_ ABSL_GUARDED_BY(mu_);
  bool defers_ ABSL_GUARDED_BY(mu_) = false;
  std::shared_ptr<Cancel> cancel_ ABSL_GUARDED_BY(mu_) = std::make_shared<Cancel>();
};

}  // namespace ecs::rpc
