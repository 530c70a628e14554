// Values of a given type, made of the input: every input is one, so that what lies behind the
// decoders is reached.
#pragma once

#include "provider/cty/value.h"
#include "provider/schema/resource_type.h"
#include "tests/fuzz/fuzz.h"

namespace ecs::fuzz {

enum class Unknowns { kNever, kSome };

// Null, unknown or known by the input's bytes; parts of what is known, too.
cty::Value ValueFrom(Input& input, const cty::Type& type, Unknowns unknowns);

// A configuration that is legal in the emulated cloud, with some attributes replaced by what the
// input says: Terraform may find that valid or not.
cty::Value ConfigFrom(Input& input, const schema::AnyResource& resource);

// What may be stored of an object: wholly known, without write-only values.
cty::Value StateFrom(Input& input, const schema::AnyResource& resource);

}  // namespace ecs::fuzz
