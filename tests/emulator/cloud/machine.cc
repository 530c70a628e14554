#include "tests/emulator/cloud/machine.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "tests/emulator/cloud/devices.h"
#include "tests/emulator/cloud/text.h"

namespace emulator {
namespace {

using Change = std::function<void(Server&)>;

struct Step {
  double at = 0;  // share of the operation's duration
  std::string task = {};
  Change also = {};
};

// One operation: its steps, and what its end changes.
struct Plan {
  std::string action = {};
  std::string event = {};
  ecs::Duration takes = {};
  std::vector<Step> steps = {};
  Change success = {};
  Change failure = {};  // of a twist kFail; empty: nothing but the task ends
  std::string reason = "The host reported an error.";
};

void End(Server& server, const Outcome& outcome) {
  const Done done = std::exchange(server.on_end, nullptr);
  if (done) done(outcome);
}

ActionRecord& Log(Cloud& cloud, Server& server, const std::string& action,
                  const std::string& request_id, const std::string& event) {
  ActionRecord record = {.action = action, .request_id = request_id, .start = cloud.wall()};
  if (!event.empty()) record.events.push_back({.name = event, .start = cloud.wall()});
  server.actions.push_back(std::move(record));
  return server.actions.back();
}

void FinishLog(Cloud& cloud, Server& server, const std::string& request_id, bool ok) {
  // One request may have begun several entries, one after the other: the last one ends.
  const auto record =
      std::find_if(server.actions.rbegin(), server.actions.rend(),
                   [&](const ActionRecord& entry) { return entry.request_id == request_id; });
  if (record == server.actions.rend()) return;
  record->failed = !ok;
  for (ActionEvent& event : record->events) {
    event.finish = cloud.wall();
    event.result = ok ? "Success" : "Error";
  }
}

// Runs `change` later, unless the server is gone or began something else meanwhile.
void Later(Cloud& cloud, const Server& server, ecs::Duration pause, Change change) {
  cloud.timeline.After(pause,
                       [&cloud, id = server.id, era = server.era, change = std::move(change)] {
                         Server* found = cloud.store.servers.Find(id);
                         if (found == nullptr || found->era != era) return;
                         change(*found);
                       });
}

ecs::Duration Share(ecs::Duration whole, double share) {
  return std::chrono::duration_cast<ecs::Duration>(whole * share);
}

void Fail(Cloud& cloud, Server& server, const Plan& plan, const std::string& request_id,
          bool error) {
  server.task_state.clear();
  if (error) {
    server.vm_state = "error";
    server.confirming = false;
    server.fault = ServerFault{.code = 500, .message = plan.reason, .created = cloud.wall()};
  } else if (plan.failure) {
    plan.failure(server);
  }
  Touch(cloud, server);
  FinishLog(cloud, server, request_id, false);
  End(server, {.ok = false, .message = plan.reason});
}

void Run(Cloud& cloud, Server& server, Order order, Plan plan) {
  ++server.era;
  server.confirming = false;
  End(server, {.ok = false, .superseded = true, .message = "Another operation took over."});
  server.on_end = std::move(order.done);
  Log(cloud, server, plan.action, order.request_id, plan.event);
  for (Step& step : plan.steps) {
    Change set = [&cloud, step](Server& changed) {
      changed.task_state = step.task;
      if (step.also) step.also(changed);
      Touch(cloud, changed);
    };
    if (step.at == 0) {
      set(server);
    } else {
      Later(cloud, server, Share(plan.takes, step.at), std::move(set));
    }
  }
  if (order.twist == Twist::kStuck) return;
  Later(cloud, server, plan.takes,
        [&cloud, plan, twist = order.twist, request_id = order.request_id](Server& changed) {
          if (twist != Twist::kNone) {
            Fail(cloud, changed, plan, request_id, twist == Twist::kError);
            return;
          }
          changed.task_state.clear();
          plan.success(changed);
          Touch(cloud, changed);
          FinishLog(cloud, changed, request_id, true);
          End(changed, {});
        });
}

void BeActive(Server& server) {
  server.vm_state = "active";
  server.power_state = 1;
  server.fault.reset();
}

void BeStopped(Server& server) {
  server.vm_state = "stopped";
  server.power_state = 4;
}

void BeAsBefore(Server& server) {
  if (server.vm_state_before == "stopped") {
    BeStopped(server);
  } else {
    BeActive(server);
  }
  server.old_flavor_id.clear();
  server.new_flavor_id.clear();
}

}  // namespace

Twist TakeTwist(Cloud& cloud, std::string_view operation, const Server& server) {
  const std::optional<Fault> fault = cloud.faults.TakeOutcome(operation, server.id, server.name);
  if (!fault) return Twist::kNone;
  switch (fault->kind) {
    case FaultKind::kError:
      return Twist::kError;
    case FaultKind::kStuck:
      return Twist::kStuck;
    default:
      return Twist::kFail;
  }
}

void Touch(Cloud& cloud, Server& server) {
  server.updated = cloud.wall();
  server.cached_text.clear();
}

bool HasRoom(const Cloud& cloud, const std::string& flavor_id) {
  const auto limit = cloud.options.capacity.find(flavor_id);
  if (limit == cloud.options.capacity.end()) return true;
  int used = 0;
  for (const Server& server : cloud.store.servers) {
    if (!server.scheduled || server.vm_state == "deleted") continue;
    if (server.flavor_id == flavor_id || server.new_flavor_id == flavor_id) ++used;
  }
  return used < limit->second;
}

void LogAction(Cloud& cloud, Server& server, const std::string& action,
               const std::string& request_id) {
  Log(cloud, server, action, request_id, "");
}

void Build(Cloud& cloud, Server& server, Order order) {
  Plan plan = {.action = "create",
               .event = "compute__do_build_and_run_instance",
               .takes = cloud.Takes("create"),
               .steps = {{0, "scheduling", {}},
                         {0.2, "networking", [](Server& s) { s.progress = 20; }},
                         {0.4, "block_device_mapping", [](Server& s) { s.progress = 40; }},
                         {0.6, "spawning", [](Server& s) { s.progress = 60; }}},
               .success = [&cloud](Server& changed) {
                 BeActive(changed);
                 changed.launched = cloud.wall();
                 changed.progress = 100;
                 BringUpDevices(cloud, changed);
               }};
  if (!HasRoom(cloud, server.flavor_id)) {
    plan.steps.resize(1);
    plan.takes = Share(plan.takes, 0.3);
    plan.reason = "No valid host was found. There are not enough hosts available.";
    order.twist = Twist::kError;
  } else {
    server.scheduled = true;
    server.host = static_cast<int>(cloud.ids.Next() % 20);
    if (order.twist == Twist::kFail) order.twist = Twist::kError;
  }
  Run(cloud, server, std::move(order), std::move(plan));
}

void Start(Cloud& cloud, Server& server, Order order) {
  Run(cloud, server, std::move(order),
      {.action = "start",
       .event = "compute_start_instance",
       .takes = cloud.Takes("start"),
       .steps = {{0, "powering-on", {}}},
       .success = BeActive});
}

void Stop(Cloud& cloud, Server& server, Order order) {
  Run(cloud, server, std::move(order),
      {.action = "stop",
       .event = "compute_stop_instance",
       .takes = cloud.Takes("stop"),
       .steps = {{0, "powering-off", {}}},
       .success = BeStopped});
}

void Reboot(Cloud& cloud, Server& server, bool hard, Order order) {
  const std::string tail = hard ? "_hard" : "";
  Run(cloud, server, std::move(order),
      {.action = "reboot",
       .event = "compute_reboot_instance",
       .takes = cloud.Takes("reboot"),
       .steps = {{0, "rebooting" + tail, {}},
                 {0.3, "reboot_pending" + tail, {}},
                 {0.6, "reboot_started" + tail, {}}},
       .success = BeActive});
}

void Resize(Cloud& cloud, Server& server, const std::string& flavor_id, Order order) {
  server.vm_state_before = server.vm_state;
  Change finish = [flavor_id](Server& changed) {
    changed.old_flavor_id = changed.flavor_id;
    changed.flavor_id = flavor_id;
  };
  Plan plan = {.action = "resize",
               .event = "compute_prep_resize",
               .takes = cloud.Takes("resize"),
               .steps = {{0, "resize_prep", {}},
                         {0.25, "resize_migrating", {}},
                         {0.5, "resize_migrated", {}},
                         {0.75, "resize_finish", finish}}};
  if (!HasRoom(cloud, flavor_id)) order.twist = Twist::kFail;
  if (order.twist == Twist::kFail) {
    plan.event = "cold_migrate";
    plan.steps.resize(1);
    plan.takes = Share(plan.takes, 0.4);
    plan.failure = [](Server& changed) { changed.new_flavor_id.clear(); };
    plan.reason = "No valid host was found. No valid host found for resize";
  }
  server.new_flavor_id = flavor_id;
  plan.success = [&cloud](Server& changed) {
    changed.vm_state = "resized";
    changed.progress = 100;
    changed.host = static_cast<int>(cloud.ids.Next() % 20);
    if (cloud.options.confirm_window == ecs::Duration()) return;
    Later(cloud, changed, cloud.options.confirm_window, [&cloud](Server& waiting) {
      ConfirmResize(cloud, waiting, {.request_id = StrCat("req-", cloud.ids.Uuid())});
    });
  };
  Run(cloud, server, std::move(order), std::move(plan));
}

void ConfirmResize(Cloud& cloud, Server& server, Order order) {
  Run(cloud, server, std::move(order),
      {.action = "confirmResize",
       .event = "compute_confirm_resize",
       .takes = cloud.Takes("confirm"),
       .steps = {{0, "", {}}},
       .success =
           [](Server& changed) {
             changed.confirming = false;
             BeAsBefore(changed);
           },
       .failure = [](Server& changed) { changed.confirming = false; }});
  server.confirming = true;
}

void RevertResize(Cloud& cloud, Server& server, Order order) {
  Plan plan = {.action = "revertResize",
               .event = "compute_revert_resize",
               .takes = cloud.Takes("revert"),
               .steps = {{0, "resize_reverting", {}},
                         {0.4, "resize_reverting",
                          [](Server& changed) { changed.flavor_id = changed.old_flavor_id; }}},
               .success = BeAsBefore};
  if (server.vm_state_before == "stopped") plan.steps.push_back({0.7, "powering-off", {}});
  Run(cloud, server, std::move(order), std::move(plan));
}

void Rebuild(Cloud& cloud, Server& server, const std::string& image_id, Order order) {
  const bool stays_stopped = server.vm_state == "stopped";
  Run(cloud, server, std::move(order),
      {.action = "rebuild",
       .event = "compute_rebuild_instance",
       .takes = cloud.Takes("rebuild"),
       .steps = {{0, "rebuilding", {}},
                 {0.3, "rebuild_block_device_mapping", {}},
                 {0.6, "rebuild_spawning", {}}},
       .success = [&cloud, image_id, stays_stopped](Server& changed) {
         changed.image_id = image_id;
         changed.launched = cloud.wall();
         if (stays_stopped) {
           BeStopped(changed);
         } else {
           BeActive(changed);
         }
       }});
}

void Delete(Cloud& cloud, Server& server, Leftovers leftovers, Order order) {
  Run(cloud, server, std::move(order),
      {.action = "delete",
       .event = "compute_terminate_instance",
       .takes = cloud.Takes("delete"),
       .steps = {{0, "deleting", {}}},
       .success = [&cloud, leftovers](Server& changed) {
         ReleaseDevices(cloud, changed, leftovers);
         changed.vm_state = "deleted";
         changed.power_state = 0;
         changed.scheduled = false;
         Later(cloud, changed, cloud.Takes("deleted_visible"),
               [&cloud, id = changed.id](Server&) { cloud.store.servers.Remove(id); });
       }});
}

}  // namespace emulator
