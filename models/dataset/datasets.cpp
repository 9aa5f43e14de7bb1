#include "models/dataset/datasets.h"

#include <fmt/format.h>

#include <filesystem>

#include "models/common/errors.h"
#include "models/common/words.h"
#include "models/dataset/glyphs.h"
#include "models/dataset/idx.h"

namespace swimsim {

namespace {

struct Request {
  const DatasetKind* kind;
  std::string data_folder;
  std::uint64_t seed;
  int train_images, test_images;
};

void keep_first(ImageSet& set, int wanted, const std::string& name, const std::string& half) {
  if (wanted == 0) return;
  const auto count = static_cast<std::size_t>(wanted);
  if (count > set.count()) throw InputError(fmt::format("{} {} images of '{}' are wanted, there are {}", wanted, half, name, set.count()));
  set.labels.resize(count);
  set.pixels.resize(count * set.image_size());
}

DataSet load_glyphs(const Request& request) {
  const auto count = [](int wanted, int usual) {
    if (wanted > kMaxGlyphImages)
      throw InputError(fmt::format("{} images of 'glyphs' are wanted, at most {} can be drawn", wanted, kMaxGlyphImages));
    return wanted == 0 ? usual : wanted;
  };
  DataSet data;
  data.synthetic = true;
  data.train = draw_glyphs(request.seed, GlyphHalf::train, count(request.train_images, kGlyphTrainImages));
  data.test = draw_glyphs(request.seed, GlyphHalf::test, count(request.test_images, kGlyphTestImages));
  return data;
}

// The file itself or, failing that, the same with ".gz".
std::string find_file(const Request& request, const std::string& file) {
  const std::string& name = request.kind->name;
  const std::string fetch = fmt::format("`scripts/fetch-data {}` brings it, --data or SWIMSIM_DATA says where it is", name);
  if (request.data_folder.empty()) throw InputError(fmt::format("data set '{}' needs a data folder, and none is given; {}", name, fetch));
  const std::string plain = (std::filesystem::path(request.data_folder) / name / file).string();
  std::error_code ignored;
  for (const std::string& path : {plain, plain + ".gz"}) {
    if (std::filesystem::is_regular_file(path, ignored)) return path;
  }
  throw InputError(fmt::format("data set '{}' is missing: no file {} or {}.gz; {}", name, plain, plain, fetch));
}

DataSet load_mnist_family(const Request& request) {
  DataSet data;
  const auto load = [&](const std::string& prefix) {
    const std::string images = find_file(request, prefix + "-images-idx3-ubyte"),
                      labels = find_file(request, prefix + "-labels-idx1-ubyte");
    ImageSet set = read_idx(images, labels, request.kind->classes);
    if (set.height != request.kind->height || set.width != request.kind->width) {
      throw InputError(std::vector<Diagnostic>{{{images, 0, 0},
                                                fmt::format("has images of {}x{} pixels; '{}' has {}x{}", set.height, set.width,
                                                            request.kind->name, request.kind->height, request.kind->width)}});
    }
    data.files.push_back(images);
    data.files.push_back(labels);
    return set;
  };
  data.train = load("train");
  data.test = load("t10k");
  keep_first(data.train, request.train_images, request.kind->name, "training");
  keep_first(data.test, request.test_images, request.kind->name, "test");
  return data;
}

struct Registration {
  DatasetKind kind;
  DataSet (*load)(const Request&);
};

// A new data set is a line here.
const std::vector<Registration>& registrations() {
  static const std::vector<Registration> list = {
      {{"glyphs", "SYNTHETIC digits drawn by a procedure from the seed, 28x28 grey, 10 classes; needs no download", true, 1, 28, 28, 10},
       load_glyphs},
      {{"mnist", "MNIST handwritten digits, 28x28 grey, 10 classes", false, 1, 28, 28, 10}, load_mnist_family},
      {{"fashion-mnist", "Fashion-MNIST clothing, 28x28 grey, 10 classes", false, 1, 28, 28, 10}, load_mnist_family},
  };
  return list;
}

}  // namespace

const std::vector<DatasetKind>& dataset_kinds() {
  static const std::vector<DatasetKind> kinds = [] {
    std::vector<DatasetKind> list;
    for (const Registration& registration : registrations()) list.push_back(registration.kind);
    return list;
  }();
  return kinds;
}

DataSet load_dataset(const std::string& name, const std::string& data_folder, std::uint64_t seed, int train_images, int test_images) {
  if (train_images < 0 || test_images < 0) throw InputError(fmt::format("{} training and {} test images", train_images, test_images));
  std::vector<std::string> known;
  for (const Registration& registration : registrations()) {
    if (registration.kind.name == name) return registration.load({&registration.kind, data_folder, seed, train_images, test_images});
    known.push_back(registration.kind.name);
  }
  throw InputError(fmt::format("unknown data set '{}'{}", name, suggestion(name, known)));
}

}  // namespace swimsim
