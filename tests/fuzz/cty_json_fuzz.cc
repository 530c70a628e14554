// Values in the JSON of state files, of types that the input chooses.
// Promised: text from outside is a value or kInvalid; a value is written so that the same value is
// read back, as JSON and as MessagePack.
#include <string>

#include "provider/cty/value.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/types.h"

namespace ecs::fuzz {

void Try(std::string_view bytes) {
  Input input(bytes);
  const Result<cty::Type> type = TypeFrom(input);
  if (!type.ok()) return;
  const Result<cty::Value> value = cty::FromJson(input.Rest(), *type);
  if (!value.ok()) {
    PROMISE(value.error().code == Code::kInvalid && !value.error().detail.empty());
    return;
  }
  const Result<std::string> json = cty::ToJson(*value, *type);
  PROMISE(json.ok(), value->DebugString());
  const Result<cty::Value> again = cty::FromJson(*json, *type);
  PROMISE(again.ok(), *json);
  PROMISE(*again == *value, *json);
  const Result<cty::Value> sent = cty::FromMsgpack(cty::ToMsgpack(*value, *type), *type);
  PROMISE(sent.ok(), *json);
  PROMISE(*sent == *value || !KeepsNumbers(*value), *json);
}

}  // namespace ecs::fuzz
