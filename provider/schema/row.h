// One row per attribute: all that is known about it, with the C++ struct's type erased. Lifecycle,
// rpc and docs read rows; resources write them with schema::Attributes (attributes.h).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <typeinfo>
#include <vector>

#include "base/call.h"
#include "base/path.h"
#include "base/result.h"
#include "nlohmann/json.hpp"
#include "provider/cty/value.h"
#include "provider/schema/diagnostics.h"
#include "provider/schema/place.h"

namespace ecs::schema {

using Json = nlohmann::json;

enum class Mode { kRequired, kOptional, kComputed, kOptionalComputed };

// What a change of a configured attribute does.
enum class Effect {
  kFixed,    // cannot be configured
  kReplace,  // a new object is made
  kSetting,  // nothing in the cloud: the value only steers this provider
  kApply,    // in place: a function of the resource is called
};

enum class Nesting { kNone, kSingle, kList, kMap };

class Backend;
class RecordBase;
class RowSet;

// A resource's function that changes attributes in place. Rows that one API call changes share one;
// it runs once.
struct Applier {
  using Function = std::function<Status(const Call&, Backend&, const void* before,
                                        const void* after, RecordBase&)>;
  void (*identity)() = nullptr;
  Function run = {};
};

// Says what is wrong with a known value, as a sentence that goes on after the attribute's name:
// "must be SOFT or HARD". Nothing: the value is fine.
using Check = std::function<std::optional<std::string>(const cty::Value&)>;

// Where an attribute comes from in a reply: a member, or a function, of the client's struct.
struct Origin {
  const std::type_info* type = nullptr;  // of the struct; null: not read
  std::function<cty::Value(const void*)> get = {};
};

struct Row {
  std::string name = {};
  Mode mode = Mode::kOptional;
  cty::Type type = {};
  Nesting nesting = Nesting::kNone;
  std::shared_ptr<const RowSet> rows = {};  // of a nested attribute
  bool sensitive = false;
  bool write_only = false;
  Effect effect = Effect::kFixed;
  std::shared_ptr<const Applier> applier = {};  // with kApply
  std::vector<std::string> recomputed_when = {};
  std::optional<cty::Value> default_value = {};
  // Null and empty mean the same to the cloud: without configuration an empty prior value stays.
  bool empty_is_none = false;
  std::vector<Check> checks = {};
  std::function<bool(const cty::Value&, const cty::Value&)> same = {};
  std::string write_to = {};  // JSON pointer into the create request
  Origin read_from = {};
  std::string doc = {};
  std::string change_doc = {};  // what a change does, for the docs; derived where empty

  // Of the struct that this row is a member of.
  std::function<cty::Value(const void*)> get = {};
  std::function<Status(void*, const cty::Value&, const Path&)> set = {};

  bool is_computed() const { return mode == Mode::kComputed || mode == Mode::kOptionalComputed; }
  bool is_configurable() const { return mode != Mode::kComputed; }
  // Whether it is sensitive or write-only, or something in it is.
  bool HoldsSecret() const;
};

// The rows of one object: a resource, a nested attribute, a provider block.
class RowSet {
 public:
  void Add(Row row);

  const std::vector<Row>& rows() const { return rows_; }
  const Row* Find(const std::string& name) const;
  cty::Type ObjectType() const;

  // Struct to value and back. `object` points to the struct that the rows were written for.
  // Decode takes known objects of ObjectType(); an Error says which attribute does not fit.
  cty::Value Encode(const void* object) const;
  Status Decode(const cty::Value& value, void* object, const Path& path = {}) const;

 private:
  std::vector<Row> rows_;
};

// What a configured provider is for its resources: they know its real type. Safe from any thread.
class Backend {
 public:
  virtual ~Backend() = default;
  // Where it looks for objects and makes new ones. May sign in, once: behind any other call to the
  // cloud it costs no request.
  virtual Result<Place> Here(const Call&) { return Place{}; }
  // The text without the secrets that this configuration knows: every diagnostic passes through on
  // its way to Terraform. Safe from any thread.
  virtual std::string Redact(std::string text) const { return text; }
};

// What is known of an object while it is being made or changed: the state that Terraform will store
// whatever happens next.
class RecordBase {
 public:
  explicit RecordBase(cty::Value state) : state_(std::move(state)) {}
  const cty::Value& state() const { return state_; }
  void Set(cty::Value state) {
    state_ = std::move(state);
    saved_ = true;
  }
  // Whether anything was saved since construction.
  bool saved() const { return saved_; }
  Diagnostics& notes() { return notes_; }
  void Warn(std::string summary, std::string detail, Path path = {}) {
    notes_.Warn(std::move(summary), std::move(detail), std::move(path));
  }

 private:
  cty::Value state_;
  bool saved_ = false;
  Diagnostics notes_;
};

}  // namespace ecs::schema
