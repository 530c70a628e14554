// The client's requests to an emulator in this process: everything but the socket.
#pragma once

#include "client/transport.h"
#include "tests/emulator/emulator.h"

namespace ecs {

// The origin of every service of the emulated cloud.
inline constexpr char kEmulatorOrigin[] = "http://cloud.test";

// As the emulator takes it.
emulator::Request TranslateRequest(const client::Request& request);

// Answers that the emulator breaks off are errors that may have been executed; its delays pass on
// the call's clock, up to the deadline. The emulator must outlive what is returned.
client::Send ThroughEmulator(emulator::Emulator& cloud);

}  // namespace ecs
