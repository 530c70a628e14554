// Values in Terraform's MessagePack, of types that the input chooses.
// Promised: bytes from outside are a value or kInvalid; a value is written so that the same value
// is read back, in the same bytes; what can be written as JSON can be read back from it.
#include <string>

#include "provider/cty/value.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/types.h"

namespace ecs::fuzz {
namespace {

// As JSON, some numbers become others (KeepsNumbers), but only once.
void TryJson(const cty::Value& value, const cty::Type& type) {
  const Result<std::string> json = cty::ToJson(value, type);
  if (!json.ok()) {
    PROMISE(json.error().code == Code::kInvalid);
    return;
  }
  const Result<cty::Value> read = cty::FromJson(*json, type);
  PROMISE(read.ok(), *json);
  PROMISE(*read == value || !KeepsNumbers(value), *json);
  const Result<std::string> again = cty::ToJson(*read, type);
  PROMISE(again.ok(), *json);
  const Result<cty::Value> read_again = cty::FromJson(*again, type);
  PROMISE(read_again.ok() && *read_again == *read, *again);
}

}  // namespace

void Try(std::string_view bytes) {
  Input input(bytes);
  const Result<cty::Type> type = TypeFrom(input);
  if (!type.ok()) return;
  const Result<cty::Value> value = cty::FromMsgpack(input.Rest(), *type);
  if (!value.ok()) {
    PROMISE(value.error().code == Code::kInvalid && !value.error().detail.empty());
    return;
  }
  const std::string written = cty::ToMsgpack(*value, *type);
  const Result<cty::Value> again = cty::FromMsgpack(written, *type);
  PROMISE(again.ok(), value->DebugString());
  PROMISE(*again == *value || !KeepsNumbers(*value),
          value->DebugString() + "\n" + again->DebugString());
  PROMISE(cty::ToMsgpack(*again, *type) == written || !KeepsNumbers(*value), value->DebugString());
  TryJson(*value, *type);
}

}  // namespace ecs::fuzz
