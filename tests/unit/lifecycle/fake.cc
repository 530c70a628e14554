#include "tests/unit/lifecycle/fake.h"

#include <strings.h>

#include "absl/strings/str_cat.h"
#include "provider/schema/value_checks.h"

namespace ecs::lifecycle {
namespace {

using schema::Attributes;
using schema::Mode;
using schema::Replace;
using schema::Setting;
using Change = schema::Change<Box>;
using Record = schema::Record<Box>;

Status Rename(const Call& call, Shop& shop, const Change& change, Record&) {
  RETURN_IF_ERROR(shop.Note(call, "rename", change.after.name.value()));
  Box& box = shop.boxes[change.before.id.value()];
  box.name = change.after.name;
  box.label = change.after.label;
  box.status = "renamed";
  return Ok{};
}

Status Grow(const Call& call, Shop& shop, const Change& change, Record&) {
  RETURN_IF_ERROR(shop.Note(call, "grow", absl::StrCat(change.after.size.value())));
  Box& box = shop.boxes[change.before.id.value()];
  box.size = change.after.size;
  box.status = "grown";
  return Ok{};
}

Status GrowDisk(const Call& call, Shop& shop, const Change& change, Record&) {
  RETURN_IF_ERROR(shop.Note(call, "grow_disk", absl::StrCat(change.after.disk->size_gb.value())));
  shop.boxes[change.before.id.value()].disk->size_gb = change.after.disk->size_gb;
  return Ok{};
}

Status Regroup(const Call& call, Shop& shop, const Change& change, Record&) {
  RETURN_IF_ERROR(shop.Note(call, "regroup", ""));
  shop.boxes[change.before.id.value()].groups = change.after.groups;
  return Ok{};
}

Status Create(const Call& call, Shop& shop, const Box& plan, Record& record) {
  RETURN_IF_ERROR(
      shop.Note(call, "create", absl::StrCat(plan.name.value(), plan.secret.value_or(""))));
  Box box = plan;
  box.id = absl::StrCat("id-", plan.name.value());
  if (!box.size.is_known()) box.size = 1;
  if (!box.groups.is_known()) box.groups = std::set<std::string>{"default"};
  box.disk->id = absl::StrCat("disk-", plan.name.value());
  if (!box.disk->size_gb.is_known()) box.disk->size_gb = 10;
  if (box.slots.is_known()) {
    for (auto& [key, slot] : box.slots.value()) slot.port = absl::StrCat("port-", key);
  }
  box.status = "made";
  box.serial = "s1";
  shop.boxes[box.id.value()] = box;
  record.Save(box);
  RETURN_IF_ERROR(shop.Note(call, "finish", ""));
  return Ok{};
}

Result<std::optional<Box>> Read(const Call& call, Shop& shop, const Box& state,
                                schema::Reading& reading) {
  RETURN_IF_ERROR(shop.Note(call, "read", reading.importing ? "importing" : ""));
  const auto found = shop.boxes.find(state.id.value());
  if (found == shop.boxes.end()) return std::optional<Box>();
  return std::optional<Box>(found->second);
}

Status Remove(const Call& call, Shop& shop, const Box& state) {
  RETURN_IF_ERROR(shop.Note(call, "remove", ""));
  shop.boxes.erase(state.id.value());
  return Ok{};
}

std::shared_ptr<const schema::RowSet> DiskRows(const Attributes<Box>& owner) {
  auto rows = Attributes<Disk, Box>::Inside(owner);
  rows.add({.name = "type",
            .field = &Disk::type,
            .mode = Mode::kRequired,
            .on_change = Replace{},
            .checks = {schema::NotEmpty()},
            .doc = "Type."});
  rows.add({.name = "size_gb",
            .field = &Disk::size_gb,
            .mode = Mode::kOptionalComputed,
            .on_change = &GrowDisk,
            .doc = "Size."});
  rows.add({.name = "id", .field = &Disk::id, .mode = Mode::kComputed, .doc = "ID."});
  return rows;
}

std::shared_ptr<const schema::RowSet> SlotRows(const Attributes<Box>& owner) {
  auto rows = Attributes<Slot, Box>::Inside(owner);
  rows.add({.name = "color",
            .field = &Slot::color,
            .mode = Mode::kRequired,
            .on_change = Replace{},
            .checks = {schema::OneOf({"red", "blue"})},
            .doc = "Color."});
  rows.add({.name = "port", .field = &Slot::port, .mode = Mode::kComputed, .doc = "Port."});
  return rows;
}

std::shared_ptr<const schema::RowSet> TimeoutRows() {
  Attributes<TimeoutTexts> rows;
  rows.add({.name = "create",
            .field = &TimeoutTexts::create,
            .on_change = Setting{},
            .checks = {schema::IsDuration()},
            .doc = "Create."});
  rows.add({.name = "read", .field = &TimeoutTexts::read, .on_change = Setting{}, .doc = "Read."});
  rows.add(
      {.name = "update", .field = &TimeoutTexts::update, .on_change = Setting{}, .doc = "Update."});
  rows.add(
      {.name = "delete", .field = &TimeoutTexts::remove, .on_change = Setting{}, .doc = "Delete."});
  return rows;
}

bool SameLetters(const cty::Value& a, const cty::Value& b) {
  return strcasecmp(a.AsString().c_str(), b.AsString().c_str()) == 0;
}

void AddTexts(Attributes<Box>& rows) {
  rows.add({.name = "id", .field = &Box::id, .mode = Mode::kComputed, .doc = "ID."});
  rows.add({.name = "name",
            .field = &Box::name,
            .mode = Mode::kRequired,
            .on_change = &Rename,
            .checks = {schema::LengthBetween(1, 8)},
            .doc = "Name."});
  rows.add({.name = "label", .field = &Box::label, .on_change = &Rename, .doc = "Label."});
  rows.add({.name = "size",
            .field = &Box::size,
            .mode = Mode::kOptionalComputed,
            .on_change = &Grow,
            .doc = "Size."});
  rows.add({.name = "color", .field = &Box::color, .on_change = Replace{}, .doc = "Color."});
  rows.add({.name = "style",
            .field = &Box::style,
            .mode = Mode::kOptionalComputed,
            .on_change = Setting{},
            .default_value = cty::Value::String("plain"),
            .doc = "Style."});
  rows.add({.name = "note",
            .field = &Box::note,
            .on_change = Setting{},
            .same = SameLetters,
            .doc = "Note."});
  rows.add({.name = "secret",
            .field = &Box::secret,
            .on_change = Setting{},
            .write_only = true,
            .checks = {schema::LengthBetween(1, 8)},
            .doc = "Secret."});
}

const Attributes<Box>& Rows() {
  static const auto rows = [] {
    Attributes<Box> all;
    AddTexts(all);
    all.add({.name = "groups",
             .field = &Box::groups,
             .mode = Mode::kOptionalComputed,
             .on_change = &Regroup,
             .doc = "Groups."});
    all.add({.name = "disk",
             .field = &Box::disk,
             .mode = Mode::kRequired,
             .rows = DiskRows(all),
             .doc = "Disk."});
    all.add({.name = "slots",
             .field = &Box::slots,
             .rows = SlotRows(all),
             .on_change = Replace{},
             .doc = "Slots."});
    all.add({.name = "timeouts",
             .field = &Box::timeouts,
             .rows = TimeoutRows(),
             .on_change = Setting{},
             .doc = "Timeouts."});
    all.add({.name = "status",
             .field = &Box::status,
             .mode = Mode::kComputed,
             .recomputed_when = {"name", "size"},
             .doc = "Status."});
    all.add({.name = "serial", .field = &Box::serial, .mode = Mode::kComputed, .doc = "Serial."});
    return all;
  }();
  return rows;
}

}  // namespace

Status Shop::Note(const Call& call, const std::string& operation, const std::string& about) {
  journal.push_back(about.empty() ? operation : absl::StrCat(operation, " ", about));
  time_left.push_back(call.deadline - call.clock.Now());
  const auto planned = failures.find(operation);
  if (planned == failures.end()) return Ok{};
  const Error failure = planned->second;
  failures.erase(planned);
  return failure;
}

Result<schema::Place> Shop::Here(const Call&) {
  ++places_told;
  const auto planned = failures.find("here");
  if (planned != failures.end()) return planned->second;
  return place;
}

schema::ResourceType<Box, Shop> BoxType() {
  return {.name = "shop_box",
          .doc = "A box.",
          .rows = Rows(),
          .timeouts = {.create = std::chrono::minutes(1),
                       .read = std::chrono::minutes(2),
                       .update = std::chrono::minutes(3),
                       .remove = std::chrono::minutes(4)},
          .create = Create,
          .read = Read,
          .remove = Remove};
}

schema::AnyResource BoxResource() { return BoxType().Erase(); }

const schema::RowSet& BoxRows() { return Rows().erased(); }

cty::Value ValueOf(const Box& box) { return BoxRows().Encode(&box); }

Box BoxOf(const cty::Value& value) { return *schema::DecodeAs<Box>(BoxRows(), value); }

Box MadeBox(const std::string& name) {
  return {.id = absl::StrCat("id-", name),
          .name = name,
          .size = 1,
          .style = "plain",
          .groups = std::set<std::string>{"default"},
          .disk = Disk{.type = "SSD", .size_gb = 10, .id = absl::StrCat("disk-", name)},
          .status = "made",
          .serial = "s1"};
}

}  // namespace ecs::lifecycle
