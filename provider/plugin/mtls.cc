#include "provider/plugin/mtls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <chrono>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace ecs::plugin {
namespace {

template <auto free>
struct Freer {
  template <class T>
  void operator()(T* pointer) const {
    free(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Freer<BIO_free>>;

constexpr std::chrono::seconds kClockSkew{30};
constexpr std::chrono::hours kValidity{262980};

Error Refused(const char* step) {
  std::array<char, 256> text = {};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  return Bug(absl::StrCat("OpenSSL: ", step, ": ", text.data()));
}

bool AddExtension(X509& certificate, int nid, const char* value) {
  X509V3_CTX context = {};
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
  Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  return extension != nullptr && X509_add_ext(&certificate, extension.get(), -1) == 1;
}

bool SetSerial(X509& certificate) {
  std::array<unsigned char, 16> bytes = {};
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) return false;
  bytes[0] &= 0x7f;  // serial numbers are positive
  BIGNUM* number = BN_bin2bn(bytes.data(), bytes.size(), nullptr);
  const bool set = number != nullptr &&
                   BN_to_ASN1_INTEGER(number, X509_get_serialNumber(&certificate)) != nullptr;
  BN_free(number);
  return set;
}

bool SetName(X509& certificate) {
  X509_NAME* name = X509_get_subject_name(&certificate);
  const auto* localhost = reinterpret_cast<const unsigned char*>("localhost");
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, localhost, -1, -1, 0) == 1 &&
         X509_set_issuer_name(&certificate, name) == 1;
}

bool SetValidity(X509& certificate, WallTime now) {
  const auto seconds = [](auto time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  };
  return ASN1_TIME_set(X509_getm_notBefore(&certificate), seconds(now - kClockSkew)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(&certificate), seconds(now + kValidity)) != nullptr;
}

Result<Certificate> MakeCertificate(EVP_PKEY& key, WallTime now) {
  Certificate certificate(X509_new());
  if (certificate == nullptr) return Refused("X509_new");
  X509& x = *certificate;
  if (X509_set_version(&x, X509_VERSION_3) != 1 || !SetSerial(x) || !SetName(x) ||
      !SetValidity(x, now) || X509_set_pubkey(&x, &key) != 1) {
    return Refused("filling the certificate");
  }
  // A trust anchor to the client, so it signs itself: CA, as Go servers make it.
  if (!AddExtension(x, NID_basic_constraints, "critical,CA:TRUE") ||
      !AddExtension(x, NID_key_usage, "critical,digitalSignature,keyAgreement,keyCertSign") ||
      !AddExtension(x, NID_ext_key_usage, "serverAuth,clientAuth") ||
      !AddExtension(x, NID_subject_alt_name, "DNS:localhost")) {
    return Refused("adding extensions");
  }
  if (X509_sign(&x, &key, EVP_sha256()) == 0) return Refused("signing");
  return certificate;
}

std::string Text(BIO& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(&bio, &data);
  return std::string(data, static_cast<std::size_t>(size));
}

std::string Base64WithoutPadding(X509& certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(&certificate, &der);
  if (size <= 0) return "";
  const std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  std::string text = absl::Base64Escape(bytes);
  OPENSSL_free(der);
  // Go reads it with RawStdEncoding, which refuses padding.
  while (!text.empty() && text.back() == '=') text.pop_back();
  return text;
}

}  // namespace

Result<Identity> MakeIdentity(WallTime now) {
  Key key(EVP_EC_gen("P-256"));
  if (key == nullptr) return Refused("EVP_EC_gen");
  ASSIGN_OR_RETURN(Certificate certificate, MakeCertificate(*key, now));
  Bio key_bio(BIO_new(BIO_s_mem()));
  Bio certificate_bio(BIO_new(BIO_s_mem()));
  if (key_bio == nullptr || certificate_bio == nullptr ||
      PEM_write_bio_PrivateKey(key_bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1 ||
      PEM_write_bio_X509(certificate_bio.get(), certificate.get()) != 1) {
    return Refused("writing PEM");
  }
  Identity identity = {.key_pem = Secret(Text(*key_bio)),
                       .certificate_pem = Text(*certificate_bio),
                       .certificate_base64 = Base64WithoutPadding(*certificate)};
  if (identity.certificate_base64.empty()) return Refused("writing DER");
  return identity;
}

}  // namespace ecs::plugin
