#include "models/common/build_info.h"

#include <fmt/format.h>

namespace swimsim {

std::string program_version() { return SWIMSIM_VERSION; }

std::string instruction_set() {
#if defined(__AVX512F__)
  return "x86-64 AVX-512";
#elif defined(__AVX2__)
  return "x86-64 AVX2";
#elif defined(__x86_64__)
  return "x86-64";
#elif defined(__aarch64__)
  return "aarch64";
#else
  return "unknown";
#endif
}

std::string compiler() {
#if defined(__clang__)
  return fmt::format("Clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
  return fmt::format("GCC {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

std::string build_identity() { return program_version() + "|" + instruction_set() + "|" + compiler(); }

}  // namespace swimsim
