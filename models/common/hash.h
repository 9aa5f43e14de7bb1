#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace swimsim {

/// SHA-256 of a stream of bytes.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  Sha256& update(std::string_view bytes);
  /// 64 lower-case hexadecimal digits; the object is spent afterwards.
  std::string hex();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

std::string sha256_hex(std::string_view bytes);

/// Throws InputError if the file cannot be read.
std::string sha256_hex_of_file(const std::string& path);

}  // namespace swimsim
