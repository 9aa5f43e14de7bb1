#include "models/dataset/idx.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <fstream>

#include "models/common/errors.h"

namespace swimsim {

namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& message) {
  throw InputError(std::vector<Diagnostic>{{{path, 0, 0}, message}});
}

// A file that is decompressed as it is read, if it starts as gzip does.
class ByteSource {
 public:
  explicit ByteSource(const std::string& path) : path_(path), file_(path, std::ios::binary) {
    if (!file_) refuse(path, "cannot be opened");
    const int first = file_.get(), second = file_.get();
    file_.clear();
    file_.seekg(0);
    const bool gzip = first == 0x1f && second == 0x8b;
    if (gzip) stream_.push(boost::iostreams::gzip_decompressor());
    stream_.push(file_);
    stream_.exceptions(std::ios::badbit);
  }

  /// Reads exactly `count` bytes of what `what` names.
  void read(std::uint8_t* out, std::size_t count, const std::string& what) {
    const std::size_t got = read_some(out, count);
    if (got < count) refuse(path_, fmt::format("ends in the middle: {} of {} bytes of {} (truncated file?)", got, count, what));
  }

  std::uint32_t read_number(const std::string& what) {
    std::uint8_t b[4];
    read(b, 4, what);
    return std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[2]} << 8 | b[3];
  }

  void expect_end() {
    std::uint8_t extra;
    if (read_some(&extra, 1) != 0) refuse(path_, "has more data after the count that its header gives");
  }

 private:
  std::size_t read_some(std::uint8_t* out, std::size_t count) {
    try {
      stream_.read(reinterpret_cast<char*>(out), static_cast<std::streamsize>(count));
      return static_cast<std::size_t>(stream_.gcount());
    } catch (const boost::iostreams::gzip_error&) {
      refuse(path_, "is not a sound gzip file (truncated or damaged)");
    } catch (const std::ios_base::failure&) {
      refuse(path_, "cannot be read to its end (truncated or damaged)");
    }
  }

  std::string path_;
  std::ifstream file_;
  boost::iostreams::filtering_istream stream_;
};

void expect_magic(ByteSource& source, const std::string& path, std::uint32_t expected, const std::string& kind) {
  const std::uint32_t magic = source.read_number("the header");
  if (magic != expected) refuse(path, fmt::format("is not an IDX file of {}: its magic number is {}, expected {}", kind, magic, expected));
}

void read_images(const std::string& path, ImageSet& set, std::uint32_t& count) {
  constexpr std::uint32_t kMagic = 2051, kMaxSide = 4096;
  constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 30;
  ByteSource source(path);
  expect_magic(source, path, kMagic, "images");
  count = source.read_number("the header");
  const std::uint32_t rows = source.read_number("the header"), columns = source.read_number("the header");
  if (rows < 1 || rows > kMaxSide || columns < 1 || columns > kMaxSide) {
    refuse(path, fmt::format("images of {}x{} pixels; each side must be 1 to {}", rows, columns, kMaxSide));
  }
  const std::uint64_t bytes = std::uint64_t{count} * rows * columns;  // at most 2^56
  if (count < 1 || bytes > kMaxBytes) {
    refuse(path, fmt::format("{} images of {}x{} pixels; 1 image to 1 GiB of pixels are supported", count, rows, columns));
  }
  set.channels = 1;
  set.height = static_cast<int>(rows);
  set.width = static_cast<int>(columns);
  // The header is not believed: memory grows with the data that is really there.
  constexpr std::uint64_t kPiece = std::uint64_t{16} << 20;
  while (set.pixels.size() < bytes) {
    const std::size_t old = set.pixels.size();
    const auto piece = static_cast<std::size_t>(std::min(kPiece, bytes - old));
    set.pixels.resize(old + piece);
    source.read(set.pixels.data() + old, piece, fmt::format("the pixels of {} images", count));
  }
  source.expect_end();
}

void read_labels(const std::string& path, ImageSet& set, std::uint32_t image_count, const std::string& image_path) {
  constexpr std::uint32_t kMagic = 2049;
  ByteSource source(path);
  expect_magic(source, path, kMagic, "labels");
  const std::uint32_t count = source.read_number("the header");
  if (count != image_count) refuse(path, fmt::format("has {} labels, but {} has {} images", count, image_path, image_count));
  set.labels.resize(count);
  source.read(set.labels.data(), count, fmt::format("{} labels", count));
  source.expect_end();
  for (std::size_t i = 0; i < set.labels.size(); ++i) {
    if (set.labels[i] >= set.classes) refuse(path, fmt::format("label {} is {}; expected 0 to {}", i, set.labels[i], set.classes - 1));
  }
}

}  // namespace

ImageSet read_idx(const std::string& image_path, const std::string& label_path, int classes) {
  ImageSet set;
  set.classes = classes;
  std::uint32_t count = 0;
  read_images(image_path, set, count);
  read_labels(label_path, set, count, image_path);
  return set;
}

}  // namespace swimsim
