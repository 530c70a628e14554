// What a data source is: its rows and the function that answers it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "provider/schema/resource_type.h"

namespace ecs::schema {

struct AnyDataSource {
  std::string name = {};
  std::string doc = {};
  std::shared_ptr<const RowSet> rows = {};
  std::function<void(const cty::Value& config, Diagnostics&)> validate = {};
  std::function<Result<cty::Value>(const Call&, Backend&, const cty::Value& config, Diagnostics&)>
      read = {};
};

template <class T, class Cloud>
struct DataSourceType {
  std::string name;
  std::string doc;
  Attributes<T> rows;
  // Returns config with the computed attributes filled in. Not found is an error.
  Result<T> (*read)(const Call&, Cloud&, const T& config, Diagnostics& notes) = nullptr;

  AnyDataSource Erase() const {
    AnyDataSource any{.name = name, .doc = doc, .rows = rows.share()};
    any.validate = [set = any.rows](const cty::Value& config, Diagnostics& notes) {
      Result<T> object = DecodeAs<T>(*set, config);
      if (!object.ok()) notes.Add(object.error());
    };
    any.read = [set = any.rows, f = read](const Call& call, Backend& backend,
                                          const cty::Value& config,
                                          Diagnostics& notes) -> Result<cty::Value> {
      ASSIGN_OR_RETURN(const T wanted, DecodeAs<T>(*set, config));
      ASSIGN_OR_RETURN(const T found, f(call, static_cast<Cloud&>(backend), wanted, notes));
      return set->Encode(&found);
    };
    return any;
  }
};

}  // namespace ecs::schema
