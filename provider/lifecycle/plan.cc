#include "provider/lifecycle/plan.h"

#include <algorithm>
#include <utility>

#include "provider/lifecycle/known.h"

namespace ecs::lifecycle {
namespace {

using schema::Effect;
using schema::Nesting;
using schema::Row;
using schema::RowSet;

cty::Value PlanObject(const RowSet& rows, const cty::Value& prior, const cty::Value& config);

// The prior value of the attribute, null where there was no object.
cty::Value PriorOf(const Row& row, const cty::Value& prior) {
  return prior.is_known() ? prior.At(row.name) : cty::Value::Null(row.type);
}

cty::Value PlanNested(const Row& row, const cty::Value& prior, const cty::Value& config) {
  if (row.nesting == Nesting::kSingle) return PlanObject(*row.rows, prior, config);
  if (row.nesting == Nesting::kMap) {
    cty::Value::Fields entries;
    for (const auto& [key, entry] : config.fields()) {
      const bool had = prior.is_known() && prior.fields().count(key) > 0;
      const cty::Value before = had ? prior.fields().at(key) : cty::Value();
      entries.emplace(key, entry.is_known() ? PlanObject(*row.rows, before, entry) : entry);
    }
    return cty::Value::Map(row.rows->ObjectType(), std::move(entries));
  }
  return config;
}

cty::Value PlanAttribute(const Row& row, const cty::Value& prior, const cty::Value& config,
                         bool object_exists) {
  if (row.write_only) return cty::Value::Null(row.type);
  if (config.is_unknown()) return config;
  if (config.is_known()) {
    if (row.rows != nullptr) return PlanNested(row, prior, config);
    const bool same =
        row.same && prior.is_known() && config.IsWhollyKnown() && row.same(prior, config);
    return same ? prior : config;
  }
  if (row.empty_is_none && IsNothing(prior)) return prior;
  if (!row.is_computed()) return config;
  if (row.default_value) return *row.default_value;
  return object_exists ? prior : cty::Value::Unknown(row.type);
}

cty::Value PlanObject(const RowSet& rows, const cty::Value& prior, const cty::Value& config) {
  cty::Value::Fields planned;
  for (const Row& row : rows.rows()) {
    planned.emplace(row.name,
                    PlanAttribute(row, PriorOf(row, prior), config.At(row.name), prior.is_known()));
  }
  return cty::Value::Object(std::move(planned));
}

cty::Value RecomputeWhatChanged(const RowSet& rows, const cty::Value& prior,
                                const cty::Value& config, cty::Value planned) {
  const cty::Value settled = planned;
  for (const Row& row : rows.rows()) {
    if (!row.is_computed() || !config.At(row.name).is_null()) continue;
    const bool caused = std::any_of(
        row.recomputed_when.begin(), row.recomputed_when.end(),
        [&](const std::string& cause) { return !(settled.At(cause) == prior.At(cause)); });
    if (caused) planned = planned.With(row.name, cty::Value::Unknown(row.type));
  }
  return planned;
}

void CollectReplacements(const RowSet& rows, const cty::Value& prior, const cty::Value& planned,
                         const Path& path, std::vector<Path>& replace) {
  for (const Row& row : rows.rows()) {
    const cty::Value& before = prior.At(row.name);
    // Of an object that is unknown as a whole, each attribute may turn out to be another.
    const cty::Value after =
        planned.is_unknown() ? cty::Value::Unknown(row.type) : planned.At(row.name);
    if (before == after) continue;
    if (row.effect == Effect::kReplace) {
      replace.push_back(path / row.name);
    } else if (row.nesting == Nesting::kSingle && before.is_known() && !after.is_null()) {
      CollectReplacements(*row.rows, before, after, path / row.name, replace);
    }
  }
}

}  // namespace

PlanResult Plan(const schema::AnyResource& resource, const cty::Value& prior,
                const cty::Value& config) {
  const RowSet& rows = *resource.rows;
  // 1. No configuration means destroy: nothing to decide.
  if (config.is_null()) return {.planned = cty::Value::Null(rows.ObjectType())};

  // 2. Configured attributes keep exactly what the user wrote, or its old spelling; computed ones
  //    keep what they were, or become known only by a create; write-only ones are never planned.
  PlanResult result{.planned = PlanObject(rows, prior, config)};

  // 3. What the change of another attribute changes is unknown until then.
  if (prior.is_known()) {
    result.planned = RecomputeWhatChanged(rows, prior, config, std::move(result.planned));
  }

  // 4. The resource's own rules.
  if (resource.plan) {
    Result<cty::Value> planned =
        resource.plan(prior, config, result.planned, result.requires_replace, result.notes);
    if (!planned.ok()) {
      result.notes.Add(planned.error());
      return result;
    }
    result.planned = *std::move(planned);
  }

  // 5. What cannot change in place needs a new object.
  if (prior.is_known()) {
    CollectReplacements(rows, prior, result.planned, Path(), result.requires_replace);
  } else {
    result.requires_replace.clear();
  }
  return result;
}

}  // namespace ecs::lifecycle
