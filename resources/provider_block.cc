#include "resources/provider_block.h"

#include "absl/strings/str_cat.h"
#include "client/curl_transport.h"
#include "client/settings_rows.h"
#include "client/settings_sources.h"
#include "provider/schema/value_checks.h"
#include "resources/cloud.h"

namespace ecs::resources {
namespace {

using schema::Attr;

struct AssumeRole {
  Attr<std::string> agency_name = {};
  Attr<std::string> domain_name = {};
  Attr<std::string> domain_id = {};
  Attr<std::int64_t> duration_seconds = {};
};

struct Block {
  Attr<std::string> auth_url = {};
  Attr<std::string> region = {};
  Attr<std::string> project_id = {};
  Attr<std::string> project_name = {};
  Attr<std::string> domain_id = {};
  Attr<std::string> domain_name = {};
  Attr<std::string> user_name = {};
  Attr<std::string> user_id = {};
  Attr<std::string> password = {};
  Attr<std::string> token = {};
  Attr<std::string> access_key = {};
  Attr<std::string> secret_key = {};
  Attr<std::string> security_token = {};
  Attr<bool> metadata_service = {};
  Attr<AssumeRole> assume_role = {};
  Attr<std::string> cloud = {};
  Attr<std::map<std::string, std::string>> endpoints = {};
  Attr<bool> insecure = {};
  Attr<std::string> cacert_file = {};
  Attr<std::string> cert_file = {};
  Attr<std::string> key_file = {};
  Attr<std::int64_t> max_retries = {};
  Attr<double> requests_per_second = {};
};

// The text of a row, and the variables that can say the same.
std::string Documented(const char* argument, const char* text) {
  return absl::StrCat(text, " Environment: ", client::VariablesOf(argument), ".");
}

void AddPlace(schema::Attributes<Block>& rows) {
  rows.add({.name = "auth_url",
            .field = &Block::auth_url,
            .doc = Documented("auth_url",
                              "URL of IAM, such as `https://iam.eu-de.otc.t-systems.com/v3`.")});
  rows.add({.name = "region",
            .field = &Block::region,
            .doc = Documented("region", "Region, such as `eu-de`.")});
  rows.add({.name = "project_id",
            .field = &Block::project_id,
            .doc = Documented("project_id", "ID of the project.")});
  rows.add({.name = "project_name",
            .field = &Block::project_name,
            .doc = Documented("project_name",
                              "Name of the project; the region's own project unless set.")});
  rows.add({.name = "domain_id",
            .field = &Block::domain_id,
            .doc = Documented("domain_id",
                              "ID of the account, of the user and of the project. The variables "
                              "can name two accounts.")});
  rows.add({.name = "domain_name",
            .field = &Block::domain_name,
            .doc = Documented("domain_name",
                              "Name of the account, of the user and of the project. The "
                              "variables can name two accounts.")});
  rows.add({.name = "cloud",
            .field = &Block::cloud,
            .doc = Documented("cloud",
                              "Entry of `clouds.yaml` that fills what is set neither here nor in "
                              "an `OS_*` variable.")});
  rows.add(
      {.name = "endpoints",
       .field = &Block::endpoints,
       .checks = {schema::EachKey(
           schema::OneOf({client::kServices.begin(), client::kServices.end()}))},
       .doc = Documented(
           "endpoints",
           "URLs by service (`iam`, `ecs`, `vpc`, `evs`, `ims`, `eip`) instead of those of the "
           "catalogue, and of the service `metadata` instead of `http://169.254.169.254`.")});
}

std::shared_ptr<const schema::RowSet> AssumeRoleRows() {
  schema::Attributes<AssumeRole> rows;
  rows.add({.name = "agency_name",
            .field = &AssumeRole::agency_name,
            .doc = Documented("assume_role.agency_name", "Name of the agency.")});
  rows.add({.name = "domain_name",
            .field = &AssumeRole::domain_name,
            .doc = Documented("assume_role.domain_name",
                              "Name of the account that the agency belongs to.")});
  rows.add(
      {.name = "domain_id",
       .field = &AssumeRole::domain_id,
       .doc = Documented("assume_role.domain_id", "ID of that account, instead of its name.")});
  rows.add(
      {.name = "duration_seconds",
       .field = &AssumeRole::duration_seconds,
       .checks = {schema::Between(client::kAgencySecondsMin, client::kAgencySecondsMax)},
       .doc = Documented(
           "assume_role.duration_seconds",
           "How long temporary keys of the agency live, from 900 to 86400; the cloud chooses (900) "
           "unless set. They are renewed in time. With a password or a token there are none.")});
  return rows.share();
}

void AddCredentials(schema::Attributes<Block>& rows) {
  rows.add({.name = "user_name",
            .field = &Block::user_name,
            .doc = Documented("user_name", "Name of the user.")});
  rows.add({.name = "user_id",
            .field = &Block::user_id,
            .doc = Documented("user_id", "ID of the user.")});
  rows.add({.name = "password",
            .field = &Block::password,
            .sensitive = true,
            .doc = Documented("password", "Password of the user.")});
  rows.add({.name = "token",
            .field = &Block::token,
            .sensitive = true,
            .doc = Documented("token", "Token instead of a password; it is not renewed.")});
  rows.add({.name = "access_key",
            .field = &Block::access_key,
            .doc = Documented("access_key", "Access key (AK) to sign requests with.")});
  rows.add({.name = "secret_key",
            .field = &Block::secret_key,
            .sensitive = true,
            .doc = Documented("secret_key", "Secret key (SK) of the access key.")});
  rows.add({.name = "security_token",
            .field = &Block::security_token,
            .sensitive = true,
            .doc = Documented("security_token", "Security token of temporary keys.")});
  rows.add({.name = "metadata_service",
            .field = &Block::metadata_service,
            .doc = Documented("metadata_service",
                              "Whether to sign with the temporary keys that the metadata service "
                              "hands to the server Terraform runs in, if that has an agency. They "
                              "are renewed in time. Nothing asks it unless this is `true`.")});
  rows.add({.name = "assume_role",
            .field = &Block::assume_role,
            .rows = AssumeRoleRows(),
            .doc = "The agency in whose name to act, for another account. The credentials are "
                   "those of who assumes it; project and region are of that account."});
}

void AddTransport(schema::Attributes<Block>& rows) {
  rows.add({.name = "insecure",
            .field = &Block::insecure,
            .doc = Documented("insecure", "Whether TLS certificates are not verified.")});
  rows.add({.name = "cacert_file",
            .field = &Block::cacert_file,
            .doc = Documented("cacert_file", "File of certificates to trust.")});
  rows.add({.name = "cert_file",
            .field = &Block::cert_file,
            .doc = Documented("cert_file", "File of a client certificate.")});
  rows.add({.name = "key_file",
            .field = &Block::key_file,
            .doc = Documented("key_file", "File of its key.")});
  rows.add(
      {.name = "max_retries",
       .field = &Block::max_retries,
       .checks = {schema::Between(0, 100)},
       .doc = Documented(
           "max_retries",
           "How often a request that failed for a passing reason is repeated. 5 unless set.")});
  rows.add({.name = "requests_per_second",
            .field = &Block::requests_per_second,
            .doc = "At most so many requests a second; 0 (default) is no limit."});
}

const schema::Attributes<Block>& Rows() {
  static const auto rows = [] {
    schema::Attributes<Block> all;
    AddPlace(all);
    AddCredentials(all);
    AddTransport(all);
    return all;
  }();
  return rows;
}

void AssumeInto(const AssumeRole& role, client::Settings& settings) {
  settings.agency_name = role.agency_name.value_or("");
  settings.agency_domain_name = role.domain_name.value_or("");
  settings.agency_domain_id = role.domain_id.value_or("");
  if (role.duration_seconds.is_known()) {
    settings.agency_duration_seconds = int(role.duration_seconds.value());
  }
}

client::Settings SettingsOf(const Block& block, const std::string& user_agent) {
  client::Settings settings{.auth_url = block.auth_url.value_or(""),
                            .region = block.region.value_or(""),
                            .project_id = block.project_id.value_or(""),
                            .project_name = block.project_name.value_or(""),
                            .domain_id = block.domain_id.value_or(""),
                            .domain_name = block.domain_name.value_or(""),
                            .user_name = block.user_name.value_or(""),
                            .user_id = block.user_id.value_or(""),
                            .password = Secret(block.password.value_or("")),
                            .token = Secret(block.token.value_or("")),
                            .access_key = block.access_key.value_or(""),
                            .secret_key = Secret(block.secret_key.value_or("")),
                            .security_token = Secret(block.security_token.value_or("")),
                            .cloud = block.cloud.value_or(""),
                            .endpoints = block.endpoints.value_or({}),
                            .cacert_file = block.cacert_file.value_or(""),
                            .cert_file = block.cert_file.value_or(""),
                            .key_file = block.key_file.value_or(""),
                            .user_agent = user_agent};
  if (block.metadata_service.is_known()) {
    settings.metadata_service = block.metadata_service.value();
  }
  if (block.assume_role.is_known()) AssumeInto(block.assume_role.value(), settings);
  if (block.insecure.is_known()) settings.insecure = block.insecure.value();
  if (block.max_retries.is_known()) settings.max_retries = int(block.max_retries.value());
  if (block.requests_per_second.is_known()) {
    settings.requests_per_second = block.requests_per_second.value();
  }
  return settings;
}

// The first argument that is not known yet; empty if all are.
std::string FirstUnknown(const cty::Value& config) {
  for (const auto& [name, value] : config.fields()) {
    if (!value.IsWhollyKnown()) return name;
  }
  return "";
}

// Answers every call with why there is no cloud to ask: while planning, an argument may depend on
// something that does not exist yet.
client::Send Unconfigured(const std::string& argument) {
  return [argument](const Call&, client::Request&) -> Result<client::Response> {
    return Error{.code = Code::kInvalid,
                 .summary = "The provider is not configured completely",
                 .detail = absl::StrCat("The argument ", argument,
                                        " of provider \"ecs\" depends on "
                                        "something that is not known before apply, so the cloud "
                                        "cannot be asked yet."),
                 .hint = "Apply what it depends on first (terraform apply -target=…)."};
  };
}

Result<std::shared_ptr<schema::Backend>> Configure(const cty::Value& config,
                                                   const std::string& user_agent,
                                                   const Outside& outside) {
  Block block;
  if (config.is_known()) {
    ASSIGN_OR_RETURN(block, schema::DecodeAs<Block>(Rows().erased(), config));
    const std::string unknown = FirstUnknown(config);
    if (!unknown.empty()) {
      return std::shared_ptr<schema::Backend>(
          std::make_shared<Cloud>(client::Settings{.auth_url = "http://unknown.invalid",
                                                   .region = "unknown",
                                                   .project_id = "unknown",
                                                   .token = Secret("none")},
                                  Unconfigured(unknown), client::Backoff{}));
    }
  }
  ASSIGN_OR_RETURN(client::Settings settings,
                   client::Complete(SettingsOf(block, user_agent), outside.surroundings));
  RETURN_IF_ERROR(client::Check(settings));
  const client::Backoff backoff = client::BackoffFrom(settings);
  client::Send send = client::Over(outside.wire(settings));
  return std::shared_ptr<schema::Backend>(
      std::make_shared<Cloud>(std::move(settings), std::move(send), backoff));
}

void Validate(const cty::Value& config, schema::Diagnostics& notes) {
  const Result<Block> block = schema::DecodeAs<Block>(Rows().erased(), config);
  if (!block.ok()) return notes.Add(block.error());
  if (block->requests_per_second.is_known() && block->requests_per_second.value() < 0) {
    notes.AddError("Invalid value for requests_per_second",
                   "requests_per_second must not be negative.", Path("requests_per_second"));
  }
}

}  // namespace

Outside RealOutside() {
  return {.surroundings = client::RealSurroundings(), .wire = [](const client::Settings& settings) {
            return client::CurlWire(client::CurlOptionsFrom(settings));
          }};
}

schema::ProviderType ProviderWithoutTypes(const std::string& version, const Outside& outside) {
  return {
      .name = "ecs",
      .doc =
          "Servers of Elastic Cloud Server (ECS) clouds, such as Open Telekom Cloud and "
          "Huawei Cloud. An argument that is not set comes from the first of these that has it: "
          "the `OS_*` environment variables that its text names, the entry `cloud` of "
          "`clouds.yaml`, the `HW_*` variables that its text names.",
      .rows = Rows().share(),
      .validate = Validate,
      .configure = [version, outside](const cty::Value& config, const schema::Host& host) {
        return Configure(config,
                         absl::StrCat("terraform-provider-ecs/", version, " (terraform ",
                                      host.terraform_version, ")"),
                         outside);
      }};
}

}  // namespace ecs::resources
