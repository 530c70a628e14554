// Everything this provider offers: what rpc serves and docs describe.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "provider/schema/action_type.h"
#include "provider/schema/data_source_type.h"
#include "provider/schema/ephemeral_type.h"
#include "provider/schema/function_type.h"
#include "provider/schema/list_type.h"
#include "provider/schema/resource_type.h"

namespace ecs::schema {

// About the Terraform that configures us.
struct Host {
  std::string terraform_version = {};
};

struct ProviderType {
  std::string name = {};  // local name and prefix of all type names
  std::string doc = {};
  std::shared_ptr<const RowSet> rows = {};  // the provider block
  std::vector<AnyResource> resources = {};
  std::vector<AnyDataSource> data_sources = {};
  std::vector<FunctionType> functions = {};
  std::vector<AnyEphemeral> ephemerals = {};
  std::vector<AnyList> lists = {};
  std::vector<AnyAction> actions = {};

  // Must accept unknown values and ask nothing of the network.
  std::function<void(const cty::Value& config, Diagnostics&)> validate = {};
  // Makes the backend of one provider configuration. Asks nothing of the network.
  std::function<Result<std::shared_ptr<Backend>>(const cty::Value& config, const Host&)> configure =
      {};

  const AnyResource* FindResource(const std::string& type_name) const;
  const AnyDataSource* FindDataSource(const std::string& type_name) const;
  const FunctionType* FindFunction(const std::string& name) const;
  const AnyEphemeral* FindEphemeral(const std::string& type_name) const;
  const AnyList* FindList(const std::string& type_name) const;
  const AnyAction* FindAction(const std::string& type_name) const;
};

}  // namespace ecs::schema
