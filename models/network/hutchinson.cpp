#include "models/network/hutchinson.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "models/common/errors.h"
#include "models/common/random.h"
#include "models/network/batch_runner.h"
#include "models/network/evaluator.h"
#include "models/network/worker_team.h"

namespace swimsim {

namespace {

using Weights = std::vector<std::vector<float>>;
using Layers = std::vector<std::vector<double>>;

constexpr std::size_t kBatch = 64;  // fixed: sums run over batches in order, so it shapes the bits

float sign_of_probe(std::uint64_t seed, std::uint32_t layer, std::uint32_t weight, std::uint32_t probe) {
  DrawId id;
  id.seed = seed;
  id.purpose = Purpose::hessian_probe;
  id.layer = layer;
  id.weight = weight;
  id.event = probe;
  return (random_block(id).word[0] & 1) != 0 ? 1.0f : -1.0f;
}

/// One thread's work on one probe.
class Probe {
 public:
  Probe(const Network& network, const Weights& weights, const Normalization& normalization, const HutchinsonOptions& options)
      : network_(network), weights_(weights), options_(options), runner_(network, normalization, kBatch, true), moved_(weights) {
    for (const auto& layer : weights) {
      scale_.push_back(largest_magnitude(layer.data(), static_cast<std::int64_t>(layer.size())));
      products_.emplace_back(layer.size());
    }
  }

  /// v * (H v) by the max-normalised weights.
  const Layers& run(std::uint32_t probe, const ImageSet& images, std::size_t first, std::size_t count) {
    for (auto& layer : products_) std::fill(layer.begin(), layer.end(), 0.0);
    add_gradient(probe, +1, images, first, count);
    add_gradient(probe, -1, images, first, count);
    for (std::size_t layer = 0; layer < products_.size(); ++layer) {
      const double factor = scale_[layer] / (2 * options_.step * static_cast<double>(count));
      for (std::size_t i = 0; i < products_[layer].size(); ++i) products_[layer][i] *= factor * sign(layer, i, probe);
    }
    return products_;
  }

 private:
  double sign(std::size_t layer, std::size_t i, std::uint32_t probe) const {
    return sign_of_probe(options_.seed, static_cast<std::uint32_t>(layer), static_cast<std::uint32_t>(i), probe);
  }

  void add_gradient(std::uint32_t probe, int direction, const ImageSet& images, std::size_t first, std::size_t count) {
    for (std::size_t layer = 0; layer < moved_.size(); ++layer) {
      const double step = direction * options_.step * scale_[layer];
      for (std::size_t i = 0; i < moved_[layer].size(); ++i)
        moved_[layer][i] = static_cast<float>(weights_[layer][i] + step * sign(layer, i, probe));
      const std::vector<float>& bias = network_.biases(layer);
      runner_.set_weights(layer, moved_[layer].data(), bias.empty() ? nullptr : bias.data());
      runner_.set_backward_weights(layer, moved_[layer].data());
    }
    for (std::size_t done = 0; done < count; done += kBatch) {
      runner_.load_images(images, first + done, static_cast<std::int64_t>(std::min(kBatch, count - done)));
      runner_.forward({nullptr, nullptr, false});
      loss_of_batch(options_.loss, runner_.logits(), runner_.labels().data(), runner_.loaded(), runner_.classes(), runner_.diff_logits(),
                    nullptr);
      runner_.backward(Order::first, false);
      for (std::size_t layer = 0; layer < products_.size(); ++layer) {
        const std::vector<float>& gradient = runner_.diff_weights(layer);
        for (std::size_t i = 0; i < gradient.size(); ++i) products_[layer][i] += direction * static_cast<double>(gradient[i]);
      }
    }
  }

  const Network& network_;
  const Weights& weights_;
  const HutchinsonOptions& options_;
  BatchRunner runner_;
  Weights moved_;
  std::vector<double> scale_;
  Layers products_;
};

}  // namespace

std::vector<std::vector<double>> hutchinson_diagonal(const Network& network, const std::vector<std::vector<float>>& weights,
                                                     const ImageSet& images, const Normalization& normalization, std::size_t first,
                                                     std::size_t count, const HutchinsonOptions& options) {
  check_images_fit(network, images, normalization);
  if (count == 0 || first > images.count() || count > images.count() - first)
    throw InputError(fmt::format("{} images from number {} are wanted for the Hessian, the data set has {}", count, first, images.count()));
  if (options.probes < 1 || !(options.step > 0)) throw InputError("the Hessian's diagonal wants at least one probe and a step above 0");

  const auto probes = static_cast<std::size_t>(options.probes);
  const auto threads = std::clamp<std::size_t>(static_cast<std::size_t>(std::max(options.threads, 1)), 1, probes);
  std::vector<std::unique_ptr<Probe>> workers;
  for (std::size_t t = 0; t < threads; ++t) workers.push_back(std::make_unique<Probe>(network, weights, normalization, options));
  Layers diagonal;
  for (const auto& layer : weights) diagonal.emplace_back(layer.size(), 0.0);

  std::vector<const Layers*> products(threads);
  WorkerTeam team(static_cast<int>(threads));
  for (std::size_t wave = 0; wave < probes; wave += threads) {
    const std::size_t size = std::min(threads, probes - wave);
    team.run(static_cast<int>(size), [&](int t) {
      const auto slot = static_cast<std::size_t>(t);
      products[slot] = &workers[slot]->run(static_cast<std::uint32_t>(wave + slot), images, first, count);
    });
    for (std::size_t slot = 0; slot < size; ++slot) {
      for (std::size_t layer = 0; layer < diagonal.size(); ++layer) {
        for (std::size_t i = 0; i < diagonal[layer].size(); ++i) diagonal[layer][i] += (*products[slot])[layer][i];
      }
    }
    if (options.progress) options.progress(2 * count * (wave + size), 2 * count * probes);
  }
  for (auto& layer : diagonal) {
    for (double& value : layer) value /= static_cast<double>(probes);
  }
  return diagonal;
}

}  // namespace swimsim
