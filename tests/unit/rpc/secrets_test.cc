// Terraform shows the source line that a diagnostic points at: none points at a secret. Over every
// attribute of every type, in the answers of all kinds of RPCs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "provider/rpc/convert.h"
#include "provider/rpc/provider_service.h"
#include "tests/support/test_cloud.h"

namespace ecs::rpc {
namespace {

using cty::Value;
using schema::RowSet;
using Attribute = tfplugin6::Schema::Attribute;
using Diagnostic = tfplugin6::Diagnostic;

// What Terraform knows to be a secret, or to hold one.
bool IsSecret(const Attribute& attribute) {
  if (attribute.sensitive() || attribute.write_only()) return true;
  const auto& inner = attribute.nested_type().attributes();
  return std::any_of(inner.begin(), inner.end(), IsSecret);
}

// The paths of all attributes, into an element of each list and map too.
void CollectPaths(const RowSet& rows, const Path& path, std::vector<Path>& paths) {
  for (const schema::Row& row : rows.rows()) {
    const Path here = path / row.name;
    paths.push_back(here);
    if (row.rows == nullptr) continue;
    const bool is_map = row.nesting == schema::Nesting::kMap;
    const bool is_list = row.nesting == schema::Nesting::kList;
    CollectPaths(*row.rows,
                 is_map    ? here.At("key")
                 : is_list ? here.At(std::int64_t{0})
                           : here,
                 paths);
  }
}

Value NullsOf(const RowSet& rows) {
  Value::Fields fields;
  for (const schema::Row& row : rows.rows()) fields.emplace(row.name, Value::Null(row.type));
  return Value::Object(std::move(fields));
}

// A provider whose every function complains about one attribute: with a warning where it can, and
// with an error.
struct Rig {
  Rig() {
    for (auto& any : provider.resources) {
      any.read = [this](const Call&, schema::Backend&, const Value&,
                        schema::Reading& reading) -> Result<Value> {
        reading.notes.Warn("Warned", "", at);
        return Complaint();
      };
      any.plan = [this](const Value&, const Value&, const Value&, std::vector<Path>&,
                        schema::Diagnostics& notes) -> Result<Value> {
        notes.Warn("Warned", "", at);
        return Complaint();
      };
    }
    for (auto& any : provider.data_sources) {
      any.read = [this](const Call&, schema::Backend&, const Value&,
                        schema::Diagnostics& notes) -> Result<Value> {
        notes.Warn("Warned", "", at);
        return Complaint();
      };
    }
    for (auto& any : provider.ephemerals) {
      any.open = [this](const Call&, schema::Backend&, const Value&,
                        schema::Diagnostics& notes) -> Result<schema::Opened<Value>> {
        notes.Warn("Warned", "", at);
        return Complaint();
      };
    }
    for (auto& any : provider.actions) {
      any.invoke = [this](const Call&, schema::Backend&, const Value&,
                          const schema::Progress&) -> Status { return Complaint(); };
    }
    for (auto& any : provider.lists) {
      any.list = [this](const Call&, schema::Backend&, const Value&,
                        const schema::Sink<Value>&) -> Status { return Complaint(); };
    }
    provider.configure = [this](const Value&,
                                const schema::Host&) -> Result<std::shared_ptr<schema::Backend>> {
      if (!at.empty()) return Complaint();
      return std::shared_ptr<schema::Backend>(&cloud.cloud(), [](schema::Backend*) {});
    };
    tfplugin6::GetProviderSchema::Response out;
    EXPECT_TRUE(service.GetProviderSchema(nullptr, nullptr, &out).ok());
    schema = out;
    tfplugin6::ConfigureProvider::Request in;
    tfplugin6::ConfigureProvider::Response configured;
    EXPECT_TRUE(service.ConfigureProvider(nullptr, &in, &configured).ok());
  }

  Error Complaint() const {
    return {.code = Code::kInvalid, .summary = "Complained", .detail = "No.", .path = at};
  }

