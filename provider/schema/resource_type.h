// What a resource type is: its rows and the functions that make, read, change and remove one.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "provider/schema/attributes.h"
#include "provider/schema/identity_type.h"
#include "provider/schema/move_type.h"

namespace ecs::schema {

// How long an operation may take when the user does not say (attribute `timeouts`).
struct Timeouts {
  Duration create = std::chrono::minutes(20);
  Duration read = std::chrono::minutes(5);
  Duration update = std::chrono::minutes(20);
  Duration remove = std::chrono::minutes(20);
};

// About one read.
struct Reading {
  bool importing = false;  // the state holds what the import id told, the rest is null
  Diagnostics& notes;
};

// A plan while a resource's own rules look at it. Values may be unknown.
template <class T>
struct Planning {
  const std::optional<T>& prior;  // nothing: create
  const T& config;                // with write-only values
  T& planned;                     // only computed attributes without config may be changed
  std::vector<Path>& replace;     // add what cannot be done in place; ignored for a create
  Diagnostics& notes;
};

// The same with the struct's type erased: what lifecycle works with. Values are of
// rows->ObjectType().
struct AnyResource {
  std::string name = {};
  std::string doc = {};
  std::int64_t version = 0;
  std::shared_ptr<const RowSet> rows = {};
  Timeouts timeouts = {};
  std::string import_attribute = {};  // the attribute that an import id fills; empty: no import
  bool in_cloud = true;  // false: it exists in Terraform's state only, and lives in no place
  std::optional<AnyIdentity> identity = {};
  std::vector<AnyMove> moves = {};

  std::function<void(const cty::Value& config, Diagnostics&)> validate = {};
  // Returns the planned value.
  std::function<Result<cty::Value>(const cty::Value& prior, const cty::Value& config,
                                   const cty::Value& planned, std::vector<Path>& replace,
                                   Diagnostics&)>
      plan = {};
  std::function<Status(const Call&, Backend&, const cty::Value& plan, RecordBase&)> create = {};
  // A null value: the object is gone.
  std::function<Result<cty::Value>(const Call&, Backend&, const cty::Value& state, Reading&)> read =
      {};
  std::function<Status(const Call&, Backend&, const cty::Value& state)> remove = {};
  // Runs before the functions of changed rows, at every update; may be empty.
  std::function<Status(const Call&, Backend&, const cty::Value& before, const cty::Value& after,
                       RecordBase&)>
      settle = {};
  std::function<Status(const Applier&, const Call&, Backend&, const cty::Value& before,
                       const cty::Value& after, RecordBase&)>
      apply = {};
};

template <class T, class Cloud>
struct ResourceType {
  std::string name;
  std::string doc;
  Attributes<T> rows;
  Timeouts timeouts = {};
  std::string import_attribute = "id";
  bool in_cloud = true;
  std::optional<AnyIdentity> identity = {};
  std::vector<AnyMove> moves = {};  // what other providers' resources can become one of these

  // May be null where nothing needs saying. Must accept unknown values and ask nothing of the
  // cloud.
  void (*validate)(const T& config, Diagnostics& notes) = nullptr;
  // As validate; must be a function of its input alone.
  void (*plan)(Planning<T>& planning) = nullptr;
  // Saves the record as soon as anything exists, and the whole object in the end.
  Status (*create)(const Call&, Cloud&, const T& plan, Record<T>&) = nullptr;
  // Nothing: the object is gone.
  Result<std::optional<T>> (*read)(const Call&, Cloud&, const T& state, Reading&) = nullptr;
  // Content when the object is gone already.
  Status (*remove)(const Call&, Cloud&, const T& state) = nullptr;
  Status (*settle)(const Call&, Cloud&, const Change<T>&, Record<T>&) = nullptr;

  AnyResource Erase() const;

