#include "tests/contract/judge.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

namespace ecs::contract {
namespace {

using cty::Kind;
using cty::Value;
using schema::Mode;
using schema::Nesting;
using schema::Row;
using schema::RowSet;

// Collects complaints about one object.
class Complaints {
 public:
  explicit Complaints(Verdict& verdict) : verdict_(verdict) {}
  void Say(const Path& path, const std::string& what) {
    verdict_.push_back(absl::StrCat(path.ToString(), ": ", what));
  }

 private:
  Verdict& verdict_;
};

// The value at a key, or nothing where there is no such object.
const Value* Find(const Value& container, const std::string& key) {
  if (!container.is_known()) return nullptr;
  const auto found = container.fields().find(key);
  return found == container.fields().end() ? nullptr : &found->second;
}

class PlanJudge {
 public:
  explicit PlanJudge(Verdict& verdict) : complaints_(verdict) {}

  void Object(const RowSet& rows, const Value* prior, const Value& config, const Value& planned,
              const Path& path) {
    for (const Row& row : rows.rows()) {
      const Value* before = prior == nullptr ? nullptr : Find(*prior, row.name);
      Attribute(row, before, config.At(row.name), planned.At(row.name), path / row.name);
    }
  }

 private:
  void Attribute(const Row& row, const Value* prior, const Value& config, const Value& planned,
                 const Path& path) {
    if (!(planned.type() == row.type)) return complaints_.Say(path, "is planned with another type");
    if (row.write_only) {
      if (!planned.is_null()) complaints_.Say(path, "is write-only and planned");
      return;
    }
    if (planned == config) return;
    if (config.is_null()) {
      if (row.is_computed() || row.empty_is_none) return;
      return complaints_.Say(path, "is neither configured nor computed, but planned");
    }
    if (prior != nullptr && !prior->is_null() && planned == *prior) return;
    if (row.rows != nullptr && config.is_known()) return Nested(row, prior, config, planned, path);
    complaints_.Say(path, absl::StrCat("is planned as ", planned.DebugString(),
                                       ", which is neither its configuration ",
                                       config.DebugString(), " nor its prior value"));
  }

  void Nested(const Row& row, const Value* prior, const Value& config, const Value& planned,
              const Path& path) {
    if (planned.is_null()) return complaints_.Say(path, "is configured and planned as absent");
    if (planned.is_unknown()) return complaints_.Say(path, "is configured and planned as unknown");
    switch (row.nesting) {
      case Nesting::kSingle:
        return Object(*row.rows, prior, config, planned, path);
      case Nesting::kMap:
        return Map(row, prior, config, planned, path);
      case Nesting::kList:
        return List(row, prior, config, planned, path);
      case Nesting::kNone:
        return;
    }
  }

  void Element(const Row& row, const Value* prior, const Value& config, const Value& planned,
               const Path& path) {
    if (planned == config) return;
    if (!config.is_known() || !planned.is_known()) {
      return complaints_.Say(path, "is an element whose plan is not its configuration");
    }
    Object(*row.rows, prior, config, planned, path);
  }

  void Map(const Row& row, const Value* prior, const Value& config, const Value& planned,
           const Path& path) {
    for (const auto& [key, entry] : planned.fields()) {
      const Value* wanted = Find(config, key);
      if (wanted == nullptr) {
        complaints_.Say(path.At(key), "is planned and not configured");
        continue;
      }
      Element(row, prior == nullptr ? nullptr : Find(*prior, key), *wanted, entry, path.At(key));
    }
    for (const auto& [key, entry] : config.fields()) {
      if (planned.fields().count(key) == 0) {
        complaints_.Say(path.At(key), "is configured and not planned");
      }
    }
  }

  void List(const Row& row, const Value* prior, const Value& config, const Value& planned,
            const Path& path) {
    if (planned.elements().size() != config.elements().size()) {
      return complaints_.Say(path, "is planned with another number of elements");
    }
    for (std::size_t i = 0; i < planned.elements().size(); ++i) {
      const bool had = prior != nullptr && prior->is_known() && i < prior->elements().size();
      Element(row, had ? &prior->elements()[i] : nullptr, config.elements()[i],
              planned.elements()[i], path.At(static_cast<std::int64_t>(i)));
    }
  }

