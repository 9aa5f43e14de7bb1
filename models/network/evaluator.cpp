#include "models/network/evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "models/common/errors.h"
#include "models/network/batch_runner.h"
#include "models/network/lanes/forward.h"
#include "models/network/lanes/image_blocks.h"
#include "models/network/loss.h"

namespace swimsim {

namespace {

constexpr std::int64_t kMaxBatch = 64;

void check_normalization(const Network& network, const Normalization& normalization) {
  const auto channels = static_cast<std::size_t>(network.input_shape().channels);
  if (normalization.mean.size() != channels || normalization.std.size() != channels) {
    throw InputError(fmt::format("the normalisation has {} means and {} standard deviations; network '{}' needs {} of each (channels)",
                                 normalization.mean.size(), normalization.std.size(), network.name(), channels));
  }
  for (const float std : normalization.std) {
    if (!(std > 0) || !std::isfinite(std))
      throw InputError(fmt::format("a standard deviation of {} cannot normalise; it must be above 0", std));
  }
  for (const float mean : normalization.mean) {
    if (!std::isfinite(mean)) throw InputError("a mean of the normalisation is not finite");
  }
}

}  // namespace

std::int64_t evaluation_batch(const Network& network) {
  std::int64_t elements = 0;
  for (std::size_t value = 0; value <= network.nodes().size(); ++value) elements += network.value_shape(static_cast<int>(value)).elements();
  constexpr std::int64_t kComfortable = std::int64_t{16} << 20;
  return std::clamp<std::int64_t>(kComfortable / std::max<std::int64_t>(elements, 1), 1, kMaxBatch);
}

void check_weights_fit(const Network& network, const std::vector<std::vector<float>>& weights) {
  bool fits = weights.size() == network.weight_layers().size();
  for (std::size_t layer = 0; fits && layer < weights.size(); ++layer) fits = weights[layer].size() == network.weights(layer).size();
  if (!fits) throw std::logic_error("the weights do not have the form of the network");
}

void check_images_fit(const Network& network, const ImageSet& images, const Normalization& normalization) {
  const Shape& input = network.input_shape();
  if (images.channels != input.channels || images.height != input.height || images.width != input.width) {
    throw InputError(fmt::format("network '{}' takes images of {}x{}x{} (channels x height x width), the data set has {}x{}x{}",
                                 network.name(), input.channels, input.height, input.width, images.channels, images.height, images.width));
  }
  if (images.classes > network.classes()) {
    throw InputError(
        fmt::format("network '{}' has {} outputs, the data set {} classes", network.name(), network.classes(), images.classes));
  }
  check_normalization(network, normalization);
}

namespace {

// Logits [image][class] of some images, in the order of the images.
using UseLogits = std::function<void(const float* logits, const std::uint8_t* labels, std::int64_t count)>;

class EvaluationEngine {
 public:
  virtual ~EvaluationEngine() = default;
  virtual void run(const std::vector<std::vector<float>>& weights, const ImageSet& images, std::size_t first, std::size_t count,
                   const UseLogits& use) = 0;
};

// Large networks, and those with layers that the lanes do not know.
class BatchEngine final : public EvaluationEngine {
 public:
  BatchEngine(const Network& network, const ActivationRanges& ranges, const Normalization& normalization)
      : ranges_(ranges), batch_(evaluation_batch(network)), runner_(network, normalization, batch_, false) {
    for (std::size_t layer = 0; layer < network.weight_layers().size(); ++layer) biases_.push_back(network.biases(layer));
  }

  void run(const std::vector<std::vector<float>>& weights, const ImageSet& images, std::size_t first, std::size_t count,
           const UseLogits& use) override {
    for (std::size_t layer = 0; layer < weights.size(); ++layer) {
      runner_.set_weights(layer, weights[layer].data(), biases_[layer].empty() ? nullptr : biases_[layer].data());
    }
    const auto batch = static_cast<std::size_t>(batch_);
    for (std::size_t done = 0; done < count; done += batch) {
      const auto part = static_cast<std::int64_t>(std::min(batch, count - done));
      runner_.load_images(images, first + done, part);
      runner_.forward({&ranges_, nullptr, false});
      use(runner_.logits(), runner_.labels().data(), part);
    }
  }

