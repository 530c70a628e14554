// What every RPC's handler does around its own body. Internal to rpc.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <exception>
#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "provider/rpc/convert.h"
#include "provider/rpc/session.h"

namespace ecs::rpc {

// What an RPC is about: the name of a type, and the rows of the object that its diagnostics point
// into (null: none).
struct Subject {
  std::string name = {};
  const schema::RowSet* rows = nullptr;
};

template <class Any>
Subject About(const Any* found, const std::string& name) {
  return {.name = name, .rows = found == nullptr ? nullptr : found->rows.get()};
}

template <class Response>
void AddAll(const schema::Diagnostics& notes, Response* out) {
  for (const schema::Diagnostic& diagnostic : notes.list()) {
    ToProto(diagnostic, out->add_diagnostics());
  }
}

// No diagnostic points at a secret then.
template <class Response>
void KeepOffSecrets(const Subject& subject, Response* out) {
  if (subject.rows != nullptr) KeepOffSecrets(*subject.rows, *out->mutable_diagnostics());
}

template <class Response>
void AddError(const Error& error, const Subject& subject, Response* out) {
  schema::Diagnostics notes;
  notes.Add(error);
  AddAll(notes, out);
  KeepOffSecrets(subject, out);
}

template <class Any>
Result<const Any*> Known(const Any* found, const std::string& type_name) {
  if (found != nullptr) return found;
  return Error{.code = Code::kInvalid,
               .summary = "Unknown type",
               .detail = absl::StrCat("This version of the ECS provider has no ", type_name, "."),
               .hint = "Check the provider version in required_providers."};
}

inline Result<schema::Backend*> Configured(const Session::Lease& lease) {
  if (lease.backend != nullptr) return lease.backend.get();
  return Bug("An object was asked for before the provider was configured.");
}

// The last look at what the user will read: whoever wrote it, no secret leaves.
template <class Diagnostics>
void Redact(const Session::Lease& lease, Diagnostics* diagnostics) {
  if (lease.backend == nullptr) return;
  for (tfplugin6::Diagnostic& diagnostic : *diagnostics) {
    diagnostic.set_summary(lease.backend->Redact(diagnostic.summary()));
    diagnostic.set_detail(lease.backend->Redact(diagnostic.detail()));
  }
}

// Runs the body of an RPC: an exception becomes an Error, and the call is logged.
inline Status Guarded(const Session::Lease& lease, const char* rpc, const std::string& type_name,
                      const std::function<Status()>& body) {
  const TimePoint began = lease.call.clock.Now();
  Status done = Ok{};
  try {
    done = body();
  } catch (const std::exception& problem) {
    done = Bug(absl::StrCat("An exception left ", rpc, ": ", problem.what()));
  }
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(lease.call.clock.Now() - began);
  lease.call.log.Debug("Served request", {{"tf_rpc", rpc},
                                          {"tf_resource_type", type_name},
                                          {"tf_req_duration_ms", absl::StrCat(ms.count())}});
  return done;
}

// The same for an RPC with one answer: an Error becomes one of its diagnostics. gRPC always hears
// OK (tfplugin6.md section 2). No diagnostic points at a secret.
template <class Response>
grpc::Status Answer(Session& session, const char* rpc, const Subject& subject, Response* out,
                    const std::function<Status(const Session::Lease&)>& body) {
  const Session::Lease lease = session.Begin();
  const Status done = Guarded(lease, rpc, subject.name, [&] { return body(lease); });
  if (!done.ok()) AddError(done.error(), subject, out);
  KeepOffSecrets(subject, out);
  Redact(lease, out->mutable_diagnostics());
  return grpc::Status::OK;
}

// Whether to answer that nothing can be said before the provider's own configuration is known. The
// first hosts that knew deferrals could not take one (compatibility.md section 5), and no release
// build can: Session knows which host it is.
template <class Request, class Response>
bool Deferred(const Session::Lease& lease, const Request* in, Response* out) {
  if (!lease.defers || !in->client_capabilities().deferral_allowed()) return false;
  out->mutable_deferred()->set_reason(tfplugin6::Deferred::PROVIDER_CONFIG_UNKNOWN);
  return true;
}

}  // namespace ecs::rpc
