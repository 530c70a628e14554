#include "base/error.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace ecs {

std::string Error::Text() const {
  std::string text = detail;
  if (api) {
    if (!api->message.empty() && detail.find(api->message) == std::string::npos) {
      absl::StrAppend(&text, text.empty() ? "" : "\n\n", api->message);
    }
    std::string facts;
    if (!api->code.empty()) absl::StrAppend(&facts, "\n  API code:   ", api->code);
    if (!api->operation.empty()) {
      absl::StrAppend(&facts, "\n  Operation:  ", api->operation);
      if (api->http_status != 0) absl::StrAppend(&facts, " (HTTP ", api->http_status, ")");
    }
    if (!api->request_id.empty()) absl::StrAppend(&facts, "\n  Request ID: ", api->request_id);
    if (!api->job_id.empty()) absl::StrAppend(&facts, "\n  Job ID:     ", api->job_id);
    if (!facts.empty()) absl::StrAppend(&text, text.empty() ? "" : "\n", facts);
  }
  if (!hint.empty()) absl::StrAppend(&text, text.empty() ? "" : "\n\n", "Hint: ", hint);
  return text;
}

Error Error::At(Path where) const {
  Error located = *this;
  if (located.path.empty()) located.path = std::move(where);
  return located;
}

Error Error::While(std::string tried) const {
  Error renamed = *this;
  renamed.summary = std::move(tried);
  return renamed;
}

Error Error::Hint(std::string next) const {
  Error hinted = *this;
  if (hinted.hint.empty()) hinted.hint = std::move(next);
  return hinted;
}

Error Bug(std::string detail) {
  return {.code = Code::kBug,
          .summary = "The ECS provider has a bug",
          .detail = std::move(detail),
          .hint = "This is not your fault. Please report it with the output of TF_LOG=trace."};
}

}  // namespace ecs
