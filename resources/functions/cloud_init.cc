// provider::ecs::cloud_init: several scripts and configurations as one user_data (MIME multi-part).
// Kinds of parts and how they begin: cloud-init's documentation, "User-data formats".
#include <algorithm>
#include <string_view>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "resources/common/crypto.h"
#include "resources/common/user_data.h"
#include "resources/functions/functions.h"

namespace ecs::resources {
namespace {

// RFC 2045 section 6.8.
constexpr std::size_t kBase64Line = 76;

struct Kind {
  std::string_view begins_with;
  std::string_view content_type;
};
// The longer beginning first.
constexpr Kind kKinds[] = {{"#cloud-config-archive", "text/cloud-config-archive"},
                           {"#cloud-config", "text/cloud-config"},
                           {"#cloud-boothook", "text/cloud-boothook"},
                           {"#include-once", "text/x-include-once-url"},
                           {"#include", "text/x-include-url"},
                           {"#part-handler", "text/part-handler"},
                           {"## template: jinja", "text/jinja2"},
                           {"#!", "text/x-shellscript"}};

const Kind* KindOf(const std::string& part) {
  for (const Kind& kind : kKinds) {
    if (part.compare(0, kind.begins_with.size(), kind.begins_with) == 0) return &kind;
  }
  return nullptr;
}

Error UnknownKind(std::int64_t index) {
  std::string beginnings;
  for (const Kind& kind : kKinds) {
    absl::StrAppend(&beginnings, beginnings.empty() ? "" : ", ", std::string(kind.begins_with));
  }
  return {.code = Code::kInvalid,
          .summary = "cloud-init does not know this kind of part",
          .detail = absl::StrCat("A part must begin with one of: ", beginnings, "."),
          .path = Path().At(index)};
}

void AppendPart(const std::string& boundary, const Kind& kind, std::size_t number,
                const std::string& content, std::string& mime) {
  absl::StrAppend(&mime, "--", boundary, "\nContent-Type: ", std::string(kind.content_type),
                  "; charset=\"utf-8\"\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n",
                  "Content-Disposition: attachment; filename=\"part-", number, "\"\n\n");
  const std::string encoded = Base64(content);
  for (std::size_t at = 0; at < encoded.size(); at += kBase64Line) {
    absl::StrAppend(&mime, encoded.substr(at, kBase64Line), "\n");
  }
}

Result<cty::Value> CloudInit(const std::vector<cty::Value>& arguments) {
  if (arguments.empty()) {
    return Error{.code = Code::kInvalid,
                 .summary = "There is no part",
                 .detail = "cloud_init takes at least one part."};
  }
  std::string all;
  for (const cty::Value& argument : arguments) absl::StrAppend(&all, argument.AsString());
  // Of the content, so that the same parts give the same text.
  const std::string boundary = absl::StrCat("ecs-", Sha256Hex(all).substr(0, 24));
  std::string mime = absl::StrCat("Content-Type: multipart/mixed; boundary=\"", boundary,
                                  "\"\nMIME-Version: 1.0\n\n");
  std::int64_t index = 0;
  for (const cty::Value& argument : arguments) {
    const std::string& content = argument.AsString();
    const Kind* kind = KindOf(content);
    if (kind == nullptr) return UnknownKind(index);
    AppendPart(boundary, *kind, static_cast<std::size_t>(++index), content, mime);
  }
  absl::StrAppend(&mime, "--", boundary, "--\n");
  if (mime.size() > kUserDataMaxBytes) {
    return Error{
        .code = Code::kInvalid,
        .summary = "The parts are too long",
        .detail = absl::StrCat("Together they make ", mime.size(),
                               " bytes; the cloud takes at most ", kUserDataMaxBytes, ".")};
  }
  return cty::Value::String(mime);
}

}  // namespace

schema::FunctionType CloudInitFunction() {
  return {.name = "cloud_init",
          .summary = "Makes one user_data of several parts",
          .doc =
              "Makes one `user_data` of several parts for cloud-init (MIME multi-part). What a "
              "part is, its first line says: `#cloud-config`, `#!/bin/sh`, `#include`, "
              "`#cloud-boothook`, `#part-handler` or `## template: jinja`.",
          .variadic = schema::Parameter{.name = "parts",
                                        .type = cty::Type::String(),
                                        .doc = "The texts of the parts, in their order."},
          .returns = cty::Type::String(),
          .call = CloudInit};
}

}  // namespace ecs::resources
