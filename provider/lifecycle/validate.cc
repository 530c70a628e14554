#include "provider/lifecycle/validate.h"

#include "absl/strings/str_cat.h"

namespace ecs::lifecycle {
namespace {

using schema::Diagnostics;
using schema::Mode;
using schema::Nesting;
using schema::Row;
using schema::RowSet;

class Validator {
 public:
  Validator(bool write_only_allowed, Diagnostics& notes)
      : write_only_allowed_(write_only_allowed), notes_(notes) {}

  void Object(const RowSet& rows, const cty::Value& config, const Path& path) {
    for (const Row& row : rows.rows()) Attribute(row, config.At(row.name), path / row.name);
  }

 private:
  void Attribute(const Row& row, const cty::Value& value, const Path& path) {
    if (value.is_null()) {
      if (row.mode != Mode::kRequired) return;
      notes_.AddError("Missing required argument",
                      absl::StrCat("The argument ", path.ToString(),
                                   " is required, but the value given for it is null."),
                      path);
      return;
    }
    if (row.mode == Mode::kComputed) {
      notes_.AddError("Read-only attribute",
                      absl::StrCat(path.ToString(), " is decided by the provider. Remove it from ",
                                   "the configuration."),
                      path);
      return;
    }
    if (row.write_only && !write_only_allowed_) {
      notes_.AddError("Write-only argument not supported",
                      absl::StrCat(path.ToString(),
                                   " is write-only, so that its value never reaches the state. ",
                                   "This needs Terraform 1.11 or OpenTofu 1.11 and later."),
                      path);
    }
    if (!value.is_known()) return;
    Content(row, value, path);
  }

  void Content(const Row& row, const cty::Value& value, const Path& path) {
    if (HasNullElement(value, path)) return;
    for (const schema::Check& check : row.checks) {
      if (const auto complaint = check(value)) {
        const std::string subject = row.sensitive || row.write_only ? row.name : path.ToString();
        notes_.AddError(absl::StrCat("Invalid value for ", row.name),
                        absl::StrCat(subject, " ", *complaint, "."), path);
      }
    }
    if (row.rows == nullptr) return;
    switch (row.nesting) {
      case Nesting::kSingle:
        Object(*row.rows, value, path);
        break;
      case Nesting::kMap:
        for (const auto& [key, entry] : value.fields()) {
          if (entry.is_known()) Object(*row.rows, entry, path.At(key));
        }
        break;
      case Nesting::kList: {
        std::int64_t index = 0;
        for (const cty::Value& element : value.elements()) {
          if (element.is_known()) Object(*row.rows, element, path.At(index));
          ++index;
        }
        break;
      }
      case Nesting::kNone:
        break;
    }
  }

  bool HasNullElement(const cty::Value& value, const Path& path) {
    if (!value.type().is_collection()) return false;
    bool found = false;
    if (value.type().kind() == cty::Kind::kMap) {
      for (const auto& [key, entry] : value.fields()) {
        if (entry.is_null()) NullElement(path.At(key), found);
      }
      return found;
    }
    for (const cty::Value& element : value.elements()) {
      if (element.is_null()) NullElement(path, found);
    }
    return found;
  }

  void NullElement(const Path& path, bool& found) {
    found = true;
    notes_.AddError("Null value in a collection",
                    absl::StrCat(path.ToString(), " holds a null value. Leave the element out, or ",
                                 "give it a value."),
                    path);
  }

  const bool write_only_allowed_;
  Diagnostics& notes_;
};

// The rows first: the type's own function may rely on them.
template <class Any>
void Validate(const Any& any, const cty::Value& config, bool write_only_allowed,
              Diagnostics& notes) {
  if (!config.is_known()) return;
  Diagnostics found;
  Validator(write_only_allowed, found).Object(*any.rows, config, Path());
  if (!found.has_errors()) any.validate(config, found);
  notes.Append(found);
}

}  // namespace

void ValidateResource(const schema::AnyResource& resource, const cty::Value& config,
                      bool write_only_allowed, Diagnostics& notes) {
  Validate(resource, config, write_only_allowed, notes);
}

void ValidateDataSource(const schema::AnyDataSource& source, const cty::Value& config,
                        Diagnostics& notes) {
  Validate(source, config, false, notes);
}

void ValidateEphemeral(const schema::AnyEphemeral& ephemeral, const cty::Value& config,
                       Diagnostics& notes) {
  Validate(ephemeral, config, false, notes);
}

void ValidateList(const schema::AnyList& list, const cty::Value& config, Diagnostics& notes) {
  Validate(list, config, false, notes);
}

void ValidateAction(const schema::AnyAction& action, const cty::Value& config, Diagnostics& notes) {
  Validate(action, config, false, notes);
}

void ValidateProvider(const schema::ProviderType& provider, const cty::Value& config,
                      Diagnostics& notes) {
  Validate(provider, config, false, notes);
}

}  // namespace ecs::lifecycle
