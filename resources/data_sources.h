// The data sources for the registry, each in a file of its name.
#pragma once

#include "provider/schema/data_source_type.h"

namespace ecs::resources {

schema::AnyDataSource AvailabilityZonesDataSource();
schema::AnyDataSource FlavorsDataSource();
schema::AnyDataSource ImagesDataSource();
schema::AnyDataSource ServersDataSource();

}  // namespace ecs::resources
