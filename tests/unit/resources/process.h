// Further provider processes over one emulated cloud, for tests of what one leaves to the next.
#pragma once

#include <string>
#include <utility>

#include "tests/unit/resources/rig.h"

namespace ecs {

inline bool IsCreate(const client::Request& request) {
  return request.operation == "POST /v1/{project_id}/cloudservers";
}

// Freshly configured: it knows nothing of what others did. Requests go by way of `wire`, and as in
// the real transport none begins after its deadline.
class Process {
 public:
  explicit Process(ServerRig& rig, client::Stage wire = PassOn)
      : rig_(rig),
        cloud_(EmulatorSettings({}),
               client::Chain({KeepToTheDeadline, std::move(wire)}, ThroughEmulator(rig.emulator())),
               {}) {}

  resources::Cloud& cloud() { return cloud_; }

  lifecycle::ApplyResult Create(const std::string& patch = "{}") {
    const lifecycle::PlanResult plan = rig_.Plan(rig_.NoState(), patch);
    return lifecycle::Apply(rig_.call(), cloud_, rig_.resource, rig_.NoState(), plan.planned,
                            rig_.Config(patch));
  }
  lifecycle::ReadResult Read(const Value& state, const std::string& private_bytes = "") {
    return lifecycle::Read(rig_.call(), cloud_, rig_.resource, state, private_bytes);
  }

 private:
  static Result<client::Response> PassOn(const Call& call, client::Request& request,
                                         const client::Send& next) {
    return next(call, request);
  }
  static Result<client::Response> KeepToTheDeadline(const Call& call, client::Request& request,
                                                    const client::Send& next) {
    if (call.clock.Now() >= call.deadline) {
      return Error{.code = Code::kTimeout, .summary = "No time left"};
    }
    return next(call, request);
  }

  ServerRig& rig_;
  resources::Cloud cloud_;
};

// The nonce in the mark of a server that the cloud holds; empty: it carries none.
inline std::string NonceIn(const emulator::Server& server) {
  const auto found = server.metadata.find("terraform_ecs_create");
  return found == server.metadata.end() ? "" : found->second;
}

}  // namespace ecs
