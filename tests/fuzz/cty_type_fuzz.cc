// Type constraints as JSON: in dynamic values, from the state and from Terraform.
// Promised: text from outside is a type or kInvalid; a type is written so that the same type is
// read back, in the same text.
#include <string>

#include "provider/cty/type.h"
#include "tests/fuzz/fuzz.h"

namespace ecs::fuzz {

void Try(std::string_view text) {
  const Result<cty::Type> type = cty::TypeFromJson(text);
  if (!type.ok()) {
    PROMISE(type.error().code == Code::kInvalid && !type.error().detail.empty());
    return;
  }
  const std::string written = cty::ToJson(*type);
  const Result<cty::Type> again = cty::TypeFromJson(written);
  PROMISE(again.ok(), written);
  PROMISE(*again == *type, written);
  PROMISE(again->IsConcrete() == type->IsConcrete(), written);
  PROMISE(cty::ToJson(*again) == written, written);
  PROMISE(!type->Name().empty());
}

}  // namespace ecs::fuzz
