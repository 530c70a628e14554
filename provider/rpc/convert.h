// Between the protocol's messages and native values. No decisions.
#pragma once

#include <string>
#include <vector>

#include "proto/tfplugin6.pb.h"
#include "provider/cty/value.h"
#include "provider/schema/diagnostics.h"
#include "provider/schema/function_type.h"
#include "provider/schema/identity_type.h"
#include "provider/schema/row.h"

namespace ecs::rpc {

// A message without content is the null of the type (values.md section 2).
Result<cty::Value> FromProto(const tfplugin6::DynamicValue& in, const cty::Type& type);
// The same for what is always sent: the null is kInvalid.
Result<cty::Value> ConfigFromProto(const tfplugin6::DynamicValue& in, const cty::Type& type);
void ToProto(const cty::Value& value, const cty::Type& type, tfplugin6::DynamicValue* out);

// Text for people, as an answer may hold it. Terraform refuses a whole answer with a text that is
// not UTF-8, and some come from the environment or from a proxy; and nobody reads megabytes.
std::string Readable(const std::string& text);

void ToProto(const Path& path, tfplugin6::AttributePath* out);
void ToProto(const schema::Diagnostic& diagnostic, tfplugin6::Diagnostic* out);

// Takes the path from each diagnostic about an attribute that holds a secret: Terraform shows the
// whole source line that a path leads to. Without one it shows where the object begins, so the text
// is made to name the attribute. Nested attributes share lines: the secret of one concerns all
// below the same top-level attribute.
void KeepOffSecrets(const schema::RowSet& rows,
                    google::protobuf::RepeatedPtrField<tfplugin6::Diagnostic>& diagnostics);

// The schema that the rows describe.
void ToProto(const schema::RowSet& rows, const std::string& doc, std::int64_t version,
             tfplugin6::Schema* out);
void ToProto(const schema::AnyIdentity& identity, tfplugin6::ResourceIdentitySchema* out);
void ToProto(const schema::FunctionType& function, tfplugin6::Function* out);

}  // namespace ecs::rpc
