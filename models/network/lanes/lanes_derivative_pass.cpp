#include <algorithm>
#include <stdexcept>

#include "models/network/derivative_pass.h"
#include "models/network/lanes/backward.h"
#include "models/network/lanes/forward.h"
#include "models/network/lanes/image_blocks.h"
#include "models/network/layers/layer.h"

namespace swimsim {

namespace {

constexpr std::size_t kImages = lanes::kLanes;

class LanesDerivativePass final : public DerivativePass {
 public:
  LanesDerivativePass(const DerivativeRequest& request, const lanes::Plan& plan)
      : kinds_(request.kinds),
        loss_(request.loss),
        classes_(static_cast<std::size_t>(request.network.classes())),
        images_(plan.stages.front().input, request.normalization),
        forward_(request.network, plan, request.ranges, true),
        backward_(request.network, plan, request.kinds),
        logits_(kImages * classes_),
        by_image_(kImages * classes_),
        gradient_seed_(kImages * classes_),
        second_seed_(kImages * classes_) {
    forward_.set_weights(request.weights);
    backward_.set_weights(request.weights, request.squares);
  }

  void run(const ImageSet& images, std::size_t first, std::size_t count, DerivativeSums& sums) override {
    double loss = 0;
    for (std::size_t done = 0; done < count; done += kImages) {
      const std::size_t part = std::min(kImages, count - done);
      const float* input = images_.block(done / kImages, images, first + done, part);
      const float* logits = forward_.run(input);
      for (std::size_t image = 0; image < part; ++image) {
        for (std::size_t i = 0; i < classes_; ++i) logits_[image * classes_ + i] = logits[i * kImages + image];
      }
      const std::uint8_t* labels = images.labels.data() + first + done;
      if (kinds_.second) loss += seed(labels, part, Order::second, second_seed_);
      if (kinds_.gradient || kinds_.squared_gradient) {
        const double of_part = seed(labels, part, Order::first, gradient_seed_);
        if (!kinds_.second) loss += of_part;
      }
      backward_.add(forward_, input, gradient_seed_.data(), second_seed_.data());
    }
    backward_.finish(sums);
    sums.loss = loss;
  }

 private:
  // The loss of `count` images, and its derivative by the logits [class][lane].
  double seed(const std::uint8_t* labels, std::size_t count, Order order, lanes::AlignedBuffer& to) {
    const double loss =
        loss_of_batch(loss_, logits_.data(), labels, static_cast<std::int64_t>(count), static_cast<std::int64_t>(classes_),
                      order == Order::first ? by_image_.data() : nullptr, order == Order::second ? by_image_.data() : nullptr);
    for (std::size_t lane = 0; lane < kImages; ++lane) {
      for (std::size_t i = 0; i < classes_; ++i) to.data()[i * kImages + lane] = lane < count ? by_image_[lane * classes_ + i] : 0.0f;
    }
    return loss;
  }

  DerivativeKinds kinds_;
  Loss loss_;
  std::size_t classes_;
  lanes::ImageBlocks images_;
  lanes::Forward forward_;
  lanes::Backward backward_;
  std::vector<float> logits_, by_image_;  ///< [image][class]
  lanes::AlignedBuffer gradient_seed_, second_seed_;
};

}  // namespace

std::unique_ptr<DerivativePass> make_lanes_derivative_pass(const DerivativeRequest& request) {
  const auto plan = lanes::plan_for(request.network);
  if (!plan) throw std::logic_error("the network does not suit the lanes");
  return std::make_unique<LanesDerivativePass>(request, *plan);
}

}  // namespace swimsim
