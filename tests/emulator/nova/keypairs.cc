// Native key pairs: api/nova-v2.1.md section 10.
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "tests/emulator/cloud/text.h"
#include "tests/emulator/nova/nova.h"

namespace emulator {
namespace {

constexpr std::size_t kNameMax = 255;

// As OpenSSH shows MD5 fingerprints, though of a shortened SHA-256: nobody compares it with a key.
std::string Fingerprint(const std::string& public_key) {
  const std::string hex = Hex(Sha256(public_key)).substr(0, 32);
  std::vector<std::string> pairs;
  for (std::size_t i = 0; i < hex.size(); i += 2) pairs.push_back(hex.substr(i, 2));
  return Join(pairs, ":");
}

bool IsPublicKey(const std::string& text) {
  const std::vector<std::string> words = SplitWords(text, ' ');
  std::string bytes;
  return words.size() >= 2 && !words[1].empty() && absl::Base64Unescape(words[1], &bytes);
}

Json Shown(const Cloud& cloud, const Exchange& in, const KeyPair& pair, bool in_list) {
  Json json = {
      {"name", pair.id}, {"public_key", pair.public_key}, {"fingerprint", pair.fingerprint}};
  if (Since(in, 2)) json["type"] = pair.type;
  if (in_list) return json;
  json["user_id"] = cloud.options.user_id;
  json["id"] = pair.number;
  json["created_at"] = IsoMicros(pair.created);
  json["updated_at"] = nullptr;
  json["deleted"] = false;
  json["deleted_at"] = nullptr;
  return json;
}

Response NoSuchKeyPair(const Cloud& cloud, const std::string& name) {
  return NovaError(404, StrCat("Keypair ", name, " not found for user ", cloud.options.user_id));
}

Response ListKeyPairs(Cloud& cloud, const Exchange& in) {
  std::vector<std::string> ids;
  for (const KeyPair& pair : cloud.store.key_pairs) ids.push_back(pair.id);
  Page page = {.begin = 0, .end = ids.size()};
  if (Since(in, 35)) {
    if (auto refused = MakePage(in, ids, 1000, page)) return *refused;
  }
  Json rows = Json::array();
  for (std::size_t i = page.begin; i < page.end; ++i) {
    rows.push_back({{"keypair", Shown(cloud, in, *cloud.store.key_pairs.Find(ids[i]), true)}});
  }
  Json body = {{"keypairs", std::move(rows)}};
  if (!page.next.empty()) {
    body["keypairs_links"] = Json::array({{{"rel", "next"}, {"href", page.next}}});
  }
  return JsonReply(200, body);
}

Response ShowKeyPair(Cloud& cloud, const Exchange& in) {
  const KeyPair* pair = cloud.store.key_pairs.Find(in.Param("name"));
  if (pair == nullptr) return NoSuchKeyPair(cloud, in.Param("name"));
  return JsonReply(200, {{"keypair", Shown(cloud, in, *pair, false)}});
}

Response CreateKeyPair(Cloud& cloud, const Exchange& in) {
  const Json& given = Member(in.body, "keypair");
  const std::string name = TextOf(given, "name");
  if (name.empty() || name.size() > kNameMax) {
    return NovaError(400, "Invalid input for field/attribute name.");
  }
  if (cloud.store.key_pairs.Find(name) != nullptr) {
    return NovaError(409, StrCat("Key pair '", name, "' already exists."));
  }
  const std::string type = TextOf(given, "type", "ssh");
  std::string public_key = TextOf(given, "public_key");
  const bool generated = public_key.empty();
  if (!generated && type == "ssh" && !IsPublicKey(public_key)) {
    return NovaError(400, "Keypair data is invalid: failed to generate fingerprint");
  }
  if (generated) {
    public_key =
        StrCat("ssh-rsa ", absl::Base64Escape(cloud.ids.HexDigits(200)), " Generated-by-Nova");
  }
  const KeyPair& pair =
      cloud.store.key_pairs.Add({.id = name,
                                 .number = static_cast<int>(cloud.ids.Next() % 1000000),
                                 .public_key = public_key,
                                 .fingerprint = Fingerprint(public_key),
                                 .type = type,
                                 .created = cloud.wall()});
  Json json = Shown(cloud, in, pair, true);
  json["user_id"] = cloud.options.user_id;
  if (generated) {
    json["private_key"] =
        StrCat("-----BEGIN RSA PRIVATE KEY-----\n", absl::Base64Escape(cloud.ids.HexDigits(600)),
               "\n-----END RSA PRIVATE KEY-----\n");
  }
  return JsonReply(Since(in, 2) ? 201 : 200, {{"keypair", std::move(json)}});
}

Response DeleteKeyPair(Cloud& cloud, const Exchange& in) {
  if (!cloud.store.key_pairs.Remove(in.Param("name"))) {
    return NoSuchKeyPair(cloud, in.Param("name"));
  }
  return EmptyReply(Since(in, 2) ? 204 : 202);
}

}  // namespace

void AddNovaKeyPairRoutes(Router& router) {
  AddNova(router, "GET", "/os-keypairs", "ListKeyPairs", ListKeyPairs);
  AddNova(router, "POST", "/os-keypairs", "CreateKeyPair", CreateKeyPair);
  AddNova(router, "GET", "/os-keypairs/{name}", "ShowKeyPair", ShowKeyPair);
  AddNova(router, "DELETE", "/os-keypairs/{name}", "DeleteKeyPair", DeleteKeyPair);
}

}  // namespace emulator
