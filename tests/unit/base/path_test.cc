#include "base/path.h"

#include <gtest/gtest.h>

namespace ecs {
namespace {

TEST(Path, ReadsAsTheUserWouldWriteIt) {
  const struct {
    Path path;
    std::string text;
  } cases[] = {
      {Path(), ""},
      {Path("name"), "name"},
      {Path("network_interface") / "security_group_ids", "network_interface.security_group_ids"},
      {Path("tags").At("env"), "tags[\"env\"]"},
      {Path("servers").At(std::int64_t{3}) / "id", "servers[3].id"},
  };
  for (const auto& c : cases) EXPECT_EQ(c.path.ToString(), c.text);
}

TEST(Path, GrowsWithoutChangingWhatItGrewFrom) {
  const Path root("system_disk");
  const Path longer = root / "size_gb";
  EXPECT_EQ(root.ToString(), "system_disk");
  EXPECT_EQ(longer.steps().size(), 2u);
  EXPECT_NE(root, longer);
}

}  // namespace
}  // namespace ecs
