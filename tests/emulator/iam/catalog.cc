#include "tests/emulator/iam/catalog.h"

#include "tests/emulator/cloud/text.h"

namespace emulator {

std::string ImageBase(const std::string& base) {
  constexpr std::string_view kFirstName = "http://127.0.0.1";
  if (!StartsWith(base, kFirstName)) return base;
  return StrCat("http://localhost", base.substr(kFirstName.size()));
}

Json CredentialJson(Cloud& cloud, ecs::WallTime expires) {
  const std::string access = cloud.iam.IssueKey(expires);
  const AccessKey& key = cloud.iam.Key(access);
  return {{"credential",
           {{"access", access},
            {"secret", key.secret},
            {"securitytoken", key.security_token},
            {"expires_at", IsoMicrosZ(expires)}}}};
}

Json Catalog(const Cloud& cloud, const std::string& base) {
  const std::string& project = cloud.options.project_id;
  Json catalog = Json::array();
  const auto add = [&](const std::string& type, const std::string& name, const std::string& url) {
    const std::string id = Hex(Sha224(StrCat(type, name))).substr(0, 32);
    Json endpoint = {{"id", id},
                     {"interface", "public"},
                     {"region", cloud.options.region},
                     {"region_id", cloud.options.region},
                     {"url", url}};
    catalog.push_back(
        {{"type", type}, {"name", name}, {"id", id}, {"endpoints", Json::array({endpoint})}});
  };
  add("identity", "iam", StrCat(base, "/v3"));
  add("compute", "nova", StrCat(base, "/v2.1/", project));
  add("ecs", "ecs", StrCat(base, "/v1/", project));
  add("vpc", "vpc", StrCat(base, "/v1/", project));
  add("network", "neutron", base);
  add("volumev2", "evs", StrCat(base, "/v2/", project));
  add("volumev3", "evs", StrCat(base, "/v3/", project));
  add("evs", "evs", StrCat(base, "/v2/", project));
  add("image", "ims", ImageBase(base));
  add("ims", "ims", ImageBase(base));
  add("eip", "eip", StrCat(base, "/v1/", project));
  return catalog;
}

}  // namespace emulator
