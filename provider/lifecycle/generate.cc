#include "provider/lifecycle/generate.h"

#include <utility>

#include "provider/lifecycle/known.h"

namespace ecs::lifecycle {
namespace {

cty::Value Generate(const schema::Row& row, const cty::Value& value) {
  const bool written = row.is_configurable() && !row.write_only && value.is_known() &&
                       !(row.default_value && *row.default_value == value) &&
                       !(row.empty_is_none && IsNothing(value));
  if (!written) return cty::Value::Null(row.type);
  switch (row.nesting) {
    case schema::Nesting::kNone:
      return value;
    case schema::Nesting::kSingle:
      return GenerateConfig(*row.rows, value);
    case schema::Nesting::kMap: {
      cty::Value::Fields entries;
      for (const auto& [key, entry] : value.fields()) {
        entries.emplace(key, GenerateConfig(*row.rows, entry));
      }
      return cty::Value::Map(row.rows->ObjectType(), std::move(entries));
    }
    case schema::Nesting::kList: {
      cty::Value::Elements elements;
      for (const cty::Value& element : value.elements()) {
        elements.push_back(GenerateConfig(*row.rows, element));
      }
      return cty::Value::List(row.rows->ObjectType(), std::move(elements));
    }
  }
  return value;
}

}  // namespace

cty::Value GenerateConfig(const schema::RowSet& rows, const cty::Value& state) {
  if (!state.is_known()) return cty::Value::Null(rows.ObjectType());
  cty::Value::Fields config;
  for (const schema::Row& row : rows.rows()) {
    config.emplace(row.name, Generate(row, state.At(row.name)));
  }
  return cty::Value::Object(std::move(config));
}

}  // namespace ecs::lifecycle
