#include "provider/lifecycle/known.h"

#include <utility>

namespace ecs::lifecycle {
namespace {

// The part of `found` that belongs beside a planned field, or an untyped null.
cty::Value Counterpart(const cty::Value& found, const std::string& key) {
  if (!found.is_known() || found.fields().count(key) == 0) return cty::Value();
  return found.fields().at(key);
}

cty::Value::Fields CompleteFields(const cty::Value& planned, const cty::Value& found) {
  cty::Value::Fields fields;
  for (const auto& [key, value] : planned.fields()) {
    fields.emplace(key, Complete(value, Counterpart(found, key)));
  }
  return fields;
}

cty::Value::Elements CompleteElements(const cty::Value& planned, const cty::Value& found) {
  cty::Value::Elements elements;
  for (const cty::Value& element : planned.elements()) {
    const bool same_size = found.is_known() && found.elements().size() == planned.elements().size();
    const cty::Value& beside = same_size ? found.elements()[elements.size()] : cty::Value();
    elements.push_back(Complete(element, beside));
  }
  return elements;
}

}  // namespace

cty::Value Complete(const cty::Value& planned, const cty::Value& found) {
  if (planned.is_unknown()) {
    const bool fits = found.type() == planned.type();
    return fits ? NullForUnknown(found) : cty::Value::Null(planned.type());
  }
  if (planned.is_null() || planned.IsWhollyKnown()) return planned;
  const cty::Type& type = planned.type();
  switch (type.kind()) {
    case cty::Kind::kObject:
      return cty::Value::Object(CompleteFields(planned, found));
    case cty::Kind::kMap:
      return cty::Value::Map(type.element(), CompleteFields(planned, found));
    case cty::Kind::kList:
      return cty::Value::List(type.element(), CompleteElements(planned, found));
    case cty::Kind::kSet:
      return found.type() == type ? NullForUnknown(found) : cty::Value::Null(type);
    default:
      return planned;
  }
}

bool IsNothing(const cty::Value& value) {
  if (value.is_null()) return true;
  if (value.is_unknown()) return false;
  switch (value.type().kind()) {
    case cty::Kind::kString:
      return value.AsString().empty();
    case cty::Kind::kMap:
      return value.fields().empty();
    case cty::Kind::kList:
    case cty::Kind::kSet:
      return value.elements().empty();
    default:
      return false;
  }
}

cty::Value NullForUnknown(const cty::Value& value) { return Complete(value, cty::Value()); }

cty::Value WithWriteOnly(const schema::RowSet& rows, const cty::Value& planned,
                         const cty::Value& config) {
  cty::Value wanted = planned;
  if (!config.is_known()) return wanted;
  for (const schema::Row& row : rows.rows()) {
    if (row.write_only) wanted = wanted.With(row.name, config.At(row.name));
  }
  return wanted;
}

cty::Value WithoutWriteOnly(const schema::RowSet& rows, const cty::Value& value) {
  cty::Value clean = value;
  for (const schema::Row& row : rows.rows()) {
    if (row.write_only) clean = clean.With(row.name, cty::Value::Null(row.type));
  }
  return clean;
}

cty::Value NullObject(const schema::RowSet& rows) {
  cty::Value::Fields fields;
  for (const schema::Row& row : rows.rows()) fields.emplace(row.name, cty::Value::Null(row.type));
  return cty::Value::Object(std::move(fields));
}

cty::Value AsConfigured(const schema::RowSet& rows, const cty::Value& config,
                        const cty::Value& found) {
  cty::Value answer = found;
  for (const schema::Row& row : rows.rows()) {
    if (!config.At(row.name).is_null()) answer = answer.With(row.name, config.At(row.name));
  }
  return NullForUnknown(answer);
}

}  // namespace ecs::lifecycle
