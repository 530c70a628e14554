// Regular expressions that users give to filter names.
#pragma once

#include <string>

#include "provider/schema/attr.h"
#include "provider/schema/row.h"

namespace ecs::resources {

// That it is a regular expression of reasonable length, in RE2's syntax: that of Terraform's own
// functions, matched in time and stack that no pattern and no name can exhaust.
schema::Check IsPattern();

// Whether the pattern is found in the name. A null pattern is found in every name.
bool Finds(const schema::Attr<std::string>& pattern, const std::string& name);

}  // namespace ecs::resources
