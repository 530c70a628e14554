#include "provider/lifecycle/compare.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "provider/lifecycle/known.h"

namespace ecs::lifecycle {
namespace {

using schema::Effect;
using schema::Mode;
using schema::Nesting;
using schema::Row;
using schema::RowSet;

// The entry, or null where there is no such map.
const cty::Value* Entry(const cty::Value& map, const std::string& key) {
  if (!map.is_known()) return nullptr;
  const auto found = map.fields().find(key);
  return found == map.fields().end() ? nullptr : &found->second;
}

bool SameEntries(const cty::Value& prior, const cty::Value& planned, const cty::Value& found) {
  const bool all_there =
      std::all_of(planned.fields().begin(), planned.fields().end(), [&](const auto& entry) {
        const cty::Value* got = Entry(found, entry.first);
        return entry.second.is_unknown() || (got != nullptr && *got == entry.second);
      });
  if (!all_there || !found.is_known()) return all_there;
  return std::none_of(found.fields().begin(), found.fields().end(), [&](const auto& entry) {
    return Entry(prior, entry.first) != nullptr && Entry(planned, entry.first) == nullptr;
  });
}

bool Fits(const Row& row, const cty::Value& prior, const cty::Value& planned,
          const cty::Value& found) {
  if (IsNothing(planned) && IsNothing(found)) return true;
  if (planned.is_null()) return false;
  const cty::Kind kind = planned.type().kind();
  if (kind == cty::Kind::kMap) return SameEntries(prior, planned, found);
  if (!planned.IsWhollyKnown()) return true;
  return planned == found || (row.same && found.is_known() && row.same(planned, found));
}

class Comparison {
 public:
  explicit Comparison(std::vector<Mismatch>& mismatches) : mismatches_(mismatches) {}

  // Each value may be null or unknown as a whole, but for `planned`.
  void Object(const RowSet& rows, const cty::Value& prior, const cty::Value& config,
              const cty::Value& planned, const cty::Value& found, const Path& path) {
    for (const Row& row : rows.rows()) {
      if (row.write_only || row.effect == Effect::kSetting || row.mode == Mode::kComputed) continue;
      const cty::Value none = cty::Value::Null(row.type);
      const auto part = [&](const cty::Value& object) -> const cty::Value& {
        return object.is_known() ? object.At(row.name) : none;
      };
      Attribute(row, part(prior), part(config), part(planned), part(found), path / row.name);
    }
  }

 private:
  void Attribute(const Row& row, const cty::Value& prior, const cty::Value& config,
                 const cty::Value& planned, const cty::Value& found, const Path& path) {
    if (planned.is_unknown()) return;
    const bool was_to_go = !row.is_computed() && !IsNothing(prior) && planned.is_null();
    if (config.is_null() && !was_to_go) return;
    if (planned.is_known() && found.is_known() && row.rows != nullptr) {
      if (row.nesting == Nesting::kSingle) {
        return Object(*row.rows, prior, config, planned, found, path);
      }
      if (row.nesting == Nesting::kMap && SameKeys(planned, found)) {
        for (const auto& [key, entry] : planned.fields()) {
          const cty::Value none = cty::Value::Null(entry.type());
          const auto part = [&](const cty::Value& map) -> const cty::Value& {
            const cty::Value* there = Entry(map, key);
            return there == nullptr ? none : *there;
          };
          Object(*row.rows, part(prior), part(config), entry, part(found), path.At(key));
        }
        return;
      }
      if (row.nesting == Nesting::kList) return;  // answers of data sources only
    }
    if (Fits(row, prior, planned, found)) return;
    mismatches_.push_back({path, planned, found, row.sensitive});
  }

  static bool SameKeys(const cty::Value& planned, const cty::Value& found) {
    return std::equal(planned.fields().begin(), planned.fields().end(), found.fields().begin(),
                      found.fields().end(),
                      [](const auto& a, const auto& b) { return a.first == b.first; });
  }

  std::vector<Mismatch>& mismatches_;
};

std::string Shown(const cty::Value& value, bool sensitive) {
  if (sensitive) return "(sensitive value)";
  const Result<std::string> json = cty::ToJson(value, value.type());
  return json.ok() ? *json : value.DebugString();
}

// "ecs_server web-1 (6f0e2a4b-…)", as far as the object has them.
std::string NameOf(const std::string& type, const cty::Value& object) {
  const auto text = [&](const char* attribute) -> std::string {
    const cty::Value* value = Entry(object, attribute);
    const bool is_text =
        value != nullptr && value->is_known() && value->type().kind() == cty::Kind::kString;
    return is_text ? value->AsString() : "";
  };
  const std::string name = text("name");
  const std::string id = text("id");
  return absl::StrCat(type, name.empty() ? "" : " ", name, id.empty() ? "" : " (", id,
                      id.empty() ? "" : ")");
}

}  // namespace

std::vector<Mismatch> Mismatches(const RowSet& rows, const cty::Value& prior,
                                 const cty::Value& config, const cty::Value& planned,
                                 const cty::Value& found) {
  std::vector<Mismatch> mismatches;
  Comparison(mismatches).Object(rows, prior, config, planned, found, Path());
  return mismatches;
}

std::vector<Error> ErrorsOf(const std::vector<Mismatch>& mismatches, const std::string& type,
                            const cty::Value& found, bool created) {
  std::vector<Error> errors;
  for (const Mismatch& mismatch : mismatches) {
    const std::string attribute = mismatch.path.ToString();
    errors.push_back(
        {.code = Code::kCloudFailed,
         .summary = absl::StrCat(attribute, " is not as planned"),
         .detail = absl::StrCat("The cloud accepted the ", created ? "creation" : "change", " of ",
                                NameOf(type, found), ", and then showed ", attribute, " = ",
                                Shown(mismatch.found, mismatch.sensitive), " where ",
                                Shown(mismatch.planned, mismatch.sensitive), " was planned."),
         // Terraform prints the line of the configuration that a path leads to.
         .path = mismatch.sensitive ? Path() : mismatch.path,
         .hint = absl::StrCat(
             "Check that the value exists in the cloud and is spelled as the cloud spells it. ",
             created ? "The new object is in the state, marked as tainted: the next apply replaces "
                       "it. To keep it, correct the configuration, run terraform untaint ADDRESS "
                       "and apply again."
                     : "The state holds what the cloud shows: the next plan shows the "
                       "difference.")});
  }
  return errors;
}

}  // namespace ecs::lifecycle
