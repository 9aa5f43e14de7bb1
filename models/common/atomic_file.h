#pragma once

#include <string>
#include <string_view>

namespace swimsim {

/// A file that appears under its name only when it is complete: written under a temporary name in the same folder, flushed to the disk,
/// then renamed. Destroyed without `commit`, it leaves nothing behind. Every failure (no space, no permission) is a ResourceError with the
/// path and the system's reason.
class AtomicFile {
 public:
  explicit AtomicFile(std::string path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void append(std::string_view bytes);
  void commit();

  /// For libraries that write files by name themselves: the temporary name. Commit flushes what they wrote.
  const std::string& temporary_path() const { return temporary_; }

 private:
  [[noreturn]] void fail(const char* what) const;

  std::string path_, temporary_;
  int fd_ = -1;
};

void write_file_atomically(const std::string& path, std::string_view bytes);

}  // namespace swimsim
