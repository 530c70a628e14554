#include "provider/rpc/convert.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "provider/cty/text.h"

namespace ecs::rpc {
namespace {

using schema::Mode;
using schema::Nesting;
using schema::Row;

constexpr std::size_t kTextMaxBytes = 32u << 10;

std::string DocOf(const Row& row) {
  const bool replaces = row.effect == schema::Effect::kReplace && row.change_doc.empty();
  const std::string change = replaces ? "Changing this creates a new resource." : row.change_doc;
  return change.empty() ? row.doc : absl::StrCat(row.doc, " ", change);
}

tfplugin6::Schema::Object::NestingMode NestingOf(Nesting nesting) {
  switch (nesting) {
    case Nesting::kSingle:
      return tfplugin6::Schema::Object::SINGLE;
    case Nesting::kList:
      return tfplugin6::Schema::Object::LIST;
    case Nesting::kMap:
      return tfplugin6::Schema::Object::MAP;
    case Nesting::kNone:
      break;
  }
  return tfplugin6::Schema::Object::INVALID;
}

void ToProto(const Row& row, tfplugin6::Schema::Attribute* out) {
  out->set_name(row.name);
  out->set_description(DocOf(row));
  out->set_description_kind(tfplugin6::MARKDOWN);
  out->set_required(row.mode == Mode::kRequired);
  out->set_optional(row.mode == Mode::kOptional || row.mode == Mode::kOptionalComputed);
  // Terraform lets a provider plan a value where none is configured only for computed attributes.
  out->set_computed(row.is_computed() || row.empty_is_none);
  out->set_sensitive(row.sensitive);
  out->set_write_only(row.write_only);
  if (row.rows == nullptr) {
    out->set_type(cty::ToJson(row.type));
    return;
  }
  out->mutable_nested_type()->set_nesting(NestingOf(row.nesting));
  for (const Row& inner : row.rows->rows()) {
    ToProto(inner, out->mutable_nested_type()->add_attributes());
  }
}

void ToProto(const schema::Parameter& parameter, tfplugin6::Function::Parameter* out) {
  out->set_name(parameter.name);
  out->set_type(cty::ToJson(parameter.type));
  out->set_description(parameter.doc);
  out->set_description_kind(tfplugin6::MARKDOWN);
}

}  // namespace

Result<cty::Value> FromProto(const tfplugin6::DynamicValue& in, const cty::Type& type) {
  if (!in.msgpack().empty()) return cty::FromMsgpack(in.msgpack(), type);
  if (!in.json().empty()) return cty::FromJson(in.json(), type);
  return cty::Value::Null(type);
}

Result<cty::Value> ConfigFromProto(const tfplugin6::DynamicValue& in, const cty::Type& type) {
  ASSIGN_OR_RETURN(cty::Value config, FromProto(in, type));
  if (!config.is_null()) return config;
  return Error{.code = Code::kInvalid,
               .summary = "No configuration was sent",
               .detail = "The caller of the provider asked for something without saying what."};
}

void ToProto(const cty::Value& value, const cty::Type& type, tfplugin6::DynamicValue* out) {
  out->set_msgpack(cty::ToMsgpack(value, type));
}

std::string Readable(const std::string& text) {
  if (text.size() <= kTextMaxBytes) return cty::ToNfc(text);
  return absl::StrCat(cty::ToNfc(text.substr(0, kTextMaxBytes)), "… (cut)");
}

void ToProto(const Path& path, tfplugin6::AttributePath* out) {
  for (const Path::Step& step : path.steps()) {
    tfplugin6::AttributePath::Step* added = out->add_steps();
    if (const auto* attribute = std::get_if<Path::Attribute>(&step)) {
      added->set_attribute_name(attribute->name);
    } else if (const auto* key = std::get_if<Path::Key>(&step)) {
      added->set_element_key_string(key->key);
    } else {
      added->set_element_key_int(std::get<Path::Index>(step).index);
    }
  }
}

void ToProto(const schema::Diagnostic& diagnostic, tfplugin6::Diagnostic* out) {
  out->set_severity(diagnostic.severity == schema::Severity::kError
                        ? tfplugin6::Diagnostic::ERROR
                        : tfplugin6::Diagnostic::WARNING);
  out->set_summary(Readable(diagnostic.summary));
  out->set_detail(Readable(diagnostic.detail));
  if (!diagnostic.path.empty()) ToProto(diagnostic.path, out->mutable_attribute());
}

void KeepOffSecrets(const schema::RowSet& rows,
                    google::protobuf::RepeatedPtrField<tfplugin6::Diagnostic>& diagnostics) {
  for (tfplugin6::Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.attribute().steps().empty()) continue;
    const Row* row = rows.Find(diagnostic.attribute().steps(0).attribute_name());
    if (row == nullptr || !row->HoldsSecret()) continue;
    diagnostic.clear_attribute();
    const bool named = absl::StrContains(diagnostic.summary(), row->name) ||
                       absl::StrContains(diagnostic.detail(), row->name);
    if (!named) diagnostic.set_detail(absl::StrCat("In ", row->name, ": ", diagnostic.detail()));
  }
}

void ToProto(const schema::RowSet& rows, const std::string& doc, std::int64_t version,
             tfplugin6::Schema* out) {
  out->set_version(version);
  tfplugin6::Schema::Block* block = out->mutable_block();
  block->set_description(doc);
  block->set_description_kind(tfplugin6::MARKDOWN);
  for (const Row& row : rows.rows()) ToProto(row, block->add_attributes());
}

void ToProto(const schema::AnyIdentity& identity, tfplugin6::ResourceIdentitySchema* out) {
  out->set_version(identity.version);
  for (const Row& row : identity.rows->rows()) {
    tfplugin6::ResourceIdentitySchema::IdentityAttribute* added = out->add_identity_attributes();
    added->set_name(row.name);
    added->set_type(cty::ToJson(row.type));
    added->set_required_for_import(row.mode == Mode::kRequired);
    added->set_optional_for_import(row.mode == Mode::kOptional);
    added->set_description(row.doc);
  }
}

void ToProto(const schema::FunctionType& function, tfplugin6::Function* out) {
  for (const schema::Parameter& parameter : function.parameters) {
    ToProto(parameter, out->add_parameters());
  }
  if (function.variadic) ToProto(*function.variadic, out->mutable_variadic_parameter());
  out->mutable_return_()->set_type(cty::ToJson(function.returns));
  out->set_summary(function.summary);
  out->set_description(function.doc);
  out->set_description_kind(tfplugin6::MARKDOWN);
}

}  // namespace ecs::rpc
