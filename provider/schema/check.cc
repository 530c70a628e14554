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
    if (!resource.import_attribute.empty() &&
        resource.rows->Find(resource.import_attribute) == nullptr) {
      defects.push_back(absl::StrCat(resource.name, ": is imported by an attribute it lacks"));
    }
  }
  for (const AnyDataSource& source : provider.data_sources) {
    checker.CheckRows(source.name, *source.rows, false);
  }
  return defects;
}

}  // namespace ecs::schema
