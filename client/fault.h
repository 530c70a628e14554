// Refusals of the cloud, in any of their shapes, as Errors (errors.md sections 1 and 2).
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "client/json.h"
#include "client/transport.h"

namespace ecs::client {

// What an error body says.
struct Fault {
  std::string code = {};     // "Ecs.0031", "itemNotFound"; the most specific one
  std::string message = {};  // for people
  int inner_status = 0;      // of a Nova fault wrapped in an ECS one; 0: none
  std::string request_id = {};
  bool operator==(const Fault&) const = default;
};

// Understands every shape of errors.md section 1. Empty if `body` holds no fault.
Fault FaultIn(const Json& body);

// The text of a job's errorcode_message or of Ecs.1000: the message of a JSON fault within, or the
// text itself.
Fault FaultInText(std::string_view text);

// Status 400 and above, 3xx, or an error object in the body: HTTP 202 can carry one (Common.0024).
bool IsFault(const Response& response);

// Requires IsFault. kNotFound only if the answer names what is missing: a 404 of an unknown route
// is kInvalid. The code follows status and API code, never the message; maybe_executed is set where
// the status leaves that open. A proxy's refusal (407, or 403 with a web page) is kInvalid and told
// as such, a redirect with where it leads. Secrets that the request carries are cut out.
Error FaultFromResponse(const Request& request, const Response& response);

// The error of a call that had to come before the one that was asked for: that one was surely not
// executed, and a 404 of IAM must not read as "the server is gone".
Error BeforeTheRequest(Error error);

// Whether this error of a request is a refusal that asking again cannot change: of the credentials,
// of what they ask for, or of a wrong address. What a retry may cure is none.
bool IsRefusal(const Error& error);

// The same, and that it is not asked again before the next run.
Error Final(Error refusal);

// The Code for an API code and an HTTP status (0: none), as FaultFromResponse decides.
Code MeaningOf(std::string_view api_code, int status);

// Turns refusals into errors, parses the body into Response::json, and sets Request::retry_after. A
// successful answer whose body is not JSON is kUnavailable, one beyond the limits of json.h
// kCloudFailed, both with maybe_executed.
Stage Interpret();

}  // namespace ecs::client
