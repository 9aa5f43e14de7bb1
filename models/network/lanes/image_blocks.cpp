#include "models/network/lanes/image_blocks.h"

#include <algorithm>
#include <cstring>

namespace swimsim::lanes {

ImageBlocks::ImageBlocks(const Layout& layout, const Normalization& normalization) : layout_(layout) {
  constexpr std::size_t kMostBytes = std::size_t{256} << 20;
  most_kept_ = kMostBytes / (static_cast<std::size_t>(layout.floats()) * sizeof(float));
  for (std::size_t channel = 0; channel < normalization.mean.size(); ++channel) {
    std::array<float, 256> table;
    for (int p = 0; p < 256; ++p) {
      table[static_cast<std::size_t>(p)] = (static_cast<float>(p) / 255.0f - normalization.mean[channel]) / normalization.std[channel];
    }
    pixel_values_.push_back(table);
  }
}

const float* ImageBlocks::block(std::size_t block, const ImageSet& images, std::size_t first, std::size_t count) {
  if (block < most_kept_ && kept_.size() <= block) kept_.resize(block + 1);
  Kept& kept = block < most_kept_ ? kept_[block] : passing_;
  if (kept.values.size() == 0) kept.values = AlignedBuffer(static_cast<std::size_t>(layout_.floats()));

  const std::uint8_t* pixels = images.pixels.data() + first * images.image_size();
  const std::size_t bytes = count * images.image_size();
  if (kept.pixels.size() == bytes && std::memcmp(kept.pixels.data(), pixels, bytes) == 0) return kept.values.data();
  kept.pixels.assign(pixels, pixels + bytes);
  convert(pixels, count, kept.values.data());
  return kept.values.data();
}

void ImageBlocks::convert(const std::uint8_t* pixels, std::size_t count, float* values) const {
  const Shape& shape = layout_.shape;
  for (std::size_t lane = 0; lane < static_cast<std::size_t>(kLanes); ++lane) {
    for (std::int64_t channel = 0; channel < shape.channels; ++channel) {
      const float* table = pixel_values_[static_cast<std::size_t>(channel)].data();
      for (std::int64_t y = 0; y < shape.height; ++y) {
        float* row = values + layout_.at(channel, y, 0) + lane;
        for (std::int64_t x = 0; x < shape.width; ++x) row[x * kLanes] = lane < count ? table[*pixels++] : 0.0f;
      }
    }
  }
}

}  // namespace swimsim::lanes
