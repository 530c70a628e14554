// What the v1 calls share: the shape of a server, and checks of values.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/emulator/cloud/cloud.h"
#include "tests/emulator/cloud/guards.h"
#include "tests/emulator/cloud/jobs.h"
#include "tests/emulator/cloud/machine.h"
#include "tests/emulator/http/errors.h"
#include "tests/emulator/http/exchange.h"

namespace emulator {

// As GET …/cloudservers/{id} answers, without the wrapper: api/ecs-v1.md section 4.
Json EcsServerJson(const Cloud& cloud, const Server& server);
// The same as text. Kept until the server or its surroundings change: a list of a thousand is
// mostly what it was before.
const std::string& CachedEcsServer(Cloud& cloud, const Server& server);
// The network name under which addresses are listed is the VPC's id.
Json EcsAddresses(const Cloud& cloud, const Server& server);
Json EcsVolumesAttached(const Cloud& cloud, const Server& server);
std::string HostId(const Cloud& cloud, const Server& server);

// "key=value", or "key" for an empty value.
Json TagTexts(const Server& server);

// The server of the path, if it exists and was not deleted; null otherwise.
Server* FindServer(Cloud& cloud, const Exchange& in);
Response NoSuchServer();  // 404 Ecs.0114

// {"key", "value"} rows into `tags`. A refusal with Ecs.0905 to 0908 if they break a rule; `tags`
// holds what the server has already.
std::optional<Response> AddTags(const Json& rows, std::map<std::string, std::string>& tags);

// Refusals by the rules for names (Ecs.0914, 0915) and descriptions (Ecs.0041).
std::optional<Response> CheckName(const std::string& name, std::size_t length_max);
std::optional<Response> CheckDescription(const std::string& description);

// The ids of [{"id"}, …]; nothing if the list is no such list.
std::optional<std::vector<std::string>> IdsOf(const Json& list);

// A flat job that ends as the operation on the server does. On failure it has this code.
Order OrderWithJob(Cloud& cloud, const Exchange& in, const std::string& job_id, Twist twist,
                   const std::string& failure_code);

}  // namespace emulator
