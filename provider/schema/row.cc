#include "provider/schema/row.h"

#include <algorithm>
#include <map>
#include <utility>

namespace ecs::schema {

bool Row::HoldsSecret() const {
  if (sensitive || write_only) return true;
  return rows != nullptr && std::any_of(rows->rows().begin(), rows->rows().end(),
                                        [](const Row& row) { return row.HoldsSecret(); });
}

void RowSet::Add(Row row) { rows_.push_back(std::move(row)); }

const Row* RowSet::Find(const std::string& name) const {
  for (const Row& row : rows_) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

cty::Type RowSet::ObjectType() const {
  std::map<std::string, cty::Type> attributes;
  for (const Row& row : rows_) attributes.emplace(row.name, row.type);
  return cty::Type::Object(std::move(attributes));
}

cty::Value RowSet::Encode(const void* object) const {
  cty::Value::Fields fields;
  for (const Row& row : rows_) fields.emplace(row.name, row.get(object));
  return cty::Value::Object(std::move(fields));
}

Status RowSet::Decode(const cty::Value& value, void* object, const Path& path) const {
  for (const Row& row : rows_) {
    RETURN_IF_ERROR(row.set(object, value.At(row.name), path / row.name));
  }
  return Ok{};
}

}  // namespace ecs::schema
