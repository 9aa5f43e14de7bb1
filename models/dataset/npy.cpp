#include "models/dataset/npy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "models/common/errors.h"
#include "models/dataset/loading.h"

namespace swimsim {

namespace {

constexpr std::uint64_t kMaxSide = 4096, kMaxChannels = 1024, kMaxImages = 100'000'000;

/// The Python literal of the head: {'descr': '<i8', 'fortran_order': False, 'shape': (3, 4), }.
class HeaderText {
 public:
  HeaderText(std::string_view text, const std::string& path) : text_(text), path_(path) {}

  NpyHeader parse() {
    NpyHeader header;
    bool has_type = false, has_order = false, has_shape = false;
    expect('{');
    while (!taken('}')) {
      const std::string key = quoted();
      expect(':');
      if (key == "descr" && !has_type) {
        read_type(header);
        has_type = true;
      } else if (key == "fortran_order" && !has_order) {
        header.fortran_order = boolean();
        has_order = true;
      } else if (key == "shape" && !has_shape) {
        header.shape = tuple();
        has_shape = true;
      } else {
        fail(fmt::format("'{}' does not belong there", key));
      }
      if (!taken(',') && next() != '}') fail("a comma is missing");
    }
    if (next() != '\0') fail("there is more after its end");
    if (!has_type || !has_order || !has_shape) fail("'descr', 'fortran_order' or 'shape' is missing");
    return header;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    refuse_file(path_, fmt::format("its header cannot be read: {} (byte {} of it)", why, at_));
  }

  char next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool taken(char c) {
    if (next() != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!taken(c)) fail(fmt::format("expected '{}'", c));
  }

  std::string quoted() {
    const char quote = next();
    if (quote != '\'' && quote != '"') fail("expected a text in quotes (structured arrays are not supported)");
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) fail("a quote is not closed");
    std::string word(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return word;
  }

