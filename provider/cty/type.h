// Terraform's types (cty), as schemas and values name them. Facts: values.md section 1.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ecs::cty {

enum class Kind { kString, kNumber, kBool, kDynamic, kList, kSet, kMap, kObject, kTuple };

// Immutable and cheap to copy. Default-constructed: dynamic.
class Type {
 public:
  Type();
  static Type String();
  static Type Number();
  static Type Bool();
  static Type Dynamic();
  static Type List(Type element);
  static Type Set(Type element);
  static Type Map(Type element);
  static Type Object(std::map<std::string, Type> attributes);
  static Type Tuple(std::vector<Type> elements);

  Kind kind() const;
  bool is_collection() const;                             // list, set or map
  const Type& element() const;                            // requires is_collection()
  const std::map<std::string, Type>& attributes() const;  // requires kObject
  const std::vector<Type>& elements() const;              // requires kTuple

  // Whether a known value of this type has exactly this type. Not where "dynamic" is in it: there
  // the value brings its own. Nor where a tuple without elements is written null, see TypeFromJson.
  bool IsConcrete() const;

  bool operator==(const Type& other) const;

  // "string", "list of string", "object": for messages to people.
  std::string Name() const;

 private:
  friend class TypeReader;
  friend void AppendJson(const Type& type, std::string& out);
  struct Node;
  explicit Type(std::shared_ptr<const Node> node);
  std::shared_ptr<const Node> node_;
};

// The type constraint JSON of schemas and dynamic values: "string", ["list","string"],
// ["object",{"a":"bool"}]. Nesting is bounded; bad text is kInvalid. Optional attributes are taken
// as attributes like others. ToJson writes go-cty's bytes: sorted, and a tuple type read from
// ["tuple",null], which is what go-cty writes for some without elements, as it came.
Result<Type> TypeFromJson(std::string_view text);
std::string ToJson(const Type& type);

}  // namespace ecs::cty
