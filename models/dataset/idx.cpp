#include "models/dataset/idx.h"

#include <fmt/format.h>

#include "models/dataset/byte_source.h"
#include "models/dataset/loading.h"

namespace swimsim {

namespace {

std::uint32_t read_number(ByteSource& source) {
  std::uint8_t b[4];
  source.read(b, 4, "the header");
  return std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[2]} << 8 | b[3];
}

void expect_magic(ByteSource& source, const std::string& path, std::uint32_t expected, const std::string& kind) {
  const std::uint32_t magic = read_number(source);
  if (magic != expected)
    refuse_file(path, fmt::format("is not an IDX file of {}: its magic number is {}, expected {}", kind, magic, expected));
}

void read_images(const std::string& path, ImageSet& set, std::uint32_t& count) {
  constexpr std::uint32_t kMagic = 2051, kMaxSide = 4096;
  constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 30;
  ByteSource source(path);
  expect_magic(source, path, kMagic, "images");
  count = read_number(source);
  const std::uint32_t rows = read_number(source), columns = read_number(source);
  if (rows < 1 || rows > kMaxSide || columns < 1 || columns > kMaxSide) {
    refuse_file(path, fmt::format("images of {}x{} pixels; each side must be 1 to {}", rows, columns, kMaxSide));
  }
  const std::uint64_t bytes = std::uint64_t{count} * rows * columns;  // at most 2^56
  if (count < 1 || bytes > kMaxBytes) {
    refuse_file(path, fmt::format("{} images of {}x{} pixels; 1 image to 1 GiB of pixels are supported", count, rows, columns));
  }
  set.channels = 1;
  set.height = static_cast<int>(rows);
  set.width = static_cast<int>(columns);
  read_growing(source, bytes, fmt::format("the pixels of {} images", count), set.pixels);
  source.expect_end("the count that its header gives");
}

void read_labels(const std::string& path, ImageSet& set, std::uint32_t image_count, const std::string& image_path) {
  constexpr std::uint32_t kMagic = 2049;
  ByteSource source(path);
  expect_magic(source, path, kMagic, "labels");
  const std::uint32_t count = read_number(source);
  if (count != image_count) refuse_file(path, fmt::format("has {} labels, but {} has {} images", count, image_path, image_count));
  set.labels.resize(count);
  source.read(set.labels.data(), count, fmt::format("{} labels", count));
  source.expect_end("the count that its header gives");
  for (std::size_t i = 0; i < set.labels.size(); ++i) {
    if (set.labels[i] >= set.classes) refuse_file(path, fmt::format("label {} is {}; expected 0 to {}", i, set.labels[i], set.classes - 1));
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

DataSet load_mnist_family(const DatasetRequest& request) {
  constexpr int kClasses = 10, kSide = 28;
  DataSet data;
  const auto load = [&](const std::string& prefix) {
    const std::string images = require_data_file(request, prefix + "-images-idx3-ubyte"),
                      labels = require_data_file(request, prefix + "-labels-idx1-ubyte");
    ImageSet set = read_idx(images, labels, kClasses);
    if (set.height != kSide || set.width != kSide) {
      refuse_file(images, fmt::format("has images of {}x{} pixels; '{}' has {}x{}", set.height, set.width, request.name, kSide, kSide));
    }
    data.files.push_back(images);
    data.files.push_back(labels);
    return set;
  };
  data.train = load("train");
  data.test = load("t10k");
  keep_first_images(request, data);
  return data;
}

}  // namespace swimsim