  Complaints complaints_;
};

class CompletionJudge {
 public:
  explicit CompletionJudge(Verdict& verdict) : complaints_(verdict) {}

  void Compare(const Value& planned, const Value& actual, const Path& path) {
    if (!(planned.type() == actual.type())) return complaints_.Say(path, "has another type");
    if (planned.is_unknown()) return;
    if (actual.is_unknown()) return complaints_.Say(path, "was known and is unknown");
    if (planned.is_null() != actual.is_null()) {
      return complaints_.Say(
          path, absl::StrCat("was ", planned.DebugString(), " and is ", actual.DebugString()));
    }
    if (planned.is_null()) return;
    switch (planned.type().kind()) {
      case Kind::kObject:
      case Kind::kMap:
        return Fields(planned, actual, path);
      case Kind::kList:
      case Kind::kTuple:
        return Elements(planned, actual, path);
      case Kind::kSet:
        return Set(planned, actual, path);
      default:
        if (planned == actual) return;
        complaints_.Say(
            path, absl::StrCat("was ", planned.DebugString(), " and is ", actual.DebugString()));
    }
  }

 private:
  void Fields(const Value& planned, const Value& actual, const Path& path) {
    const bool object = planned.type().kind() == Kind::kObject;
    for (const auto& [key, value] : planned.fields()) {
      const Path at = object ? path / key : path.At(key);
      const Value* found = Find(actual, key);
      if (found == nullptr) {
        complaints_.Say(at, "has vanished");
      } else {
        Compare(value, *found, at);
      }
    }
    for (const auto& [key, value] : actual.fields()) {
      if (planned.fields().count(key) == 0) complaints_.Say(path.At(key), "has appeared");
    }
  }

  void Elements(const Value& planned, const Value& actual, const Path& path) {
    if (planned.elements().size() != actual.elements().size()) {
      return complaints_.Say(path, "has another number of elements");
    }
    for (std::size_t i = 0; i < planned.elements().size(); ++i) {
      Compare(planned.elements()[i], actual.elements()[i], path.At(static_cast<std::int64_t>(i)));
    }
  }

  static bool Matches(const Value& planned, const Value& actual) {
    Verdict verdict;
    CompletionJudge(verdict).Compare(planned, actual, Path());
    return verdict.empty();
  }

  // Both ways, without order; a set may shrink when unknown elements turn out equal.
  void Set(const Value& planned, const Value& actual, const Path& path) {
    const auto& wanted = planned.elements();
    const auto& got = actual.elements();
    if (got.size() > wanted.size()) return complaints_.Say(path, "has grown");
    const auto covered = [](const Value::Elements& all, const auto& fits) {
      return std::all_of(all.begin(), all.end(), fits);
    };
    const bool forth = covered(wanted, [&](const Value& one) {
      return std::any_of(got.begin(), got.end(),
                         [&](const Value& other) { return Matches(one, other); });
    });
    const bool back = covered(got, [&](const Value& one) {
      return std::any_of(wanted.begin(), wanted.end(),
                         [&](const Value& other) { return Matches(other, one); });
    });
    if (!forth || !back) complaints_.Say(path, "holds other elements");
  }

