#include "client/curl_transport.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <optional>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/support.h"

namespace ecs::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

// A server on loopback with a thread per connection. What it answers to a request is raw bytes; an
// empty answer leaves the request open until the other side goes.
class RawServer {
 public:
  using Handler = std::function<std::string(const std::string& request)>;

  explicit RawServer(Handler handler) : handler_(std::move(handler)) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address));
    listen(listener_, 64);
    socklen_t size = sizeof(address);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { Accept(); });
  }

  ~RawServer() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      absl::MutexLock lock(&mu_);
      for (const int connection : open_) shutdown(connection, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    close(listener_);
  }

  std::string url(const std::string& path = "/") const {
    return absl::StrCat("http://127.0.0.1:", port_, path);
  }
  int connections() const { return connections_; }
  int requests() const { return requests_; }
  int closed() const { return closed_; }

 private:
  void Accept() {
    for (;;) {
      const int connection = accept(listener_, nullptr, nullptr);
      // Tests that leave this process no descriptor leave the server none either.
      if (connection < 0 && errno == EMFILE) {
        std::this_thread::yield();
        continue;
      }
      if (connection < 0) return;
      ++connections_;
      absl::MutexLock lock(&mu_);
      open_.insert(connection);
      threads_.emplace_back([this, connection] { Serve(connection); });
    }
  }

  void Serve(int connection) {
    std::string seen;
    char buffer[4096];
    for (ssize_t got = 0; (got = recv(connection, buffer, sizeof(buffer), 0)) > 0;) {
      seen.append(buffer, static_cast<std::size_t>(got));
      if (!IsWhole(seen)) continue;
      ++requests_;
      const std::string answer = handler_(seen);
      seen.clear();
      if (answer.empty()) continue;
      send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
      if (answer.find("Connection: close") != std::string::npos) break;
    }
    ++closed_;
    absl::MutexLock lock(&mu_);
    open_.erase(connection);
    close(connection);
  }

  static bool IsWhole(const std::string& request) {
    const auto end = request.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const auto length = request.find("Content-Length: ");
    if (length == std::string::npos || length > end) return true;
    return request.size() >= end + 4 + std::stoul(request.substr(length + 16));
  }

  const Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<int> requests_ = 0;
  std::atomic<int> closed_ = 0;
  absl::Mutex mu_;
  std::set<int> open_ ABSL_GUARDED_BY(mu_);
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

std::string Good(const std::string& body) {
  return absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", body.size(),
                      "\r\nX-Request-Id: r1\r\nX-Empty:\r\n\r\n", body);
}

// A call under real time: curl knows no other.
struct RealBench {
  Cancel cancel = {};
  Log log{Level::kOff, RealClock(), [](std::string_view) {}};
  Call call{RealClock(), RealClock().Now() + seconds(20), cancel, log, RealRandom()};
};

Request Get(const std::string& url) { return {.method = "GET", .url = url, .operation = "GET /x"}; }

TEST(CurlTransport, SendsAndReceives) {
  std::string seen;
  RawServer server([&](const std::string& request) {
    seen = request;
    return Good("{\"a\":1}");
  });
  RealBench bench;
  const Send send = CurlTransport({});
  Request request = {.method = "PUT",
                     .url = server.url("/p?q=1"),
                     .headers = {{"Content-Type", "application/json"}, {"X-Auth-Token", "t"}},
                     .body = "{\"b\":2}",
                     .operation = "PUT /p"};
  const auto response = send(bench.call, request);
  ASSERT_TRUE(response.ok()) << response.error().Text();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "{\"a\":1}");
  EXPECT_EQ(response->headers.Get("x-request-id"), "r1");
  EXPECT_TRUE(response->headers.Has("X-Empty"));
  EXPECT_THAT(seen, HasSubstr("PUT /p?q=1 HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("X-Auth-Token: t\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\n\r\n{\"b\":2}"));
  EXPECT_THAT(seen, testing::Not(HasSubstr("Expect:")));
}

// The environment is as it was at the end.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    if (const char* before = std::getenv(name); before != nullptr) before_ = before;
    setenv(name, value.c_str(), 1);
  }
  ~Variable() {
    if (before_) {
      setenv(name_, before_->c_str(), 1);
    } else {
      unsetenv(name_);
    }
  }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

TEST(CurlTransport, WhatOnlyThisMachineReachesIsNotAskedOfAProxy) {
  RawServer proxy([](const std::string&) { return Good("proxy"); });
  RawServer server([](const std::string&) { return Good("server"); });
  const Variable proxied("http_proxy", proxy.url());
  const Variable exceptions("no_proxy", "other.invalid");  // an empty one would not count
  RealBench bench;
  const Send send = CurlTransport({});
  Request request = Get(server.url());
  EXPECT_EQ(send(bench.call, request)->body, "proxy");
  request.no_proxy = true;
  EXPECT_EQ(send(bench.call, request)->body, "server");
}

