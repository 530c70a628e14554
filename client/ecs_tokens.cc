// Ecs: tokens that others use.
#include "client/ecs.h"

namespace ecs::client {
namespace {

constexpr Operation kInspect = {.service = "iam", .path = "/v3/auth/tokens"};
constexpr Operation kRevoke = {.method = "DELETE", .service = "iam", .path = "/v3/auth/tokens"};

// A token is named by a header.
Input About(const Secret& token) {
  Input input;
  // The question is about this token.
  input.headers.Set("X-Subject-Token", token.Reveal());
  return input;
}

}  // namespace

Result<WallTime> Ecs::TokenEnds(const Call& call, const Secret& token) {
  const Result<Response> response = api_.Do(call, kInspect, About(token));
  if (!response.ok()) {
    Error error = response.error();
    // IAM calls a token that has ended unknown.
    if (error.code == Code::kNotFound) error.code = Code::kDenied;
    return error;
  }
  const auto ends = ParseTokenTime(Text(Member(response->json, "token"), "expires_at"));
  if (ends) return *ends;
  return Error{.code = Code::kUnavailable,
               .summary = "Asking about a token failed",
               .detail = "IAM did not tell when it ends."};
}

Status Ecs::RevokeToken(const Call& call, const Secret& token) {
  const Result<Response> response = api_.Do(call, kRevoke, About(token));
  if (response.ok()) return Ok{};
  if (response.error().code != Code::kNotFound) return response.error();
  // "Unknown" proves nothing until the token itself is refused.
  const Result<WallTime> ends = TokenEnds(call, token);
  const bool ended = !ends.ok() && ends.error().code == Code::kDenied;
  return ended ? Status(Ok{}) : Status(response.error());
}

}  // namespace ecs::client
