#include "base/error.h"

#include <gtest/gtest.h>

namespace ecs {
namespace {

TEST(Error, SaysWhatCameBackWhereAndWhatToDoNext) {
  const Error error{.code = Code::kInvalid,
                    .summary = "Creating the server failed",
                    .detail = "The cloud refused the request.",
                    .path = Path("image_id"),
                    .api = ApiFault{.http_status = 400,
                                    .code = "Ecs.0031",
                                    .message = "The image does not exist.",
                                    .request_id = "7f2c",
                                    .operation = "POST /v1/{project_id}/cloudservers",
                                    .job_id = "ff80"},
                    .hint = "Use an image of this region."};
  EXPECT_EQ(error.Text(),
            "The cloud refused the request.\n"
            "\n"
            "The image does not exist.\n"
            "\n"
            "  API code:   Ecs.0031\n"
            "  Operation:  POST /v1/{project_id}/cloudservers (HTTP 400)\n"
            "  Request ID: 7f2c\n"
            "  Job ID:     ff80\n"
            "\n"
            "Hint: Use an image of this region.");
}

TEST(Error, LeavesOutWhatIsNotThere) {
  EXPECT_EQ((Error{.detail = "No route to host."}).Text(), "No route to host.");
  EXPECT_EQ((Error{.hint = "Try again."}).Text(), "Hint: Try again.");
  EXPECT_EQ((Error{.api = ApiFault{.code = "Ecs.0001"}}).Text(), "\n  API code:   Ecs.0001");
}

TEST(Error, DoesNotRepeatTheMessageThatTheDetailHolds) {
  const Error error{.detail = "The cloud said: quota exceeded.",
                    .api = ApiFault{.message = "quota exceeded"}};
  EXPECT_EQ(error.Text(), "The cloud said: quota exceeded.");
}

TEST(Error, KeepsThePathAndHintThatItHasAlready) {
  const Error error{.path = Path("flavor"), .hint = "first"};
  EXPECT_EQ(error.At(Path("name")).path, Path("flavor"));
  EXPECT_EQ(error.Hint("second").hint, "first");
  EXPECT_EQ(Error{}.At(Path("name")).path, Path("name"));
  EXPECT_EQ(Error{}.Hint("second").hint, "second");
  EXPECT_EQ(error.While("Resizing failed").summary, "Resizing failed");
}

TEST(Error, ABugSaysThatItIsOurs) {
  const Error error = Bug("An exception left PlanResourceChange.");
  EXPECT_EQ(error.code, Code::kBug);
  EXPECT_EQ(error.summary, "The ECS provider has a bug");
}

}  // namespace
}  // namespace ecs
