#include "provider/schema/mapping.h"

#include <cstdlib>
#include <utility>

namespace ecs::schema {
namespace {

Json ToJson(const cty::Value& value) {
  if (!value.is_known()) return nullptr;
  switch (value.type().kind()) {
    case cty::Kind::kString:
      return value.AsString();
    case cty::Kind::kBool:
      return value.AsBool();
    case cty::Kind::kNumber: {
      if (const auto number = value.AsNumber().ToInt64()) return *number;
      return std::strtod(value.AsNumber().ToString().c_str(), nullptr);
    }
    case cty::Kind::kMap:
    case cty::Kind::kObject: {
      Json object = Json::object();
      for (const auto& [key, field] : value.fields()) object[key] = ToJson(field);
      return object;
    }
    default: {
      Json array = Json::array();
      for (const cty::Value& element : value.elements()) array.push_back(ToJson(element));
      return array;
    }
  }
}

void Write(const RowSet& rows, const cty::Value& object, Json& body) {
  for (const Row& row : rows.rows()) {
    const cty::Value& value = object.At(row.name);
    if (!value.is_known()) continue;
    if (row.nesting == Nesting::kSingle) {
      Write(*row.rows, value, body);
    } else if (!row.write_to.empty()) {
      body[Json::json_pointer(row.write_to)] = ToJson(value);
    }
  }
}

bool IsEmptyText(const cty::Value& value) {
  return value.is_known() && value.type().kind() == cty::Kind::kString && value.AsString().empty();
}

// What an object has from its making to its end: an answer without it has only left it out.
bool CannotVanish(const Row& row) {
  return row.mode == Mode::kRequired || row.effect == Effect::kReplace;
}

bool IsNoNews(const Row& row, const cty::Value& value) {
  if (value.is_unknown()) return true;
  return CannotVanish(row) && (value.is_null() || IsEmptyText(value));
}

}  // namespace

Json ToRequest(const RowSet& rows, const void* object) {
  Json body = Json::object();
  Write(rows, rows.Encode(object), body);
  return body;
}

Status FillFrom(const RowSet& rows, const std::type_info& type, const void* source, void* object) {
  for (const Row& row : rows.rows()) {
    if (row.read_from.type == nullptr || *row.read_from.type != type) continue;
    cty::Value value = row.read_from.get(source);
    if (IsNoNews(row, value)) continue;
    if (IsEmptyText(value) && !IsEmptyText(row.get(object))) value = cty::Value::Null(row.type);
    RETURN_IF_ERROR(row.set(object, value, Path(row.name)));
  }
  return Ok{};
}

}  // namespace ecs::schema
