// The certificate that this process shows to Terraform: made at start, kept in memory only.
// Facts: hashicorp/go-plugin, mtls.go.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

namespace ecs::plugin {

struct Identity {
  Secret key_pem = {};
  std::string certificate_pem = {};
  // The DER of the same certificate as the handshake line wants it: standard alphabet, no padding.
  std::string certificate_base64 = {};
};

// A fresh EC P-256 key and a self-signed certificate for the DNS name localhost: Terraform asks for
// exactly that name and trusts exactly this certificate. Valid from 30 seconds before `now`, for 30
// years. kBug if OpenSSL refuses.
Result<Identity> MakeIdentity(WallTime now);

}  // namespace ecs::plugin
