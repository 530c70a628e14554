// The password of the guest's administrator. Cloud: ecs-v1.md sections 2.1 and 18.
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "resources/server/server.h"

namespace ecs::resources::server {
namespace {

// What the cloud wants of a password (ecs-v1.md section 2.1): three of the four kinds.
bool IsStrong(const std::string& password) {
  bool upper = false, lower = false, digit = false, special = false;
  for (const char c : password) {
    upper = upper || absl::ascii_isupper(static_cast<unsigned char>(c));
    lower = lower || absl::ascii_islower(static_cast<unsigned char>(c));
    digit = digit || absl::ascii_isdigit(static_cast<unsigned char>(c));
    special = special || !absl::ascii_isalnum(static_cast<unsigned char>(c));
  }
  return upper + lower + digit + special >= 3;
}

void CheckStrength(const Attr<std::string>& password, const char* name,
                   schema::Diagnostics& notes) {
  if (!password.is_known() || IsStrong(password.value())) return;
  notes.AddError("The password is too weak",
                 absl::StrCat(name,
                              " must hold at least three of: upper case letters, lower case "
                              "letters, digits, other characters."),
                 Path(name));
}

}  // namespace

const Attr<std::string>& PasswordOf(const Server& server) {
  return server.admin_password_wo.is_known() ? server.admin_password_wo : server.admin_password;
}

void ValidatePasswords(const Server& config, schema::Diagnostics& notes) {
  CheckStrength(config.admin_password, "admin_password", notes);
  CheckStrength(config.admin_password_wo, "admin_password_wo", notes);
  // An unknown one may turn out to be null.
  if (config.admin_password.is_known() && config.admin_password_wo.is_known()) {
    notes.AddError("Two passwords", "Set either admin_password or admin_password_wo, not both.",
                   Path("admin_password"));
  }
  if (config.admin_password_wo_version.is_known() && config.admin_password_wo.is_null()) {
    notes.AddError("A version of no password", "admin_password_wo_version needs admin_password_wo.",
                   Path("admin_password_wo_version"));
  }
}

Status ChangePassword(const Call& call, Cloud& cloud, const Change& change, Record&) {
  const Attr<std::string>& password = PasswordOf(change.after);
  // No password any more is no order to set one.
  if (!password.is_known()) return Ok{};
  const Status done =
      cloud.ecs.ResetPassword(call, change.after.id.value(), Secret(password.value()));
  if (done.ok()) return Ok{};
  const Path path =
      Path(change.after.admin_password_wo.is_known() ? "admin_password_wo" : "admin_password");
  const Error error = done.error().While("Setting the password failed").At(path);
  if (!client::NotOffered(done.error())) return error;
  return error.Hint(
      "Change it in the guest, or replace the server (terraform apply "
      "-replace=ADDRESS).");
}

}  // namespace ecs::resources::server
