#include "models/network/augmentation.h"

#include <algorithm>

#include "models/common/random.h"

namespace swimsim {

namespace {

/// Where the pixel (0, 0) of the result lies in the image, and whether rows are read backwards.
struct Variation {
  int top = 0, left = 0;
  bool flipped = false;
};

Variation draw(const Augmentation& augmentation, std::uint64_t seed, std::uint32_t epoch, std::uint32_t image) {
  DrawId id;
  id.seed = seed;
  id.purpose = Purpose::augmentation;
  id.weight = image;
  id.event = epoch;
  const Block block = random_block(id);
  const int padding = augmentation.crop_padding;
  const auto offset = [padding](std::uint32_t word) {
    const auto choices = 2 * static_cast<std::uint64_t>(padding) + 1;
    return static_cast<int>(word * choices >> 32) - padding;
  };
  return {offset(block.word[0]), offset(block.word[1]), augmentation.flip && (block.word[2] & 1) != 0};
}

}  // namespace

void augment_image(const Augmentation& augmentation, std::uint64_t seed, std::uint32_t epoch, std::uint32_t image, const ImageSet& images,
                   std::uint8_t* out) {
  const Variation variation = draw(augmentation, seed, epoch, image);
  const int height = images.height, width = images.width;
  const std::size_t plane = static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  const std::uint8_t* source = images.pixels.data() + image * images.image_size();
  const int first = std::max(0, -variation.left), end = std::min(width, width - variation.left);  // columns that the image covers
  std::fill_n(out, images.image_size(), std::uint8_t{0});
  for (int channel = 0; channel < images.channels; ++channel, source += plane, out += plane) {
    for (int row = 0; row < height; ++row) {
      const int from_row = row + variation.top;
      if (from_row < 0 || from_row >= height || first >= end) continue;
      const std::uint8_t* from = source + static_cast<std::ptrdiff_t>(from_row) * width + variation.left + first;
      std::uint8_t* to = out + static_cast<std::ptrdiff_t>(row) * width;
      if (variation.flipped)
        std::reverse_copy(from, from + (end - first), to + (width - end));
      else
        std::copy(from, from + (end - first), to + first);
    }
  }
}

}  // namespace swimsim
