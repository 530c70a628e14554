// Who we are to the cloud: credentials, project, and where that project's services are.
#pragma once

#include <memory>
#include <string>

#include "absl/synchronization/mutex.h"
#include "base/call.h"
#include "base/result.h"
#include "client/catalogue.h"
#include "client/key_source.h"
#include "client/settings.h"
#include "client/signing.h"
#include "client/single_flight.h"
#include "client/token_source.h"
#include "client/transport.h"

namespace ecs::client {

// How far the clock of whoever sent these headers is ahead of `now`, by Date; zero without one.
Duration ClockOffset(const Headers& headers, WallTime now);

// Found once, and never over.
struct Project {
  std::string id = {};
  WallTime expires = WallTime::max();
};
struct ListedServices {
  Catalogue catalogue = {};
  WallTime expires = WallTime::max();
};

// Asks the network only when a call needs it, and then once; what IAM refuses is refused for good
// (renewed.h). Safe from any thread.
class Identity {
 public:
  // `send` carries requests to IAM: it neither retries, nor interprets answers, nor authorises.
  Identity(Settings settings, Send send);

  // Configured, or of the token, or found by name with signed keys (auth.md section 2).
  Result<std::string> ProjectId(const Call& call);

  // A token apart from the one that calls use: new by password or agency, or the one that was
  // configured. kInvalid with keys, for which IAM issues none (auth.md section 3).
  Result<Token> IssueToken(const Call& call);

  // Stage: makes Request::url of service and path. kInvalid where a catalogue that came over https
  // names an http address, to which the credentials would go in clear.
  Stage Locate();

  // Stage: adds the token, or signs. After a 401 the token is fetched anew and the request sent
  // once more, unless the service refused the one before it, too; with keys, once more with the
  // time that the cloud's Date says, if the clocks differ, and if that does not help, once more
  // with new keys, if they are temporary ones. Configured keys are tried by one request first, and
  // if that is refused, by no other.
  Stage Authorize();

 private:
  Result<Endpoint> Find(const Call& call, const std::string& service, bool native);
  Result<ListedServices> ListServices(const Call& call);
  Result<Project> FindProject(const Call& call);
  Result<Response> WithToken(const Call& call, Request& request, const Send& next);
  Result<Response> WithKeys(const Call& call, Request& request, const Send& next);
  Stage SignWith(KeySource& source);
  Result<Response> SendFirst(const Call& call, KeySource& source, Request& request,
                             const Send& next);
  Result<Response> SendSigned(const Call& call, const Keys& keys, Request& request,
                              const Send& next);

  const Settings settings_;
  KeySource own_keys_;
  KeySource agency_keys_;
  const Stage sign_;  // with the agency's keys, if there is one
  const Send signed_iam_;
  TokenSource tokens_;
  Renewed<Project> projects_;
  Renewed<ListedServices> services_;
  SingleFlight<Ok> first_use_;  // of configured keys
  absl::Mutex mu_;
  bool keys_tried_ ABSL_GUARDED_BY(mu_) = false;
  Duration clock_offset_ ABSL_GUARDED_BY(mu_) = Duration::zero();
};

}  // namespace ecs::client