  Complaints complaints_;
};

void FindWriteOnly(const RowSet& rows, const Value& object, const Path& path,
                   Complaints& complaints) {
  if (!object.is_known()) return;
  for (const Row& row : rows.rows()) {
    const Value& value = object.At(row.name);
    const Path at = path / row.name;
    if (row.write_only && !value.is_null()) complaints.Say(at, "is write-only and stored");
    if (row.rows == nullptr || !value.is_known()) continue;
    if (row.nesting == Nesting::kSingle) FindWriteOnly(*row.rows, value, at, complaints);
    if (row.nesting == Nesting::kMap) {
      for (const auto& [key, entry] : value.fields()) {
        FindWriteOnly(*row.rows, entry, at.At(key), complaints);
      }
    }
    if (row.nesting == Nesting::kList) {
      for (const Value& element : value.elements()) {
        FindWriteOnly(*row.rows, element, at, complaints);
      }
    }
  }
}

// Whether the path leads anywhere in the object; a null or unknown on the way ends it well.
bool Leads(const Path& path, const Value& object) {
  const Value* value = &object;
  for (const Path::Step& step : path.steps()) {
    if (!value->is_known()) return value->is_unknown();
    if (const auto* index = std::get_if<Path::Index>(&step)) {
      if (index->index < 0 || static_cast<std::size_t>(index->index) >= value->elements().size()) {
        return false;
      }
      value = &value->elements()[static_cast<std::size_t>(index->index)];
      continue;
    }
    const auto* attribute = std::get_if<Path::Attribute>(&step);
    value = Find(*value, attribute != nullptr ? attribute->name : std::get<Path::Key>(step).key);
    if (value == nullptr) return false;
  }
  return true;
}

}  // namespace

Verdict JudgePlan(const RowSet& rows, const Value& prior, const Value& config,
                  const Value& planned) {
  Verdict verdict;
  if (config.is_null() != planned.is_null()) {
    return {"the plan is for absence where the configuration is not, or the reverse"};
  }
  if (config.is_null()) return verdict;
  if (!(planned.type() == rows.ObjectType()) || !planned.is_known()) {
    return {"the plan is no object of the type"};
  }
  PlanJudge(verdict).Object(rows, prior.is_null() ? nullptr : &prior, config, planned, Path());
  return verdict;
}

Verdict JudgeReplacements(const std::vector<Path>& replace, const Value& prior,
                          const Value& planned) {
  Verdict verdict;
  for (const Path& path : replace) {
    if (Leads(path, prior) || Leads(path, planned)) continue;
    verdict.push_back(absl::StrCat(path.ToString(), ": requires a replacement and does not exist"));
  }
  return verdict;
}

Verdict JudgeCompletion(const Value& planned, const Value& actual) {
  Verdict verdict;
  CompletionJudge(verdict).Compare(planned, actual, Path());
  return verdict;
}

Verdict JudgeState(const RowSet& rows, const Value& state) {
  const cty::Type type = rows.ObjectType();
  if (!(state.type() == type)) return {"the state is of another type"};
  if (state.is_null()) return {};
  if (!state.IsWhollyKnown()) return {"the state is not wholly known: " + state.DebugString()};
  Verdict verdict;
  Complaints complaints(verdict);
  FindWriteOnly(rows, state, Path(), complaints);
  const Result<Value> returned = cty::FromMsgpack(cty::ToMsgpack(state, type), type);
  if (!returned.ok() || !(*returned == state)) verdict.push_back("the state is lost on the wire");
  return verdict;
}

Verdict JudgeEphemeral(const RowSet& rows, const Value& config, const Value& object) {
  if (object.is_null()) return {"the object is null"};
  Verdict verdict = JudgePlan(rows, Value::Null(rows.ObjectType()), config, object);
  if (!object.IsWhollyKnown()) verdict.push_back("the object holds unknown values");
  return verdict;
}

Verdict JudgeIdentity(const RowSet& rows, const Value& identity) {
  Verdict verdict = JudgeState(rows, identity);
  if (identity.is_null()) return {"the identity is null"};
  for (const Row& row : rows.rows()) {
    if (row.mode == Mode::kRequired && identity.At(row.name).is_null()) {
      verdict.push_back(row.name + ": is required for an import, and null");
    }
  }
  return verdict;
}

std::string Differences(const Value& left, const Value& right) {
  if (!left.is_known() || !right.is_known()) {
    return absl::StrCat(left.DebugString(), " and ", right.DebugString());
  }
  std::string text;
  for (const auto& [name, value] : left.fields()) {
    const Value* other = Find(right, name);
    if (other != nullptr && *other == value) continue;
    absl::StrAppend(&text, "\n  ", name, ": ", value.DebugString(), " and ",
                    other == nullptr ? "nothing" : other->DebugString());
  }
  return text;
}

}  // namespace ecs::contract
