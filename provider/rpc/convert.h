// Between the protocol's messages and native values. No decisions.
#pragma once

#include <vector>

#include "proto/tfplugin6.pb.h"
#include "provider/cty/value.h"
#include "provider/schema/diagnostics.h"
#include "provider/schema/row.h"

namespace ecs::rpc {

// A message without content is the null of the type (values.md section 2).
Result<cty::Value> FromProto(const tfplugin6::DynamicValue& in, const cty::Type& type);
void ToProto(const cty::Value& value, const cty::Type& type, tfplugin6::DynamicValue* out);

void ToProto(const Path& path, tfplugin6::AttributePath* out);
void ToProto(const schema::Diagnostic& diagnostic, tfplugin6::Diagnostic* out);

// The schema that the rows describe.
void ToProto(const schema::RowSet& rows, const std::string& doc, std::int64_t version,
             tfplugin6::Schema* out);

}  // namespace ecs::rpc
