// Linked into the static binary alone: these functions stand before gRPC's own of the same names,
// so that the archive's files with clients, resolvers, load balancing and service meshes are not
// linked. A plugin only serves, on one unix socket. Where a version of gRPC has no such function,
// ours is dropped as unused.
#include <grpc/grpc_security.h>
#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <vector>

// What gRPC registers when it starts.
namespace grpc_core {

class CoreConfiguration {
 public:
  class Builder;
};

#define ECS_LEFT_OUT(function)                \
  void function(CoreConfiguration::Builder*); \
  void function(CoreConfiguration::Builder*) {}

ECS_LEFT_OUT(BuildClientChannelConfiguration)
ECS_LEFT_OUT(FaultInjectionFilterRegister)
ECS_LEFT_OUT(RegisterChannelIdleFilters)
ECS_LEFT_OUT(RegisterClientAuthorityFilter)
ECS_LEFT_OUT(RegisterExtraFilters)
ECS_LEFT_OUT(RegisterFakeResolver)
ECS_LEFT_OUT(RegisterGrpcLbPolicy)
ECS_LEFT_OUT(RegisterHttpConnectHandshaker)
ECS_LEFT_OUT(RegisterHttpProxyMapper)
ECS_LEFT_OUT(RegisterNativeDnsResolver)
ECS_LEFT_OUT(RegisterOutlierDetectionLbPolicy)
ECS_LEFT_OUT(RegisterPickFirstLbPolicy)
ECS_LEFT_OUT(RegisterPriorityLbPolicy)
ECS_LEFT_OUT(RegisterRingHashLbPolicy)
ECS_LEFT_OUT(RegisterRlsLbPolicy)
ECS_LEFT_OUT(RegisterRoundRobinLbPolicy)
ECS_LEFT_OUT(RegisterServiceConfigChannelArgFilter)
ECS_LEFT_OUT(RegisterSockaddrResolver)
ECS_LEFT_OUT(RegisterTCPConnectHandshaker)
ECS_LEFT_OUT(RegisterWeightedTargetLbPolicy)

}  // namespace grpc_core

// What a server could be asked for, and ours is not: channels to itself, Google's ALTS.
namespace grpc {

std::shared_ptr<Channel> CreateChannelInternal(
    const std::string&, grpc_channel*,
    std::vector<std::unique_ptr<experimental::ClientInterceptorFactoryInterface>>) {
  return nullptr;
}

}  // namespace grpc

grpc_channel* grpc_inproc_channel_create(grpc_server*, const grpc_channel_args*, void*);
grpc_channel* grpc_inproc_channel_create(grpc_server*, const grpc_channel_args*, void*) {
  return nullptr;
}

grpc_server_credentials* grpc_alts_server_credentials_create(const grpc_alts_credentials_options*) {
  return nullptr;
}
