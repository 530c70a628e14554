#include "provider/cty/type_json.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "provider/cty/text.h"
#include "provider/cty/type_node.h"

namespace ecs::cty {
namespace {

Error BadType(const char* why) {
  return {.code = Code::kInvalid, .detail = absl::StrCat("Bad type constraint: ", why, ".")};
}

}  // namespace

// Recurses as deep as the tree, which is bounded.
class TypeReader {
 public:
  static Result<Type> Read(const JsonTree& tree) {
    if (tree.kind == JsonTree::Kind::kString) return ReadPrimitive(tree.text);
    if (tree.kind != JsonTree::Kind::kArray || tree.items.size() < 2 ||
        tree.items[0].kind != JsonTree::Kind::kString) {
      return BadType("a name or an array of a kind and its parts is required");
    }
    const std::string& kind = tree.items[0].text;
    if (kind == "object") return ReadObject(tree);
    if (tree.items.size() != 2) return BadType("too many parts");
    const JsonTree& part = tree.items[1];
    if (kind == "tuple") return ReadTuple(part);
    if (kind != "list" && kind != "set" && kind != "map") return BadType("unknown kind");
    ASSIGN_OR_RETURN(Type element, Read(part));
    if (kind == "list") return Type::List(std::move(element));
    if (kind == "set") return Type::Set(std::move(element));
    return Type::Map(std::move(element));
  }

 private:
  static Result<Type> ReadPrimitive(std::string_view name) {
    if (name == "string") return Type::String();
    if (name == "number") return Type::Number();
    if (name == "bool") return Type::Bool();
    if (name == "dynamic") return Type::Dynamic();
    return BadType("unknown name");
  }

  static Result<Type> ReadTuple(const JsonTree& part) {
    if (part.kind == JsonTree::Kind::kNull) {
      return Type(std::make_shared<const Type::Node>(
          Type::Node{.kind = Kind::kTuple, .concrete = false, .written_null = true}));
    }
    if (part.kind != JsonTree::Kind::kArray) return BadType("a tuple requires an array of types");
    std::vector<Type> elements;
    elements.reserve(part.items.size());
    for (const JsonTree& item : part.items) {
      ASSIGN_OR_RETURN(Type element, Read(item));
      elements.push_back(std::move(element));
    }
    return Type::Tuple(std::move(elements));
  }

  static Result<Type> ReadObject(const JsonTree& tree) {
    const JsonTree& part = tree.items[1];
    if (part.kind != JsonTree::Kind::kObject && part.kind != JsonTree::Kind::kNull) {
      return BadType("an object requires its attributes");
    }
    std::map<std::string, Type> attributes;
    for (const auto& [name, member] : part.members) {
      ASSIGN_OR_RETURN(Type type, Read(member));
      attributes.insert_or_assign(ToNfc(name), std::move(type));
    }
    if (tree.items.size() > 3) return BadType("too many parts");
    if (tree.items.size() == 3) RETURN_IF_ERROR(CheckOptional(tree.items[2], attributes));
    return Type::Object(std::move(attributes));
  }

  static Status CheckOptional(const JsonTree& names,
                              const std::map<std::string, Type>& attributes) {
    if (names.kind != JsonTree::Kind::kArray) return BadType("optional attributes are an array");
    for (const JsonTree& name : names.items) {
      if (name.kind != JsonTree::Kind::kString || !attributes.contains(ToNfc(name.text))) {
        return BadType("an optional attribute is none of the attributes");
      }
    }
    return Ok{};
  }
};

void AppendJson(const Type& type, std::string& out) {
  const auto append_collection = [&](const char* kind) {
    absl::StrAppend(&out, "[\"", kind, "\",");
    AppendJson(type.element(), out);
    out += ']';
  };
  const char* separator = "";
  switch (type.kind()) {
    case Kind::kString:
    case Kind::kNumber:
    case Kind::kBool:
      absl::StrAppend(&out, "\"", type.Name(), "\"");
      return;
    case Kind::kDynamic:
      out += "\"dynamic\"";
      return;
    case Kind::kList:
      return append_collection("list");
    case Kind::kSet:
      return append_collection("set");
    case Kind::kMap:
      return append_collection("map");
    case Kind::kTuple:
      out += "[\"tuple\",";
      if (type.node_->written_null) {
        out += "null]";
        return;
      }
      out += '[';
      for (const Type& element : type.elements()) {
        out += std::exchange(separator, ",");
        AppendJson(element, out);
      }
      out += "]]";
      return;
    case Kind::kObject:
      out += "[\"object\",{";
      for (const auto& [name, attribute] : type.attributes()) {
        absl::StrAppend(&out, std::exchange(separator, ","), JsonQuote(name), ":");
        AppendJson(attribute, out);
      }
      out += "}]";
      return;
  }
}

Result<Type> TypeFromTree(const JsonTree& tree) { return TypeReader::Read(tree); }

Result<Type> TypeFromJson(std::string_view text) {
  ASSIGN_OR_RETURN(const JsonTree tree, ParseJson(text));
  return TypeFromTree(tree);
}

std::string ToJson(const Type& type) {
  std::string out;
  AppendJson(type, out);
  return out;
}

}  // namespace ecs::cty
