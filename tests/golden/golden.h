// Texts that are kept beside the code, so that a change of them is seen in review.
#pragma once

#include <string>

namespace ecs::golden {

// Compares with the file below the repository's root; UPDATE_GOLDEN=1 in the environment writes it
// instead. A failure tells the first line that differs.
void Expect(const std::string& file, const std::string& text);

// Whether files are written instead of compared.
bool Updating();

// UUIDs and times of the day are replaced by words: they vary with every call that is added.
std::string Steady(const std::string& text);

}  // namespace ecs::golden
