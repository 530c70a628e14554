#include "base/path.h"

#include "absl/strings/str_cat.h"

namespace ecs {

Path::Path(std::string_view attribute) { steps_.push_back(Attribute{std::string(attribute)}); }

Path Path::operator/(std::string_view attribute) const {
  Path longer = *this;
  longer.steps_.push_back(Attribute{std::string(attribute)});
  return longer;
}

Path Path::At(std::string_view key) const {
  Path longer = *this;
  longer.steps_.push_back(Key{std::string(key)});
  return longer;
}

Path Path::At(std::int64_t index) const {
  Path longer = *this;
  longer.steps_.push_back(Index{index});
  return longer;
}

std::string Path::ToString() const {
  std::string text;
  for (const Step& step : steps_) {
    if (const auto* attribute = std::get_if<Attribute>(&step)) {
      absl::StrAppend(&text, text.empty() ? "" : ".", attribute->name);
    } else if (const auto* key = std::get_if<Key>(&step)) {
      absl::StrAppend(&text, "[\"", key->key, "\"]");
    } else {
      absl::StrAppend(&text, "[", std::get<Index>(step).index, "]");
    }
  }
  return text;
}

}  // namespace ecs
