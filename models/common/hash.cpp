#include "models/common/hash.h"

#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "models/common/errors.h"

namespace swimsim {

namespace {

void require(int status) {
  if (status != 1) throw std::runtime_error("OpenSSL refuses to compute SHA-256");
}

}  // namespace

struct Sha256::Context {
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> evp{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

Sha256::Sha256() : context_(std::make_unique<Context>()) { require(EVP_DigestInit_ex(context_->evp.get(), EVP_sha256(), nullptr)); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::update(std::string_view bytes) {
  require(EVP_DigestUpdate(context_->evp.get(), bytes.data(), bytes.size()));
  return *this;
}

std::string Sha256::hex() {
  std::array<unsigned char, 32> digest{};
  unsigned length = 0;
  require(EVP_DigestFinal_ex(context_->evp.get(), digest.data(), &length));
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : digest) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string sha256_hex(std::string_view bytes) { return Sha256().update(bytes).hex(); }

std::string sha256_hex_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw InputError({Diagnostic{{path, 0, 0}, "cannot be opened: " + std::generic_category().message(errno)}});
  Sha256 hash;
  std::string buffer(std::size_t{1} << 16, '\0');
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    hash.update(std::string_view(buffer).substr(0, static_cast<std::size_t>(file.gcount())));
  }
  if (file.bad()) throw InputError({Diagnostic{{path, 0, 0}, "cannot be read: " + std::generic_category().message(errno)}});
  return hash.hex();
}

}  // namespace swimsim
