#pragma once

#include <boost/iostreams/filtering_stream.hpp>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>

namespace swimsim {

/// Throws InputError: "PATH: message".
[[noreturn]] void refuse_file(const std::string& path, const std::string& message);

/// A file that is decompressed as it is read, if it starts as gzip does. Every failure is an InputError that names the file.
class ByteSource {
 public:
  explicit ByteSource(const std::string& path);

  /// Reads exactly `count` bytes of what `what` names ("the pixels of 12 images").
  void read(std::uint8_t* out, std::size_t count, const std::string& what);

  /// Reads up to `count` bytes; fewer only at the end.
  std::size_t read_some(std::uint8_t* out, std::size_t count);

  /// Refuses data after the end that `expected` names ("the count that its header gives").
  void expect_end(const std::string& expected);

 private:
  std::string path_;
  std::ifstream file_;
  boost::iostreams::filtering_istream stream_;
};

}  // namespace swimsim