TEST(CurlTransport, AProxyThatRefusesTheTunnelIsNamedAndNotAskedAgain) {
  for (const int status : {403, 407, 502}) {
    RawServer proxy([&](const std::string&) {
      return absl::StrCat("HTTP/1.1 ", status,
                          " No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
    const Variable proxied("https_proxy", proxy.url());
    const Variable exceptions("no_proxy", "other.invalid");
    const Send send = CurlTransport({});
    RealBench bench;
    Request request = {
        .method = "POST", .url = "https://cloud.invalid/v1", .operation = "POST /v1"};
    const Error error = send(bench.call, request).error();
    EXPECT_EQ(error.code, status < 500 ? Code::kInvalid : Code::kUnavailable) << status;
    EXPECT_EQ(error.detail,
              absl::StrCat("The proxy refused to connect to https://cloud.invalid (HTTP ", status,
                           "). The cloud did not see the request."));
    EXPECT_FALSE(error.maybe_executed);
    EXPECT_EQ(proxy.requests(), 1);
  }
}

TEST(CurlTransport, ThePasswordOfAnAddressIsInNoError) {
  const Send send = CurlTransport({});
  RealBench bench;
  for (const char* url : {"http://joe:front-pass@127.0.0.1:1/x", "http://joe:front-pass@:x/"}) {
    Request request = {.url = url, .operation = "GET /x"};
    const Error error = send(bench.call, request).error();
    EXPECT_THAT(error.Text(), testing::Not(HasSubstr("front-pass"))) << url;
  }
}

TEST(CurlTransport, ABodilessPostHasNoContentTypeAndLengthZero) {
  std::string seen;
  RawServer server([&](const std::string& request) {
    seen = request;
    return Good("");
  });
  RealBench bench;
  const Send send = CurlTransport({});
  Request request = {.method = "POST", .url = server.url(), .operation = "POST /"};
  EXPECT_TRUE(send(bench.call, request).ok());
  EXPECT_THAT(seen, HasSubstr("Content-Length: 0\r\n"));
  EXPECT_THAT(seen, testing::Not(HasSubstr("Content-Type")));
}

TEST(CurlTransport, KeepsItsConnectionForWhatMayBeRepeated) {
  RawServer server([](const std::string&) { return Good("{}"); });
  RealBench bench;
  const Send send = CurlTransport({});
  for (int i = 0; i < 10; ++i) {
    Request request = Get(server.url());
    EXPECT_TRUE(send(bench.call, request).ok());
  }
  EXPECT_EQ(server.requests(), 10);
  EXPECT_EQ(server.connections(), 1);
}

TEST(CurlTransport, ManyThreadsShareFewConnections) {
  RawServer server([](const std::string&) { return Good("{}"); });
  RealBench bench;
  const Send send = CurlTransport({.connections_per_host = 4});
  std::vector<std::thread> threads;
  std::atomic<int> ok = 0;
  for (int t = 0; t < 32; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        Request request = Get(server.url());
        ok += send(bench.call, request).ok() ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ok, 320);
  EXPECT_LE(server.connections(), 4);
}

// The nasty one: the request is executed, the reply is lost, and curl would send it again by
// itself.
TEST(CurlTransport, ALostReplyToWhatMustNotBeRepeatedIsReportedAndNotSentAgain) {
  std::atomic<int> creates = 0;
  RawServer server([&](const std::string& request) {
    if (request.starts_with("POST")) {
      ++creates;
      return std::string("Connection: close");  // not HTTP; the connection ends
    }
    return Good("{}");
  });
  RealBench bench;
  const Send send = CurlTransport({});
  Request warm_up = Get(server.url());
  EXPECT_TRUE(send(bench.call, warm_up).ok());
  Request create = {.method = "POST",
                    .url = server.url(),
                    .body = "{}",
                    .operation = "POST /create",
                    .repeat = Repeat::kOnlyIfNotSent};
  const auto result = send(bench.call, create);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::kUnavailable);
  EXPECT_TRUE(result.error().maybe_executed);
  EXPECT_EQ(creates, 1);
}

TEST(CurlTransport, ATruncatedBodyMayHaveBeenExecuted) {
  RawServer server([](const std::string&) {
    return std::string("HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{\"a\"");
  });
  RealBench bench;
  const Send send = CurlTransport({});
  Request request = Get(server.url());
  const auto result = send(bench.call, request);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::kUnavailable);
  EXPECT_TRUE(result.error().maybe_executed);
}

TEST(CurlTransport, ARefusedConnectionWasNotSent) {
  std::string url;
  {
    RawServer server([](const std::string&) { return Good(""); });
    url = server.url();
  }
  RealBench bench;
  const Send send = CurlTransport({});
  Request request = Get(url);
  const auto result = send(bench.call, request);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::kUnavailable);
  EXPECT_FALSE(result.error().maybe_executed);
  EXPECT_THAT(result.error().detail, HasSubstr("Could not connect to http://127.0.0.1"));
}

TEST(CurlTransport, AnAddressThatMakesNoSenseIsInvalid) {
  RealBench bench;
  const Send send = CurlTransport({});
  for (const char* url : {"/v3/auth/tokens", "ftp://x/", "file:///etc/passwd"}) {
    Request request = Get(url);
    const auto result = send(bench.call, request);
    ASSERT_FALSE(result.ok()) << url;
    EXPECT_EQ(result.error().code, Code::kInvalid) << url << result.error().Text();
    EXPECT_FALSE(result.error().maybe_executed) << url;
  }
}

