#include "provider/plugin/socket_file.h"

#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"

namespace ecs::plugin {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(SocketFile, ChoosesAnotherNameEachTime) {
  const Result<SocketFile> one = SocketFile::Choose("/tmp");
  const Result<SocketFile> other = SocketFile::Choose("/tmp");
  ASSERT_TRUE(one.ok());
  ASSERT_TRUE(other.ok());
  EXPECT_THAT(one->path(), StartsWith(absl::StrCat("/tmp/tf-ecs-", ::getpid(), "-")));
  EXPECT_NE(one->path(), other->path());
}

TEST(SocketFile, RefusesAPathThatASocketAddressCannotHold) {
  const std::size_t name = SocketFile::Choose("")->path().size();
  EXPECT_TRUE(SocketFile::Choose(std::string(107 - name, 'd')).ok());
  const Result<SocketFile> refused = SocketFile::Choose(std::string(108 - name, 'd'));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kInvalid);
  EXPECT_THAT(refused.error().detail, HasSubstr("at most 107 bytes"));
  EXPECT_THAT(refused.error().detail, HasSubstr("has 108."));
  EXPECT_THAT(refused.error().hint, HasSubstr("TMPDIR"));
}

TEST(SocketFile, RefusesADirectoryThatBreaksTheHandshakeLine) {
  EXPECT_FALSE(SocketFile::Choose("/tmp/a|b").ok());
  EXPECT_FALSE(SocketFile::Choose("/tmp/a\nb").ok());
}

TEST(SocketFile, EscapesItsUri) {
  EXPECT_THAT(SocketFile::Choose("/tmp/50% off?#é")->Uri(),
              StartsWith("unix:/tmp/50%25%20off%3f%23%c3%a9/tf-ecs-"));
}

TEST(SocketFile, RemovesTheFileAtTheEndOfItsLife) {
  std::string path;
  {
    const Result<SocketFile> file = SocketFile::Choose(::testing::TempDir());
    ASSERT_TRUE(file.ok());
    path = file->path();
    std::ofstream(path) << "x";
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

// Of our own group, or its number where it has no name.
std::string GroupName() {
  const struct group* own = ::getgrgid(::getegid());
  return own != nullptr ? own->gr_name : absl::StrCat(::getegid());
}

TEST(SocketFile, OpensItselfToAGroup) {
  const Result<SocketFile> file = SocketFile::Choose(::testing::TempDir());
  ASSERT_TRUE(file.ok());
  std::ofstream(file->path()) << "x";
  ASSERT_TRUE(file->GiveTo(GroupName()).ok());
  struct stat facts = {};
  ASSERT_EQ(::stat(file->path().c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0660u);
  EXPECT_EQ(facts.st_gid, ::getegid());

  EXPECT_TRUE(file->GiveTo(absl::StrCat(::getegid())).ok());
  const Status unknown = file->GiveTo("no such group");
  ASSERT_FALSE(unknown.ok());
  EXPECT_THAT(unknown.error().detail, HasSubstr("There is no group no such group."));
}

}  // namespace
}  // namespace ecs::plugin
