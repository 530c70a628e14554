// Which operation a server's condition allows: api/states.md section 4, api/real-nova.md.
#pragma once

#include <optional>
#include <string>

#include "tests/emulator/cloud/cloud.h"

namespace emulator {

enum class Action {
  kStart,
  kStop,
  kSoftReboot,
  kHardReboot,
  kResize,
  kConfirmResize,
  kRevertResize,
  kRebuild,
  kDelete,
  kAttachVolume,
  kDetachVolume,
  kAttachNic,
  kDetachNic,
  kSecurityGroups,
  kMetadata,
  kTags,
  kCreateImage,
  kChangePassword,
};

// Why a server refuses, in Nova's words. The v1 calls have their own: EcsConflict.
struct Conflict {
  enum class Kind { kState, kBusy, kLocked, kBadRequest, kNotFound };
  Kind kind = Kind::kState;
  std::string message = {};
};

// Nothing if the server's condition allows the action.
std::optional<Conflict> CheckAction(const Cloud& cloud, const Server& server, Action action);

// 409, 400 or 404 as a fault of Nova.
Response NovaConflict(const Conflict& conflict);
int NovaStatus(const Conflict& conflict);
// Ecs.0100 (state), Ecs.0605 (locked), Ecs.0603 (busy), Ecs.0114 (not there).
Response EcsConflict(const Conflict& conflict);
std::string EcsConflictCode(const Conflict& conflict);

}  // namespace emulator
