#include "provider/plugin/mtls.h"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <memory>
#include <string>

#include "absl/strings/escaping.h"

namespace ecs::plugin {
namespace {

const WallTime kNow{std::chrono::seconds(1714552200)};  // 2024-05-01T08:30:00Z

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Certificate ParsePem(const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  Certificate certificate(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr), &X509_free);
  BIO_free(bio);
  return certificate;
}

Key ParseKey(const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  Key key(PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr), &EVP_PKEY_free);
  BIO_free(bio);
  return key;
}

std::string Date(const ASN1_TIME* time) {
  tm parts = {};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "";
  char text[32] = {};
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

TEST(MakeIdentity, MakesTheCertificateThatGoClientsAccept) {
  const Result<Identity> identity = MakeIdentity(kNow);
  ASSERT_TRUE(identity.ok()) << identity.error().Text();
  const Certificate certificate = ParsePem(identity->certificate_pem);
  ASSERT_NE(certificate, nullptr);
  X509* x = certificate.get();
  EXPECT_EQ(X509_check_host(x, "localhost", 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, nullptr), 1);
  EXPECT_EQ(X509_check_host(x, "example.org", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_get_extended_key_usage(x), static_cast<uint32_t>(XKU_SSL_SERVER | XKU_SSL_CLIENT));
  EXPECT_NE(X509_get_key_usage(x) & KU_DIGITAL_SIGNATURE, 0u);
  EXPECT_EQ(Date(X509_get0_notBefore(x)), "2024-05-01T08:29:30Z");
  EXPECT_EQ(Date(X509_get0_notAfter(x)), "2054-05-01T20:30:00Z");
  EXPECT_EQ(X509_verify(x, X509_get0_pubkey(x)), 1);
  EXPECT_FALSE(ASN1_INTEGER_get(X509_get0_serialNumber(x)) == 0);
}

TEST(MakeIdentity, GivesAP256KeyThatFitsTheCertificate) {
  const Result<Identity> identity = MakeIdentity(kNow);
  ASSERT_TRUE(identity.ok());
  const Key key = ParseKey(identity->key_pem.Reveal());
  ASSERT_NE(key, nullptr);
  char group[32] = {};
  EXPECT_EQ(EVP_PKEY_get_group_name(key.get(), group, sizeof(group), nullptr), 1);
  EXPECT_STREQ(group, "prime256v1");
  EXPECT_EQ(X509_check_private_key(ParsePem(identity->certificate_pem).get(), key.get()), 1);
}

TEST(MakeIdentity, EncodesTheSameCertificateWithoutPadding) {
  const Result<Identity> identity = MakeIdentity(kNow);
  ASSERT_TRUE(identity.ok());
  const std::string& text = identity->certificate_base64;
  EXPECT_EQ(
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
      std::string::npos);
  std::string der;
  ASSERT_TRUE(absl::Base64Unescape(text, &der));
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const Certificate decoded(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())), &X509_free);
  ASSERT_NE(decoded, nullptr);
  EXPECT_EQ(X509_cmp(decoded.get(), ParsePem(identity->certificate_pem).get()), 0);
}

TEST(MakeIdentity, MakesAnotherKeyEachTime) {
  EXPECT_FALSE(MakeIdentity(kNow)->key_pem == MakeIdentity(kNow)->key_pem);
}

}  // namespace
}  // namespace ecs::plugin
