#include "provider/cty/type.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "absl/strings/str_cat.h"
#include "provider/cty/text.h"
#include "provider/cty/type_node.h"

namespace ecs::cty {

Type::Type() : Type(Dynamic()) {}

Type::Type(std::shared_ptr<const Node> node) : node_(std::move(node)) {}

Type Type::String() {
  static const Type type{std::make_shared<const Node>(Node{.kind = Kind::kString})};
  return type;
}

Type Type::Number() {
  static const Type type{std::make_shared<const Node>(Node{.kind = Kind::kNumber})};
  return type;
}

Type Type::Bool() {
  static const Type type{std::make_shared<const Node>(Node{.kind = Kind::kBool})};
  return type;
}

Type Type::Dynamic() {
  static const Type type{
      std::make_shared<const Node>(Node{.kind = Kind::kDynamic, .concrete = false})};
  return type;
}

Type Type::List(Type element) { return Type(Node::OfElements(Kind::kList, {std::move(element)})); }

Type Type::Set(Type element) { return Type(Node::OfElements(Kind::kSet, {std::move(element)})); }

Type Type::Map(Type element) { return Type(Node::OfElements(Kind::kMap, {std::move(element)})); }

Type Type::Tuple(std::vector<Type> elements) {
  return Type(Node::OfElements(Kind::kTuple, std::move(elements)));
}

Type Type::Object(std::map<std::string, Type> attributes) {
  Node node{.kind = Kind::kObject};
  while (!attributes.empty()) {
    auto attribute = attributes.extract(attributes.begin());
    attribute.key() = ToNfc(std::move(attribute.key()));
    node.concrete = node.concrete && attribute.mapped().IsConcrete();
    node.attributes.insert(node.attributes.end(), std::move(attribute));
  }
  return Type(std::make_shared<const Node>(std::move(node)));
}

std::shared_ptr<const Type::Node> Type::Node::OfElements(Kind kind, std::vector<Type> elements) {
  Node node{.kind = kind, .elements = std::move(elements)};
  node.concrete = std::all_of(node.elements.begin(), node.elements.end(),
                              [](const Type& element) { return element.IsConcrete(); });
  return std::make_shared<const Node>(std::move(node));
}

Kind Type::kind() const { return node_->kind; }

bool Type::is_collection() const {
  return kind() == Kind::kList || kind() == Kind::kSet || kind() == Kind::kMap;
}

const Type& Type::element() const {
  assert(is_collection());
  return node_->elements.front();
}

const std::map<std::string, Type>& Type::attributes() const {
  assert(kind() == Kind::kObject);
  return node_->attributes;
}

const std::vector<Type>& Type::elements() const {
  assert(kind() == Kind::kTuple);
  return node_->elements;
}

bool Type::IsConcrete() const { return node_->concrete; }

bool Type::operator==(const Type& other) const {
  if (node_ == other.node_) return true;
  return node_->kind == other.node_->kind && node_->elements == other.node_->elements &&
         node_->attributes == other.node_->attributes;
}

std::string Type::Name() const {
  switch (kind()) {
    case Kind::kString:
      return "string";
    case Kind::kNumber:
      return "number";
    case Kind::kBool:
      return "bool";
    case Kind::kDynamic:
      return "any type";
    case Kind::kList:
      return absl::StrCat("list of ", element().Name());
    case Kind::kSet:
      return absl::StrCat("set of ", element().Name());
    case Kind::kMap:
      return absl::StrCat("map of ", element().Name());
    case Kind::kObject:
      return "object";
    case Kind::kTuple:
      return "tuple";
  }
  return "";
}

}  // namespace ecs::cty
