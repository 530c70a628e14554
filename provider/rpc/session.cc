#include "provider/rpc/session.h"

#include <utility>

namespace ecs::rpc {
namespace {

// The protocol has no deadlines (lifecycle.md section 1); each operation narrows this to its own.
constexpr Duration kRpcMax = std::chrono::hours(24);

}  // namespace

void Session::Configure(std::shared_ptr<schema::Backend> backend, bool defers) {
  absl::MutexLock lock(&mu_);
  backend_ = std::move(backend);
  defers_ = defers;
  if (cancel_->IsSet()) cancel_ = std::make_shared<Cancel>();
}

void Session::Stop() {
  std::shared_ptr<Cancel> cancel;
  {
    absl::MutexLock lock(&mu_);
    cancel = cancel_;
  }
  cancel->Set();
}

Session::Lease Session::Begin() {
  absl::MutexLock lock(&mu_);
  return {backend_, cancel_, Call{clock_, clock_.Now() + kRpcMax, *cancel_, log_, random_},
          defers_};
}

}  // namespace ecs::rpc
