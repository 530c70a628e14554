// A cloud that answers whatever the input says.
#pragma once

#include "client/transport.h"
#include "tests/fuzz/fuzz.h"

namespace ecs::fuzz {

// Takes one answer from the input: a byte that chooses the status, a byte that says which headers
// come with it, a line for each of them, and a line as the body.
client::Response AnswerFrom(Input& input);

// The transport of a client: answers one request after the other. With the input used up, every
// further one is cut off as if by Ctrl-C, so that nobody waits any longer.
client::Send Answering(Input& input);

}  // namespace ecs::fuzz
