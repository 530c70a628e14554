#include "resources/registry.h"

#include "resources/actions.h"
#include "resources/data_sources.h"
#include "resources/ephemerals.h"
#include "resources/functions/functions.h"
#include "resources/provider_block.h"
#include "resources/server/list.h"
#include "resources/server/type.h"
#include "resources/server_restart.h"

namespace ecs::resources {

schema::ProviderType MakeProvider(const std::string& version, const Outside& outside) {
  schema::ProviderType provider = ProviderWithoutTypes(version, outside);
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
  provider.functions = {
      CloudInitFunction(),
      ParseFlavorFunction(),
  };
  provider.ephemerals = {
      ServerConsoleEphemeral(),
      TokenEphemeral(),
  };
  provider.lists = {
      ServerList(),
  };
  provider.actions = {
      RestartServersAction(),
      StartServersAction(),
      StopServersAction(),
  };
  return provider;
}

}  // namespace ecs::resources
