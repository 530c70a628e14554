#include "tests/protocol/types.h"

#include <gtest/gtest.h>

#include <utility>

namespace ecs::protocol {
namespace {

cty::Type Parsed(const std::string& json) {
  const Result<cty::Type> type = cty::TypeFromJson(json);
  if (type.ok()) return *type;
  ADD_FAILURE() << "not a type: " << json << ": " << type.error().Text();
  return cty::Type();
}

template <class Owner>
cty::Type ObjectOf(const Owner& owner);

cty::Type TypeOf(const tfplugin6::Schema::Attribute& attribute) {
  if (!attribute.has_nested_type()) return Parsed(attribute.type());
  cty::Type object = ObjectOf(attribute.nested_type());
  switch (attribute.nested_type().nesting()) {
    case tfplugin6::Schema::Object::LIST:
      return cty::Type::List(std::move(object));
    case tfplugin6::Schema::Object::SET:
      return cty::Type::Set(std::move(object));
    case tfplugin6::Schema::Object::MAP:
      return cty::Type::Map(std::move(object));
    default:
      return object;
  }
}

template <class Owner>
cty::Type ObjectOf(const Owner& owner) {
  std::map<std::string, cty::Type> attributes;
  for (const auto& attribute : owner.attributes()) {
    attributes.emplace(attribute.name(), TypeOf(attribute));
  }
  return cty::Type::Object(std::move(attributes));
}

template <class Map>
std::map<std::string, cty::Type> TypesIn(const Map& schemas) {
  std::map<std::string, cty::Type> types;
  for (const auto& [name, schema] : schemas) types.emplace(name, ObjectOf(schema.block()));
  return types;
}

Signature SignatureOf(const tfplugin6::Function& function) {
  Signature signature{.returns = Parsed(function.return_().type())};
  for (const auto& parameter : function.parameters()) {
    signature.parameters.push_back(Parsed(parameter.type()));
  }
  if (function.has_variadic_parameter()) {
    signature.variadic = Parsed(function.variadic_parameter().type());
  }
  return signature;
}

}  // namespace

cty::Type Signature::Argument(std::size_t index) const {
  if (index < parameters.size()) return parameters[index];
  return variadic.value_or(cty::Type());
}

Types TypesOf(const SchemaAnswer& schemas, const IdentityAnswer& identities) {
  Types types{.provider = ObjectOf(schemas.provider().block()),
              .resources = TypesIn(schemas.resource_schemas()),
              .data_sources = TypesIn(schemas.data_source_schemas()),
              .ephemerals = TypesIn(schemas.ephemeral_resource_schemas()),
              .lists = TypesIn(schemas.list_resource_schemas())};
  for (const auto& [name, action] : schemas.action_schemas()) {
    types.actions.emplace(name, ObjectOf(action.schema().block()));
  }
  for (const auto& [name, function] : schemas.functions()) {
    types.functions.emplace(name, SignatureOf(function));
  }
  for (const auto& [name, identity] : identities.identity_schemas()) {
    std::map<std::string, cty::Type> attributes;
    for (const auto& attribute : identity.identity_attributes()) {
      attributes.emplace(attribute.name(), Parsed(attribute.type()));
    }
    types.identities.emplace(name, cty::Type::Object(std::move(attributes)));
  }
  return types;
}

cty::Type TypeOf(const std::map<std::string, cty::Type>& types, const std::string& name) {
  const auto found = types.find(name);
  return found == types.end() ? cty::Type() : found->second;
}

}  // namespace ecs::protocol
