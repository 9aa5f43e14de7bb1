#include "models/network/evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/common/errors.h"
#include "models/network/batch_runner.h"
#include "models/network/loss.h"

namespace swimsim {

namespace {

constexpr std::int64_t kMaxBatch = 64;

// Images per chunk: 64, fewer where their values would leave the caches for good (about 16 MiB in all).
std::int64_t batch_for(const Network& network) {
  const std::vector<std::int64_t> buffers = plan_batch(network, false, false).buffers;
  const std::int64_t elements = std::accumulate(buffers.begin(), buffers.end(), std::int64_t{0});
  constexpr std::int64_t kComfortable = std::int64_t{4} << 20;
  return std::clamp<std::int64_t>(kComfortable / std::max<std::int64_t>(elements, 1), 1, kMaxBatch);
}

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

void check_weights_fit(const Network& network, const std::vector<std::vector<float>>& weights) {
  bool fits = weights.size() == network.weight_layers().size();
  for (std::size_t layer = 0; fits && layer < weights.size(); ++layer) fits = weights[layer].size() == network.weights(layer).size();
  if (!fits) throw std::logic_error("the weights do not have the form of the network");
}

}  // namespace

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
      : network(net), ranges(activation_ranges), normalization(norm), runner(net, norm, batch_for(net), false) {}

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
    const auto batch = static_cast<std::size_t>(batch_for(network));
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

ActivationRanges calibrate_activations(const Network& network, const std::vector<std::vector<float>>& weights, const ImageSet& images,
                                       const Normalization& normalization, std::size_t count, int bits) {
  constexpr int kMaxActivationBits = 16;
  if (bits < 0 || bits > kMaxActivationBits) {
    throw InputError(fmt::format("{} activation bits; 1 to {} are supported, 0 switches the quantisers off", bits, kMaxActivationBits));
  }
  ActivationRanges ranges;
  ranges.bits = bits;
  ranges.range.assign(network.weight_layers().size(), 0.0f);
  if (bits == 0) return ranges;

  check_images_fit(network, images, normalization);
  check_weights_fit(network, weights);
  if (images.count() == 0) throw InputError("the activation ranges need at least one calibration image");
  const std::size_t wanted = count == 0 ? images.count() : std::min(count, images.count());
  const auto batch = static_cast<std::size_t>(batch_for(network));
  BatchRunner runner(network, normalization, static_cast<std::int64_t>(batch), false);
  for (std::size_t layer = 0; layer < weights.size(); ++layer) {
    const std::vector<float>& bias = network.biases(layer);
    runner.set_weights(layer, weights[layer].data(), bias.empty() ? nullptr : bias.data());
  }
  std::vector<float> seen = ranges.range;
  for (std::size_t done = 0; done < wanted; done += batch) {
    runner.load_images(images, done, static_cast<std::int64_t>(std::min(batch, wanted - done)));
    runner.forward({&ranges, &seen, true});
  }
  ranges.range = seen;
  return ranges;
}

}  // namespace swimsim
