#include <algorithm>

#include "models/network/lanes/aligned_buffer.h"
#include "models/network/lanes/dot.h"
#include "models/network/lanes/simd.h"
#include "models/network/lanes/weight_sums.h"

namespace swimsim::lanes {

namespace {

// Here inputs of one image lie side by side in the lanes, and images are what is summed over: the kernels that sum over inputs for images
// sum over images for inputs.
class LinearSums final : public WeightSums {
 public:
  LinearSums(const Stage& stage, std::int64_t outputs, std::size_t images, WeightRule rule)
      : outputs_(outputs),
        most_images_(static_cast<std::int64_t>((images + kLanes - 1) / kLanes * kLanes)),
        offsets_(stage.input_offsets()),
        rule_(rule) {
    const std::int64_t groups = (inputs() + kLanes - 1) / kLanes;
    inputs_ = AlignedBuffer(static_cast<std::size_t>(groups * most_images_ * kLanes));
    for (std::int64_t first = 0; first < outputs;) {
      Block block;
      block.size = one_pixel_block(outputs - first);
      block.first = first;
      block.outputs = std::min<std::int64_t>(outputs - first, block.size);
      block.diffs = AlignedBuffer(static_cast<std::size_t>(most_images_ * block.size));
      first += block.outputs;
      blocks_.push_back(std::move(block));
    }
    for (std::int64_t image = 0; image < most_images_; ++image) {
      taps_.push_back({static_cast<std::int32_t>(image * kLanes), static_cast<std::int32_t>(image)});
    }
  }

  void add(const float* diff, const float* input) override {
    for (std::int64_t i = 0; i < inputs(); ++i) {
      const Lanes value = load(input + offsets_[static_cast<std::size_t>(i)]);
      const Lanes wanted = rule_ == WeightRule::gradient ? value : value * value;
      float* to = inputs_.data() + (i / kLanes * most_images_ + images_) * kLanes + i % kLanes;
      for (int lane = 0; lane < kLanes; ++lane) to[lane * kLanes] = wanted[lane];
    }
    for (Block& block : blocks_) {
      for (std::int64_t o = 0; o < block.outputs; ++o) {
        const Lanes value = load(diff + (block.first + o) * kLanes);
        const Lanes wanted = rule_ == WeightRule::squared_gradient ? value * value : value;
        float* to = block.diffs.data() + images_ * block.size + o;
        for (int lane = 0; lane < kLanes; ++lane) to[lane * block.size] = wanted[lane];
      }
    }
    images_ += kLanes;
  }

  void finish(std::vector<float>& sums) override {
    sums.resize(static_cast<std::size_t>(outputs_ * inputs()));
    const Taps images{taps_.data(), images_};
    alignas(kLaneBytes) float of_block[kLargestBlock * kLanes];
    for (std::int64_t first = 0; first < inputs(); first += kLanes) {
      const float* const group = inputs_.data() + first * most_images_;
      const auto width = static_cast<std::size_t>(std::min<std::int64_t>(kLanes, inputs() - first));
      for (const Block& block : blocks_) {
        one_pixel_dot(block.size)(&group, images, block.diffs.data(), of_block);
        for (std::int64_t o = 0; o < block.outputs; ++o) {
          std::copy_n(of_block + o * kLanes, width, sums.data() + (block.first + o) * inputs() + first);
        }
      }
    }
    images_ = 0;
  }

 private:
  struct Block {
    int size = 0;
    std::int64_t first = 0, outputs = 0;
    AlignedBuffer diffs;  ///< [image][size]
  };

  std::int64_t inputs() const { return static_cast<std::int64_t>(offsets_.size()); }

  std::int64_t outputs_, most_images_, images_ = 0;
  std::vector<std::int32_t> offsets_;  ///< of the inputs in a layout with images in the lanes
  WeightRule rule_;
  AlignedBuffer inputs_;  ///< [inputs / kLanes][image][kLanes inputs]
  std::vector<Block> blocks_;
  std::vector<Tap> taps_;  ///< the images
};

}  // namespace

std::unique_ptr<WeightSums> make_linear_sums(const Stage& stage, std::int64_t outputs, std::size_t images, WeightRule rule) {
  return std::make_unique<LinearSums>(stage, outputs, images, rule);
}

}  // namespace swimsim::lanes
