#include "models/network/augmentation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace swimsim {
namespace {

constexpr int kHeight = 5, kWidth = 4;

// No pixel is 0, and all pixels of an image differ.
ImageSet numbered_images(std::size_t count) {
  ImageSet images;
  images.channels = 2;
  images.height = kHeight;
  images.width = kWidth;
  images.labels.resize(count);
  for (std::size_t i = 0; i < count * images.image_size(); ++i)
    images.pixels.push_back(static_cast<std::uint8_t>(1 + i % images.image_size() + i / images.image_size()));
  return images;
}

std::vector<std::uint8_t> augmented(const Augmentation& augmentation, const ImageSet& images, std::uint32_t image, std::uint32_t epoch = 0,
                                    std::uint64_t seed = 1) {
  std::vector<std::uint8_t> out(images.image_size(), 99);
  augment_image(augmentation, seed, epoch, image, images, out.data());
  return out;
}

// The image shifted by (top, left) with zeros around, then mirrored: pixel by pixel.
std::vector<std::uint8_t> varied_by_hand(const ImageSet& images, std::size_t image, int top, int left, bool flipped) {
  std::vector<std::uint8_t> out;
  for (int channel = 0; channel < images.channels; ++channel) {
    for (int row = 0; row < kHeight; ++row) {
      for (int column = 0; column < kWidth; ++column) {
        const int y = row + top, x = (flipped ? kWidth - 1 - column : column) + left;
        const bool inside = y >= 0 && y < kHeight && x >= 0 && x < kWidth;
        out.push_back(inside ? images.pixels[image * images.image_size() + static_cast<std::size_t>((channel * kHeight + y) * kWidth + x)]
                             : 0);
      }
    }
  }
  return out;
}

TEST(Augmentation, EveryImageIsAShiftAndAFlipAndAllOfThemAppear) {
  const ImageSet images = numbered_images(1);
  constexpr int kPadding = 2;
  std::map<std::vector<std::uint8_t>, int> choices;
  for (int top = -kPadding; top <= kPadding; ++top) {
    for (int left = -kPadding; left <= kPadding; ++left) {
      for (const bool flipped : {false, true}) choices[varied_by_hand(images, 0, top, left, flipped)] = 0;
    }
  }
  ASSERT_EQ(choices.size(), 50u);
  constexpr int kEpochs = 5000;
  for (std::uint32_t epoch = 0; epoch < kEpochs; ++epoch) {
    const auto found = choices.find(augmented({true, kPadding}, images, 0, epoch));
    ASSERT_NE(found, choices.end()) << epoch;
    ++found->second;
  }
  double chi_square = 0;
  for (const auto& [pixels, count] : choices) chi_square += (count - 100.0) * (count - 100.0) / 100;
  EXPECT_LT(chi_square, 85.4);  // 49 degrees of freedom, 0.1 %
}

TEST(Augmentation, FlipAloneAndCropAlone) {
  const ImageSet images = numbered_images(40);
  int flips = 0;
  for (std::uint32_t image = 0; image < 40; ++image) {
    const auto flipped = augmented({true, 0}, images, image);
    const bool is_flip = flipped == varied_by_hand(images, image, 0, 0, true);
    EXPECT_TRUE(is_flip || flipped == varied_by_hand(images, image, 0, 0, false));
    flips += is_flip ? 1 : 0;
  }
  EXPECT_GT(flips, 8);
  EXPECT_LT(flips, 32);
  EXPECT_EQ(augmented({false, 0}, images, 3), varied_by_hand(images, 3, 0, 0, false));
}

TEST(Augmentation, IsAFunctionOfSeedEpochAndImage) {
  const ImageSet images = numbered_images(2);
  const Augmentation both{true, 4};
  EXPECT_EQ(augmented(both, images, 1, 7), augmented(both, images, 1, 7));
  int epochs_differ = 0, seeds_differ = 0;
  for (std::uint32_t epoch = 0; epoch < 20; ++epoch) {
    epochs_differ += augmented(both, images, 1, epoch) != augmented(both, images, 1, epoch + 1) ? 1 : 0;
    seeds_differ += augmented(both, images, 1, epoch, 1) != augmented(both, images, 1, epoch, 2) ? 1 : 0;
  }
  EXPECT_GT(epochs_differ, 15);
  EXPECT_GT(seeds_differ, 15);
}

TEST(Augmentation, ARimWiderThanTheImage) {
  const ImageSet images = numbered_images(1);
  for (std::uint32_t epoch = 0; epoch < 300; ++epoch) {
    const auto pixels = augmented({true, 9}, images, 0, epoch);
    EXPECT_EQ(pixels.size(), images.image_size());
  }
}

}  // namespace
}  // namespace swimsim