TEST(CurlTransport, CancelIsHeardWithinMilliseconds) {
  RealBench bench;
  RawServer server([&](const std::string&) {
    bench.cancel.Set();
    return std::string();
  });
  const Send send = CurlTransport({});
  Request request = Get(server.url());
  const TimePoint begin = RealClock().Now();
  const auto result = send(bench.call, request);
  EXPECT_LT(RealClock().Now() - begin, seconds(2));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::kCancelled);
  EXPECT_TRUE(result.error().maybe_executed);
}

TEST(CurlTransport, TheDeadlineEndsAnAnswerThatDoesNotCome) {
  RawServer server([](const std::string&) { return std::string(); });
  RealBench bench;
  const Send send = CurlTransport({});
  Request request = Get(server.url());
  const auto result = send(bench.call.Until(RealClock().Now() + milliseconds(200)), request);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::kTimeout);
  EXPECT_TRUE(result.error().maybe_executed);
}

TEST(CurlTransport, NothingIsSentAfterTheDeadlineOrCancel) {
  RawServer server([](const std::string&) { return Good(""); });
  RealBench bench;
  const Send send = CurlTransport({});
  Request request = Get(server.url());
  const auto late = send(bench.call.Until(RealClock().Now() - seconds(1)), request);
  EXPECT_EQ(late.error().code, Code::kTimeout);
  EXPECT_FALSE(late.error().maybe_executed);
  bench.cancel.Set();
  EXPECT_EQ(send(bench.call, request).error().code, Code::kCancelled);
  EXPECT_EQ(server.requests(), 0);
}

TEST(CurlTransport, ASilentServerIsGivenUp) {
  RawServer server([](const std::string&) { return std::string(); });
  RealBench bench;
  const Send send = CurlTransport({.silence_limit = seconds(1)});
  Request request = Get(server.url());
  const auto result = send(bench.call, request);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::kUnavailable);
  EXPECT_TRUE(result.error().maybe_executed);
}

TEST(CurlTransport, AnAnswerBeyondTheLimitIsAnError) {
  RawServer server([](const std::string&) { return Good(std::string(100'000, 'x')); });
  RealBench bench;
  const Send send = CurlTransport({.body_limit = 50'000});
  Request request = Get(server.url());
  EXPECT_EQ(send(bench.call, request).error().code, Code::kCloudFailed);
}

// Leaves this process no descriptor to open.
class NoDescriptors {
 public:
  NoDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    const int lowest = dup(STDERR_FILENO);
    close(lowest);
    limit_ = static_cast<rlim_t>(lowest);
    const rlimit few = {.rlim_cur = limit_, .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &few);
  }
  ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }
  rlim_t limit() const { return limit_; }

 private:
  rlimit before_ = {};
  rlim_t limit_ = 0;
};

TEST(CurlTransport, WithoutDescriptorsItFailsAtOnceAndSaysWhy) {
  RealBench bench;
  for (const bool started : {false, true}) {
    // One that serves no other connection, whose end would set a descriptor free.
    RawServer server([](const std::string&) { return Good(""); });
    const Send send = CurlTransport({});
    Request request = Get(server.url());
    if (started) {
      EXPECT_TRUE(send(bench.call, request).ok());
      // Its connection is kept: this one is not to be used.
      request.repeat = Repeat::kOnlyIfNotSent;
    }
    {
      const NoDescriptors none;
      const TimePoint begin = RealClock().Now();
      for (int tries = 0; tries < 2; ++tries) {
        const auto result = send(bench.call, request);
        ASSERT_FALSE(result.ok());
        EXPECT_EQ(result.error().code, Code::kInvalid);
        EXPECT_FALSE(result.error().maybe_executed);
        EXPECT_THAT(result.error().detail,
                    testing::StartsWith(absl::StrCat(
                        "Could not connect to ", server.url(""), ": this process may have only ",
                        none.limit(), " files open at a time, and they are in use (")));
        EXPECT_EQ(result.error().hint,
                  "Raise the limit (ulimit -n 1024) in the shell that starts Terraform.");
      }
      EXPECT_LT(RealClock().Now() - begin, seconds(5)) << "started: " << started;
    }
    EXPECT_TRUE(send(bench.call, request).ok()) << "started: " << started;
  }
}

TEST(CurlTransport, FollowsNoRedirect) {
  RawServer server([](const std::string&) {
    return std::string("HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n");
  });
  RealBench bench;
  const Send send = CurlTransport({});
  Request request = Get(server.url());
  EXPECT_EQ(send(bench.call, request)->status, 302);
  EXPECT_EQ(server.requests(), 1);
}

TEST(CurlTransport, ConfiguringAndDestroyingWithoutARequestStartsNothing) {
  const Send send = CurlTransport({});
  const Send copy = send;
}

}  // namespace
}  // namespace ecs::client
