// The types that a provider's schemas imply: what Terraform encodes and decodes values by.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "proto/tfplugin6.pb.h"
#include "provider/cty/type.h"

namespace ecs::protocol {

using SchemaAnswer = tfplugin6::GetProviderSchema::Response;
using IdentityAnswer = tfplugin6::GetResourceIdentitySchemas::Response;

struct Signature {
  std::vector<cty::Type> parameters = {};
  std::optional<cty::Type> variadic = {};
  cty::Type returns = {};

  // Of the argument with that index; dynamic beyond the last.
  cty::Type Argument(std::size_t index) const;
};

// Each map: name to type.
struct Types {
  cty::Type provider = {};
  std::map<std::string, cty::Type> resources = {};
  std::map<std::string, cty::Type> identities = {};
  std::map<std::string, cty::Type> data_sources = {};
  std::map<std::string, cty::Type> ephemerals = {};
  std::map<std::string, cty::Type> lists = {};
  std::map<std::string, cty::Type> actions = {};
  std::map<std::string, Signature> functions = {};
};

Types TypesOf(const SchemaAnswer& schemas, const IdentityAnswer& identities);

// Dynamic for a name that there is none of: its null can be sent all the same.
cty::Type TypeOf(const std::map<std::string, cty::Type>& types, const std::string& name);

}  // namespace ecs::protocol
