#include "provider/schema/diagnostics.h"

#include <algorithm>
#include <utility>

namespace ecs::schema {

void Diagnostics::Add(const Error& error) {
  list_.push_back({.severity = Severity::kError,
                   .summary = error.summary.empty() ? "The operation failed" : error.summary,
                   .detail = error.Text(),
                   .path = error.path});
}

void Diagnostics::AddError(std::string summary, std::string detail, Path path) {
  list_.push_back({.severity = Severity::kError,
                   .summary = std::move(summary),
                   .detail = std::move(detail),
                   .path = std::move(path)});
}

void Diagnostics::Warn(std::string summary, std::string detail, Path path) {
  list_.push_back({.severity = Severity::kWarning,
                   .summary = std::move(summary),
                   .detail = std::move(detail),
                   .path = std::move(path)});
}

void Diagnostics::Append(const Diagnostics& other) {
  list_.insert(list_.end(), other.list_.begin(), other.list_.end());
}

bool Diagnostics::has_errors() const {
  return std::any_of(list_.begin(), list_.end(),
                     [](const Diagnostic& d) { return d.severity == Severity::kError; });
}

}  // namespace ecs::schema
