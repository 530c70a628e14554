#include "tests/support/plugin_host.h"

#include <grpcpp/generic/generic_stub.h>

namespace ecs::plugin {
namespace {

std::string TextOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string text;
  if (!buffer.Dump(&slices).ok()) return text;
  for (const grpc::Slice& slice : slices) text.append(slice.begin(), slice.end());
  return text;
}

}  // namespace

void SetDeadline(grpc::ClientContext& context, std::chrono::milliseconds patience) {
  context.set_deadline(gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                                    gpr_time_from_millis(patience.count(), GPR_TIMESPAN)));
}

RawAnswer RawCall(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                  const std::string& bytes) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  SetDeadline(context);
  grpc::CompletionQueue queue;
  // Whether the one operation that runs was done.
  const auto done = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  const auto call = stub.PrepareCall(&context, method, &queue);
  call->StartCall(nullptr);
  done();
  const grpc::Slice slice(bytes);
  call->WriteLast(grpc::ByteBuffer(&slice, 1), {}, nullptr);
  done();
  RawAnswer answer;
  grpc::ByteBuffer message;
  for (call->Read(&message, nullptr); done(); call->Read(&message, nullptr)) {
    answer.messages.push_back(TextOf(message));
    message.Clear();
  }
  call->Finish(&answer.status, nullptr);
  done();
  return answer;
}

int Health(const std::shared_ptr<grpc::Channel>& channel, const std::string& service) {
  // HealthCheckRequest { string service = 1 }, HealthCheckResponse { enum status = 1 }; the text is
  // shorter than 128 bytes.
  const std::string request = "\x0a" + std::string(1, static_cast<char>(service.size())) + service;
  const RawAnswer answer = RawCall(channel, "/grpc.health.v1.Health/Check", request);
  const bool tells = answer.messages.size() == 1 && answer.messages[0].size() == 2;
  return tells ? answer.messages[0][1] : 0;
}

grpc::StatusCode Shutdown(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::ClientContext context;
  SetDeadline(context);
  ::plugin::Empty response;
  return ::plugin::GRPCController::NewStub(channel)->Shutdown(&context, {}, &response).error_code();
}

}  // namespace ecs::plugin
