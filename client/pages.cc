#include "client/pages.h"

#include "absl/strings/str_cat.h"

namespace ecs::client {

bool PageCheck::IsNew(const std::string& id) { return !id.empty() && met_.insert(id).second; }

Status PageCheck::NextPage() {
  if (met_.size() == met_before_) {
    return Broken(absl::StrCat("Page ", page_, " of the list repeats rows of the pages before it, ",
                               "and has no others."));
  }
  if (page_ == pages_max_) {
    return Broken(absl::StrCat("The list has more than ", pages_max_, " pages."));
  }
  met_before_ = met_.size();
  ++page_;
  return Ok{};
}

Error PageCheck::Broken(const std::string& detail) const {
  return {.code = Code::kCloudFailed,
          .summary = absl::StrCat(operation_.Name(), " failed"),
          .detail = absl::StrCat(detail, " The list cannot be read to its end."),
          .api = ApiFault{.operation = operation_.Name()}};
}

}  // namespace ecs::client
