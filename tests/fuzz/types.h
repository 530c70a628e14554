// What the targets about Terraform's values share.
#pragma once

#include "provider/cty/value.h"
#include "tests/fuzz/fuzz.h"

namespace ecs::fuzz {

// The type of the values in this input: the first byte chooses from a table, or says that the type
// itself stands in the first line. kInvalid: that line is no type.
Result<cty::Type> TypeFrom(Input& input);

// Whether all its numbers come back from the wire as they went. As with go-cty, a whole number that
// came as a double of 2^53 and more goes as its shortest text, which is another number; and a
// decimal fraction that is exactly a double goes as that double, which means its shortest text.
bool KeepsNumbers(const cty::Value& value);

}  // namespace ecs::fuzz
