#include "provider/lifecycle/apply.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "provider/lifecycle/known.h"
#include "provider/lifecycle/memory.h"
#include "provider/lifecycle/timeouts.h"

namespace ecs::lifecycle {
namespace {

using schema::AnyResource;
using schema::Applier;
using schema::Effect;
using schema::Nesting;
using schema::Row;
using schema::RowSet;

// An attribute that changes, and the function that changes it (null: a setting).
struct Step {
  Path path;
  const Applier* applier;
};

void CollectSteps(const RowSet& rows, const cty::Value& prior, const cty::Value& planned,
                  const Path& path, std::vector<Step>& steps) {
  for (const Row& row : rows.rows()) {
    const cty::Value& before = prior.At(row.name);
    const cty::Value& after = planned.At(row.name);
    // An unknown computed value is an answer that is awaited, not a wish.
    if (before == after || (after.is_unknown() && row.is_computed())) continue;
    const bool is_setting = row.effect == Effect::kSetting;
    if (row.effect == Effect::kApply) {
      steps.push_back({path / row.name, row.applier.get()});
    } else if (!is_setting && row.nesting == Nesting::kSingle && before.is_known() &&
               after.is_known()) {
      CollectSteps(*row.rows, before, after, path / row.name, steps);
    } else if (is_setting || (row.mode == schema::Mode::kComputed && after.is_known())) {
      steps.push_back({path / row.name, nullptr});
    }
  }
}

const cty::Value& ValueAt(const cty::Value& object, const Path& path) {
  const cty::Value* value = &object;
  for (const Path::Step& step : path.steps()) {
    value = &value->At(std::get<Path::Attribute>(step).name);
  }
  return *value;
}

cty::Value WithValueAt(const cty::Value& object, const Path& path, const cty::Value& value,
                       std::size_t depth = 0) {
  if (depth == path.steps().size()) return value;
  const std::string& name = std::get<Path::Attribute>(path.steps()[depth]).name;
  return object.With(name, WithValueAt(object.At(name), path, value, depth + 1));
}

class Update {
 public:
  Update(const Call& call, schema::Backend& backend, const AnyResource& resource,
         const cty::Value& prior, const cty::Value& planned, const cty::Value& wanted)
      : call_(call),
        backend_(backend),
        resource_(resource),
        planned_(planned),
        wanted_(wanted),
        prior_(prior),
        record_(prior) {}

  ApplyResult Run() {
    const Status done = Steps();
    ApplyResult result;
    if (!done.ok()) record_.notes().Add(done.error());
    const bool stopped = !done.ok() && done.error().code == Code::kCancelled;
    // After a failure the cloud is asked what is true; an interrupted run has no time for it.
    if (!stopped && (!done.ok() || !planned_.IsWhollyKnown())) Refresh(done.ok());
    const cty::Value& record = record_.state();
    result.state = done.ok() ? Complete(planned_, record)
                             : WithoutWriteOnly(*resource_.rows, NullForUnknown(record));
    result.notes = record_.notes();
    return result;
  }

 private:
  Status Steps() {
    std::vector<Step> steps;
    CollectSteps(*resource_.rows, prior_, planned_, Path(), steps);
    for (const Step& step : steps) {
      if (step.applier == nullptr) Take(step.path);
    }
    if (resource_.settle) {
      RETURN_IF_ERROR(resource_.settle(call_, backend_, record_.state(), wanted_, record_));
    }
    std::vector<void (*)()> ran;
    for (const Step& step : steps) {
      if (step.applier == nullptr ||
          std::find(ran.begin(), ran.end(), step.applier->identity) != ran.end()) {
        continue;
      }
      const Status done =
          resource_.apply(*step.applier, call_, backend_, record_.state(), wanted_, record_);
      if (!done.ok()) return done.error().At(step.path);
      ran.push_back(step.applier->identity);
      for (const Step& other : steps) {
        if (other.applier != nullptr && other.applier->identity == step.applier->identity) {
          Take(other.path);
        }
      }
    }
    return Ok{};
  }

  void Take(const Path& path) {
    record_.Set(WithValueAt(record_.state(), path, ValueAt(planned_, path)));
  }

