#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/dataset/image_set.h"
#include "models/network/lanes/aligned_buffer.h"
#include "models/network/lanes/layout.h"

namespace swimsim::lanes {

/// Normalised images, kLanes side by side. Blocks are kept from call to call: the next one compares the pixels and converts again only
/// where they changed.
class ImageBlocks {
 public:
  ImageBlocks(const Layout& layout, const Normalization& normalization);

  /// Block number `block` of a call that reads kLanes images a block: images [first, first + count), count at most kLanes; lanes beyond
  /// them are zero. Valid until the next call.
  const float* block(std::size_t block, const ImageSet& images, std::size_t first, std::size_t count);

 private:
  struct Kept {
    std::vector<std::uint8_t> pixels;
    AlignedBuffer values;
  };
  void convert(const std::uint8_t* pixels, std::size_t count, float* values) const;

  Layout layout_;
  std::vector<std::array<float, 256>> pixel_values_;  ///< per channel
  std::vector<Kept> kept_;
  std::size_t most_kept_;
  Kept passing_;  ///< a block beyond those that are kept
};

}  // namespace swimsim::lanes
