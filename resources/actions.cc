// Actions on servers: ecs_restart_servers, ecs_start_servers, ecs_stop_servers.
#include "resources/actions.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "provider/schema/value_checks.h"
#include "resources/common/power.h"

namespace ecs::resources {
namespace {

using schema::Attr;
using schema::Mode;

struct ActionTimeouts {
  Attr<std::string> invoke = {};
  bool operator==(const ActionTimeouts&) const = default;
};

struct PowerConfig {
  Attr<std::vector<std::string>> server_ids = {};
  Attr<std::string> type = {};
  Attr<std::int64_t> batch_size = {};
  Attr<ActionTimeouts> timeouts = {};
};

std::shared_ptr<const schema::RowSet> ActionTimeoutRows() {
  schema::Attributes<ActionTimeouts> rows;
  rows.add({.name = "invoke",
            .field = &ActionTimeouts::invoke,
            .checks = {schema::IsDuration()},
            .doc = "30 minutes unless set."});
  return rows;
}

schema::Attributes<PowerConfig> Rows(const char* soft, const char* hard) {
  schema::Attributes<PowerConfig> rows;
  rows.add({.name = "server_ids",
            .field = &PowerConfig::server_ids,
            .mode = Mode::kRequired,
            .checks = {schema::NotEmpty(), schema::EachElement(schema::IsUuid())},
            .doc = "IDs of the servers, any number."});
  if (soft != nullptr) {
    rows.add({.name = "type",
              .field = &PowerConfig::type,
              .checks = {schema::OneOf({"SOFT", "HARD"})},
              .doc = absl::StrCat("`SOFT` (default) ", soft, "; `HARD` ", hard, ".")});
  }
  rows.add({.name = "batch_size",
            .field = &PowerConfig::batch_size,
            .checks = {schema::Between(1, kBatchMax)},
            .doc = "How many servers one batch call takes at most; the next call waits for them. "
                   "1000, the cloud's limit, unless set."});
  rows.add({.name = "timeouts",
            .field = &PowerConfig::timeouts,
            .rows = ActionTimeoutRows(),
            .doc = "How long the action may take, such as \"90s\" or \"1h\"."});
  return rows;
}

template <Power kPower>
Status Invoke(const Call& call, Cloud& cloud, const PowerConfig& config,
              const schema::Progress& progress) {
  PowerOrder order{
      .power = kPower,
      .force = config.type.value_or("SOFT") == "HARD" ? client::Force::kHard : client::Force::kSoft,
      .batch_size = static_cast<std::size_t>(config.batch_size.value_or(std::int64_t{kBatchMax}))};
  // The same server twice in one batch call is refused.
  std::set<std::string> seen;
  for (const std::string& id : config.server_ids.value()) {
    if (seen.insert(id).second) order.ids.push_back(id);
  }
  ASSIGN_OR_RETURN(const PowerOutcome outcome, OrderPower(call, cloud, order, progress));
  if (outcome.failures.empty()) return Ok{};
  return PowerFailed(order, outcome, "Invoke the action again for these servers.");
}

}  // namespace

schema::AnyAction RestartServersAction() {
  return schema::ActionType<PowerConfig, Cloud>{
      .name = "ecs_restart_servers",
      .doc =
          "Restarts servers, and waits until all are `ACTIVE` again. A single one is restarted "
          "by the native call, more by batch calls. Where the cloud's answer is lost, the server's "
          "action log decides whether it was restarted; where the log does not tell, the server "
          "counts as failed.",
      .rows = Rows("lets the guest shut down", "cuts the power, and starts stopped servers"),
      .invoke = Invoke<Power::kRestart>}
      .Erase();
}

schema::AnyAction StartServersAction() {
  return schema::ActionType<PowerConfig, Cloud>{
      .name = "ecs_start_servers",
      .doc = "Starts the servers that are stopped, and waits until all are `ACTIVE`.",
      .rows = Rows(nullptr, nullptr),
      .invoke = Invoke<Power::kStart>}
      .Erase();
}

schema::AnyAction StopServersAction() {
  return schema::ActionType<PowerConfig, Cloud>{
      .name = "ecs_stop_servers",
      .doc = "Stops the servers that run, and waits until all are `SHUTOFF`.",
      .rows = Rows("lets the guest shut down", "cuts the power"),
      .invoke = Invoke<Power::kStop>}
      .Erase();
}

}  // namespace ecs::resources
