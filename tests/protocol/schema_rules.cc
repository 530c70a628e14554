#include "tests/protocol/schema_rules.h"

#include <optional>
#include <regex>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace ecs::protocol {
namespace {

using tfplugin6::Schema;
using Names = std::set<std::string>;

const Names& ReservedInResources() {
  static const Names names = {"count",      "for_each",    "provider", "depends_on", "lifecycle",
                              "connection", "provisioner", "locals",   "_"};
  return names;
}

const Names& ReservedInProvider() {
  static const Names names = {"alias",  "version",   "count",  "depends_on", "for_each",
                              "source", "lifecycle", "locals", "_"};
  return names;
}

bool IsName(const std::string& text) {
  static const std::regex kName("[a-z_][a-z0-9_]*");
  return std::regex_match(text, kName);
}

bool HasDynamic(const cty::Type& type) {
  if (type.kind() == cty::Kind::kDynamic) return true;
  if (type.is_collection()) return HasDynamic(type.element());
  if (type.kind() != cty::Kind::kObject) return false;
  for (const auto& [name, attribute] : type.attributes()) {
    if (HasDynamic(attribute)) return true;
  }
  return false;
}

bool IsPrimitive(const cty::Type& type) {
  const cty::Kind kind = type.kind();
  return kind == cty::Kind::kString || kind == cty::Kind::kNumber || kind == cty::Kind::kBool;
}

class Inspection {
 public:
  void Provider(const Schema& schema) { Root("provider", schema, ReservedInProvider(), false); }

  template <class Map>
  void All(const std::string& kind, const Map& schemas, bool managed) {
    for (const auto& [name, schema] : schemas) Type(kind, name, schema, managed);
  }

  void Type(const std::string& kind, const std::string& name, const Schema& schema, bool managed) {
    const std::string place = absl::StrCat(kind, " ", name);
    Must(IsName(name) && absl::StartsWith(name, "ecs_"), place, "is no type name of ours");
    Root(place, schema, ReservedInResources(), managed);
  }

  void Action(const std::string& name, const tfplugin6::ActionSchema& action) {
    Must(action.has_schema(), absl::StrCat("action ", name), "has no schema");
    if (action.has_schema()) Type("action", name, action.schema(), false);
  }

  void List(const std::string& name, const SchemaAnswer& schemas,
            const IdentityAnswer& identities) {
    const std::string place = absl::StrCat("list ", name);
    Must(schemas.resource_schemas().contains(name), place, "has no managed type of its name");
    Must(identities.identity_schemas().contains(name), place, "lists what has no identity");
  }

  void Function(const std::string& name, const tfplugin6::Function& function) {
    const std::string place = absl::StrCat("function ", name);
    Must(IsName(name), place, "is no identifier");
    Must(function.has_return_(), place, "returns nothing");
    if (function.has_return_()) Constraint(place, function.return_().type());
    Must(!function.summary().empty(), place, "has no summary");
    Names seen;
    for (const auto& parameter : function.parameters()) Parameter(place, parameter, seen);
    if (function.has_variadic_parameter()) Parameter(place, function.variadic_parameter(), seen);
  }

  void Identity(const std::string& name, const tfplugin6::ResourceIdentitySchema& identity,
                const SchemaAnswer& schemas) {
    const std::string place = absl::StrCat("identity ", name);
    Must(schemas.resource_schemas().contains(name), place, "has no managed type of its name");
    Must(identity.version() >= 0, place, "has a negative version");
    bool required = false;
    for (const auto& attribute : identity.identity_attributes()) {
      const std::string inner = absl::StrCat(place, ".", attribute.name());
      Must(IsName(attribute.name()), inner, "is no attribute name");
      Must(attribute.required_for_import() != attribute.optional_for_import(), inner,
           "must be either required or optional for import");
      required = required || attribute.required_for_import();
      const std::optional<cty::Type> type = Constraint(inner, attribute.type());
      if (!type) continue;
      const bool list = type->kind() == cty::Kind::kList && IsPrimitive(type->element());
      Must(list || IsPrimitive(*type), inner, "must be a primitive or a list of them");
    }
    Must(required, place, "needs nothing for an import");
  }

  std::vector<std::string> broken() { return std::move(broken_); }

 private:
  struct Context {
    bool managed = false;
    bool in_set = false;
  };

  void Must(bool holds, const std::string& place, const std::string& complaint) {
    if (!holds) broken_.push_back(absl::StrCat(place, ": ", complaint));
  }

  std::optional<cty::Type> Constraint(const std::string& place, const std::string& json) {
    const Result<cty::Type> type = cty::TypeFromJson(json);
    Must(type.ok(), place, "has no valid type");
    return type.ok() ? std::optional(*type) : std::nullopt;
  }

  void Parameter(const std::string& place, const tfplugin6::Function::Parameter& parameter,
                 Names& seen) {
    const std::string inner = absl::StrCat(place, ".", parameter.name());
    Must(IsName(parameter.name()), inner, "is no identifier");
    Must(seen.insert(parameter.name()).second, inner, "is there twice");
    Constraint(inner, parameter.type());
  }

