// What happens to a server over time: api/states.md section 4, api/real-nova.md. Each function
// begins an operation whose start CheckAction has allowed; the timeline ends it.
#pragma once

#include <string>

#include "tests/emulator/cloud/cloud.h"

namespace emulator {

// How the operation is to end.
enum class Twist {
  kNone,
  kFail,   // things stay as they were
  kError,  // the server goes to ERROR
  kStuck,  // never
};

struct Order {
  std::string request_id = {};  // of the request that asked for it: the key of the action log
  Twist twist = Twist::kNone;
  Done done = {};  // hears the end, once; may be empty
};

// Takes an outcome fault planned for this operation ("nova.ResizeServer") and server.
Twist TakeTwist(Cloud& cloud, std::string_view operation, const Server& server);

// Marks the server as changed: its `updated`, and what was cached of it.
void Touch(Cloud& cloud, Server& server);

// From BUILD to ACTIVE, of a row that exists. A twist kFail or kError ends in ERROR.
void Build(Cloud& cloud, Server& server, Order order);
void Start(Cloud& cloud, Server& server, Order order);
void Stop(Cloud& cloud, Server& server, Order order);
void Reboot(Cloud& cloud, Server& server, bool hard, Order order);
// To VERIFY_RESIZE. No room for the flavor, or a twist kFail: silently back to what it was.
void Resize(Cloud& cloud, Server& server, const std::string& flavor_id, Order order);
void ConfirmResize(Cloud& cloud, Server& server, Order order);
void RevertResize(Cloud& cloud, Server& server, Order order);
void Rebuild(Cloud& cloud, Server& server, const std::string& image_id, Order order);

// What becomes of a deleted server's things.
struct Leftovers {
  bool delete_volumes = false;    // data volumes too
  bool public_ip_decides = true;  // by its own setting
  bool delete_public_ip = false;  // if not
};
void Delete(Cloud& cloud, Server& server, Leftovers leftovers, Order order);

// Adds a finished entry to the action log: for operations that take no time.
void LogAction(Cloud& cloud, Server& server, const std::string& action,
               const std::string& request_id);

// Whether one more server of that flavor fits (Options::capacity).
bool HasRoom(const Cloud& cloud, const std::string& flavor_id);

}  // namespace emulator
