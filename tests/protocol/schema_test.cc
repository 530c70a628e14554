// What the provider says it offers.
#include <gtest/gtest.h>

#include <set>

#include "tests/protocol/rig.h"
#include "tests/protocol/schema_rules.h"

namespace ecs::protocol {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using tfplugin6::Schema;
using Names = std::set<std::string>;

template <class Map>
Names KeysOf(const Map& map) {
  Names names;
  for (const auto& [name, unused] : map) names.insert(name);
  return names;
}

template <class List>
Names TypesIn(const List& list) {
  Names names;
  for (const auto& entry : list) EXPECT_TRUE(names.insert(entry.type_name()).second);
  return names;
}

TEST(Schemas, ObeyTerraformsRules) {
  Client client;
  EXPECT_THAT(BrokenRules(client.GetProviderSchema(), client.GetResourceIdentitySchemas()),
              IsEmpty());
}

TEST(Schemas, AreTheSameEachTime) {
  Client client;
  const SchemaAnswer first = client.GetProviderSchema();
  EXPECT_THAT(first.diagnostics(), IsEmpty());
  EXPECT_EQ(client.GetProviderSchema().ShortDebugString(), first.ShortDebugString());
}

TEST(Schemas, AgreeWithTheMetadata) {
  Client client;
  const SchemaAnswer schemas = client.GetProviderSchema();
  const tfplugin6::ProviderMetadata::Response metadata = client.GetMetadata();
  EXPECT_THAT(metadata.diagnostics(), IsEmpty());
  EXPECT_EQ(metadata.server_capabilities().ShortDebugString(),
            schemas.server_capabilities().ShortDebugString());
  EXPECT_EQ(TypesIn(metadata.resources()), KeysOf(schemas.resource_schemas()));
  EXPECT_EQ(TypesIn(metadata.data_sources()), KeysOf(schemas.data_source_schemas()));
  EXPECT_EQ(TypesIn(metadata.ephemeral_resources()), KeysOf(schemas.ephemeral_resource_schemas()));
  EXPECT_EQ(TypesIn(metadata.list_resources()), KeysOf(schemas.list_resource_schemas()));
  EXPECT_EQ(TypesIn(metadata.actions()), KeysOf(schemas.action_schemas()));
  EXPECT_EQ(TypesIn(metadata.state_stores()), KeysOf(schemas.state_store_schemas()));
  Names functions;
  for (const auto& function : metadata.functions()) functions.insert(function.name());
  EXPECT_EQ(functions, KeysOf(schemas.functions()));
}

TEST(Schemas, OfFunctionsAreTheSameByTheirOwnRpc) {
  Client client;
  const SchemaAnswer schemas = client.GetProviderSchema();
  const tfplugin6::GetFunctions::Response functions = client.GetFunctions();
  EXPECT_THAT(functions.diagnostics(), IsEmpty());
  ASSERT_EQ(KeysOf(functions.functions()), KeysOf(schemas.functions()));
  for (const auto& [name, function] : functions.functions()) {
    EXPECT_EQ(function.ShortDebugString(), schemas.functions().at(name).ShortDebugString());
  }
}

TEST(Schemas, OfferEveryKindOfThing) {
  Client client;
  const SchemaAnswer schemas = client.GetProviderSchema();
  EXPECT_EQ(schemas.server_capabilities().ShortDebugString(),
            "plan_destroy: true get_provider_schema_optional: true move_resource_state: true "
            "generate_resource_config: true");
  EXPECT_THAT(KeysOf(schemas.resource_schemas()), IsSupersetOf({"ecs_server"}));
  EXPECT_THAT(KeysOf(schemas.data_source_schemas()), IsSupersetOf({"ecs_servers", "ecs_flavors"}));
  EXPECT_THAT(KeysOf(schemas.functions()), IsSupersetOf({"parse_flavor", "cloud_init"}));
  EXPECT_THAT(KeysOf(schemas.ephemeral_resource_schemas()),
              IsSupersetOf({"ecs_token", "ecs_server_console"}));
  EXPECT_THAT(KeysOf(schemas.list_resource_schemas()), IsSupersetOf({"ecs_server"}));
  EXPECT_THAT(KeysOf(schemas.action_schemas()),
              IsSupersetOf({"ecs_restart_servers", "ecs_start_servers", "ecs_stop_servers"}));
  EXPECT_FALSE(schemas.has_provider_meta());
  EXPECT_EQ(client.types()->identities.at(kServer),
            cty::Type::Object({{"region", cty::Type::String()},
                               {"project_id", cty::Type::String()},
                               {"id", cty::Type::String()}}));
}

// A judge who never complains proves nothing.

class BrokenSchema : public testing::Test {
 protected:
  BrokenSchema() {
    Schema::Block& block = *Server().mutable_block();
    block.add_attributes()->CopyFrom(Text("id", false));
    schemas_.mutable_provider()->mutable_block();
    auto* identity =
        (*identities_.mutable_identity_schemas())["ecs_server"].add_identity_attributes();
    identity->set_name("id");
    identity->set_type("\"string\"");
    identity->set_required_for_import(true);
  }

  static Schema::Attribute Text(const std::string& name, bool required) {
    Schema::Attribute attribute;
    attribute.set_name(name);
    attribute.set_type("\"string\"");
    attribute.set_description("A text.");
    attribute.set_required(required);
    attribute.set_computed(!required);
    return attribute;
  }
  Schema& Server() { return (*schemas_.mutable_resource_schemas())["ecs_server"]; }
  Schema::Attribute& Added(const std::string& name) {
    *Server().mutable_block()->add_attributes() = Text(name, true);
    return *Server().mutable_block()->mutable_attributes()->rbegin();
  }
  std::vector<std::string> Broken() { return BrokenRules(schemas_, identities_); }

