#include "models/dataset/byte_source.h"

#include <fmt/format.h>

#include <boost/iostreams/filter/gzip.hpp>
#include <vector>

#include "models/common/errors.h"

namespace swimsim {

void refuse_file(const std::string& path, const std::string& message) {
  throw InputError(std::vector<Diagnostic>{{{path, 0, 0}, message}});
}

ByteSource::ByteSource(const std::string& path) : path_(path), file_(path, std::ios::binary) {
  if (!file_) refuse_file(path, "cannot be opened");
  const int first = file_.get(), second = file_.get();
  file_.clear();
  file_.seekg(0);
  const bool gzip = first == 0x1f && second == 0x8b;
  if (gzip) stream_.push(boost::iostreams::gzip_decompressor());
  stream_.push(file_);
  stream_.exceptions(std::ios::badbit);
}

void ByteSource::read(std::uint8_t* out, std::size_t count, const std::string& what) {
  const std::size_t got = read_some(out, count);
  if (got < count) refuse_file(path_, fmt::format("ends in the middle: {} of {} bytes of {} (truncated file?)", got, count, what));
}

std::size_t ByteSource::read_some(std::uint8_t* out, std::size_t count) {
  try {
    stream_.read(reinterpret_cast<char*>(out), static_cast<std::streamsize>(count));
    return static_cast<std::size_t>(stream_.gcount());
  } catch (const boost::iostreams::gzip_error&) {
    refuse_file(path_, "is not a sound gzip file (truncated or damaged)");
  } catch (const std::ios_base::failure&) {
    refuse_file(path_, "cannot be read to its end (truncated or damaged)");
  }
}

void ByteSource::expect_end(const std::string& expected) {
  std::uint8_t extra;
  if (read_some(&extra, 1) != 0) refuse_file(path_, "has more data after " + expected);
}

}  // namespace swimsim
