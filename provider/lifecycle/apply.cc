#include "provider/lifecycle/apply.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "provider/lifecycle/compare.h"
#include "provider/lifecycle/identity.h"
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

// Between the looks at an object that is not what was planned.
constexpr Duration kLaterLooks[] = {std::chrono::seconds(1), std::chrono::seconds(2),
                                    std::chrono::seconds(4)};

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

// What one apply is about. `wanted` is what was planned, with the write-only values.
struct Order {
  const Call& call;
  schema::Backend& backend;
  const AnyResource& resource;
  const cty::Value& prior;
  const cty::Value& config;
  const cty::Value& planned;
  const cty::Value& wanted;
};

// The result of an apply whose calls all succeeded. What was found must be what was planned; where
// it is not, it is looked at again for a while, because some clouds show a change late, and then
// the apply fails with the state that is true.
ApplyResult Verified(const Order& order, cty::Value found, schema::Diagnostics notes) {
  const AnyResource& resource = order.resource;
  const auto compare = [&] {
    return Mismatches(*resource.rows, order.prior, order.config, order.planned, found);
  };
  std::vector<Mismatch> mismatches = compare();
  for (const Duration pause : kLaterLooks) {
    const TimePoint next = order.call.clock.Now() + pause;
    if (mismatches.empty() || next > order.call.deadline) break;
    if (!order.call.clock.SleepUntil(next, order.call.cancel).ok()) break;
    schema::Diagnostics ignored;
    schema::Reading reading{.importing = false, .notes = ignored};
    const Result<cty::Value> again =
        resource.read(order.call, order.backend, Complete(order.planned, found), reading);
    if (!again.ok() || !again->is_known()) break;
    found = *again;
    mismatches = compare();
  }
  ApplyResult result{.notes = std::move(notes)};
  if (mismatches.empty()) {
    result.state = Complete(order.planned, found);
    return result;
  }
  result.state = WithoutWriteOnly(*resource.rows, NullForUnknown(found));
  const bool created = order.prior.is_null();
  for (const Error& error : ErrorsOf(mismatches, resource.name, result.state, created)) {
    result.notes.Add(error);
  }
  return result;
}

class Update {
 public:
  explicit Update(const Order& order)
      : order_(order),
        call_(order.call),
        backend_(order.backend),
        resource_(order.resource),
        planned_(order.planned),
        wanted_(order.wanted),
        prior_(order.prior),
        record_(order.prior) {}

  ApplyResult Run() {
    const Status done = Steps();
    if (!done.ok()) record_.notes().Add(done.error());
    const bool stopped = !done.ok() && done.error().code == Code::kCancelled;
    // The cloud is asked what is true; an interrupted run has no time for it.
    if (!stopped && (!done.ok() || changed_ || !planned_.IsWhollyKnown())) Refresh(done.ok());
    if (done.ok()) return Verified(order_, record_.state(), record_.notes());
    return {.state = WithoutWriteOnly(*resource_.rows, NullForUnknown(record_.state())),
            .notes = record_.notes()};
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
      changed_ = true;
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

  const Order& order_;
  const Call& call_;
  schema::Backend& backend_;
  const AnyResource& resource_;
  const cty::Value& planned_;
  const cty::Value& wanted_;
  const cty::Value& prior_;
  schema::RecordBase record_;
  bool changed_ = false;  // a function of the resource ran
};

ApplyResult Create(const Order& order) {
  const RowSet& rows = *order.resource.rows;
  schema::RecordBase record(order.planned);
  const Status done = order.resource.create(order.call, order.backend, order.wanted, record);
  ApplyResult result;
  if (done.ok()) {
    result = Verified(order, record.state(), record.notes());
  } else {
    record.notes().Add(done.error());
    result.state = record.saved() ? WithoutWriteOnly(rows, NullForUnknown(record.state()))
                                  : cty::Value::Null(rows.ObjectType());
    result.notes = record.notes();
  }
  if (!result.state.is_null()) {
    // Of a replacement the stored bytes are those of the object before.
    Memory memory;
    SeenHere(order.call, order.backend, order.resource, memory);
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

// Of a tainted object Terraform gives the delete no private bytes and stores those that it answers:
// where the object was seen would be forgotten, so it is looked at once more.
void SeenAgain(const Call& call, schema::Backend& backend, const AnyResource& resource,
               const cty::Value& prior, Memory& memory) {
  if (!resource.in_cloud || !memory.place.empty()) return;
  schema::Diagnostics notes;
  schema::Reading reading{.importing = false, .notes = notes};
  const Result<cty::Value> found = resource.read(call, backend, prior, reading);
  if (found.ok() && found->is_known()) SeenHere(call, backend, resource, memory);
}

ApplyResult Delete(const Call& call, schema::Backend& backend, const AnyResource& resource,
                   const cty::Value& prior, const Stored& stored) {
  ApplyResult result{.state = prior, .private_bytes = stored.private_bytes};
  Memory memory = Recall(stored.private_bytes, stored.identity);
  Status done = CheckIsHere(call, backend, resource, prior, memory);
  if (done.ok()) done = resource.remove(call, backend, prior);
  if (done.ok()) return {.state = cty::Value::Null(resource.rows->ObjectType())};
  result.notes.Add(done.error());
  SeenAgain(call, backend, resource, prior, memory);
  if (memory != Recall(stored.private_bytes)) result.private_bytes = Remember(memory);
  return result;
}

}  // namespace

ApplyResult Apply(const Call& call, schema::Backend& backend, const AnyResource& resource,
                  const cty::Value& prior, const cty::Value& planned, const cty::Value& config,
                  const Stored& stored) {
  const schema::Timeouts& defaults = resource.timeouts;
  const Duration limit = planned.is_null() ? TimeoutOf(prior, "delete", defaults.remove)
                         : prior.is_null() ? TimeoutOf(planned, "create", defaults.create)
                                           : TimeoutOf(planned, "update", defaults.update);
  const Call bounded = call.Until(call.clock.Now() + limit);
  ApplyResult result;
  if (planned.is_null()) {
    result = Delete(bounded, backend, resource, prior, stored);
  } else {
    const cty::Value wanted = WithWriteOnly(*resource.rows, planned, config);
    const Order order{bounded, backend, resource, prior, config, planned, wanted};
    result = prior.is_null() ? Create(order) : Update(order).Run();
    // An update may ask nothing of the cloud: it proves no place.
    if (!prior.is_null()) result.private_bytes = stored.private_bytes;
  }
  result.identity = IdentityOf(bounded, backend, resource, result.state);
  return result;
}

}  // namespace ecs::lifecycle
