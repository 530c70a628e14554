// Names whose look-up hangs. This binary's getaddrinfo is the one that libcurl calls.
#include <dlfcn.h>
#include <netdb.h>

#include <string_view>

#include "client/curl_transport.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/support.h"

namespace ecs::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The names below hang.test are looked up until they are let go.
class HangingNames {
 public:
  static HangingNames& Instance() {
    static HangingNames names;
    return names;
  }
  void Hang() {
    absl::MutexLock lock(&mu_);
    ++begun_;
    mu_.Await(absl::Condition(&released_));
    ++ended_;
  }
  int begun() {
    absl::MutexLock lock(&mu_);
    return begun_;
  }
  void ReleaseAndAwait() {
    absl::MutexLock lock(&mu_);
    released_ = true;
    const auto all_ended = [this] { return begun_ == ended_; };
    mu_.Await(absl::Condition(&all_ended));
    released_ = false;
  }

 private:
  absl::Mutex mu_;
  bool released_ ABSL_GUARDED_BY(mu_) = false;
  int begun_ ABSL_GUARDED_BY(mu_) = 0;
  int ended_ ABSL_GUARDED_BY(mu_) = 0;
};

struct RealBench {
  Cancel cancel = {};
  Log log{Level::kOff, RealClock(), [](std::string_view) {}};
  Call call{RealClock(), RealClock().Now() + seconds(20), cancel, log, RealRandom()};
};

TEST(CurlResolver, ALookUpThatHangsHoldsUpItsOwnRequestOnly) {
  HangingNames& names = HangingNames::Instance();
  const int before = names.begun();
  RealBench bench;
  {
    const Send send = CurlTransport({.connect_timeout = milliseconds(300)});
    Request hanging = {.url = "http://a.hang.test/", .operation = "GET /x"};
    const auto late = send(bench.call, hanging);
    ASSERT_FALSE(late.ok());
    EXPECT_EQ(late.error().code, Code::kUnavailable);
    EXPECT_FALSE(late.error().maybe_executed);
    Request abandoned = {.url = "http://b.hang.test/", .operation = "GET /x"};
    const auto gave_up = send(bench.call.Until(RealClock().Now() + milliseconds(100)), abandoned);
    ASSERT_FALSE(gave_up.ok());
    EXPECT_EQ(gave_up.error().code, Code::kTimeout);
    EXPECT_EQ(names.begun(), before + 2);
    // Nobody listens on port 1: the refusal shows that requests are served meanwhile.
    Request other = {.url = "http://127.0.0.1:1/", .operation = "GET /x"};
    const auto refused = send(bench.call.Until(RealClock().Now() + seconds(5)), other);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, Code::kUnavailable) << refused.error().Text();
  }
  names.ReleaseAndAwait();
}

}  // namespace

void LookUpHangs() { HangingNames::Instance().Hang(); }

}  // namespace ecs::client

extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  if (name != nullptr && std::string_view(name).ends_with(".hang.test")) {
    ecs::client::LookUpHangs();
    return EAI_NONAME;
  }
  using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(name, service, hints, found);
}