 private:
  ActivationRanges ranges_;
  std::int64_t batch_;
  BatchRunner runner_;
  std::vector<std::vector<float>> biases_;
};

class LanesEngine final : public EvaluationEngine {
 public:
  LanesEngine(const Network& network, const lanes::Plan& plan, const ActivationRanges& ranges, const Normalization& normalization)
      : classes_(static_cast<std::size_t>(network.classes())),
        images_(plan.stages.front().input, normalization),
        forward_(network, plan, ranges, false),
        logits_(classes_ * kImages) {}

  void run(const std::vector<std::vector<float>>& weights, const ImageSet& images, std::size_t first, std::size_t count,
           const UseLogits& use) override {
    forward_.set_weights(weights);
    for (std::size_t done = 0; done < count; done += kImages) {
      const std::size_t part = std::min(kImages, count - done);
      const float* logits = forward_.run(images_.block(done / kImages, images, first + done, part));
      for (std::size_t image = 0; image < part; ++image) {
        for (std::size_t i = 0; i < classes_; ++i) logits_[image * classes_ + i] = logits[i * kImages + image];
      }
      use(logits_.data(), images.labels.data() + first + done, static_cast<std::int64_t>(part));
    }
  }

 private:
  static constexpr std::size_t kImages = lanes::kLanes;
  std::size_t classes_;
  lanes::ImageBlocks images_;
  lanes::Forward forward_;
  std::vector<float> logits_;
};

std::unique_ptr<EvaluationEngine> make_engine(const Network& network, const ActivationRanges& ranges, const Normalization& normalization,
                                              Engine wanted) {
  if (engine_for(network, wanted) == Engine::batches) return std::make_unique<BatchEngine>(network, ranges, normalization);
  return std::make_unique<LanesEngine>(network, *lanes::plan_for(network), ranges, normalization);
}

}  // namespace

// The network is kept for its shapes; its own weights are not used here.
struct Evaluator::State {
  Network network;
  Normalization normalization;
  std::unique_ptr<EvaluationEngine> engine;

  void run(const std::vector<std::vector<float>>& weights, const ImageSet& images, std::size_t first, std::size_t count,
           const UseLogits& use) {
    check_weights_fit(network, weights);
    check_images_fit(network, images, normalization);
    if (first > images.count() || count > images.count() - first) {
      throw InputError(fmt::format("images {} to {} are wanted, the data set has {}", first, first + count, images.count()));
    }
    engine->run(weights, images, first, count, use);
  }
};

Evaluator::Evaluator(const Network& network, const ActivationRanges& ranges, const Normalization& normalization, Engine engine) {
  check_normalization(network, normalization);
  if (ranges.bits != 0 && ranges.range.size() != network.weight_layers().size()) {
    throw InputError(fmt::format("{} activation ranges for {} weight layers", ranges.range.size(), network.weight_layers().size()));
  }
  state_ = std::make_unique<State>(State{network, normalization, make_engine(network, ranges, normalization, engine)});
}

Evaluator::~Evaluator() = default;
Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator& Evaluator::operator=(Evaluator&&) noexcept = default;

double Evaluator::accuracy(const std::vector<std::vector<float>>& weights, const ImageSet& images, std::size_t first, std::size_t count) {
  std::int64_t correct = 0;
  const std::int64_t classes = state_->network.classes();
  state_->run(weights, images, first, count, [&](const float* logits, const std::uint8_t* labels, std::int64_t part) {
    correct += correct_of_batch(logits, labels, part, classes);
  });
  return count == 0 ? 0.0 : static_cast<double>(correct) / static_cast<double>(count);
}

std::vector<float> Evaluator::logits(const std::vector<std::vector<float>>& weights, const ImageSet& images, std::size_t first,
                                     std::size_t count) {
  std::vector<float> all;
  const std::int64_t classes = state_->network.classes();
  state_->run(weights, images, first, count,
              [&](const float* logits, const std::uint8_t*, std::int64_t part) { all.insert(all.end(), logits, logits + part * classes); });
  return all;
}

}  // namespace swimsim
