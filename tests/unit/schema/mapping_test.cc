// From rows to requests, and from replies to structs.
#include "provider/schema/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/schema/attributes.h"

namespace ecs::schema {
namespace {

// What a client answers.
struct Reply {
  std::string id = {};
  std::string note = {};
  std::int64_t size = 0;
  bool on = false;
  std::vector<std::string> names = {};
  std::map<std::string, std::string> tags = {};
};
struct OtherReply {
  std::string note = {};
};

struct Nic {
  Attr<std::string> network = {};
  Attr<std::string> address = {};
};

struct Thing {
  Attr<std::string> id = {};
  Attr<std::string> note = {};
  Attr<std::int64_t> size = {};
  Attr<double> rate = {};
  Attr<bool> on = {};
  Attr<std::vector<std::string>> names = {};
  Attr<std::set<std::string>> groups = {};
  Attr<std::map<std::string, std::string>> tags = {};
  Attr<Nic> nic = {};
  Attr<std::string> unsent = {};
};

Attr<std::string> NoteOf(const OtherReply& reply) {
  if (reply.note == "-") return {};
  return reply.note;
}

Attributes<Thing> Rows() {
  auto nic = Attributes<Nic>();
  nic.add({.name = "network", .field = &Nic::network, .write_to = "/nics/0/subnet_id", .doc = "."});
  nic.add({.name = "address", .field = &Nic::address, .write_to = "/nics/0/ip", .doc = "."});
  Attributes<Thing> rows;
  rows.add({.name = "id",
            .field = &Thing::id,
            .mode = Mode::kComputed,
            .read_from = &Reply::id,
            .doc = "."});
  rows.add({.name = "note",
            .field = &Thing::note,
            .write_to = "/note",
            .read_from = &Reply::note,
            .doc = "."});
  rows.add({.name = "size",
            .field = &Thing::size,
            .write_to = "/disk/size",
            .read_from = &Reply::size,
            .doc = "."});
  rows.add({.name = "rate", .field = &Thing::rate, .write_to = "/disk/rate", .doc = "."});
  rows.add(
      {.name = "on", .field = &Thing::on, .write_to = "/on", .read_from = &Reply::on, .doc = "."});
  rows.add({.name = "names",
            .field = &Thing::names,
            .write_to = "/names",
            .read_from = &Reply::names,
            .doc = "."});
  rows.add({.name = "groups", .field = &Thing::groups, .write_to = "/groups", .doc = "."});
  rows.add({.name = "tags",
            .field = &Thing::tags,
            .write_to = "/tags",
            .read_from = &Reply::tags,
            .doc = "."});
  rows.add({.name = "nic", .field = &Thing::nic, .rows = nic, .doc = "."});
  rows.add({.name = "unsent", .field = &Thing::unsent, .read_from = &NoteOf, .doc = "."});
  return rows;
}

TEST(ToRequest, PutsEveryKnownAttributeAtItsPointer) {
  const Thing thing{.id = "never sent",
                    .note = "",
                    .size = 40,
                    .rate = 0.5,
                    .on = false,
                    .names = std::vector<std::string>{"b", "a"},
                    .groups = std::set<std::string>{"y", "x"},
                    .tags = std::map<std::string, std::string>{{"k", "v"}},
                    .nic = Nic{.network = "n", .address = "10.0.0.4"},
                    .unsent = "never sent"};
  EXPECT_EQ(ToRequest(Rows().erased(), &thing), Json::parse(R"({
    "note": "", "disk": {"size": 40, "rate": 0.5}, "on": false, "names": ["b", "a"],
    "groups": ["x", "y"], "tags": {"k": "v"}, "nics": [{"subnet_id": "n", "ip": "10.0.0.4"}]})"));
}

TEST(ToRequest, LeavesOutWhatIsNullOrUnknown) {
  const Thing thing{.size = Attr<std::int64_t>::Unknown(),
                    .tags = std::map<std::string, std::string>{},
                    .nic = Nic{.network = "n", .address = Attr<std::string>::Unknown()}};
  EXPECT_EQ(ToRequest(Rows().erased(), &thing),
            Json::parse(R"({"tags": {}, "nics": [{"subnet_id": "n"}]})"));
  const Thing empty;
  EXPECT_EQ(ToRequest(Rows().erased(), &empty), Json::object());
}

TEST(FillFrom, FillsWhatIsReadFromThatSourceAndLeavesTheRest) {
  Thing thing{.id = "old", .rate = 2.0, .unsent = "kept"};
  const Reply reply{
      .id = "new", .note = "n", .size = 7, .on = true, .names = {"a"}, .tags = {{"k", "v"}}};
  ASSERT_TRUE(FillFrom(Rows().erased(), reply, thing).ok());
  const Thing expected{.id = "new",
                       .note = "n",
                       .size = 7,
                       .rate = 2.0,
                       .on = true,
                       .names = std::vector<std::string>{"a"},
                       .tags = std::map<std::string, std::string>{{"k", "v"}},
                       .unsent = "kept"};
  EXPECT_EQ(Rows().erased().Encode(&thing), Rows().erased().Encode(&expected));
}

TEST(FillFrom, AnEmptyTextIsNullUnlessTheStateHoldsAnEmptyText) {
  const struct {
    Attr<std::string> before = {};
    std::string found = {};
    Attr<std::string> after = {};
  } cases[] = {
      {{}, "", {}},    {"", "", ""},   {"a", "", {}},  {Attr<std::string>::Unknown(), "", {}},
      {"a", "b", "b"}, {{}, "b", "b"}, {"", "b", "b"},
  };
  for (const auto& test : cases) {
    Thing thing{.note = test.before};
    ASSERT_TRUE(FillFrom(Rows().erased(), Reply{.note = test.found}, thing).ok());
    EXPECT_TRUE(thing.note == test.after)
        << EncodeAttr(test.before, nullptr).DebugString() << " " << test.found;
  }
}

struct Fixed {
  Attr<std::string> required = {};
  Attr<std::string> replacing = {};
  Attr<std::string> changing = {};
  Attr<std::string> untold = {};
};
struct FixedReply {
  std::string text = {};
};
Attr<std::string> Untold(const FixedReply&) { return Attr<std::string>::Unknown(); }

TEST(FillFrom, WhatAnObjectCannotLoseOrTheSourceDoesNotTellStays) {
  Attributes<Fixed> rows;
  rows.add({.name = "required",
            .field = &Fixed::required,
            .mode = Mode::kRequired,
            .read_from = &FixedReply::text,
            .doc = "."});
  rows.add({.name = "replacing",
            .field = &Fixed::replacing,
            .on_change = Replace{},
            .read_from = &FixedReply::text,
            .doc = "."});
  rows.add(
      {.name = "changing", .field = &Fixed::changing, .read_from = &FixedReply::text, .doc = "."});
  rows.add({.name = "untold", .field = &Fixed::untold, .read_from = &Untold, .doc = "."});
  Fixed fixed{.required = "a", .replacing = "b", .changing = "c", .untold = "d"};
  ASSERT_TRUE(FillFrom(rows.erased(), FixedReply{}, fixed).ok());
  const Fixed expected{.required = "a", .replacing = "b", .untold = "d"};
  EXPECT_EQ(rows.erased().Encode(&fixed), rows.erased().Encode(&expected));
  ASSERT_TRUE(FillFrom(rows.erased(), FixedReply{"new"}, fixed).ok());
  const Fixed changed{.required = "new", .replacing = "new", .changing = "new", .untold = "d"};
  EXPECT_EQ(rows.erased().Encode(&fixed), rows.erased().Encode(&changed));
}

TEST(FillFrom, AFunctionOfTheSourceMaySayNull) {
  Thing thing{.unsent = "a"};
  ASSERT_TRUE(FillFrom(Rows().erased(), OtherReply{.note = "-"}, thing).ok());
  EXPECT_TRUE(thing.unsent.is_null());
  ASSERT_TRUE(FillFrom(Rows().erased(), OtherReply{.note = "b"}, thing).ok());
  EXPECT_TRUE(thing.unsent == Attr<std::string>("b"));
}

}  // namespace
}  // namespace ecs::schema
