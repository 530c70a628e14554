#include "tests/contract/generator.h"

#include <gtest/gtest.h>

#include <utility>

namespace ecs::contract {
namespace {

using cty::Value;
using nlohmann::json;
using schema::Effect;
using schema::Mode;
using schema::Nesting;
using schema::Row;
using schema::RowSet;

// By resource and attribute: what a configuration may hold, with the ids of the emulator's seed.
constexpr char kLegal[] = R"json({
  "timeouts": {"create": ["25m", "1h"], "read": ["90s"], "update": ["1h30m", "40m"],
               "delete": ["15m"]},
  "ecs_server": {
    "name": ["web-1", "a", "A.b_c-9", "database.internal"],
    "description": ["", "a server", "Server für Tests", "x y  z"],
    "availability_zone": ["eu-demo-01", "eu-demo-02", "eu-demo-03"],
    "image_id": ["40000000-0000-4000-8000-000000000001", "40000000-0000-4000-8000-000000000002"],
    "vpc_id": ["10000000-0000-4000-8000-000000000001"],
    "network_interface": {
      "network_id": ["20000000-0000-4000-8000-000000000001",
                     "20000000-0000-4000-8000-000000000002"],
      "fixed_ip": ["10.0.0.200", "10.0.1.77"],
      "ipv6_enabled": [true, false],
      "security_group_ids": [["30000000-0000-4000-8000-000000000001"],
                             ["30000000-0000-4000-8000-000000000002"],
                             ["30000000-0000-4000-8000-000000000001",
                              "30000000-0000-4000-8000-000000000002"]]},
    "system_disk": {
      "type": ["SSD", "SAS", "SATA"],
      "size_gb": [40, 41, 100, 1024],
      "kms_key_id": ["6f0e2a4b-1111-4111-8111-111111111111"]},
    "flavor": ["s3.medium.1", "s3.large.2", "s3.large.4", "c4.large.2", "m4.large.8"],
    "power_state": ["ACTIVE", "SHUTOFF"],
    "auto_recovery": [true, false],
    "tags": [{}, {"env": "prod"}, {"env": "test", "team": ""}, {"a": "1", "b": "2", "c": "3"}],
    "metadata": [{}, {"role": "web"}, {"role": "", "k.1": "y"}, {"k1": "v", "k2": "w"}],
    "key_pair": ["demo-key"],
    "admin_password": ["Secret-1!", "Another-22"],
    "admin_password_wo": ["Hidden-1!", "Another-33"],
    "admin_password_wo_version": ["1", "2"],
    "user_data": ["#!/bin/sh\necho hello\n", "", "#cloud-config\n{}"],
    "user_data_replace_on_change": [true, false],
    "server_group_id": ["70000000-0000-4000-8000-000000000001"],
    "tenancy": ["shared", "dedicated"],
    "dedicated_host_id": ["6f0e2a4b-2222-4222-8222-222222222222"],
    "stop_before_destroy": [true, false],
    "delete_disks_on_termination": [true, false],
    "delete_public_ip_on_termination": [true, false],
    "resize": {"confirm": ["automatic", "manual"], "on_failure": ["revert", "leave"]}
  },
  "ecs_server_restart": {
    "server_ids": ["SERVER IDS"],
    "type": ["SOFT", "HARD"],
    "triggers": [{}, {"version": "1"}, {"version": "2"}, {"a": "", "b": "x"}],
    "restart_on_create": [true, false],
    "batch_size": [1, 2, 1000]
  }
})json";

Value FromJsonOf(const json& text, const cty::Type& type) {
  Result<Value> value = cty::FromJson(text.dump(), type);
  EXPECT_TRUE(value.ok()) << text << " does not fit: " << (value.ok() ? "" : value.error().Text());
  return value.ok() ? *std::move(value) : Value::Null(type);
}

// The part of the list for one attribute; null if it has none.
json LegalFor(const json& legal, const Row& row) {
  if (row.name == "timeouts") return json::parse(kLegal)["timeouts"];
  return legal.value(row.name, json());
}

Value WithoutSettings(const RowSet& rows, const Value& object) {
  Value known = object;
  for (const Row& row : rows.rows()) {
    const Value& value = object.At(row.name);
    const bool setting = row.effect == Effect::kSetting && !row.write_only;
    if (setting) {
      known = known.With(row.name, Value::Null(row.type));
    } else if (row.nesting == Nesting::kSingle && value.is_known()) {
      known = known.With(row.name, WithoutSettings(*row.rows, value));
    }
  }
  return known;
}

}  // namespace

Generator::Generator(std::uint64_t seed, const schema::AnyResource& resource,
                     std::vector<std::string> server_ids)
    : random_(seed),
      resource_(resource),
      server_ids_(std::move(server_ids)),
      legal_(json::parse(kLegal).value(resource.name, json::object())) {}

bool Generator::Chance(int percent) { return static_cast<int>(random_() % 100) < percent; }

std::size_t Generator::Below(std::size_t limit) { return random_() % limit; }

const json& Generator::Pick(const json& choices) { return choices[Below(choices.size())]; }