  Path at = {};
  TestCloud cloud = TestCloud();
  schema::ProviderType provider = TheProvider();
  Log log{Level::kOff, cloud.clock(), [](std::string_view) {}};
  Session session{cloud.clock(), log, RealRandom()};
  ProviderService service{provider, session, log};
  tfplugin6::GetProviderSchema::Response schema = {};
  int secrets = 0;
  int others = 0;

  // Asks about every attribute; `ask` answers the diagnostics.
  template <class Ask>
  void Check(const std::string& what, const RowSet& rows, const tfplugin6::Schema& told,
             std::size_t complaints, const Ask& ask) {
    std::set<std::string> secret_names;
    for (const Attribute& attribute : told.block().attributes()) {
      if (IsSecret(attribute)) secret_names.insert(attribute.name());
    }
    std::vector<Path> paths;
    CollectPaths(rows, Path(), paths);
    for (const Path& path : paths) {
      at = path;
      const std::string& top = std::get<Path::Attribute>(path.steps().front()).name;
      const bool secret = secret_names.count(top) > 0;
      const std::vector<Diagnostic> diagnostics = ask(Bytes(rows));
      EXPECT_EQ(diagnostics.size(), complaints) << what << " " << path.ToString();
      for (const Diagnostic& diagnostic : diagnostics) {
        EXPECT_EQ(diagnostic.has_attribute(), !secret) << what << " " << path.ToString();
        const int steps = secret ? 0 : int(path.steps().size());
        EXPECT_EQ(diagnostic.attribute().steps_size(), steps) << what << " " << path.ToString();
        const std::string said = diagnostic.severity() == Diagnostic::ERROR ? "No." : "";
        EXPECT_EQ(diagnostic.detail(), secret ? absl::StrCat("In ", top, ": ", said) : said);
      }
      ++(secret ? secrets : others);
    }
    at = Path();
  }

