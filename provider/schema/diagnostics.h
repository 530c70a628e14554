// What the user is told: errors fail the operation, warnings do not.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/path.h"

namespace ecs::schema {

enum class Severity { kError, kWarning };

struct Diagnostic {
  Severity severity = Severity::kError;
  std::string summary = {};
  std::string detail = {};
  Path path = {};
  bool operator==(const Diagnostic&) const = default;
};

// Not safe from several threads: one per RPC.
class Diagnostics {
 public:
  void Add(const Error& error);
  void AddError(std::string summary, std::string detail, Path path = {});
  void Warn(std::string summary, std::string detail, Path path = {});
  void Append(const Diagnostics& other);

  bool has_errors() const;
  const std::vector<Diagnostic>& list() const { return list_; }

 private:
  std::vector<Diagnostic> list_;
};

}  // namespace ecs::schema
