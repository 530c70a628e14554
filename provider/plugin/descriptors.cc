#include "provider/plugin/descriptors.h"

#include <sys/resource.h>

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace ecs::plugin {
namespace {

// Serving takes 13; connections to the cloud, certificates and look-ups of names come on top.
constexpr rlim_t kNeeded = 32;
constexpr rlim_t kPlenty = 1024;

}  // namespace

Status EnsureDescriptors() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return Ok{};
  if (limit.rlim_cur < kPlenty && limit.rlim_cur < limit.rlim_max) {
    const rlimit raised = {.rlim_cur = std::min(kPlenty, limit.rlim_max),
                           .rlim_max = limit.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  if (limit.rlim_cur >= kNeeded) return Ok{};
  return Error{.code = Code::kInvalid,
               .summary = "Too few open files are allowed",
               .detail = absl::StrCat("This process may have ", limit.rlim_cur,
                                      " files open at a time, and needs ", kNeeded, "."),
               .hint = "Raise the limit (ulimit -n 1024) in the shell that starts Terraform."};
}

}  // namespace ecs::plugin
