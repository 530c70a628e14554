// The mark of an unfinished creation: metadata that a server carries from the request that makes it
// until all of its creation is done. What still carries it was never finished, and the nonce in it
// says whose it is: nothing is ever recognised by its likeness (design.md section 4.1).
#pragma once

#include <string>

#include "resources/server/server.h"

namespace ecs::resources::server {

// The metadata key; its value is the create's nonce, a UUID. Legal in each of the cloud's calls
// (ecs-v1.md sections 2.1 and 13), shown by its lists, and harmless where the guest reads it.
inline constexpr char kCreateMark[] = "terraform_ecs_create";

// The nonce that this server carries; empty: it is finished, or not ours.
std::string NonceOf(const client::Server& server);

// Takes the mark away from a server that a state holds. One in a condition that allows no change of
// metadata keeps it until the next read; any other failure is a warning that says what follows.
void TakeMarkAway(const Call& call, Cloud& cloud, const client::Server& found,
                  schema::Diagnostics& notes);

// Names, in one warning, the servers whose creation another process began and did not finish: their
// process was killed, or is at work at this moment. Looks once per process, at one list that all
// who create wait for. A list that cannot be had is a warning too.
void TellOfUnfinished(const Call& call, Cloud& cloud, Record& record);

// Names, in one warning, the servers beside `id` that carry this nonce: the cloud executed a
// request late that was taken for lost, and so sent again.
void TellOfTwins(const Call& call, Cloud& cloud, const std::string& nonce, const std::string& id,
                 Record& record);

}  // namespace ecs::resources::server
