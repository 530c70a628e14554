// The service tfplugin6.Provider: protobuf outside, native values inside, no decisions.
#pragma once

#include <functional>
#include <string>

#include "proto/tfplugin6.grpc.pb.h"
#include "provider/rpc/session.h"
#include "provider/schema/provider_type.h"

namespace ecs::rpc {

// Answers every RPC with gRPC's OK and puts what went wrong into diagnostics. Handlers run on
// gRPC's threads, many at once; no exception leaves them. Borrows everything it is given.
class ProviderService final : public tfplugin6::Provider::Service {
 public:
  ProviderService(const schema::ProviderType& provider, Session& session, Log& log)
      : provider_(provider), session_(session), log_(log) {}

  template <class Message>
  using In = const typename Message::Request*;
  template <class Message>
  using Out = typename Message::Response*;
  using Context = grpc::ServerContext*;

  grpc::Status GetProviderSchema(Context, In<tfplugin6::GetProviderSchema>,
                                 Out<tfplugin6::GetProviderSchema>) override;
  grpc::Status GetResourceIdentitySchemas(Context, In<tfplugin6::GetResourceIdentitySchemas>,
                                          Out<tfplugin6::GetResourceIdentitySchemas>) override;
  grpc::Status ValidateProviderConfig(Context, In<tfplugin6::ValidateProviderConfig>,
                                      Out<tfplugin6::ValidateProviderConfig>) override;
  grpc::Status ConfigureProvider(Context, In<tfplugin6::ConfigureProvider>,
                                 Out<tfplugin6::ConfigureProvider>) override;
  grpc::Status StopProvider(Context, In<tfplugin6::StopProvider>,
                            Out<tfplugin6::StopProvider>) override;
  grpc::Status ValidateResourceConfig(Context, In<tfplugin6::ValidateResourceConfig>,
                                      Out<tfplugin6::ValidateResourceConfig>) override;
  grpc::Status UpgradeResourceState(Context, In<tfplugin6::UpgradeResourceState>,
                                    Out<tfplugin6::UpgradeResourceState>) override;
  grpc::Status ReadResource(Context, In<tfplugin6::ReadResource>,
                            Out<tfplugin6::ReadResource>) override;
  grpc::Status PlanResourceChange(Context, In<tfplugin6::PlanResourceChange>,
                                  Out<tfplugin6::PlanResourceChange>) override;
  grpc::Status ApplyResourceChange(Context, In<tfplugin6::ApplyResourceChange>,
                                   Out<tfplugin6::ApplyResourceChange>) override;
  grpc::Status ImportResourceState(Context, In<tfplugin6::ImportResourceState>,
                                   Out<tfplugin6::ImportResourceState>) override;
  grpc::Status MoveResourceState(Context, In<tfplugin6::MoveResourceState>,
                                 Out<tfplugin6::MoveResourceState>) override;
  grpc::Status ValidateDataResourceConfig(Context, In<tfplugin6::ValidateDataResourceConfig>,
                                          Out<tfplugin6::ValidateDataResourceConfig>) override;
  grpc::Status ReadDataSource(Context, In<tfplugin6::ReadDataSource>,
                              Out<tfplugin6::ReadDataSource>) override;

 private:
  // Runs the body of one RPC: logs it, and turns its Error or an exception into a diagnostic.
  template <class Response>
  grpc::Status Answer(const char* rpc, const std::string& type_name, Response* out,
                      const std::function<Status()>& body);

  const schema::ProviderType& provider_;
  Session& session_;
  Log& log_;
};

}  // namespace ecs::rpc
