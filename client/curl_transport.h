// Sending over libcurl: one I/O thread for all requests, so that connections, TLS sessions and
// HTTP/2 streams are shared.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "client/settings.h"
#include "client/wire.h"

namespace ecs::client {

struct CurlOptions {
  bool insecure = false;
  std::string cacert_file = {};  // empty: SSL_CERT_FILE, then the usual places
  std::string cert_file = {};
  std::string key_file = {};
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::seconds silence_limit{60};  // without a byte in either direction
  std::size_t body_limit = 64u << 20;      // of an answer, unpacked
  int connections_per_host = 16;           // and requests at a time
};

CurlOptions CurlOptionsFrom(const Settings& settings);

// Safe from any thread. Its I/O thread starts with the first request and ends with the last owner,
// which must not be destroyed while a request is under way.
//
// Errors as Transfer::End names them; kInvalid also where this process may open no more files. A
// name whose look-up hangs holds up its own request only, as libcurl looks names up in threads or
// by c-ares (its feature AsynchDNS).
//
// Follows no redirects. Uses proxies as curl does (HTTPS_PROXY, NO_PROXY, …), but none for
// Request::no_proxy. HTTP/2 where a TLS server offers it. Requests with Repeat::kOnlyIfNotSent go
// over a connection of their own, because curl silently sends again what it wrote to a kept
// connection that turns out to be dead.
std::shared_ptr<Wire> CurlWire(CurlOptions options);

// Over(CurlWire(options)).
Send CurlTransport(CurlOptions options);

}  // namespace ecs::client
