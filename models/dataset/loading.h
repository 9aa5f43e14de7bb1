#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/dataset/byte_source.h"
#include "models/dataset/datasets.h"

namespace swimsim {

// The loaders that datasets.cpp registers, each in the file of its format.
DataSet load_glyphs(const DatasetRequest& request);
DataSet load_mnist_family(const DatasetRequest& request);
DataSet load_cifar_10(const DatasetRequest& request);
DataSet load_image_folder(const DatasetRequest& request);
DataSet load_npy(const DatasetRequest& request);

/// DATA_FOLDER/NAME/FILE or, failing that, the same with ".gz"; "" if neither is there.
std::string find_data_file(const DatasetRequest& request, const std::string& file);

/// As find_data_file; throws InputError, saying what brings the set, where the file is not there.
std::string require_data_file(const DatasetRequest& request, const std::string& file);

/// Cuts both halves to what is wanted. Throws InputError if there are fewer.
void keep_first_images(const DatasetRequest& request, DataSet& data);

/// Throws InputError, naming the file, if so many images of so many bytes need more than 4 GiB.
void check_image_memory(const std::string& path, std::uint64_t images, std::uint64_t image_bytes);

/// Reads `bytes` bytes of what `what` names. A header is not believed: memory grows with the data that is really there.
void read_growing(ByteSource& source, std::uint64_t bytes, const std::string& what, std::vector<std::uint8_t>& out);

}  // namespace swimsim