  SchemaAnswer schemas_;
  IdentityAnswer identities_;
};

TEST_F(BrokenSchema, IsFineWhereNothingIsBroken) { EXPECT_THAT(Broken(), IsEmpty()); }

TEST_F(BrokenSchema, IsToldByEachRuleOfAttributes) {
  Added("Name");
  Added("count");
  Added("computed").set_computed(true);
  Added("unsaid").clear_required();
  Added("untyped").clear_type();
  Added("mistyped").set_type("\"text\"");
  Added("both").mutable_nested_type()->set_nesting(Schema::Object::SINGLE);
  Added("flat").clear_type();
  Server().mutable_block()->mutable_attributes()->rbegin()->mutable_nested_type();
  Added("old").set_deprecation_message("Use another.");
  EXPECT_THAT(
      Broken(),
      ElementsAre("resource ecs_server.count: has a reserved name",
                  "resource ecs_server.Name: is no attribute name",
                  "resource ecs_server.computed: must be required, optional, computed, or "
                  "optional and computed",
                  "resource ecs_server.unsaid: must be required, optional, computed, or optional "
                  "and computed",
                  "resource ecs_server.untyped: must have either a type or a nested type",
                  "resource ecs_server.untyped: has no valid type",
                  "resource ecs_server.mistyped: has no valid type",
                  "resource ecs_server.both: must have either a type or a nested type",
                  "resource ecs_server.flat: has no nesting",
                  "resource ecs_server.old: has a deprecation message and is not deprecated"));
}

TEST_F(BrokenSchema, IsToldByEachRuleOfSetsAndSecrets) {
  Schema::Attribute& set = Added("disks");
  set.clear_type();
  set.mutable_nested_type()->set_nesting(Schema::Object::SET);
  *set.mutable_nested_type()->add_attributes() = Text("any", true);
  set.mutable_nested_type()->mutable_attributes(0)->set_type("\"dynamic\"");
  *set.mutable_nested_type()->add_attributes() = Text("key", true);
  set.mutable_nested_type()->mutable_attributes(1)->set_write_only(true);
  Schema& source = (*schemas_.mutable_data_source_schemas())["ecs_servers"];
  *source.mutable_block()->add_attributes() = Text("secret", true);
  source.mutable_block()->mutable_attributes(0)->set_write_only(true);
  EXPECT_THAT(Broken(),
              ElementsAre("resource ecs_server.disks.any: is dynamic inside of a set",
                          "resource ecs_server.disks.key: is write-only inside of a set",
                          "data source ecs_servers.secret: is write-only outside of a managed "
                          "resource"));
}

TEST_F(BrokenSchema, IsToldByEachRuleOfBlocks) {
  using NestedBlock = Schema::NestedBlock;
  const auto add = [&](const char* name, NestedBlock::NestingMode nesting, int least, int most) {
    NestedBlock& nested = *Server().mutable_block()->add_block_types();
    nested.set_type_name(name);
    nested.mutable_block();
    nested.set_nesting(nesting);
    nested.set_min_items(least);
    nested.set_max_items(most);
  };
  add("id", NestedBlock::LIST, 0, 0);
  add("single", NestedBlock::SINGLE, 0, 1);
  add("group", NestedBlock::GROUP, 1, 1);
  add("list", NestedBlock::LIST, 2, 1);
  add("none", NestedBlock::INVALID, 0, 0);
  Server().mutable_block()->mutable_block_types()->rbegin()->clear_block();
  EXPECT_THAT(Broken(), ElementsAre("resource ecs_server.id: is there twice",
                                    "resource ecs_server.single: must be 0 to 0 or 1 to 1",
                                    "resource ecs_server.group: must have no limits",
                                    "resource ecs_server.list: has limits that contradict",
                                    "resource ecs_server.none: has no block",
                                    "resource ecs_server.none: has no nesting"));
}

TEST_F(BrokenSchema, IsToldWhereTerraformWouldCrash) {
  (*schemas_.mutable_data_source_schemas())["ecs_servers"].set_version(-1);
  (*schemas_.mutable_action_schemas())["ecs_restart_servers"];
  (*schemas_.mutable_functions())["parse_flavor"].set_summary("Takes a name apart");
  (*schemas_.mutable_list_resource_schemas())["ecs_volume"].mutable_block();
  auto* identity =
      (*identities_.mutable_identity_schemas())["ecs_network"].add_identity_attributes();
  identity->set_name("tags");
  identity->set_type("[\"map\",\"string\"]");
  EXPECT_THAT(
      Broken(),
      ElementsAre("data source ecs_servers: has a negative version",
                  "data source ecs_servers: has no block",
                  "action ecs_restart_servers: has no schema",
                  "function parse_flavor: returns nothing",
                  "list ecs_volume: has no managed type of its name",
                  "list ecs_volume: lists what has no identity",
                  "identity ecs_network: has no managed type of its name",
                  "identity ecs_network.tags: must be either required or optional for import",
                  "identity ecs_network.tags: must be a primitive or a list of them",
                  "identity ecs_network: needs nothing for an import"));
}

}  // namespace
}  // namespace ecs::protocol
