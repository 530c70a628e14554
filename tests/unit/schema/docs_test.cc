// The pages of a small provider, whole.
#include "provider/schema/docs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/schema/attributes.h"

namespace ecs::schema {
namespace {

struct Disk {
  Attr<std::int64_t> size_gb = {};
};
struct Box {
  Attr<std::string> id = {};
  Attr<std::string> name = {};
  Attr<std::string> secret = {};
  Attr<std::set<std::string>> groups = {};
  Attr<Disk> disk = {};
};
struct Block {
  Attr<std::string> region = {};
};

std::shared_ptr<const RowSet> BoxRows() {
  Attributes<Disk> disk;
  disk.add({.name = "size_gb",
            .field = &Disk::size_gb,
            .mode = Mode::kRequired,
            .on_change = Replace{},
            .doc = "Size.",
            .change_doc = "Grows."});
  Attributes<Box> rows;
  rows.add({.name = "id", .field = &Box::id, .mode = Mode::kComputed, .doc = "ID."});
  rows.add({.name = "name",
            .field = &Box::name,
            .mode = Mode::kRequired,
            .on_change = Replace{},
            .doc = "Name."});
  rows.add({.name = "secret",
            .field = &Box::secret,
            .on_change = Setting{},
            .sensitive = true,
            .write_only = true,
            .doc = "Secret."});
  rows.add({.name = "groups",
            .field = &Box::groups,
            .mode = Mode::kOptionalComputed,
            .on_change = Setting{},
            .doc = "Groups."});
  rows.add({.name = "disk", .field = &Box::disk, .rows = disk, .doc = "Disk."});
  return rows;
}

ProviderType Shop() {
  Attributes<Block> block;
  block.add({.name = "region", .field = &Block::region, .doc = "Region."});
  return {.name = "shop",
          .doc = "A shop.",
          .rows = block.share(),
          .resources = {{.name = "shop_box", .doc = "A box.", .rows = BoxRows()}},
          .data_sources = {{.name = "shop_boxes", .doc = "Boxes.", .rows = block.share()}}};
}

TEST(RenderDocs, APageHasItsExampleItsAttributesByKindAndItsImport) {
  const auto pages = RenderDocs(Shop(), {{"resources/shop_box/resource.tf", "resource {}\n\n"},
                                         {"resources/shop_box/import.sh", "import it"},
                                         {"resources/other/resource.tf", "not shown"}});
  EXPECT_EQ(pages.at("resources/box.md"), R"md(---
page_title: "shop_box (resource)"
---

# shop_box (resource)

A box.

## Example

```terraform
resource {}
```

## Schema

### Required

- `name` (String) Name. Changing this creates a new resource.

### Optional

- `secret` (String, sensitive, write-only) Secret.
- `groups` (Set of String) Groups.
- `disk` (Object) Disk. (see [below](#nested--disk))

### Read-Only

- `id` (String) ID.

<a id="nested--disk"></a>
## Nested schema of `disk`

### Required

- `size_gb` (Number) Size. Grows.

## Import

```shell
import it
```
)md");
}

TEST(RenderDocs, EveryTypeAndTheProviderHaveAPage) {
  const auto pages = RenderDocs(Shop(), {});
  std::vector<std::string> names;
  for (const auto& [name, text] : pages) names.push_back(name);
  EXPECT_THAT(names, testing::ElementsAre("data-sources/boxes.md", "index.md", "resources/box.md"));
  EXPECT_EQ(pages.at("index.md"), R"md(---
page_title: "shop provider"
---

# shop provider

A shop.

## Schema

### Optional

- `region` (String) Region.
)md");
}

}  // namespace
}  // namespace ecs::schema
