#include "models/dataset/datasets.h"

#include <fmt/format.h>

#include "models/common/errors.h"
#include "models/common/words.h"
#include "models/dataset/loading.h"

namespace swimsim {

namespace {

struct Registration {
  DatasetKind kind;
  DataSet (*load)(const DatasetRequest&);
};

// A new data set is a line here.
const std::vector<Registration>& registrations() {
  using Source = DatasetSource;
  static const std::vector<Registration> list = {
      {{"glyphs", "SYNTHETIC digits drawn by a procedure from the seed, 28x28 grey, 10 classes; needs no download", Source::drawn, 1, 28,
        28, 10},
       load_glyphs},
      {{"mnist", "MNIST handwritten digits, 28x28 grey, 10 classes", Source::known_name, 1, 28, 28, 10}, load_mnist_family},
      {{"fashion-mnist", "Fashion-MNIST clothing, 28x28 grey, 10 classes", Source::known_name, 1, 28, 28, 10}, load_mnist_family},
      {{"cifar-10", "CIFAR-10 photographs, 32x32 RGB, 10 classes; the training batches that are there", Source::known_name, 3, 32, 32, 10},
       load_cifar_10},
      {{"folder", "your own JPEG and PNG pictures: dataset.path has train/CLASS/*, test/CLASS/* or Tiny ImageNet's layout", Source::folder,
        0, 0, 0, 0},
       load_image_folder},
      {{"npy", "your own NumPy arrays: dataset.train_images_file and three more, uint8 images and whole-number labels", Source::arrays, 0,
        0, 0, 0},
       load_npy},
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

DataSet load_dataset(const DatasetRequest& request) {
  if (request.train_images < 0 || request.test_images < 0)
    throw InputError(fmt::format("{} training and {} test images", request.train_images, request.test_images));
  std::vector<std::string> known;
  for (const Registration& registration : registrations()) {
    if (registration.kind.name == request.name) return registration.load(request);
    known.push_back(registration.kind.name);
  }
  throw InputError(fmt::format("unknown data set '{}'{}", request.name, suggestion(request.name, known)));
}

DataSet load_dataset(const std::string& name, const std::string& data_folder, std::uint64_t seed, int train_images, int test_images) {
  DatasetRequest request;
  request.name = name;
  request.data_folder = data_folder;
  request.seed = seed;
  request.train_images = train_images;
  request.test_images = test_images;
  return load_dataset(request);
}

}  // namespace swimsim
