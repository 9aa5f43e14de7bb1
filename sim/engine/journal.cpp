#include "sim/engine/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "models/common/errors.h"
#include "models/common/hash.h"

namespace swimsim {

namespace {

constexpr std::size_t kHeadLength = 8 + 8 + 64;  // job, length, SHA-256

std::string record(std::size_t job, const std::string& bytes) {
  const std::uint64_t head[2] = {job, bytes.size()};
  return std::string(reinterpret_cast<const char*>(head), sizeof head) + sha256_hex(bytes) + bytes;
}

}  // namespace

Journal::Journal(std::string path, std::string key) : path_(std::move(path)), key_(std::move(key)) {}

Journal::~Journal() {
  if (fd_ >= 0) close(fd_);
}

void Journal::open(const std::function<void(std::size_t, std::string)>& known) {
  if (path_.empty()) return;
  std::ifstream in(path_, std::ios::binary);
  const std::string file{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  in.close();
  std::size_t sound = 0;
  if (file.size() >= key_.size() && file.compare(0, key_.size(), key_) == 0) {
    sound = key_.size();
    while (file.size() - sound >= kHeadLength) {
      std::uint64_t head[2];
      std::memcpy(head, file.data() + sound, sizeof head);
      if (head[1] > file.size() - sound - kHeadLength) break;
      const std::string bytes = file.substr(sound + kHeadLength, head[1]);
      if (file.compare(sound + sizeof head, 64, sha256_hex(bytes)) != 0) break;
      known(head[0], bytes);
      sound += kHeadLength + head[1];
    }
  }
  fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd_ < 0) throw ResourceError(path_ + ": " + std::strerror(errno));
  if (ftruncate(fd_, static_cast<off_t>(sound)) != 0) throw ResourceError(path_ + ": " + std::strerror(errno));
  if (sound == 0) write_all(key_);
}

void Journal::append(std::size_t job, const std::string& bytes) {
  if (fd_ < 0) return;
  write_all(record(job, bytes));
  if (fdatasync(fd_) != 0) throw ResourceError(path_ + ": " + std::strerror(errno));
}

void Journal::write_all(const std::string& bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t n = write(fd_, bytes.data() + written, bytes.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw ResourceError(path_ + ": " + std::strerror(errno));
    written += static_cast<std::size_t>(n);
  }
}

}  // namespace swimsim
