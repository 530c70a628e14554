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
  template <class Message>
  using Stream = grpc::ServerWriter<typename Message::Event>*;
  // Takes an event; false: nobody listens any more.
  template <class Message>
  using Hear = std::function<bool(const typename Message::Event&)>;
  using Context = grpc::ServerContext*;

  // --- The provider as a whole: provider_calls.cc ---

  grpc::Status GetMetadata(Context, In<tfplugin6::ProviderMetadata>,
                           Out<tfplugin6::ProviderMetadata>) override;
  grpc::Status GetProviderSchema(Context, In<tfplugin6::GetProviderSchema>,
                                 Out<tfplugin6::GetProviderSchema>) override;
  grpc::Status ValidateProviderConfig(Context, In<tfplugin6::ValidateProviderConfig>,
                                      Out<tfplugin6::ValidateProviderConfig>) override;
  grpc::Status ConfigureProvider(Context, In<tfplugin6::ConfigureProvider>,
                                 Out<tfplugin6::ConfigureProvider>) override;
  grpc::Status StopProvider(Context, In<tfplugin6::StopProvider>,
                            Out<tfplugin6::StopProvider>) override;

  // --- Managed resources: resource_calls.cc ---

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

  // --- Taking resources over: import_calls.cc ---

  grpc::Status GetResourceIdentitySchemas(Context, In<tfplugin6::GetResourceIdentitySchemas>,
                                          Out<tfplugin6::GetResourceIdentitySchemas>) override;
  grpc::Status UpgradeResourceIdentity(Context, In<tfplugin6::UpgradeResourceIdentity>,
                                       Out<tfplugin6::UpgradeResourceIdentity>) override;
  grpc::Status ImportResourceState(Context, In<tfplugin6::ImportResourceState>,
                                   Out<tfplugin6::ImportResourceState>) override;
  grpc::Status GenerateResourceConfig(Context, In<tfplugin6::GenerateResourceConfig>,
                                      Out<tfplugin6::GenerateResourceConfig>) override;
  grpc::Status MoveResourceState(Context, In<tfplugin6::MoveResourceState>,
                                 Out<tfplugin6::MoveResourceState>) override;

  // --- Data sources: data_source_calls.cc ---

  grpc::Status ValidateDataResourceConfig(Context, In<tfplugin6::ValidateDataResourceConfig>,
                                          Out<tfplugin6::ValidateDataResourceConfig>) override;
  grpc::Status ReadDataSource(Context, In<tfplugin6::ReadDataSource>,
                              Out<tfplugin6::ReadDataSource>) override;

  // --- Ephemeral resources: ephemeral_calls.cc ---

  grpc::Status ValidateEphemeralResourceConfig(
      Context, In<tfplugin6::ValidateEphemeralResourceConfig>,
      Out<tfplugin6::ValidateEphemeralResourceConfig>) override;
  grpc::Status OpenEphemeralResource(Context, In<tfplugin6::OpenEphemeralResource>,
                                     Out<tfplugin6::OpenEphemeralResource>) override;
  grpc::Status RenewEphemeralResource(Context, In<tfplugin6::RenewEphemeralResource>,
                                      Out<tfplugin6::RenewEphemeralResource>) override;
  grpc::Status CloseEphemeralResource(Context, In<tfplugin6::CloseEphemeralResource>,
                                      Out<tfplugin6::CloseEphemeralResource>) override;

  // --- Functions: function_calls.cc ---

  grpc::Status GetFunctions(Context, In<tfplugin6::GetFunctions>,
                            Out<tfplugin6::GetFunctions>) override;
  grpc::Status CallFunction(Context, In<tfplugin6::CallFunction>,
                            Out<tfplugin6::CallFunction>) override;

  // --- List resources: list_calls.cc ---

  grpc::Status ValidateListResourceConfig(Context, In<tfplugin6::ValidateListResourceConfig>,
                                          Out<tfplugin6::ValidateListResourceConfig>) override;
  grpc::Status ListResource(Context, In<tfplugin6::ListResource>,
                            Stream<tfplugin6::ListResource>) override;
  void List(In<tfplugin6::ListResource>, const Hear<tfplugin6::ListResource>&);

  // --- Actions: action_calls.cc ---

  grpc::Status ValidateActionConfig(Context, In<tfplugin6::ValidateActionConfig>,
                                    Out<tfplugin6::ValidateActionConfig>) override;
  grpc::Status PlanAction(Context, In<tfplugin6::PlanAction>, Out<tfplugin6::PlanAction>) override;
  grpc::Status InvokeAction(Context, In<tfplugin6::InvokeAction>,
                            Stream<tfplugin6::InvokeAction>) override;
  void Invoke(In<tfplugin6::InvokeAction>, const Hear<tfplugin6::InvokeAction>&);

 private:
  const schema::ProviderType& provider_;
  Session& session_;
  Log& log_;
};

}  // namespace ecs::rpc