  void Refresh(bool succeeded) {
    schema::Diagnostics notes;
    schema::Reading reading{.importing = false, .notes = notes};
    Result<cty::Value> found =
        resource_.read(call_, backend_, NullForUnknown(record_.state()), reading);
    if (found.ok() && found->is_known()) {
      record_.Set(*found);
    } else if (succeeded && found.ok()) {
      record_.notes().AddError("The object vanished while it was being changed",
                               "The change was done, but the cloud does not know the object any "
                               "more. The next plan will show what is left.");
    } else if (succeeded) {
      record_.notes().Warn("The changed object could not be read back",
                           absl::StrCat("The change was done, but reading the result failed. The "
                                        "next plan or refresh shows it.\n\n",
                                        found.error().Text()));
    }
  }

  const Call& call_;
  schema::Backend& backend_;
  const AnyResource& resource_;
  const cty::Value& planned_;
  const cty::Value& wanted_;
  const cty::Value& prior_;
  schema::RecordBase record_;
};

ApplyResult Create(const Call& call, schema::Backend& backend, const AnyResource& resource,
                   const cty::Value& planned, const cty::Value& wanted) {
  schema::RecordBase record(planned);
  const Status done = resource.create(call, backend, wanted, record);
  ApplyResult result;
  if (!done.ok()) {
    record.notes().Add(done.error());
    result.state = record.saved() ? WithoutWriteOnly(*resource.rows, NullForUnknown(record.state()))
                                  : cty::Value::Null(resource.rows->ObjectType());
  } else {
    result.state = Complete(planned, record.state());
  }
  result.notes = record.notes();
  if (!result.state.is_null()) {
    // Of a replacement the stored bytes are those of the object before.
    Memory memory;
    SeenHere(call, backend, resource, memory);
    result.private_bytes = Remember(memory);
  }
  return result;
}

// A delete is content with an object that is gone: where the object was seen elsewhere, whether it
// is here after all has to be asked first.
Status CheckIsHere(const Call& call, schema::Backend& backend, const AnyResource& resource,
                   const cty::Value& prior, const Memory& memory) {
  const Status would_be_gone = CheckGone(call, backend, resource, prior, memory);
  if (would_be_gone.ok()) return Ok{};
  schema::Diagnostics notes;
  schema::Reading reading{.importing = false, .notes = notes};
  ASSIGN_OR_RETURN(const cty::Value found, resource.read(call, backend, prior, reading));
  return found.is_known() ? Status(Ok{}) : would_be_gone;
}

ApplyResult Delete(const Call& call, schema::Backend& backend, const AnyResource& resource,
                   const cty::Value& prior, const Stored& stored) {
  ApplyResult result{.state = prior, .private_bytes = stored.private_bytes};
  const Memory memory = Recall(stored.private_bytes, stored.identity);
  Status done = CheckIsHere(call, backend, resource, prior, memory);
  if (done.ok()) done = resource.remove(call, backend, prior);
  if (done.ok()) return {.state = cty::Value::Null(resource.rows->ObjectType())};
  result.notes.Add(done.error());
  return result;
}

}  // namespace

ApplyResult Apply(const Call& call, schema::Backend& backend, const AnyResource& resource,
                  const cty::Value& prior, const cty::Value& planned, const cty::Value& config,
                  const Stored& stored) {
  const TimePoint now = call.clock.Now();
  const schema::Timeouts& defaults = resource.timeouts;
  if (planned.is_null()) {
    return Delete(call.Until(now + TimeoutOf(prior, "delete", defaults.remove)), backend, resource,
                  prior, stored);
  }
  const cty::Value wanted = WithWriteOnly(*resource.rows, planned, config);
  if (prior.is_null()) {
    return Create(call.Until(now + TimeoutOf(planned, "create", defaults.create)), backend,
                  resource, planned, wanted);
  }
  const Call bounded = call.Until(now + TimeoutOf(planned, "update", defaults.update));
  ApplyResult result = Update(bounded, backend, resource, prior, planned, wanted).Run();
  // An update may ask nothing of the cloud: it proves no place.
  result.private_bytes = stored.private_bytes;
  return result;
}

}  // namespace ecs::lifecycle
