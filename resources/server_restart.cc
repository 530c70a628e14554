// ecs_server_restart: an order to restart servers, given again whenever its triggers change.
// Cloud: nova-v2.1.md section 8 (one server), ecs-v1.md sections 7 and 20 (many).
#include "resources/server_restart.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "provider/schema/value_checks.h"
#include "resources/common/crypto.h"
#include "resources/common/power.h"
#include "resources/common/timeouts.h"

namespace ecs::resources {
namespace {

using schema::Attr;
using schema::Mode;
using schema::Setting;

struct ServerRestart {
  Attr<std::string> id = {};
  Attr<std::set<std::string>> server_ids = {};
  Attr<std::string> type = {};
  Attr<std::map<std::string, std::string>> triggers = {};
  Attr<bool> restart_on_create = {};
  Attr<std::int64_t> batch_size = {};
  Attr<TimeoutTexts> timeouts = {};
  Attr<std::string> restarted_at = {};
  Attr<std::set<std::string>> failed_server_ids = {};
};

using Change = schema::Change<ServerRestart>;
using Record = schema::Record<ServerRestart>;

constexpr schema::Timeouts kTimeouts = {.create = std::chrono::minutes(30),
                                        .update = std::chrono::minutes(30)};

// Restarts `ids`. The record holds which failed: the others count as done, and the next apply
// restarts the failed ones alone.
Status Restart(const Call& call, Cloud& cloud, const std::set<std::string>& ids,
               ServerRestart& order, Record& record) {
  const PowerOrder what{
      .power = Power::kRestart,
      .ids = {ids.begin(), ids.end()},
      .force = order.type.value_or("SOFT") == "HARD" ? client::Force::kHard : client::Force::kSoft,
      .batch_size = static_cast<std::size_t>(order.batch_size.value_or(std::int64_t{kBatchMax}))};
  const Result<PowerOutcome> outcome = OrderPower(call, cloud, what, [](const std::string&) {});
  if (!outcome.ok()) {
    order.failed_server_ids = ids;
    record.Save(order);
    return outcome.error();
  }
  std::set<std::string> failed;
  for (const client::JobFailure& failure : outcome->failures) failed.insert(failure.server_id);
  if (failed.size() < ids.size()) {
    order.restarted_at = absl::FormatTime(
        "%Y-%m-%dT%H:%M:%SZ", absl::FromChrono(call.clock.WallNow()), absl::UTCTimeZone());
  }
  order.failed_server_ids = failed.empty() ? Attr<std::set<std::string>>() : failed;
  record.Save(order);
  if (outcome->failures.empty()) return Ok{};
  return PowerFailed(what, *outcome, "The next apply restarts these servers alone.");
}

Status RestartAgain(const Call& call, Cloud& cloud, const Change& change, Record& record) {
  ServerRestart order = change.after;
  order.restarted_at = change.before.restarted_at;
  order.failed_server_ids = Attr<std::set<std::string>>();
  return Restart(call, cloud, change.after.server_ids.value(), order, record);
}

// Those whose restart failed and that the order still names. An unknown order may name each.
std::set<std::string> StillWanted(const ServerRestart& before, const ServerRestart& after) {
  std::set<std::string> wanted;
  for (const std::string& id : before.failed_server_ids.value_or({})) {
    if (!after.server_ids.is_known() || after.server_ids->count(id) > 0) wanted.insert(id);
  }
  return wanted;
}

// Servers that failed in an earlier apply, unless all are restarted anyway.
Status RestartFailedOnes(const Call& call, Cloud& cloud, const Change& change, Record& record) {
  const auto& failed = change.before.failed_server_ids;
  if (!failed.is_known() || !(change.before.triggers == change.after.triggers)) return Ok{};
  const std::set<std::string> still_wanted = StillWanted(change.before, change.after);
  ServerRestart order = change.before;
  if (still_wanted.empty()) {
    order.failed_server_ids = Attr<std::set<std::string>>();
    record.Save(order);
    return Ok{};
  }
  return Restart(call, cloud, still_wanted, order, record);
}

const schema::Attributes<ServerRestart>& Rows() {
  static const auto rows = [] {
    schema::Attributes<ServerRestart> all;
    all.add({.name = "id",
             .field = &ServerRestart::id,
             .mode = Mode::kComputed,
             .doc = "ID of this order, of Terraform alone."});
    all.add({.name = "server_ids",
             .field = &ServerRestart::server_ids,
             .mode = Mode::kRequired,
             .on_change = Setting{},
             .checks = {schema::NotEmpty(), schema::EachElement(schema::IsUuid())},
             .doc = "IDs of the servers, any number. A single one is restarted by the native call, "
                    "more by batch calls. Adding or removing one restarts none."});
    all.add({.name = "type",
             .field = &ServerRestart::type,
             .on_change = Setting{},
             .checks = {schema::OneOf({"SOFT", "HARD"})},
             .doc = "`SOFT` (default) lets the guest shut down; `HARD` cuts the power, and starts "
                    "stopped servers."});
    all.add({.name = "triggers",
             .field = &ServerRestart::triggers,
             .on_change = &RestartAgain,
             .doc = "Any texts. A change of one restarts the servers again, in place.",
             .change_doc = "Changing this restarts the servers."});
    all.add({.name = "restart_on_create",
             .field = &ServerRestart::restart_on_create,
             .on_change = Setting{},
             .doc = "Whether creating this resource restarts the servers. False unless set."});
    all.add({.name = "batch_size",
             .field = &ServerRestart::batch_size,
             .on_change = Setting{},
             .checks = {schema::Between(1, kBatchMax)},
             .doc = "How many servers one batch call restarts at most; the next call waits for "
                    "them. 1000, the cloud's limit, unless set."});
    all.add(TimeoutsRow(&ServerRestart::timeouts, kTimeouts));
    all.add({.name = "restarted_at",
             .field = &ServerRestart::restarted_at,
             .mode = Mode::kComputed,
             .recomputed_when = {"triggers"},
             .doc = "Time of the last restart; null before the first."});
    all.add({.name = "failed_server_ids",
             .field = &ServerRestart::failed_server_ids,
             .mode = Mode::kComputed,
             .recomputed_when = {"triggers"},
             .doc =
                 "IDs of the servers whose restart failed, or may have failed: no answer came, and "
                 "the cloud's action log does not tell. The next apply restarts them again."});
    return all;
  }();
  return rows;
}

void PlanRestart(schema::Planning<ServerRestart>& planning) {
  const ServerRestart& planned = planning.planned;
  const bool restarts = planning.prior ? !(planning.prior->triggers == planned.triggers)
                                       : planned.restart_on_create.value_or(false);
  if (planning.prior && planning.prior->failed_server_ids.is_known()) {
    planning.planned.failed_server_ids = Attr<std::set<std::string>>::Unknown();
    planning.planned.restarted_at = Attr<std::string>::Unknown();
    const std::size_t again = StillWanted(*planning.prior, planned).size();
    if (!restarts && again > 0) {
      planning.notes.Warn(
          "Servers whose restart failed will be restarted",
          absl::StrCat("The last apply could not restart ", again, " of the servers."),
          Path("server_ids"));
    }
  }
  if (!restarts) return;
  const std::string count = planned.server_ids.is_known() ? absl::StrCat(planned.server_ids->size())
                                                          : "an unknown number of";
  planning.notes.Warn(
      "Running servers will be restarted",
      absl::StrCat("Applying restarts ", count, " server(s), ", planned.type.value_or("SOFT"), "."),
      Path(planning.prior ? "triggers" : "restart_on_create"));
}

Status Create(const Call& call, Cloud& cloud, const ServerRestart& plan, Record& record) {
  ServerRestart order = plan;
  order.id = RandomUuid(call.random);
  order.restarted_at = Attr<std::string>();
  order.failed_server_ids = Attr<std::set<std::string>>();
  record.Save(order);
  if (!plan.restart_on_create.value_or(false)) return Ok{};
  Status done = Restart(call, cloud, plan.server_ids.value(), order, record);
  if (done.ok()) return done;
  // Terraform taints what a failed create leaves (lifecycle.md section 7).
  Error error = done.error();
  error.hint =
      "This order is in the state, marked as tainted: the next apply gives it again, to all "
      "servers. After terraform untaint ADDRESS the next apply restarts the failed ones alone.";
  return error;
}

Result<std::optional<ServerRestart>> Read(const Call&, Cloud&, const ServerRestart& state,
                                          schema::Reading&) {
  return std::optional<ServerRestart>(state);
}

Status Remove(const Call&, Cloud&, const ServerRestart&) { return Ok{}; }

}  // namespace

schema::AnyResource ServerRestartResource() {
  return schema::ResourceType<ServerRestart, Cloud>{
      .name = "ecs_server_restart",
      .doc =
          "An order to restart servers: given once, and again whenever `triggers` change. It "
          "waits until all are ACTIVE again. Where the cloud's answer is lost, the server's action "
          "log decides whether it was restarted; where the log does not tell, the server counts as "
          "failed. Destroying it changes nothing in the cloud.",
      .rows = Rows(),
      .timeouts = kTimeouts,
      .import_attribute = "",
      .in_cloud = false,
      .plan = PlanRestart,
      .create = Create,
      .read = Read,
      .remove = Remove,
      .settle = RestartFailedOnes}
      .Erase();
}

}  // namespace ecs::resources
