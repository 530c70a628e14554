#include "provider/schema/check.h"

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace ecs::schema {
namespace {

class Checker {
 public:
  explicit Checker(std::vector<std::string>& defects) : defects_(defects) {}

  void CheckRows(const std::string& where, const RowSet& rows, bool is_resource,
                 bool nested = false) {
    std::set<std::string> names;
    for (const Row& row : rows.rows()) {
      const std::string name = absl::StrCat(where, ".", row.name);
      if (!names.insert(row.name).second) Say(name, "is there twice");
      CheckName(name, row);
      CheckMode(name, row, is_resource);
      if (nested) CheckNested(name, row);
      for (const std::string& cause : row.recomputed_when) {
        if (rows.Find(cause) == nullptr) Say(name, absl::StrCat("names no attribute: ", cause));
      }
      if (row.rows != nullptr) {
        CheckRows(name, *row.rows, is_resource && row.effect != Effect::kSetting, true);
      }
    }
  }

 private:
  void Say(const std::string& name, const std::string& what) {
    defects_.push_back(absl::StrCat(name, ": ", what));
  }

  void CheckName(const std::string& name, const Row& row) {
    static const std::set<std::string> kReserved = {
        "count", "for_each", "provider", "lifecycle", "depends_on", "connection", "provisioner"};
    const bool legal =
        !row.name.empty() && row.name[0] >= 'a' && row.name[0] <= 'z' &&
        row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
    if (!legal) Say(name, "is not a legal name");
    if (kReserved.count(row.name) > 0) Say(name, "is a word that Terraform reserves");
    if (row.doc.empty()) Say(name, "has no doc");
    if (!row.doc.empty() && row.doc.back() != '.') Say(name, "has a doc that is no sentence");
  }

  void CheckMode(const std::string& name, const Row& row, bool is_resource) {
    if (row.mode == Mode::kComputed) {
      if (row.effect != Effect::kFixed) Say(name, "is read-only but says what a change does");
      if (!row.checks.empty()) Say(name, "is read-only but has checks");
    } else if (is_resource && row.effect == Effect::kFixed && row.nesting != Nesting::kSingle) {
      Say(name, "is configurable but does not say what a change does");
    }
    if (row.write_only && row.is_computed()) Say(name, "is write-only and computed");
    if (row.write_only && row.read_from.type != nullptr) Say(name, "is write-only but is read");
    if (!row.recomputed_when.empty() && !row.is_computed()) {
      Say(name, "is not computed but names causes");
    }
    if (row.default_value && !row.is_computed()) Say(name, "has a default but is not computed");
    if (row.empty_is_none && row.mode != Mode::kOptional) {
      Say(name, "is not optional but takes empty for none");
    }
    if (row.rows == nullptr && row.nesting != Nesting::kNone)
      Say(name, "is nested but has no rows");
  }

  // What lifecycle looks for at the top level only.
  void CheckNested(const std::string& name, const Row& row) {
    if (row.write_only) Say(name, "is write-only inside another attribute");
    if (!row.recomputed_when.empty()) Say(name, "names causes inside another attribute");
  }

  std::vector<std::string>& defects_;
};

// Terraform knows primitives and lists of them there (tfplugin6.md section 3).
void CheckIdentity(const AnyResource& resource, Checker& checker,
                   std::vector<std::string>& defects) {
  const std::string where = absl::StrCat("identity of ", resource.name);
  checker.CheckRows(where, *resource.identity->rows, false);
  for (const Row& row : resource.identity->rows->rows()) {
    const bool flat =
        row.rows == nullptr && (row.type.kind() == cty::Kind::kList || !row.type.is_collection());
    if (!flat || row.is_computed()) {
      defects.push_back(absl::StrCat(where, ".", row.name, ": cannot be part of an identity"));
    }
  }
}

void CheckFunction(const FunctionType& function, std::vector<std::string>& defects) {
  const auto say = [&](const std::string& what) {
    defects.push_back(absl::StrCat("function ", function.name, ": ", what));
  };
  if (function.summary.empty() || function.doc.empty()) say("has no doc");
  std::set<std::string> names;
  std::vector<Parameter> parameters = function.parameters;
  if (function.variadic) parameters.push_back(*function.variadic);
  for (const Parameter& parameter : parameters) {
    if (!names.insert(parameter.name).second) say("has two parameters " + parameter.name);
    if (parameter.doc.empty()) say("does not explain " + parameter.name);
  }
}

}  // namespace

std::vector<std::string> CheckProvider(const ProviderType& provider) {
  std::vector<std::string> defects;
  Checker checker(defects);
  checker.CheckRows("provider", *provider.rows, false);
  for (const AnyResource& resource : provider.resources) {
    checker.CheckRows(resource.name, *resource.rows, true);
    if (!absl::StartsWith(resource.name, absl::StrCat(provider.name, "_"))) {
      defects.push_back(absl::StrCat(resource.name, ": does not begin with ", provider.name, "_"));
    }
    if (resource.identity) CheckIdentity(resource, checker, defects);
    if (!resource.import_attribute.empty() &&
        resource.rows->Find(resource.import_attribute) == nullptr) {
      defects.push_back(absl::StrCat(resource.name, ": is imported by an attribute it lacks"));
    }
  }
  for (const AnyDataSource& source : provider.data_sources) {
    checker.CheckRows(source.name, *source.rows, false);
  }
  for (const AnyEphemeral& ephemeral : provider.ephemerals) {
    checker.CheckRows(ephemeral.name, *ephemeral.rows, false);
  }
  for (const AnyAction& action : provider.actions) {
    checker.CheckRows(action.name, *action.rows, false);
  }
  for (const AnyList& list : provider.lists) {
    checker.CheckRows(absl::StrCat("list ", list.name), *list.rows, false);
    const AnyResource* managed = provider.FindResource(list.name);
    if (managed == nullptr || !managed->identity) {
      defects.push_back(absl::StrCat("list ", list.name, ": lists no resource with an identity"));
    }
  }
  for (const FunctionType& function : provider.functions) CheckFunction(function, defects);
  return defects;
}

}  // namespace ecs::schema
