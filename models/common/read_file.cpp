#include "models/common/read_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "models/common/errors.h"

namespace swimsim {

namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& why) { throw InputError({Diagnostic{{path, 0, 0}, why}}); }

std::string errno_text() { return std::generic_category().message(errno); }

class Descriptor {
 public:
  explicit Descriptor(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    if (fd_ < 0) refuse(path, "cannot be opened: " + errno_text());
  }
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

std::string read_file(const std::string& path, std::size_t max_bytes) {
  const Descriptor file(path);
  struct stat status {};
  if (::fstat(file.fd(), &status) != 0) refuse(path, "cannot be examined: " + errno_text());
  if (!S_ISREG(status.st_mode)) refuse(path, S_ISDIR(status.st_mode) ? "is a folder, not a file" : "is not a regular file");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > max_bytes) refuse(path, fmt::format("has {} bytes; at most {} are read", size, max_bytes));
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t count = ::read(file.fd(), bytes.data() + done, size - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) refuse(path, "cannot be read: " + errno_text());
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  bytes.resize(done);
  return bytes;
}

}  // namespace swimsim