  void read_type(NpyHeader& header) {
    header.type = quoted();
    const std::string_view type = header.type;
    const bool sound = type.size() >= 3 && type.size() <= 4 && std::string_view("<>|=").find(type[0]) != std::string_view::npos &&
                       std::all_of(type.begin() + 2, type.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    if (!sound) fail(fmt::format("type '{}' is none of plain numbers", header.type));
    header.kind = type[1];
    for (const char digit : type.substr(2)) header.item_bytes = 10 * header.item_bytes + (digit - '0');
    header.little_endian = header.item_bytes == 1 || type[0] != '>';
  }

  bool boolean() {
    next();
    for (const std::string_view word : {"True", "False"}) {
      if (text_.substr(at_, word.size()) != word) continue;
      at_ += word.size();
      return word == "True";
    }
    fail("expected True or False");
  }

  std::vector<std::uint64_t> tuple() {
    constexpr std::size_t kMaxDimensions = 32;
    std::vector<std::uint64_t> numbers;
    expect('(');
    while (!taken(')')) {
      if (numbers.size() == kMaxDimensions) fail(fmt::format("more than {} dimensions", kMaxDimensions));
      numbers.push_back(whole_number());
      if (!taken(',') && next() != ')') fail("a comma is missing");
    }
    return numbers;
  }

  std::uint64_t whole_number() {
    constexpr std::uint64_t kMost = std::uint64_t{1} << 48;
    if (std::isdigit(static_cast<unsigned char>(next())) == 0) fail("expected a whole number");
    std::uint64_t number = 0;
    for (; at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0; ++at_) {
      number = 10 * number + static_cast<std::uint64_t>(text_[at_] - '0');
      if (number > kMost) fail("a number is too large");
    }
    return number;
  }

  std::string_view text_;
  const std::string& path_;
  std::size_t at_ = 0;
};

std::string shape_text(const std::vector<std::uint64_t>& shape) {
  std::string text;
  for (const std::uint64_t side : shape) text += fmt::format("{}{}", text.empty() ? "" : ", ", side);
  return "(" + text + ")";
}

void check_order(const NpyHeader& header, const std::string& path) {
  if (header.fortran_order) refuse_file(path, "is in Fortran order; save it with numpy.ascontiguousarray");
  if (!header.little_endian)
    refuse_file(path, fmt::format("holds '{}', big-endian numbers; little-endian ones are supported", header.type));
}

/// Reads the first `wanted` images (0: all) into a set without labels; returns how many the file has.
std::uint64_t read_images(const std::string& path, int wanted, ImageSet& set) {
  ByteSource source(path);
  const NpyHeader header = read_npy_header(source, path);
  const std::vector<std::uint64_t>& shape = header.shape;
  const bool grey = shape.size() == 3;
  if (header.kind != 'u' || header.item_bytes != 1) refuse_file(path, fmt::format("holds '{}'; images are uint8, '|u1'", header.type));
  if (shape.size() != 4 && !grey)
    refuse_file(path, fmt::format("has shape {}; [image][row][column] or [image][channel][row][column] is expected", shape_text(shape)));
  check_order(header, path);
  const std::uint64_t channels = grey ? 1 : shape[1], height = shape[shape.size() - 2], width = shape.back();
  if (!grey && channels > 4 && (width == 1 || width == 3))
    refuse_file(path, fmt::format("has shape {}, which looks like [image][row][column][channel]; [image][channel][row][column] is expected",
                                  shape_text(shape)));
  const bool sound = shape[0] >= 1 && shape[0] <= kMaxImages && channels >= 1 && channels <= kMaxChannels && height >= 1 && width >= 1 &&
                     height <= kMaxSide && width <= kMaxSide;
  if (!sound)
    refuse_file(path, fmt::format("has shape {}; 1 to {} images, 1 to {} channels and sides of 1 to {} are supported", shape_text(shape),
                                  kMaxImages, kMaxChannels, kMaxSide));
  set.channels = static_cast<int>(channels);
  set.height = static_cast<int>(height);
  set.width = static_cast<int>(width);
  const auto asked = static_cast<std::uint64_t>(wanted);
  const std::uint64_t count = asked == 0 ? shape[0] : std::min(asked, shape[0]);
  check_image_memory(path, count, set.image_size());
  read_growing(source, count * set.image_size(), fmt::format("{} images", count), set.pixels);
  if (count == shape[0]) source.expect_end("the elements that its shape gives");
  return shape[0];
}

void read_labels(const std::string& path, std::uint64_t images, const std::string& image_path, ImageSet& set) {
  ByteSource source(path);
  const NpyHeader header = read_npy_header(source, path);
  const bool integer = header.kind == 'u' || header.kind == 'i';
  const int size = header.item_bytes;
  if (!integer || (size != 1 && size != 2 && size != 4 && size != 8))
    refuse_file(path, fmt::format("holds '{}'; labels are whole numbers of 8 to 64 bits", header.type));
  check_order(header, path);
  if (header.shape.size() != 1) refuse_file(path, fmt::format("has shape {}; labels are [image]", shape_text(header.shape)));
  if (header.shape[0] != images) refuse_file(path, fmt::format("has {} labels, but {} has {} images", header.shape[0], image_path, images));
  const std::size_t count = set.pixels.size() / set.image_size();
  std::vector<std::uint8_t> bytes;
  read_growing(source, count * static_cast<std::size_t>(size), fmt::format("{} labels", count), bytes);
  if (count == images) source.expect_end("the elements that its shape gives");
  set.labels.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* item = bytes.data() + i * static_cast<std::size_t>(size);
    bool small = header.kind == 'u' || item[size - 1] < 0x80;
    for (int byte = 1; byte < size; ++byte) small = small && item[byte] == 0;
    if (!small) refuse_file(path, fmt::format("label {} is below 0 or above 255; 256 classes are supported", i));
    set.labels[i] = item[0];
  }
}

}  // namespace

NpyHeader read_npy_header(ByteSource& source, const std::string& path) {
  constexpr std::size_t kPrefix = 8, kMaxHeader = 65536;
  std::uint8_t prefix[kPrefix];
  const std::size_t got = source.read_some(prefix, kPrefix);
  const std::string_view magic(reinterpret_cast<const char*>(prefix), got);
  if (magic.substr(0, 4) == "PK\x03\x04") refuse_file(path, "is a .npz archive; unpack it and name the .npy files in it");
  if (magic.substr(0, 6) != "\x93NUMPY") refuse_file(path, "is not a .npy file (wrong first bytes)");
  if (got < kPrefix) refuse_file(path, "ends in the middle of its header (truncated file?)");
  const int version = prefix[6];
  if (version < 1 || version > 3)
    refuse_file(path, fmt::format("is a .npy file of version {}.{}; 1 to 3 are supported", version, prefix[7]));
  std::uint8_t length[4] = {};
  source.read(length, version == 1 ? 2 : 4, "the header");
  const std::size_t bytes =
      std::size_t{length[0]} | std::size_t{length[1]} << 8 | std::size_t{length[2]} << 16 | std::size_t{length[3]} << 24;
  if (bytes > kMaxHeader) refuse_file(path, fmt::format("has a header of {} bytes; at most {} are read", bytes, kMaxHeader));
  std::string text(bytes, '\0');
  source.read(reinterpret_cast<std::uint8_t*>(text.data()), bytes, "the header");
  if (text.find('\0') != std::string::npos) refuse_file(path, "its header cannot be read: it holds zero bytes");
  return HeaderText(text, path).parse();
}

DataSet load_npy(const DatasetRequest& request) {
  const ArrayFiles& files = request.arrays;
  DataSet data;
  data.files = {files.train_images, files.train_labels, files.test_images, files.test_labels};
  for (const std::string& file : data.files) {
    if (file.empty()) throw InputError("data set 'npy' needs four files: images and labels of training and test");
  }
  const auto read = [&](const std::string& images, const std::string& labels, int wanted, ImageSet& set) {
    const std::uint64_t count = read_images(images, wanted, set);
    read_labels(labels, count, images, set);
  };
  read(files.train_images, files.train_labels, request.train_images, data.train);
  read(files.test_images, files.test_labels, request.test_images, data.test);
  const ImageSet &train = data.train, &test = data.test;
  if (train.channels != test.channels || train.height != test.height || train.width != test.width) {
    refuse_file(files.test_images, fmt::format("has images of {}x{}x{} (channels x height x width), but {} has {}x{}x{}", test.channels,
                                               test.height, test.width, files.train_images, train.channels, train.height, train.width));
  }
  const std::uint8_t largest =
      std::max(*std::max_element(train.labels.begin(), train.labels.end()), *std::max_element(test.labels.begin(), test.labels.end()));
  data.train.classes = data.test.classes = largest + 1;
  keep_first_images(request, data);
  return data;
}

}  // namespace swimsim
