#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/dataset/image_set.h"

namespace swimsim {

/// One data set that a workload can name.
struct DatasetKind {
  std::string name;   ///< "glyphs"
  std::string title;  ///< one line for `swimsim list datasets`
  bool synthetic = false;
  int channels = 1, height = 28, width = 28, classes = 10;
};

/// All data sets: the registration list.
const std::vector<DatasetKind>& dataset_kinds();

/// Reads or draws a data set. `train_images` and `test_images` take the first so many; 0 takes all (glyphs: 20,000 and 4,000).
/// Files are looked for in data_folder/NAME/. Only synthetic sets depend on `seed`.
/// Throws InputError on an unknown name, a missing or damaged file, or more images than there are.
DataSet load_dataset(const std::string& name, const std::string& data_folder, std::uint64_t seed, int train_images, int test_images);

}  // namespace swimsim
