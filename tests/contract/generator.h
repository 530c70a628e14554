// Configurations by chance, all of them legal in the emulated cloud.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "provider/cty/value.h"
#include "provider/schema/resource_type.h"

namespace ecs::contract {

// The same seed makes the same values. What attributes may be is listed in generator.cc by hand: an
// attribute that is not in the list fails the test that needs it.
class Generator {
 public:
  // `server_ids`: servers that exist, for attributes that name some.
  Generator(std::uint64_t seed, const schema::AnyResource& resource,
            std::vector<std::string> server_ids);

  // Wholly known; optional attributes are null, empty or set.
  cty::Value Config();
  // The same with some attributes set otherwise.
  cty::Value Changed(const cty::Value& config);
  // The same as Terraform may see it while planning: some values are not known yet.
  cty::Value Obscured(const cty::Value& config);
  // The same without what an import cannot find out: settings of this provider alone, and secrets.
  cty::Value Importable(const cty::Value& config);

 private:
  bool Chance(int percent);
  std::size_t Below(std::size_t limit);
  const nlohmann::json& Pick(const nlohmann::json& choices);
  cty::Value Leaf(const schema::Row& row, const nlohmann::json& choices);
  cty::Value Attribute(const schema::Row& row, const nlohmann::json& legal);
  cty::Value Object(const schema::RowSet& rows, const nlohmann::json& legal);
  cty::Value ChangedObject(const schema::RowSet& rows, const nlohmann::json& legal,
                           const cty::Value& object);
  cty::Value ObscuredObject(const schema::RowSet& rows, const cty::Value& object);
  cty::Value ObscuredAttribute(const schema::Row& row, const cty::Value& value);
  cty::Value Reconciled(cty::Value config);

  std::mt19937_64 random_;
  const schema::AnyResource& resource_;
  std::vector<std::string> server_ids_;
  nlohmann::json legal_;
};

}  // namespace ecs::contract
