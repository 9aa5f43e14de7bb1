#include "sim/engine/checkpoint.h"

#include <filesystem>

#include "models/common/atomic_file.h"
#include "models/common/errors.h"
#include "models/common/hash.h"
#include "models/common/read_file.h"

namespace swimsim {

namespace {

constexpr std::string_view kMagic = "swimsim checkpoint 1\n";
constexpr std::size_t kDigestLength = 64;
constexpr std::size_t kMaxBytes = std::size_t{16} << 30;

}  // namespace

// The file: magic, key, SHA-256 of the state, state.
Checkpoint::Found Checkpoint::load(std::string& state) const {
  std::error_code ignored;
  if (path_.empty() || !std::filesystem::exists(path_, ignored)) return Found::nothing;
  std::string file;
  try {
    file = read_file(path_, kMaxBytes);
  } catch (const InputError&) {
    return Found::damaged;
  }
  const std::size_t head = kMagic.size() + 2 * kDigestLength;
  if (file.size() < head || file.compare(0, kMagic.size(), kMagic) != 0) return Found::damaged;
  const std::string_view body = std::string_view(file).substr(head);
  if (file.compare(kMagic.size() + kDigestLength, kDigestLength, sha256_hex(body)) != 0) return Found::damaged;
  if (file.compare(kMagic.size(), kDigestLength, key_) != 0) return Found::another;
  state = body;
  return Found::state;
}

void Checkpoint::store(std::string_view state) const {
  if (path_.empty()) return;
  AtomicFile file(path_);
  file.append(kMagic);
  file.append(key_);
  file.append(sha256_hex(state));
  file.append(state);
  file.commit();
}

void Checkpoint::remove() const {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove(path_, ignored);
}

}  // namespace swimsim
