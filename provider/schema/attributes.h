// Writing rows: one rows.add({…}) per attribute of a plain struct.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "provider/schema/codec.h"
#include "provider/schema/row.h"

namespace ecs::schema {

// The record of a resource while a function of it runs.
template <class T>
class Record {
 public:
  Record(RecordBase& base, const RowSet& rows) : base_(base), rows_(rows) {}
  // From here on Terraform will store `object`, whatever happens next. Unknown becomes null there.
  void Save(const T& object) { base_.Set(rows_.Encode(&object)); }
  // A warning for the user.
  void Warn(std::string summary, std::string detail, Path path = {}) {
    base_.Warn(std::move(summary), std::move(detail), std::move(path));
  }

 private:
  RecordBase& base_;
  const RowSet& rows_;
};

// A change of some attributes, in place. `before` is what is true in the cloud as far as we know:
// earlier functions of the same update are already in it. `after` is what was planned; write-only
// attributes have their values in it, computed ones may be unknown.
template <class T>
struct Change {
  const T& before;
  const T& after;
};

struct Fixed {};
struct Replace {};
struct Setting {};

// .on_change of a row: Fixed{} (read-only attributes), Replace{}, Setting{} or a function
//   Status F(const Call&, Cloud&, const Change<Owner>&, Record<Owner>&)
// where Cloud is the resource's real Backend.
template <class Owner>
class OnChange {
 public:
  OnChange(Fixed) : effect_(Effect::kFixed) {}      // implicit: .on_change = Fixed{}
  OnChange(Replace) : effect_(Effect::kReplace) {}  // likewise implicit
  OnChange(Setting) : effect_(Effect::kSetting) {}  // likewise implicit
  template <class Cloud>
  OnChange(Status (*function)(const Call&, Cloud&, const Change<Owner>&,  // likewise implicit
                              Record<Owner>&))
      : effect_(Effect::kApply) {
    applier_.identity = reinterpret_cast<void (*)()>(function);
    bind_ = [function](const RowSet& owner_rows) -> Applier::Function {
      return [function, &owner_rows](const Call& call, Backend& backend, const void* before,
                                     const void* after, RecordBase& base) {
        Record<Owner> record(base, owner_rows);
        const Change<Owner> change{*static_cast<const Owner*>(before),
                                   *static_cast<const Owner*>(after)};
        return function(call, static_cast<Cloud&>(backend), change, record);
      };
    };
  }

  Effect effect() const { return effect_; }
  // The owner's rows are needed to save records; they outlive the applier.
  std::shared_ptr<const Applier> Bind(const RowSet& owner_rows) const {
    if (effect_ != Effect::kApply) return nullptr;
    return std::make_shared<Applier>(Applier{applier_.identity, bind_(owner_rows)});
  }

 private:
  Effect effect_;
  Applier applier_;
  std::function<Applier::Function(const RowSet&)> bind_;
};

// .field of a row: &Struct::member, where the member is an Attr.
template <class T>
class Field {
 public:
  template <class X>
  Field(Attr<X> T::*member)  // implicit: .field = &Server::name
      : nesting(Codec<X>::kNesting),
        type([](const RowSet* rows) { return Codec<X>::TypeOf(rows); }),
        get([member](const T& object, const RowSet* rows) {
          return EncodeAttr(object.*member, rows);
        }),
        set([member](T& object, const cty::Value& value, const RowSet* rows, const Path& path) {
          return DecodeAttr(value, rows, path, object.*member);
        }) {}

