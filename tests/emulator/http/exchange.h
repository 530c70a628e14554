// One request on its way through the emulator: parsed, named and signed in.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "tests/emulator/http/errors.h"
#include "tests/emulator/http/http.h"
#include "tests/emulator/iam/iam.h"

namespace emulator {

struct Exchange {
  const Request& request;
  Service service = Service::kControl;
  std::string operation = {};  // "CreateServers"
  std::string path = {};       // as sent, without query and without a slash at the end
  Query query = {};
  std::map<std::string, std::string> params = {};  // of the route's template, decoded
  Json body = {};                                  // null: none
  Identity who = {};
  std::string request_id = {};
  int microversion = 1;   // 26 for 2.26; Nova only
  std::string base = {};  // "http://127.0.0.1:8080": what links begin with

  const std::string& Param(const std::string& name) const {
    static const std::string kNone;
    const auto found = params.find(name);
    return found == params.end() ? kNone : found->second;
  }
  std::string FullOperation() const { return std::string(ServiceName(service)) + "." + operation; }
};

}  // namespace emulator
