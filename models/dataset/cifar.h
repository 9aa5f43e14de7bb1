#pragma once

#include <string>

#include "models/dataset/image_set.h"

namespace swimsim {

constexpr std::size_t kCifarBatchImages = 10'000;  ///< of one official file

/// Appends one file of CIFAR-10's binary version, gzip or plain, to `set`: records of 3,073 bytes, a label from 0 to 9, then 32x32 red,
/// green and blue bytes, row by row (https://www.cs.toronto.edu/~kriz/cifar.html). The file holds `images` records and nothing else. Throws
/// InputError, naming the file, if it is truncated, damaged, longer, or holds another label.
void append_cifar_batch(const std::string& path, std::size_t images, ImageSet& set);

}  // namespace swimsim
