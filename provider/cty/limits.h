// Limits on what comes from outside. Internal to cty.
#pragma once

namespace ecs::cty {

// Nesting of types, of values and of JSON. Schemas nest a handful of levels.
constexpr int kMaxDepth = 256;

}  // namespace ecs::cty
