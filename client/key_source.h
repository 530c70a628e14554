// Keys to sign with: the configured ones, a server's own, an agency's.
#pragma once

#include "client/renewed.h"
#include "client/settings.h"
#include "client/signing.h"
#include "client/transport.h"

namespace ecs::client {

struct IssuedKeys {
  Keys keys = {};
  WallTime expires = WallTime::max();  // permanent ones do not end
};
using KeySource = Renewed<IssuedKeys>;
using KeysPtr = KeySource::Ptr;

// Those that are configured; or with metadata_service those of the agency of the server that this
// process runs in, from the metadata service at 169.254.169.254 or endpoints["metadata"] (auth.md
// section 3.3), which is given five seconds. `send` neither interprets answers nor authorises.
KeySource::Fetch OwnKeys(Settings settings, Send send);

// Temporary keys of the agency (auth.md section 3.2). `iam` signs with our own keys, sends to IAM
// and interprets answers.
KeySource::Fetch KeysOfAgency(Settings settings, Send iam);

}  // namespace ecs::client
