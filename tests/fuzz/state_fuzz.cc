// What Terraform stored: states of any version, of other providers' resources, identities, ids to
// import, private bytes.
// Promised: what is read is of today's type, wholly known and without write-only values, or is
// kInvalid; what was read and stored again is read as the same.
#include <string>

#include "absl/strings/str_join.h"
#include "provider/lifecycle/identity.h"
#include "provider/lifecycle/import.h"
#include "provider/lifecycle/move.h"
#include "provider/lifecycle/upgrade.h"
#include "tests/contract/judge.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/test_cloud.h"

namespace ecs::fuzz {
namespace {

void ExpectState(const schema::AnyResource& resource, const cty::Value& state) {
  const contract::Verdict verdict = contract::JudgeState(*resource.rows, state);
  PROMISE(verdict.empty(), absl::StrJoin(verdict, "\n"));
}

void ExpectInvalid(const Error& error) {
  PROMISE(error.code == Code::kInvalid && !error.summary.empty());
}

void TryUpgrade(const schema::AnyResource& resource, std::int64_t version, std::string_view json) {
  const Result<cty::Value> state = lifecycle::Upgrade(resource, version, json);
  if (!state.ok()) return ExpectInvalid(state.error());
  ExpectState(resource, *state);
  const cty::Type type = resource.rows->ObjectType();
  const Result<std::string> stored = cty::ToJson(*state, type);
  PROMISE(stored.ok());
  const Result<cty::Value> again = lifecycle::Upgrade(resource, resource.version, *stored);
  PROMISE(again.ok() && *again == *state, *stored);
}

void TryMove(const schema::AnyResource& resource, Input& input) {
  const std::size_t choice = input.Byte();
  lifecycle::MoveSource source;
  if (!resource.moves.empty() && choice > 0) {
    const schema::AnyMove& move = resource.moves[choice % resource.moves.size()];
    source.provider_address = "registry.terraform.io/" + move.provider + "/" + move.provider;
    source.type_name = move.type_name;
  } else {
    source.provider_address = input.Line();
    source.type_name = input.Line();
  }
  source.json = input.Rest();
  const Result<lifecycle::Moved> moved = lifecycle::Move(resource, source);
  if (!moved.ok()) return ExpectInvalid(moved.error());
  ExpectState(resource, moved->state);
}

void TryIdentity(const schema::AnyResource& resource, std::int64_t version, std::string_view json) {
  const Result<cty::Value> identity = lifecycle::UpgradeIdentity(resource, version, json);
  if (!identity.ok()) return ExpectInvalid(identity.error());
  PROMISE(identity->type() == resource.identity->rows->ObjectType() && identity->IsWhollyKnown());
}

void TryImport(const schema::AnyResource& resource, const std::string& id) {
  const Result<lifecycle::Imported> imported = lifecycle::Import(resource, id);
  lifecycle::IsImportMark(id);
  if (!imported.ok()) return ExpectInvalid(imported.error());
  ExpectState(resource, imported->state);
  PROMISE(lifecycle::IsImportMark(imported->private_bytes));
}

}  // namespace

void Try(std::string_view bytes) {
  Input input(bytes);
  const auto& resources = TheProvider().resources;
  const std::size_t choice = input.Byte();
  const schema::AnyResource& resource = resources[input.Below(resources.size())];
  const std::int64_t version = static_cast<std::int8_t>(input.Byte());
  switch (choice % 4) {
    case 0:
      return TryUpgrade(resource, version, input.Rest());
    case 1:
      return TryMove(resource, input);
    case 2:
      return TryIdentity(resource, version, input.Rest());
    default:
      return TryImport(resource, std::string(input.Rest()));
  }
}

}  // namespace ecs::fuzz
