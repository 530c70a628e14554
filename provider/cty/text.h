// Text as Terraform holds it: valid UTF-8 in Unicode normal form C (values.md section 3,
// "Strings").
#pragma once

#include <string>
#include <string_view>

namespace ecs::cty {

bool IsUtf8(std::string_view text);

// Text in normal form C. Bytes that are no UTF-8 become U+FFFD, one each, as Go does.
std::string ToNfc(std::string text);

// A JSON string with its quotes, escaped as Go does, so that a type or value goes back to Terraform
// with the bytes it came in.
std::string JsonQuote(std::string_view text);

}  // namespace ecs::cty
