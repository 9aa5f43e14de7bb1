#pragma once

#include <string>

#include "models/dataset/image_set.h"

namespace swimsim {

/// Reads an image file and a label file in IDX format (the MNIST family), gzip or plain: big-endian magic 2051, count, rows, columns,
/// then one byte a pixel; magic 2049, count, then one byte a label.
/// Throws InputError, naming the file and what was expected, on a wrong magic or count, a truncated file, trailing data, sides above 4096,
/// more than 1 GiB of pixels, or a label that is not below `classes`.
ImageSet read_idx(const std::string& image_path, const std::string& label_path, int classes);

}  // namespace swimsim
