#include "resources/registry.h"

#include "resources/data_sources.h"
#include "resources/provider_block.h"
#include "resources/server/type.h"
#include "resources/server_restart.h"

namespace ecs::resources {

schema::ProviderType MakeProvider(const std::string& version) {
  schema::ProviderType provider = ProviderWithoutTypes(version);
  provider.resources = {
      ServerResource(),
      ServerRestartResource(),
  };
  provider.data_sources = {
      AvailabilityZonesDataSource(),
      FlavorsDataSource(),
      ImagesDataSource(),
      ServersDataSource(),
  };
  return provider;
}

}  // namespace ecs::resources