  void Root(const std::string& place, const Schema& schema, const Names& reserved, bool managed) {
    Must(schema.version() >= 0, place, "has a negative version");
    Must(schema.has_block(), place, "has no block");
    for (const auto& attribute : schema.block().attributes()) {
      Must(reserved.count(attribute.name()) == 0, absl::StrCat(place, ".", attribute.name()),
           "has a reserved name");
    }
    Block(place, schema.block(), {.managed = managed});
  }

  void Block(const std::string& place, const Schema::Block& block, Context context) {
    Names names;
    Attributes(place, block.attributes(), context, names);
    Must(block.deprecation_message().empty() || block.deprecated(), place,
         "has a deprecation message and is not deprecated");
    for (const auto& nested : block.block_types()) {
      const std::string inner = absl::StrCat(place, ".", nested.type_name());
      Must(IsName(nested.type_name()), inner, "is no block name");
      Must(names.insert(nested.type_name()).second, inner, "is there twice");
      Must(nested.has_block(), inner, "has no block");
      Counts(inner, nested);
      const bool in_set = context.in_set || nested.nesting() == Schema::NestedBlock::SET;
      Block(inner, nested.block(), {.managed = context.managed, .in_set = in_set});
    }
  }

  void Counts(const std::string& place, const Schema::NestedBlock& nested) {
    const auto least = nested.min_items();
    const auto most = nested.max_items();
    switch (nested.nesting()) {
      case Schema::NestedBlock::SINGLE:
        Must(least == most && (least == 0 || least == 1), place, "must be 0 to 0 or 1 to 1");
        break;
      case Schema::NestedBlock::GROUP:
      case Schema::NestedBlock::MAP:
        Must(least == 0 && most == 0, place, "must have no limits");
        break;
      case Schema::NestedBlock::LIST:
      case Schema::NestedBlock::SET:
        Must(least >= 0 && (most == 0 || most >= least), place, "has limits that contradict");
        break;
      default:
        Must(false, place, "has no nesting");
    }
  }

  template <class List>
  void Attributes(const std::string& place, const List& attributes, Context context, Names& names) {
    for (const Schema::Attribute& attribute : attributes) {
      const std::string inner = absl::StrCat(place, ".", attribute.name());
      Must(IsName(attribute.name()), inner, "is no attribute name");
      Must(names.insert(attribute.name()).second, inner, "is there twice");
      Mode(inner, attribute, context);
      TypeOf(inner, attribute, context);
    }
  }

  void Mode(const std::string& place, const Schema::Attribute& attribute, Context context) {
    const bool alone = !attribute.optional() && !attribute.computed();
    const bool one = attribute.required() ? alone : !alone;
    Must(one, place, "must be required, optional, computed, or optional and computed");
    Must(attribute.deprecation_message().empty() || attribute.deprecated(), place,
         "has a deprecation message and is not deprecated");
    Must(!attribute.description().empty(), place, "has no description");
    if (!attribute.write_only()) return;
    Must(context.managed, place, "is write-only outside of a managed resource");
    Must(attribute.required() || attribute.optional(), place, "is write-only and never written");
    Must(!context.in_set, place, "is write-only inside of a set");
  }

  void TypeOf(const std::string& place, const Schema::Attribute& attribute, Context context) {
    Must(attribute.type().empty() == attribute.has_nested_type(), place,
         "must have either a type or a nested type");
    if (!attribute.has_nested_type()) {
      const std::optional<cty::Type> type = Constraint(place, attribute.type());
      Must(!type || !context.in_set || !HasDynamic(*type), place, "is dynamic inside of a set");
      return;
    }
    Must(attribute.nested_type().nesting() != Schema::Object::INVALID, place, "has no nesting");
    const bool in_set = context.in_set || attribute.nested_type().nesting() == Schema::Object::SET;
    Names names;
    Attributes(place, attribute.nested_type().attributes(),
               {.managed = context.managed, .in_set = in_set}, names);
  }

  std::vector<std::string> broken_;
};

}  // namespace

std::vector<std::string> BrokenRules(const SchemaAnswer& schemas,
                                     const IdentityAnswer& identities) {
  Inspection inspection;
  inspection.Provider(schemas.provider());
  inspection.All("resource", schemas.resource_schemas(), true);
  inspection.All("data source", schemas.data_source_schemas(), false);
  inspection.All("ephemeral", schemas.ephemeral_resource_schemas(), false);
  inspection.All("list", schemas.list_resource_schemas(), false);
  for (const auto& [name, action] : schemas.action_schemas()) inspection.Action(name, action);
  for (const auto& [name, function] : schemas.functions()) inspection.Function(name, function);
  for (const auto& [name, schema] : schemas.list_resource_schemas()) {
    inspection.List(name, schemas, identities);
  }
  for (const auto& [name, identity] : identities.identity_schemas()) {
    inspection.Identity(name, identity, schemas);
  }
  return inspection.broken();
}

}  // namespace ecs::protocol
