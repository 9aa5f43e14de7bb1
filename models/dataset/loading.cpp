#include "models/dataset/loading.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "models/common/errors.h"

namespace swimsim {

namespace {

std::string how_to_fetch(const std::string& name) {
  return fmt::format("`scripts/fetch-data {}` brings it, --data or SWIMSIM_DATA says where it is", name);
}

std::string plain_path(const DatasetRequest& request, const std::string& file) {
  return (std::filesystem::path(request.data_folder) / request.name / file).string();
}

void keep_first(ImageSet& set, int wanted, const std::string& name, const char* half) {
  if (wanted == 0) return;
  const auto count = static_cast<std::size_t>(wanted);
  if (count > set.count()) throw InputError(fmt::format("{} {} images of '{}' are wanted, there are {}", wanted, half, name, set.count()));
  set.labels.resize(count);
  set.pixels.resize(count * set.image_size());
}

}  // namespace

std::string find_data_file(const DatasetRequest& request, const std::string& file) {
  if (request.data_folder.empty()) {
    throw InputError(fmt::format("data set '{}' needs a data folder, and none is given; {}", request.name, how_to_fetch(request.name)));
  }
  const std::string plain = plain_path(request, file);
  std::error_code ignored;
  for (const std::string& path : {plain, plain + ".gz"}) {
    if (std::filesystem::is_regular_file(path, ignored)) return path;
  }
  return {};
}

std::string require_data_file(const DatasetRequest& request, const std::string& file) {
  std::string found = find_data_file(request, file);
  if (found.empty()) {
    const std::string plain = plain_path(request, file);
    throw InputError(
        fmt::format("data set '{}' is missing: no file {} or {}.gz; {}", request.name, plain, plain, how_to_fetch(request.name)));
  }
  return found;
}

void keep_first_images(const DatasetRequest& request, DataSet& data) {
  keep_first(data.train, request.train_images, request.name, "training");
  keep_first(data.test, request.test_images, request.name, "test");
}

void check_image_memory(const std::string& path, std::uint64_t images, std::uint64_t image_bytes) {
  constexpr std::uint64_t kMaxBytes = std::uint64_t{4} << 30;
  if (images <= kMaxBytes / image_bytes) return;
  refuse_file(path, fmt::format("{} images of {} bytes; images are kept in memory, and at most 4 GiB of them are read; "
                                "'dataset.train_images' and 'dataset.test_images' take fewer",
                                images, image_bytes));
}

void read_growing(ByteSource& source, std::uint64_t bytes, const std::string& what, std::vector<std::uint8_t>& out) {
  constexpr std::uint64_t kPiece = std::uint64_t{16} << 20;
  while (out.size() < bytes) {
    const std::size_t old = out.size();
    const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, bytes - old));
    out.resize(old + piece);
    source.read(out.data() + old, piece, what);
  }
}

}  // namespace swimsim
