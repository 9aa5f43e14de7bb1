#include "models/dataset/cifar.h"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "models/common/errors.h"
#include "models/dataset/byte_source.h"
#include "models/dataset/loading.h"

namespace swimsim {

namespace {

constexpr std::size_t kPixels = std::size_t{3} * 32 * 32;
constexpr int kClasses = 10;

ImageSet empty_set() {
  ImageSet set;
  set.channels = 3;
  set.height = set.width = 32;
  set.classes = kClasses;
  return set;
}

std::string batch_name(int batch) { return fmt::format("data_batch_{}.bin", batch); }

// The first batches that are there, 1 upward, or as many as `wanted` images need; a gap is a mistake.
std::vector<std::string> find_train_batches(const DatasetRequest& request) {
  constexpr int kMostBatches = 5;
  std::vector<std::string> found{require_data_file(request, batch_name(1))};
  for (int batch = 2; batch <= kMostBatches; ++batch) {
    const std::string path = find_data_file(request, batch_name(batch));
    if (path.empty()) continue;
    const int missing = static_cast<int>(found.size()) + 1;
    if (batch != missing)
      refuse_file(path, fmt::format("is there, but {} is not; the batches are read from 1 upward", batch_name(missing)));
    found.push_back(path);
  }
  const std::size_t needed = (static_cast<std::size_t>(request.train_images) + kCifarBatchImages - 1) / kCifarBatchImages;
  if (needed > 0 && needed < found.size()) found.resize(needed);
  return found;
}

}  // namespace

void append_cifar_batch(const std::string& path, std::size_t images, ImageSet& set) {
  ByteSource source(path);
  std::array<std::uint8_t, 1 + kPixels> record;
  const std::string what = fmt::format("a CIFAR-10 batch of {} records", images);
  for (std::size_t image = 0; image < images; ++image) {
    const std::size_t got = source.read_some(record.data(), record.size());
    if (got < record.size()) {
      refuse_file(path, fmt::format("ends in the middle: {} of {} bytes of {} (truncated file?)", image * record.size() + got,
                                    images * record.size(), what));
    }
    if (record[0] >= kClasses)
      refuse_file(path, fmt::format("label {} is {}; expected 0 to {} (no file of CIFAR-10?)", image, record[0], kClasses - 1));
    set.labels.push_back(record[0]);
    set.pixels.insert(set.pixels.end(), record.begin() + 1, record.end());
  }
  source.expect_end(what);
}

DataSet load_cifar_10(const DatasetRequest& request) {
  DataSet data;
  data.train = empty_set();
  data.test = empty_set();
  data.files = find_train_batches(request);
  for (const std::string& path : data.files) append_cifar_batch(path, kCifarBatchImages, data.train);
  data.files.push_back(require_data_file(request, "test_batch.bin"));
  append_cifar_batch(data.files.back(), kCifarBatchImages, data.test);
  keep_first_images(request, data);
  return data;
}

}  // namespace swimsim
