// Putting values together: what was planned, what was found, what must not be stored.
#pragma once

#include "provider/cty/value.h"
#include "provider/schema/row.h"

namespace ecs::lifecycle {

// The planned value with each unknown replaced by what was found; what was not found becomes null.
// Known planned values survive: Terraform refuses anything else (lifecycle.md section 7). Whether
// they are true is for compare.h to say.
cty::Value Complete(const cty::Value& planned, const cty::Value& found);

// The same value with each unknown replaced by null.
cty::Value NullForUnknown(const cty::Value& value);

// Null, "", {} or [].
bool IsNothing(const cty::Value& value);

// The planned value with the write-only values of the configuration, and without them.
cty::Value WithWriteOnly(const schema::RowSet& rows, const cty::Value& planned,
                         const cty::Value& config);
cty::Value WithoutWriteOnly(const schema::RowSet& rows, const cty::Value& value);

// An object with nothing in it.
cty::Value NullObject(const schema::RowSet& rows);

// What was found, but configured top-level attributes as they were written, and null for unknown.
cty::Value AsConfigured(const schema::RowSet& rows, const cty::Value& config,
                        const cty::Value& found);

}  // namespace ecs::lifecycle
