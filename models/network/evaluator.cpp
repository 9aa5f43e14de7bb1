#include "models/network/evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/common/errors.h"
#include "models/network/batch_runner.h"
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

// The network is kept for its shapes and biases; its own weights are not used here.
struct Evaluator::State {
  Network network;
  ActivationRanges ranges;
  Normalization normalization;
  BatchRunner runner;

  State(const Network& net, const ActivationRanges& activation_ranges, const Normalization& norm)
      : network(net), ranges(activation_ranges), normalization(norm), runner(net, norm, evaluation_batch(net), false) {}

  // Calls use(image, count) after each chunk's forward pass.
  template <typename Use>
  void run(const std::vector<std::vector<float>>& weights, const ImageSet& images, std::size_t first, std::size_t count, Use use) {
    check_weights_fit(network, weights);
    check_images_fit(network, images, normalization);
    if (first > images.count() || count > images.count() - first) {
      throw InputError(fmt::format("images {} to {} are wanted, the data set has {}", first, first + count, images.count()));
    }
    for (std::size_t layer = 0; layer < weights.size(); ++layer) {
      const std::vector<float>& bias = network.biases(layer);
      runner.set_weights(layer, weights[layer].data(), bias.empty() ? nullptr : bias.data());
    }
    const auto batch = static_cast<std::size_t>(evaluation_batch(network));
    for (std::size_t done = 0; done < count; done += batch) {
      const auto part = static_cast<std::int64_t>(std::min(batch, count - done));
      runner.load_images(images, first + done, part);
      runner.forward({&ranges, nullptr, false});
      use(part);
    }
  }
};

Evaluator::Evaluator(const Network& network, const ActivationRanges& ranges, const Normalization& normalization) {
  check_normalization(network, normalization);
  if (ranges.bits != 0 && ranges.range.size() != network.weight_layers().size()) {
    throw InputError(fmt::format("{} activation ranges for {} weight layers", ranges.range.size(), network.weight_layers().size()));
  }
  state_ = std::make_unique<State>(network, ranges, normalization);
}

Evaluator::~Evaluator() = default;
Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator& Evaluator::operator=(Evaluator&&) noexcept = default;

double Evaluator::accuracy(const std::vector<std::vector<float>>& weights, const ImageSet& images, std::size_t first, std::size_t count) {
  std::int64_t correct = 0;
  const BatchRunner& runner = state_->runner;
  state_->run(weights, images, first, count,
              [&](std::int64_t part) { correct += correct_of_batch(runner.logits(), runner.labels().data(), part, runner.classes()); });
  return count == 0 ? 0.0 : static_cast<double>(correct) / static_cast<double>(count);
}

std::vector<float> Evaluator::logits(const std::vector<std::vector<float>>& weights, const ImageSet& images, std::size_t first,
                                     std::size_t count) {
  std::vector<float> all;
  const BatchRunner& runner = state_->runner;
  state_->run(weights, images, first, count,
              [&](std::int64_t part) { all.insert(all.end(), runner.logits(), runner.logits() + part * runner.classes()); });
  return all;
}

}  // namespace swimsim
