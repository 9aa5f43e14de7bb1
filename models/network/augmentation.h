#pragma once

#include <cstdint>

#include "models/dataset/image_set.h"

namespace swimsim {

/// How training images are varied.
struct Augmentation {
  bool flip = false;     ///< half of the images left to right
  int crop_padding = 0;  ///< pixels of the black rim (value 0) on each side out of which the image is cut again; 0: no crop
  bool any() const { return flip || crop_padding > 0; }
};

/// Writes image `image` of the set, varied, to `out` ([channel][row][column]). What is drawn is a function of (seed, epoch, image) alone.
void augment_image(const Augmentation& augmentation, std::uint64_t seed, std::uint32_t epoch, std::uint32_t image, const ImageSet& images,
                   std::uint8_t* out);

}  // namespace swimsim