  Nesting nesting;
  std::function<cty::Type(const RowSet*)> type;
  std::function<cty::Value(const T&, const RowSet*)> get;
  std::function<Status(T&, const cty::Value&, const RowSet*, const Path&)> set;
};

// .read_from of a row: &client::Server::name, or a function of the source that answers an Attr:
// unknown where the source does not tell.
class ReadFrom {
 public:
  ReadFrom() = default;
  template <class Source, class Member>
  ReadFrom(Member Source::*member)  // implicit: .read_from = &client::Server::name
      : origin_{&typeid(Source), [member](const void* source) {
                  return Codec<Member>::Encode(static_cast<const Source*>(source)->*member,
                                               nullptr);
                }} {}
  template <class Source, class X>
  ReadFrom(Attr<X> (*function)(const Source&))  // implicit: .read_from = &PowerStateOf
      : origin_{&typeid(Source), [function](const void* source) {
                  return EncodeAttr(function(*static_cast<const Source*>(source)), nullptr);
                }} {}
  const Origin& origin() const { return origin_; }

 private:
  Origin origin_;
};

template <class T, class Owner = T>
struct RowSpec {
  std::string name;
  Field<T> field;
  Mode mode = Mode::kOptional;
  std::shared_ptr<const RowSet> rows = {};  // of a nested attribute: SystemDiskRows(owner)
  OnChange<Owner> on_change = Fixed{};
  bool sensitive = false;
  bool write_only = false;
  // Top-level attributes whose change makes this computed one unknown in the plan.
  std::vector<std::string> recomputed_when = {};
  std::optional<cty::Value> default_value = {};
  // Of an optional text or map: null and empty mean the same to the cloud. A read, which cannot
  // tell them apart, answers empty for an import: that fits a configuration with either.
  bool empty_is_none = false;
  std::vector<Check> checks = {};
  // Whether two spellings mean the same: then the plan keeps the old one.
  std::function<bool(const cty::Value&, const cty::Value&)> same = {};
  std::string write_to = {};
  ReadFrom read_from = {};
  std::string doc;
  std::string change_doc = {};
};

// The rows of struct T, which is (a part of) the resource Owner.
template <class T, class Owner = T>
class Attributes {
 public:
  // For the rows of a whole resource.
  Attributes() requires std::is_same_v<T, Owner> : rows_(std::make_shared<RowSet>()),
                                                   owner_(rows_.get()) {}
  // For the rows of a nested attribute: `owner` are the rows of the resource it is part of.
  static Attributes Inside(const Attributes<Owner>& owner) { return Attributes(&owner.erased()); }

  void add(RowSpec<T, Owner> spec) {
    Row row;
    const std::shared_ptr<const RowSet> nested = spec.rows;
    row.name = std::move(spec.name);
    row.mode = spec.mode;
    row.type = spec.field.type(nested.get());
    row.nesting = spec.field.nesting;
    row.rows = nested;
    row.sensitive = spec.sensitive;
    row.write_only = spec.write_only;
    row.effect = spec.on_change.effect();
    row.applier = spec.on_change.Bind(*owner_);
    row.recomputed_when = std::move(spec.recomputed_when);
    row.default_value = std::move(spec.default_value);
    row.empty_is_none = spec.empty_is_none;
    row.checks = std::move(spec.checks);
    row.same = std::move(spec.same);
    row.write_to = std::move(spec.write_to);
    row.read_from = spec.read_from.origin();
    row.doc = std::move(spec.doc);
    row.change_doc = std::move(spec.change_doc);
    row.get = [get = spec.field.get, nested](const void* object) {
      return get(*static_cast<const T*>(object), nested.get());
    };
    row.set = [set = spec.field.set, nested](void* object, const cty::Value& value,
                                             const Path& path) {
      return set(*static_cast<T*>(object), value, nested.get(), path);
    };
    rows_->Add(std::move(row));
  }

  const RowSet& erased() const { return *rows_; }
  std::shared_ptr<const RowSet> share() const { return rows_; }
  operator std::shared_ptr<const RowSet>() const { return rows_; }  // implicit: .rows = DiskRows()

 private:
  explicit Attributes(const RowSet* owner) : rows_(std::make_shared<RowSet>()), owner_(owner) {}

  std::shared_ptr<RowSet> rows_;
  const RowSet* owner_;
};

}  // namespace ecs::schema