 private:
  void EraseThinking(const std::shared_ptr<const RowSet>& set, AnyResource& any) const;
  void EraseDoing(const std::shared_ptr<const RowSet>& set, AnyResource& any) const;
};

template <class T>
Result<T> DecodeAs(const RowSet& rows, const cty::Value& value) {
  T object;
  RETURN_IF_ERROR(rows.Decode(value, &object));
  return object;
}

template <class T, class Cloud>
AnyResource ResourceType<T, Cloud>::Erase() const {
  AnyResource any{.name = name,
                  .doc = doc,
                  .rows = rows.share(),
                  .timeouts = timeouts,
                  .import_attribute = import_attribute,
                  .in_cloud = in_cloud,
                  .identity = identity,
                  .moves = moves};
  EraseThinking(any.rows, any);
  EraseDoing(any.rows, any);
  return any;
}

// What asks nothing of the cloud.
template <class T, class Cloud>
void ResourceType<T, Cloud>::EraseThinking(const std::shared_ptr<const RowSet>& set,
                                           AnyResource& any) const {
  any.validate = [set, f = validate](const cty::Value& config, Diagnostics& notes) {
    Result<T> object = DecodeAs<T>(*set, config);
    if (!object.ok()) return notes.Add(object.error());
    if (f != nullptr) f(*object, notes);
  };
  if (plan != nullptr) {
    any.plan = [set, f = plan](const cty::Value& prior, const cty::Value& config,
                               const cty::Value& planned, std::vector<Path>& replace,
                               Diagnostics& notes) -> Result<cty::Value> {
      std::optional<T> before;
      if (prior.is_known()) {
        ASSIGN_OR_RETURN(before, DecodeAs<T>(*set, prior));
      }
      ASSIGN_OR_RETURN(const T wanted, DecodeAs<T>(*set, config));
      ASSIGN_OR_RETURN(T object, DecodeAs<T>(*set, planned));
      const cty::Value untouched = set->Encode(&object);
      Planning<T> planning{before, wanted, object, replace, notes};
      f(planning);
      // Only what the function changed is taken over: a set with an unknown element would come back
      // from C++ as unknown, and Terraform calls that a contradiction of the configuration.
      const cty::Value touched = set->Encode(&object);
      cty::Value result = planned;
      for (const Row& row : set->rows()) {
        if (touched.At(row.name) == untouched.At(row.name)) continue;
        result = result.With(row.name, touched.At(row.name));
      }
      return result;
    };
  }
}

template <class T, class Cloud>
void ResourceType<T, Cloud>::EraseDoing(const std::shared_ptr<const RowSet>& set,
                                        AnyResource& any) const {
  any.create = [set, f = create](const Call& call, Backend& backend, const cty::Value& plan_value,
                                 RecordBase& base) -> Status {
    ASSIGN_OR_RETURN(const T object, DecodeAs<T>(*set, plan_value));
    Record<T> record(base, *set);
    return f(call, static_cast<Cloud&>(backend), object, record);
  };
  any.read = [set, f = read](const Call& call, Backend& backend, const cty::Value& state,
                             Reading& reading) -> Result<cty::Value> {
    ASSIGN_OR_RETURN(const T object, DecodeAs<T>(*set, state));
    ASSIGN_OR_RETURN(const std::optional<T> found,
                     f(call, static_cast<Cloud&>(backend), object, reading));
    return found ? set->Encode(&*found) : cty::Value::Null(set->ObjectType());
  };
  any.remove = [set, f = remove](const Call& call, Backend& backend,
                                 const cty::Value& state) -> Status {
    ASSIGN_OR_RETURN(const T object, DecodeAs<T>(*set, state));
    return f(call, static_cast<Cloud&>(backend), object);
  };
  if (settle != nullptr) {
    any.settle = [set, f = settle](const Call& call, Backend& backend, const cty::Value& before,
                                   const cty::Value& after, RecordBase& base) -> Status {
      ASSIGN_OR_RETURN(const T was, DecodeAs<T>(*set, before));
      ASSIGN_OR_RETURN(const T wanted, DecodeAs<T>(*set, after));
      Record<T> record(base, *set);
      return f(call, static_cast<Cloud&>(backend), Change<T>{was, wanted}, record);
    };
  }
  any.apply = [set](const Applier& applier, const Call& call, Backend& backend,
                    const cty::Value& before, const cty::Value& after, RecordBase& base) -> Status {
    ASSIGN_OR_RETURN(const T was, DecodeAs<T>(*set, before));
    ASSIGN_OR_RETURN(const T wanted, DecodeAs<T>(*set, after));
    return applier.run(call, backend, &was, &wanted, base);
  };
}

}  // namespace ecs::schema
