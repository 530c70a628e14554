// A cloud under a fake clock, and a client that is signed in to it.
#pragma once

#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/emulator/cloud/seed.h"
#include "tests/emulator/cloud/text.h"
#include "tests/emulator/emulator.h"
#include "tests/support/fake_clock.h"

namespace emulator {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline constexpr char kProject[] = "0123456789abcdef0123456789abcdef";

class CloudTest : public testing::Test {
 protected:
  explicit CloudTest(Options options = {}) : cloud_(std::move(options), clock_) {
    token_ = SignIn().Header("X-Subject-Token");
  }

  Response SignIn(const std::string& password = "demo-password") {
    const Json user = {
        {"name", "demo"}, {"password", password}, {"domain", {{"name", "demo-domain"}}}};
    const Json body = {
        {"auth",
         {{"identity", {{"methods", Json::array({"password"})}, {"password", {{"user", user}}}}},
          {"scope", {{"project", {{"name", "eu-demo"}}}}}}}};
    return cloud_.Handle({.method = "POST", .target = "/v3/auth/tokens", .body = body.dump()});
  }

  // `path` may begin with P/ for /v1/{project}/ or N/ for /v2.1/{project}/.
  Response Send(const std::string& method, const std::string& path, const Json& body = {},
                Headers headers = {}) {
    headers.emplace_back("X-Auth-Token", token_);
    headers.emplace_back("Host", "127.0.0.1:1");
    return cloud_.Handle({.method = method,
                          .target = Expand(path),
                          .headers = std::move(headers),
                          .body = body.is_null() ? "" : body.dump()});
  }
  Response Get(const std::string& path, Headers headers = {}) {
    return Send("GET", path, {}, std::move(headers));
  }
  Response Post(const std::string& path, const Json& body, Headers headers = {}) {
    return Send("POST", path, body, std::move(headers));
  }
  Response Put(const std::string& path, const Json& body) { return Send("PUT", path, body); }
  Response Delete(const std::string& path) { return Send("DELETE", path); }

  // A body that v1 accepts.
  static Json CreateBody(const std::string& name = "web-01",
                         const std::string& flavor = "s3.medium.2") {
    return {{"server",
             {{"name", name},
              {"imageRef", kUbuntuImageId},
              {"flavorRef", flavor},
              {"vpcid", kVpcId},
              {"nics", Json::array({{{"subnet_id", kNetworkId}}})},
              {"root_volume", {{"volumetype", "SSD"}, {"size", 40}}}}}};
  }

  // Creates a server by v1 and waits until it is ACTIVE. Returns its id.
  std::string MakeServer(const std::string& name = "web-01",
                         const std::string& flavor = "s3.medium.2") {
    const Json made = Post("P/cloudservers", CreateBody(name, flavor)).Parsed();
    clock_.Advance(seconds(10));
    return made["serverIds"][0];
  }

  Response Act(const std::string& id, const Json& body) {
    return Post("N/servers/" + id + "/action", body);
  }
  Json Show(const std::string& id) { return Get("P/cloudservers/" + id).Parsed()["server"]; }
  // "STATUS vm_state task_state flavor"
  std::string State(const std::string& id) {
    const Response answer = Get("P/cloudservers/" + id);
    if (answer.status != 200) return StrCat(answer.status);
    const Json server = answer.Parsed()["server"];
    const Json& task = server["OS-EXT-STS:task_state"];
    return StrCat(server["status"].get<std::string>(), " ",
                  server["OS-EXT-STS:vm_state"].get<std::string>(), " ",
                  task.is_null() ? "-" : task.get<std::string>(), " ",
                  server["flavor"]["id"].get<std::string>());
  }
  Json Job(const std::string& id) { return Get("P/jobs/" + id).Parsed(); }

  // The code of an error in whatever shape, with the HTTP status: "400 Ecs.0005".
  static std::string CodeOf(const Response& answer) {
    const Json body = answer.Parsed();
    std::string status = StrCat(answer.status);
    if (answer.status < 400 || !body.is_object() || body.empty()) return status;
    for (const char* name : {"error_code", "code"}) {
      if (Member(body, name).is_string()) return status + " " + TextOf(body, name);
    }
    const Json& error = Member(body, "error");
    if (Member(error, "code").is_string()) return status + " " + TextOf(error, "code");
    return status + " " + body.begin().key();
  }

  static std::string Expand(const std::string& path) {
    if (path.rfind("P/", 0) == 0) return StrCat("/v1/", kProject, path.substr(1));
    if (path.rfind("N/", 0) == 0) return StrCat("/v2.1/", kProject, path.substr(1));
    return path;
  }

  ecs::FakeClock clock_;
  Emulator cloud_;
  std::string token_;
};

}  // namespace emulator
