#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/dataset/image_set.h"

namespace swimsim {

/// How the files of a data set are named.
enum class DatasetSource {
  drawn,       ///< by a procedure; no files
  known_name,  ///< fixed files in DATA_FOLDER/NAME/
  folder,      ///< one folder, `DatasetRequest::path`
  arrays,      ///< four files, `DatasetRequest::arrays`
};

/// One data set that a workload can name.
struct DatasetKind {
  std::string name;   ///< "glyphs"
  std::string title;  ///< one line for `swimsim list datasets`
  DatasetSource source = DatasetSource::known_name;
  int channels = 1, height = 28, width = 28, classes = 10;  ///< 0: the files decide
};

/// All data sets: the registration list.
const std::vector<DatasetKind>& dataset_kinds();

/// The files of a data set of NumPy arrays.
struct ArrayFiles {
  std::string train_images, train_labels, test_images, test_labels;
};

/// What is wanted of which data set.
struct DatasetRequest {
  std::string name;
  std::string data_folder;                ///< "" if unknown
  std::uint64_t seed = 1;                 ///< only synthetic sets depend on it
  int train_images = 0, test_images = 0;  ///< the first so many; 0: all (glyphs: 20,000 and 4,000)
  std::string path;                       ///< the folder of `folder`
  ArrayFiles arrays;                      ///< the files of `npy`
};

/// Reads or draws a data set. Throws InputError on an unknown name, a missing or damaged file, or more images than there are.
DataSet load_dataset(const DatasetRequest& request);

/// The same for the sets that need neither a path nor arrays.
DataSet load_dataset(const std::string& name, const std::string& data_folder, std::uint64_t seed, int train_images, int test_images);

}  // namespace swimsim
