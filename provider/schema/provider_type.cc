#include "provider/schema/provider_type.h"

namespace ecs::schema {
namespace {

template <class Any>
const Any* Find(const std::vector<Any>& list, const std::string& name) {
  for (const Any& any : list) {
    if (any.name == name) return &any;
  }
  return nullptr;
}

}  // namespace

const AnyResource* ProviderType::FindResource(const std::string& type_name) const {
  return Find(resources, type_name);
}

const AnyDataSource* ProviderType::FindDataSource(const std::string& type_name) const {
  return Find(data_sources, type_name);
}

const FunctionType* ProviderType::FindFunction(const std::string& name) const {
  return Find(functions, name);
}

const AnyEphemeral* ProviderType::FindEphemeral(const std::string& type_name) const {
  return Find(ephemerals, type_name);
}

const AnyList* ProviderType::FindList(const std::string& type_name) const {
  return Find(lists, type_name);
}

const AnyAction* ProviderType::FindAction(const std::string& type_name) const {
  return Find(actions, type_name);
}

}  // namespace ecs::schema
