// The socket, by a client that speaks bytes.
#include "tests/emulator/http/front.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "tests/emulator/command_line.h"
#include "tests/emulator/http/wire.h"
#include "tests/unit/emulator/support.h"

namespace emulator {
namespace {

using testing::HasSubstr;

// One connection. Blocks until the front answers or closes.
class Wireling {
 public:
  explicit Wireling(int port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(static_cast<std::uint16_t>(port));
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  }
  Wireling(const Wireling&) = delete;
  Wireling& operator=(const Wireling&) = delete;
  ~Wireling() { close(fd_); }

  void Say(std::string_view bytes) const {
    EXPECT_EQ(send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  // Reads until `end` was seen, or to the end of the connection.
  std::string HearUntil(std::string_view end) {
    std::string heard;
    char byte = 0;
    while (end.empty() || !Contains(heard, end)) {
      const ssize_t count = recv(fd_, &byte, 1, 0);
      if (count < 0) reset_ = errno == ECONNRESET;
      if (count <= 0) break;
      heard.push_back(byte);
    }
    return heard;
  }
  bool was_reset() const { return reset_; }

 private:
  int fd_;
  bool reset_ = false;
};

class FrontTest : public testing::Test {
 protected:
  FrontTest() : cloud_({}, ecs::RealClock()), front_(cloud_, ecs::RealClock()) {
    const ecs::Result<int> port = front_.Listen(0);
    EXPECT_TRUE(port.ok());
    port_ = *port;
  }
  static constexpr char kGetHealth[] = "GET /_emulator HTTP/1.1\r\nHost: x\r\n\r\n";
  static constexpr char kGetVersions[] = "GET /v2.1 HTTP/1.1\r\nHost: x\r\n\r\n";

  Emulator cloud_;
  HttpFront front_;
  int port_ = 0;
};

TEST_F(FrontTest, AConnectionServesManyRequests) {
  Wireling client(port_);
  for (int i = 0; i < 3; ++i) {
    client.Say(kGetHealth);
    EXPECT_THAT(client.HearUntil("\"ok\""), HasSubstr("HTTP/1.1 200 OK\r\n"));
    client.HearUntil("}");
  }
}

TEST_F(FrontTest, RequestsThatComeTogetherAreAnsweredInOrder) {
  Wireling client(port_);
  client.Say(StrCat(kGetHealth, kGetHealth, "GET /nothing HTTP/1.1\r\nConnection: close\r\n\r\n"));
  const std::string heard = client.HearUntil("");
  EXPECT_EQ(Split(heard, '\n').size(), Split(heard, '\r').size());
  EXPECT_LT(heard.find("200 OK"), heard.find("501 Not Implemented"));
  EXPECT_FALSE(client.was_reset());
}

TEST_F(FrontTest, ManyConnectionsStayOpenAtOnce) {
  std::vector<std::unique_ptr<Wireling>> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(std::make_unique<Wireling>(port_));
  for (const auto& client : clients) client->Say(kGetHealth);
  for (const auto& client : clients) {
    EXPECT_THAT(client->HearUntil("\"ok\""), HasSubstr("200 OK"));
  }
}

TEST_F(FrontTest, APlannedResetBreaksTheConnectionWithoutAnAnswer) {
  ASSERT_TRUE(cloud_.AddFault("nova.ShowVersion:reset").ok());
  Wireling client(port_);
  client.Say(kGetVersions);
  EXPECT_EQ(client.HearUntil(""), "");
  EXPECT_TRUE(client.was_reset());
}

TEST_F(FrontTest, ALostReplyBreaksTheConnectionAfterTheWork) {
  ASSERT_TRUE(cloud_.AddFault("iam.CreateToken:lost").ok());
  Wireling client(port_);
  const std::string body =
      "{\"auth\": {\"identity\": {\"methods\": [\"password\"], \"password\": "
      "{\"user\": {\"name\": \"demo\", \"password\": \"demo-password\", "
      "\"domain\": {\"name\": \"demo-domain\"}}}}}}";
  client.Say(
      StrCat("POST /v3/auth/tokens HTTP/1.1\r\nContent-Length: ", body.size(), "\r\n\r\n", body));
  EXPECT_EQ(client.HearUntil(""), "");
  EXPECT_TRUE(client.was_reset());
  cloud_.With([](Cloud& cloud) { EXPECT_EQ(cloud.iam.token_count(), 1U); });
}

TEST_F(FrontTest, ATruncatedAnswerAnnouncesMoreThanItHas) {
  ASSERT_TRUE(cloud_.AddFault("nova.ShowVersion:truncated").ok());
  Wireling client(port_);
  client.Say(kGetVersions);
  const std::string head = client.HearUntil("\r\n\r\n");
  const std::size_t at = head.find("Content-Length: ") + 16;
  std::size_t announced = 0;
  ASSERT_TRUE(ReadNumber(head.substr(at, head.find('\r', at) - at), &announced));
  EXPECT_EQ(client.HearUntil("").size(), announced / 2);
}

TEST_F(FrontTest, ASlowAnswerHoldsUpNobodyElse) {
  ASSERT_TRUE(cloud_.AddFault("nova.ShowVersion:slow:1:delay=200ms").ok());
  Wireling slow(port_);
  Wireling quick(port_);
  const ecs::TimePoint begin = ecs::RealClock().Now();
  slow.Say(kGetVersions);
  quick.Say(kGetHealth);
  EXPECT_THAT(quick.HearUntil("\"ok\""), HasSubstr("200 OK"));
  EXPECT_LT(ecs::RealClock().Now() - begin, milliseconds(150));
  EXPECT_THAT(slow.HearUntil("media-types"), HasSubstr("200 OK"));
  EXPECT_GE(ecs::RealClock().Now() - begin, milliseconds(200));
}

TEST_F(FrontTest, NonsenseIsAnswered400AndClosed) {
  Wireling client(port_);
  client.Say("HELLO\r\n\r\n");
  EXPECT_THAT(client.HearUntil(""), HasSubstr("HTTP/1.1 400 Bad Request"));
}

TEST_F(FrontTest, AClientThatWaitsIsToldToGoAhead) {
  Wireling client(port_);
  client.Say(
      "POST /_emulator/tokens/revoke HTTP/1.1\r\nExpect: 100-continue\r\n"
      "Content-Length: 2\r\n\r\n");
  EXPECT_EQ(client.HearUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Say("{}");
  EXPECT_THAT(client.HearUntil("revoked"), HasSubstr("200 OK"));
}

TEST(HttpWire, ARequestIsReadPieceByPiece) {
  const std::string bytes = "POST /a?b=c HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET";
  Request request;
  std::size_t used = 0;
  bool keep_alive = false;
  for (std::size_t size = 0; size < bytes.size() - 3; ++size) {
    Request partial;
    EXPECT_EQ(ReadRequest(bytes.substr(0, size), partial, used, keep_alive), Reading::kMore);
  }
  ASSERT_EQ(ReadRequest(bytes, request, used, keep_alive), Reading::kWhole);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/a?b=c");
  EXPECT_EQ(request.body, "abc");
  EXPECT_EQ(request.Header("host"), "h");
  EXPECT_EQ(bytes.substr(used), "GET");
  EXPECT_TRUE(keep_alive);
}

TEST(HttpWire, ChunksAreJoined) {
  const std::string bytes =
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
  Request request;
  std::size_t used = 0;
  bool keep_alive = false;
  ASSERT_EQ(ReadRequest(bytes, request, used, keep_alive), Reading::kWhole);
  EXPECT_EQ(request.body, "abcde");
  EXPECT_EQ(used, bytes.size());
}

TEST(HttpWire, WhatIsTooLongOrMalformedIsToldApart) {
  const std::pair<const char*, Reading> cases[] = {
      {"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", Reading::kTooLong},
      {"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", Reading::kMalformed},
      {"GET nothing HTTP/1.1\r\n\r\n", Reading::kMalformed},
      {"GET / SPDY/1\r\n\r\n", Reading::kMalformed},
      {"GET  HTTP/1.1\r\n\r\n", Reading::kMalformed},
      {"GET / HTTP/1.1\r\nno colon\r\n\r\n", Reading::kMalformed},
      {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", Reading::kMalformed},
      {"GET http://host/path HTTP/1.1\r\n\r\n", Reading::kWhole},
  };
  for (const auto& [bytes, expected] : cases) {
    Request request;
    std::size_t used = 0;
    bool keep_alive = false;
    EXPECT_EQ(ReadRequest(bytes, request, used, keep_alive), expected) << bytes;
  }
}

TEST(CommandLine, OptionsAreReadInBothForms) {
  const auto settings = ParseCommandLine(
      {"--port", "8080", "--speed=2", "--capacity", "s3.large.2=1", "--duration", "resize=4s",
       "--fault", "CreateServers:lost:1", "--without=autorecovery", "--instant"});
  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->port, 8080);
  EXPECT_EQ(settings->options.capacity.at("s3.large.2"), 1);
  EXPECT_EQ(settings->options.durations.Of("resize"), ecs::Duration());
  EXPECT_THAT(settings->options.faults, testing::ElementsAre("CreateServers:lost:1"));
  EXPECT_EQ(settings->options.without.count("autorecovery"), 1U);
}

TEST(CommandLine, WhatIsNotUnderstoodIsRefused) {
  const std::vector<std::string> cases[] = {{"port"},
                                            {"--nothing"},
                                            {"--port"},
                                            {"--port", "x"},
                                            {"--instant=1"},
                                            {"--duration", "nap=1s"},
                                            {"--speed", "x"},
                                            {"--fault", "A:b"},
                                            {"--duration", "resize=soon"},
                                            {"--without", "gravity"},
                                            {"--full-resize", "maybe"}};
  for (const auto& arguments : cases) EXPECT_FALSE(ParseCommandLine(arguments).ok());
}

TEST(CommandLine, TheHelpNamesEverythingSeeded) {
  const std::string help = HelpText();
  for (const char* text : {"AKDEMO0000000000DEMO", "SKDEMO", "demo-password", kVpcId, kNetworkId,
                           kWebGroupId, kUbuntuImageId, "t1.micro.1", "resize=2000ms"}) {
    EXPECT_THAT(help, HasSubstr(text));
  }
}

}  // namespace
}  // namespace emulator