  static tfplugin6::DynamicValue Bytes(const RowSet& rows) {
    tfplugin6::DynamicValue bytes;
    ToProto(NullsOf(rows), rows.ObjectType(), &bytes);
    return bytes;
  }
};

template <class Response>
std::vector<Diagnostic> Of(const Response& out) {
  return {out.diagnostics().begin(), out.diagnostics().end()};
}

TEST(Secrets, NoDiagnosticOfAResourcePointsAtOne) {
  Rig rig;
  for (const auto& any : rig.provider.resources) {
    const auto& told = rig.schema.resource_schemas().at(any.name);
    rig.Check(any.name, *any.rows, told, 2, [&](const tfplugin6::DynamicValue& nulls) {
      tfplugin6::ReadResource::Request in;
      tfplugin6::ReadResource::Response out;
      in.set_type_name(any.name);
      *in.mutable_current_state() = nulls;
      EXPECT_TRUE(rig.service.ReadResource(nullptr, &in, &out).ok());
      return Of(out);
    });
    rig.Check(any.name, *any.rows, told, 2, [&](const tfplugin6::DynamicValue& nulls) {
      tfplugin6::PlanResourceChange::Request in;
      tfplugin6::PlanResourceChange::Response out;
      in.set_type_name(any.name);
      *in.mutable_config() = nulls;
      EXPECT_TRUE(rig.service.PlanResourceChange(nullptr, &in, &out).ok());
      return Of(out);
    });
  }
  EXPECT_GT(rig.secrets, 0);
  EXPECT_GT(rig.others, 0);
}

TEST(Secrets, NoDiagnosticOfTheProviderBlockPointsAtOne) {
  Rig rig;
  rig.Check("provider", *rig.provider.rows, rig.schema.provider(), 1,
            [&](const tfplugin6::DynamicValue& nulls) {
              tfplugin6::ConfigureProvider::Request in;
              tfplugin6::ConfigureProvider::Response out;
              *in.mutable_config() = nulls;
              EXPECT_TRUE(rig.service.ConfigureProvider(nullptr, &in, &out).ok());
              return Of(out);
            });
  EXPECT_GT(rig.secrets, 0);
  EXPECT_GT(rig.others, 0);
}

TEST(Secrets, NoDiagnosticOfADataSourceAnEphemeralAnActionOrAListPointsAtOne) {
  Rig rig;
  for (const auto& any : rig.provider.data_sources) {
    rig.Check(any.name, *any.rows, rig.schema.data_source_schemas().at(any.name), 2,
              [&](const tfplugin6::DynamicValue& nulls) {
                tfplugin6::ReadDataSource::Request in;
                tfplugin6::ReadDataSource::Response out;
                in.set_type_name(any.name);
                *in.mutable_config() = nulls;
                EXPECT_TRUE(rig.service.ReadDataSource(nullptr, &in, &out).ok());
                return Of(out);
              });
  }
  for (const auto& any : rig.provider.ephemerals) {
    rig.Check(any.name, *any.rows, rig.schema.ephemeral_resource_schemas().at(any.name), 2,
              [&](const tfplugin6::DynamicValue& nulls) {
                tfplugin6::OpenEphemeralResource::Request in;
                tfplugin6::OpenEphemeralResource::Response out;
                in.set_type_name(any.name);
                *in.mutable_config() = nulls;
                EXPECT_TRUE(rig.service.OpenEphemeralResource(nullptr, &in, &out).ok());
                return Of(out);
              });
  }
  EXPECT_GT(rig.secrets, 0);
  for (const auto& any : rig.provider.actions) {
    rig.Check(any.name, *any.rows, rig.schema.action_schemas().at(any.name).schema(), 1,
              [&](const tfplugin6::DynamicValue& nulls) {
                std::vector<Diagnostic> heard;
                tfplugin6::InvokeAction::Request in;
                in.set_action_type(any.name);
                *in.mutable_config() = nulls;
                rig.service.Invoke(&in, [&](const tfplugin6::InvokeAction::Event& event) {
                  heard = Of(event.completed());
                  return true;
                });
                return heard;
              });
  }
  for (const auto& any : rig.provider.lists) {
    rig.Check(any.name, *any.rows, rig.schema.list_resource_schemas().at(any.name), 1,
              [&](const tfplugin6::DynamicValue& nulls) {
                std::vector<Diagnostic> heard;
                tfplugin6::ListResource::Request in;
                in.set_type_name(any.name);
                in.set_limit(1);
                *in.mutable_config() = nulls;
                rig.service.List(&in, [&](const tfplugin6::ListResource::Event& event) {
                  heard.assign(event.diagnostic().begin(), event.diagnostic().end());
                  return true;
                });
                return heard;
              });
  }
}

// Nested attributes may share a source line with the secret.
TEST(Secrets, WhatLiesBesideOneInTheSameAttributeIsNotPointedAtEither) {
  struct Inner {
    schema::Attr<std::string> user = {};
    schema::Attr<std::string> password = {};
  };
  struct Outer {
    schema::Attr<Inner> login = {};
    schema::Attr<std::string> name = {};
  };
  schema::Attributes<Inner> inner;
  inner.add({.name = "user", .field = &Inner::user, .doc = "User."});
  inner.add({.name = "password", .field = &Inner::password, .sensitive = true, .doc = "Password."});
  schema::Attributes<Outer> rows;
  rows.add({.name = "login", .field = &Outer::login, .rows = inner.share(), .doc = "Login."});
  rows.add({.name = "name", .field = &Outer::name, .doc = "Name."});
  const struct {
    Path path = {};
    bool pointed = false;
  } cases[] = {
      {Path("login"), false}, {Path("login") / "user", false}, {Path("login") / "password", false},
      {Path("name"), true},   {Path("other"), true},           {Path(), false}};
  for (const auto& test : cases) {
    google::protobuf::RepeatedPtrField<Diagnostic> diagnostics;
    ToProto(schema::Diagnostic{.summary = "Complained", .path = test.path}, diagnostics.Add());
    KeepOffSecrets(rows.erased(), diagnostics);
    EXPECT_EQ(diagnostics[0].has_attribute(), test.pointed) << test.path.ToString();
  }
}

}  // namespace
}  // namespace ecs::rpc
