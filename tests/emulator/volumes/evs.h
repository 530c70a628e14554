// What the vendor's and Cinder's calls for volumes share: api/neighbours.md section 3.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/emulator/cloud/cloud.h"
#include "tests/emulator/http/exchange.h"

namespace emulator {

Json VolumeJson(const Cloud& cloud, const Exchange& in, const Volume& volume);
Response NoSuchVolume(const Exchange& in);

// Reads the `volume` object of a create call and adds the volumes, `creating`. A refusal if a rule
// is broken.
std::optional<Response> CreateVolumes(Cloud& cloud, const Exchange& in, std::vector<Volume*>& made);
// After the duration "volume" they are available.
void FinishVolume(Cloud& cloud, const std::string& id);

// Begins to grow it; the size changes after the duration "volume". A refusal if that is impossible.
std::optional<Response> ExtendVolume(Cloud& cloud, const Exchange& in, Volume& volume);
// Begins to remove it. A refusal if it is attached.
std::optional<Response> RemoveVolume(Cloud& cloud, Volume& volume);

}  // namespace emulator
