#include "provider/cty/json_tree.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "provider/cty/limits.h"

namespace ecs::cty {
namespace {

// Only the parser of this type is used. It refuses a number that its floating-point type cannot
// hold, although we take the number's text: hence the type with the widest range.
using Json = nlohmann::basic_json<std::map, std::vector, std::string, bool, std::int64_t,
                                  std::uint64_t, long double>;

class TreeBuilder : public nlohmann::json_sax<Json> {
 public:
  JsonTree root;
  std::string failure;

  bool null() override { return Add({}) != nullptr; }
  bool boolean(bool value) override {
    return Add({.kind = JsonTree::Kind::kBool, .boolean = value}) != nullptr;
  }
  bool number_integer(number_integer_t value) override { return AddNumber(absl::StrCat(value)); }
  bool number_unsigned(number_unsigned_t value) override { return AddNumber(absl::StrCat(value)); }
  bool number_float(number_float_t /*value*/, const string_t& text) override {
    return AddNumber(text);
  }
  bool string(string_t& text) override {
    return Add({.kind = JsonTree::Kind::kString, .text = std::move(text)}) != nullptr;
  }
  bool binary(binary_t& /*bytes*/) override { return false; }  // JSON text has none
  bool start_object(std::size_t /*size*/) override { return Open(JsonTree::Kind::kObject); }
  bool start_array(std::size_t /*size*/) override { return Open(JsonTree::Kind::kArray); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }
  bool key(string_t& name) override {
    open_.back()->members.emplace_back(std::move(name), JsonTree{});
    return true;
  }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*reason*/) override {
    failure = absl::StrCat("The JSON text is malformed at byte ", position, ".");
    return false;
  }

 private:
  JsonTree* Add(JsonTree node) {
    if (open_.empty()) {
      root = std::move(node);
      return &root;
    }
    JsonTree& parent = *open_.back();
    if (parent.kind == JsonTree::Kind::kArray) return &parent.items.emplace_back(std::move(node));
    parent.members.back().second = std::move(node);
    return &parent.members.back().second;
  }
  bool AddNumber(std::string text) {
    return Add({.kind = JsonTree::Kind::kNumber, .text = std::move(text)}) != nullptr;
  }
  bool Open(JsonTree::Kind kind) {
    if (open_.size() >= kMaxDepth) {
      failure = absl::StrCat("The JSON text is nested deeper than ", kMaxDepth, " levels.");
      return false;
    }
    open_.push_back(Add({.kind = kind}));
    return true;
  }
  bool Close() {
    open_.pop_back();
    return true;
  }

  // Arrays and objects that are not closed. Their addresses hold: only the innermost one grows.
  std::vector<JsonTree*> open_;
};

}  // namespace

const JsonTree* JsonTree::Find(std::string_view name) const {
  for (auto member = members.rbegin(); member != members.rend(); ++member) {
    if (member->first == name) return &member->second;
  }
  return nullptr;
}

Result<JsonTree> ParseJson(std::string_view text) {
  TreeBuilder builder;
  if (!Json::sax_parse(text, &builder)) {
    return Error{.code = Code::kInvalid, .detail = builder.failure};
  }
  return std::move(builder.root);
}

}  // namespace ecs::cty