Value Generator::Leaf(const Row& row, const json& choices) {
  if (!choices.is_array() || choices.empty()) {
    ADD_FAILURE() << "generator.cc lists no value for " << resource_.name << "'s " << row.name;
    return Value::Null(row.type);
  }
  if (choices[0] != "SERVER IDS") return FromJsonOf(Pick(choices), row.type);
  const std::size_t count = 1 + Below(server_ids_.size());
  return FromJsonOf(json(std::vector<std::string>(server_ids_.begin(),
                                                  server_ids_.begin() + std::ptrdiff_t(count))),
                    row.type);
}

Value Generator::Attribute(const Row& row, const json& legal) {
  if (row.mode == Mode::kComputed) return Value::Null(row.type);
  if (row.mode != Mode::kRequired && Chance(45)) return Value::Null(row.type);
  switch (row.nesting) {
    case Nesting::kNone:
      return Leaf(row, legal);
    case Nesting::kSingle:
      return Object(*row.rows, legal);
    case Nesting::kMap: {
      Value::Fields entries;
      for (const char* key : {"left", "right"}) {
        if (Chance(60)) entries.emplace(key, Object(*row.rows, legal));
      }
      return Value::Map(row.rows->ObjectType(), std::move(entries));
    }
    case Nesting::kList:
      return Value::List(row.rows->ObjectType(), {Object(*row.rows, legal)});
  }
  return Value::Null(row.type);
}

Value Generator::Object(const RowSet& rows, const json& legal) {
  Value::Fields fields;
  for (const Row& row : rows.rows()) {
    fields.emplace(row.name, Attribute(row, LegalFor(legal, row)));
  }
  return Value::Object(std::move(fields));
}

// What one attribute's value demands of another's.
Value Generator::Reconciled(Value config) {
  if (resource_.name != "ecs_server") return config;
  const Value& nic = config.At("network_interface");
  if (!nic.At("fixed_ip").is_null()) {
    const char* first_network = "20000000-0000-4000-8000-000000000001";
    config = config.With("network_interface", nic.With("network_id", Value::String(first_network)));
  }
  if (!config.At("dedicated_host_id").is_null()) {
    config = config.With("tenancy", Value::String("dedicated"));
  }
  const Value none = Value::Null(cty::Type::String());
  const char* redundant =
      config.At("admin_password_wo").is_null() ? "admin_password_wo_version" : "admin_password";
  return config.With(redundant, none);
}

Value Generator::Config() { return Reconciled(Object(*resource_.rows, legal_)); }

Value Generator::ChangedObject(const RowSet& rows, const json& legal, const Value& object) {
  Value changed = object;
  for (const Row& row : rows.rows()) {
    const Value& value = object.At(row.name);
    if (row.nesting == Nesting::kSingle && value.is_known() && Chance(70)) {
      changed = changed.With(row.name, ChangedObject(*row.rows, LegalFor(legal, row), value));
    } else if (Chance(row.effect == Effect::kReplace ? 4 : 25)) {
      changed = changed.With(row.name, Attribute(row, LegalFor(legal, row)));
    }
  }
  return changed;
}

Value Generator::Changed(const Value& config) {
  Value changed = Reconciled(ChangedObject(*resource_.rows, legal_, config));
  // A resize that the user confirms by hand is not finished when apply ends.
  if (resource_.name == "ecs_server" && changed.At("resize").is_known() &&
      !(changed.At("flavor") == config.At("flavor"))) {
    changed =
        changed.With("resize", changed.At("resize").With("confirm", Value::String("automatic")));
  }
  return changed;
}

Value Generator::ObscuredAttribute(const Row& row, const Value& value) {
  if (row.mode == Mode::kComputed) return value;
  if (Chance(value.is_null() ? 5 : 15)) return Value::Unknown(row.type);
  if (!value.is_known()) return value;
  if (row.nesting == Nesting::kSingle) return ObscuredObject(*row.rows, value);
  if (row.nesting != Nesting::kNone || !Chance(30)) return value;
  const cty::Type& type = value.type();
  if (type.kind() == cty::Kind::kMap && !value.fields().empty()) {
    Value::Fields entries = value.fields();
    entries.begin()->second = Value::Unknown(type.element());
    return Value::Map(type.element(), std::move(entries));
  }
  if (type.kind() == cty::Kind::kSet && !value.elements().empty()) {
    Value::Elements elements = value.elements();
    elements[0] = Value::Unknown(type.element());
    return Value::Set(type.element(), std::move(elements));
  }
  return value;
}

Value Generator::ObscuredObject(const RowSet& rows, const Value& object) {
  Value obscured = object;
  for (const Row& row : rows.rows()) {
    obscured = obscured.With(row.name, ObscuredAttribute(row, object.At(row.name)));
  }
  return obscured;
}

Value Generator::Obscured(const Value& config) { return ObscuredObject(*resource_.rows, config); }

Value Generator::Importable(const Value& config) {
  Value known = WithoutSettings(*resource_.rows, config);
  for (const char* secret : {"admin_password", "admin_password_wo_version"}) {
    const Row* row = resource_.rows->Find(secret);
    if (row != nullptr) known = known.With(secret, Value::Null(row->type));
  }
  return known;
}

}  // namespace ecs::contract
