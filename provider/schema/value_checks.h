// Checks for rows: what a known value must be like. Each says it in words for the user.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "provider/schema/row.h"

namespace ecs::schema {

Check OneOf(std::vector<std::string> words);               // of a string
Check LengthBetween(std::size_t least, std::size_t most);  // characters of a string
Check Between(std::int64_t least, std::int64_t most);      // of a number
Check Matches(std::string pattern, std::string in_words);  // the whole string, RE2's syntax
Check IsUuid();                                            // of a string; in lower case
Check IsIpv4();                                            // of a string
Check IsDuration();                                        // "90s", "1h30m", as Go writes them
Check NotEmpty();                                          // of a string or collection
Check SizeAtMost(std::size_t most);                        // of a collection
Check EachElement(Check check);                            // of a list or set
Check EachKey(Check check);                                // of a map

// For the `same` of a row: two known strings that differ in the case of their letters at most.
bool SameIgnoringCase(const cty::Value& a, const cty::Value& b);

// "90s", "20m", "1h30m", "500ms" in nanoseconds; nothing if it is not a duration above zero.
std::optional<std::int64_t> ParseDuration(const std::string& text);

}  // namespace ecs::schema
