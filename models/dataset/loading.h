#pragma once

#include <string>

#include "models/dataset/datasets.h"

namespace swimsim {

// The loaders that datasets.cpp registers, each in the file of its format.
DataSet load_glyphs(const DatasetRequest& request);
DataSet load_mnist_family(const DatasetRequest& request);
DataSet load_cifar_10(const DatasetRequest& request);

/// DATA_FOLDER/NAME/FILE or, failing that, the same with ".gz"; "" if neither is there.
std::string find_data_file(const DatasetRequest& request, const std::string& file);

/// As find_data_file; throws InputError, saying what brings the set, where the file is not there.
std::string require_data_file(const DatasetRequest& request, const std::string& file);

/// Cuts both halves to what is wanted. Throws InputError if there are fewer.
void keep_first_images(const DatasetRequest& request, DataSet& data);

}  // namespace swimsim
