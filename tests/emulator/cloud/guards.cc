#include "tests/emulator/cloud/guards.h"

#include <algorithm>
#include <vector>

#include "tests/emulator/cloud/text.h"
#include "tests/emulator/http/errors.h"

namespace emulator {
namespace {

struct Rule {
  Action action;
  std::string_view word;                    // in messages
  std::vector<std::string_view> vm_states;  // empty: any
  bool any_task = false;
  bool needs_host = false;                   // "is not ready" before a host was found
  bool needs_launch = false;                 // "is in an invalid state" before it ran once
  bool lock_last = false;                    // other refusals hide the lock (api/real-nova.md 15)
  std::vector<std::string_view> tasks = {};  // allowed besides none
};

const std::vector<Rule>& Rules() {
  static const std::vector<Rule> rules = {
      {.action = Action::kStart, .word = "start", .vm_states = {"stopped"}, .needs_host = true},
      {.action = Action::kStop,
       .word = "stop",
       .vm_states = {"active", "error"},
       .needs_host = true},
      {.action = Action::kSoftReboot,
       .word = "reboot",
       .vm_states = {"active"},
       .needs_launch = true,
       .lock_last = true},
      {.action = Action::kHardReboot,
       .word = "reboot",
       .vm_states = {"active", "stopped", "paused", "suspended", "error"},
       .needs_launch = true,
       .lock_last = true,
       .tasks = {"rebooting", "reboot_pending", "reboot_started", "rebooting_hard", "resuming",
                 "unpausing", "pausing", "suspending"}},
      {.action = Action::kResize,
       .word = "resize",
       .vm_states = {"active", "stopped"},
       .needs_launch = true},
      {.action = Action::kConfirmResize, .word = "confirmResize", .vm_states = {"resized"}},
      {.action = Action::kRevertResize, .word = "revertResize", .vm_states = {"resized"}},
      {.action = Action::kRebuild,
       .word = "rebuild",
       .vm_states = {"active", "stopped", "error"},
       .needs_launch = true},
      {.action = Action::kDelete, .word = "delete", .vm_states = {}, .any_task = true},
      {.action = Action::kAttachVolume,
       .word = "attach_volume",
       .vm_states = {"active", "stopped", "paused", "resized", "shelved"}},
      {.action = Action::kDetachVolume,
       .word = "detach_volume",
       .vm_states = {"active", "stopped", "paused", "resized", "shelved"}},
      {.action = Action::kAttachNic,
       .word = "attach_interface",
       .vm_states = {"active", "stopped", "paused"}},
      {.action = Action::kDetachNic,
       .word = "detach_interface",
       .vm_states = {"active", "stopped", "paused"}},
      {.action = Action::kSecurityGroups,
       .word = "addSecurityGroup",
       .vm_states = {},
       .any_task = true},
      {.action = Action::kMetadata,
       .word = "update metadata",
       .vm_states = {"active", "stopped", "paused", "suspended"},
       .any_task = true},
      {.action = Action::kTags,
       .word = "update tags",
       .vm_states = {"active", "stopped", "paused", "suspended"},
       .any_task = true},
      {.action = Action::kCreateImage,
       .word = "createImage",
       .vm_states = {"active", "stopped", "paused", "suspended"},
       .needs_launch = true},
      {.action = Action::kChangePassword,
       .word = "changePassword",
       .vm_states = {"active"},
       .needs_launch = true,
       .lock_last = true},
  };
  return rules;
}

const Rule& RuleOf(Action action) {
  return *std::find_if(Rules().begin(), Rules().end(),
                       [action](const Rule& rule) { return rule.action == action; });
}

template <class List>
bool Contains(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

Conflict While(const Rule& rule, const Server& server, std::string_view attribute,
               std::string_view value) {
  return {.kind = attribute == "task_state" ? Conflict::Kind::kBusy : Conflict::Kind::kState,
          .message = StrCat("Cannot '", rule.word, "' instance ", server.id, " while it is in ",
                            attribute, " ", value)};
}

std::optional<Conflict> CheckState(const Rule& rule, const Server& server) {
  if (rule.needs_host && !server.scheduled) {
    return Conflict{.message = StrCat("Instance ", server.id, " is not ready")};
  }
  if (!rule.vm_states.empty() && !Contains(rule.vm_states, server.vm_state)) {
    return While(rule, server, "vm_state", server.vm_state);
  }
  if (!rule.any_task && !server.task_state.empty() && !Contains(rule.tasks, server.task_state)) {
    return While(rule, server, "task_state", server.task_state);
  }
  if (rule.needs_launch && !server.launched) {
    return Conflict{
        .message = StrCat("Instance ", server.id, " is in an invalid state for '", rule.word, "'")};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Conflict> CheckAction(const Cloud& cloud, const Server& server, Action action) {
  const Rule& rule = RuleOf(action);
  if (server.actions_from > cloud.timeline.now() && action != Action::kDelete) {
    return Conflict{.kind = Conflict::Kind::kNotFound,
                    .message = StrCat("Instance ", server.id, " could not be found.")};
  }
  std::optional<Conflict> state = CheckState(rule, server);
  if (rule.lock_last && state) return state;
  if (server.locked) {
    return Conflict{.kind = Conflict::Kind::kLocked,
                    .message = StrCat("Instance ", server.id, " is locked")};
  }
  if (state) return state;
  const bool ends_resize = action == Action::kConfirmResize || action == Action::kRevertResize;
  if (ends_resize && server.confirming) {
    return Conflict{.kind = Conflict::Kind::kBadRequest,
                    .message = "Instance has not been resized."};
  }
  return std::nullopt;
}

int NovaStatus(const Conflict& conflict) {
  switch (conflict.kind) {
    case Conflict::Kind::kBadRequest:
      return 400;
    case Conflict::Kind::kNotFound:
      return 404;
    default:
      return 409;
  }
}

Response NovaConflict(const Conflict& conflict) {
  return NovaError(NovaStatus(conflict), conflict.message);
}

std::string EcsConflictCode(const Conflict& conflict) {
  switch (conflict.kind) {
    case Conflict::Kind::kLocked:
      return "Ecs.0605";
    case Conflict::Kind::kBusy:
      return "Ecs.0603";
    case Conflict::Kind::kNotFound:
      return "Ecs.0114";
    default:
      return "Ecs.0100";
  }
}

Response EcsConflict(const Conflict& conflict) { return EcsError(EcsConflictCode(conflict)); }

}  // namespace emulator
