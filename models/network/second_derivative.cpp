#include "models/network/second_derivative.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "models/common/errors.h"
#include "models/network/batch_runner.h"
#include "models/network/evaluator.h"
#include "models/network/worker_team.h"

namespace swimsim {

namespace {

using Layers = std::vector<std::vector<double>>;

constexpr std::size_t kChunk = 64;  // fixed: sums run over chunks in order, so it shapes the bits

void check_request(const Network& network, const ImageSet& images, const Normalization& normalization, std::size_t first,
                   std::size_t count) {
  check_images_fit(network, images, normalization);
  if (count == 0 || first > images.count() || count > images.count() - first) {
    throw InputError(
        fmt::format("{} images from number {} are wanted for the derivatives, the data set has {}", count, first, images.count()));
  }
}

Layers zeros_like(const std::vector<std::vector<float>>& weights) {
  Layers layers;
  for (const auto& layer : weights) layers.emplace_back(layer.size(), 0.0);
  return layers;
}

void add(const std::vector<float>& part, std::vector<double>& sum) {
  for (std::size_t i = 0; i < part.size(); ++i) sum[i] += part[i];
}

double largest_weight(const std::vector<float>& weights) {
  return largest_magnitude(weights.data(), static_cast<std::int64_t>(weights.size()));
}

// What the passes propagate through. The authors' code multiplies by s once where the rule says s^2: W^2 / s.
std::vector<std::vector<float>> squared(const std::vector<std::vector<float>>& weights, bool reference_quirks) {
  std::vector<std::vector<float>> squares = weights;
  for (auto& layer : squares) {
    const double s = reference_quirks ? largest_weight(layer) : 1.0;
    const float factor = s > 0 ? static_cast<float>(1.0 / s) : 0.0f;
    for (float& w : layer) w = w * w * factor;
  }
  return squares;
}

void give_weights(BatchRunner& runner, const Network& network, const std::vector<std::vector<float>>& weights) {
  for (std::size_t layer = 0; layer < weights.size(); ++layer) {
    const std::vector<float>& bias = network.biases(layer);
    runner.set_weights(layer, weights[layer].data(), bias.empty() ? nullptr : bias.data());
  }
}

void give_backward_weights(BatchRunner& runner, const std::vector<std::vector<float>>& weights) {
  for (std::size_t layer = 0; layer < weights.size(); ++layer) runner.set_backward_weights(layer, weights[layer].data());
}

// One chunk's sums, kept until its turn to be added comes.
struct ChunkSums {
  std::vector<std::vector<float>> second, first;
};

}  // namespace

std::vector<std::vector<double>> second_derivative(const Network& network, const std::vector<std::vector<float>>& weights,
                                                   const ActivationRanges& ranges, const ImageSet& images,
                                                   const Normalization& normalization, std::size_t first, std::size_t count,
                                                   const SecondDerivativeOptions& options) {
  check_request(network, images, normalization, first, count);
  const std::size_t layer_count = weights.size();
  const std::vector<std::vector<float>> squares = squared(weights, options.reference_quirks);
  const std::size_t chunk_count = (count + kChunk - 1) / kChunk;
  const auto threads = std::clamp<std::size_t>(static_cast<std::size_t>(std::max(options.threads, 1)), 1, chunk_count);

  std::vector<std::unique_ptr<BatchRunner>> runners;
  for (std::size_t t = 0; t < threads; ++t) {
    runners.push_back(std::make_unique<BatchRunner>(network, normalization, static_cast<std::int64_t>(kChunk), true));
    give_weights(*runners[t], network, weights);
    give_backward_weights(*runners[t], squares);
  }

  const auto run_chunk = [&](std::size_t chunk, BatchRunner& runner, ChunkSums& sums) {
    const std::size_t done = chunk * kChunk;
    runner.load_images(images, first + done, static_cast<std::int64_t>(std::min(kChunk, count - done)));
    runner.forward({&ranges, nullptr, false});
    loss_of_batch(options.loss, runner.logits(), runner.labels().data(), runner.loaded(), runner.classes(), nullptr, runner.diff_logits());
    runner.backward(Order::second, false, options.reference_quirks);
    sums.second.resize(layer_count);
    for (std::size_t layer = 0; layer < layer_count; ++layer) sums.second[layer] = runner.diff_weights(layer);
    if (!options.reference_quirks) return;

    give_backward_weights(runner, weights);
    loss_of_batch(options.loss, runner.logits(), runner.labels().data(), runner.loaded(), runner.classes(), runner.diff_logits(), nullptr);
    runner.backward(Order::first, false);
    sums.first.resize(layer_count);
    for (std::size_t layer = 0; layer < layer_count; ++layer) sums.first[layer] = runner.diff_weights(layer);
    give_backward_weights(runner, squares);
  };

  Layers second = zeros_like(weights), gradient = zeros_like(weights);
  std::vector<ChunkSums> sums(threads);
  WorkerTeam team(static_cast<int>(threads));
  for (std::size_t wave = 0; wave < chunk_count; wave += threads) {
    const std::size_t size = std::min(threads, chunk_count - wave);
    team.run(static_cast<int>(size), [&](int t) {
      const auto slot = static_cast<std::size_t>(t);
      run_chunk(wave + slot, *runners[slot], sums[slot]);
    });
    for (std::size_t slot = 0; slot < size; ++slot) {
      for (std::size_t layer = 0; layer < layer_count; ++layer) {
        add(sums[slot].second[layer], second[layer]);
        if (options.reference_quirks) add(sums[slot].first[layer], gradient[layer]);
      }
    }
    if (options.progress) options.progress(std::min((wave + size) * kChunk, count), count);
  }

  constexpr double kReferenceBatch = 128;  // the authors sum the gradients of batch means
  const auto images_seen = static_cast<double>(count);
  for (std::size_t layer = 0; layer < layer_count; ++layer) {
    const double s = largest_weight(weights[layer]);
    for (std::size_t i = 0; i < second[layer].size(); ++i) {
      double value = s * s * second[layer][i] / images_seen;
      if (options.reference_quirks) value = std::fabs(value + 2 * s * gradient[layer][i] / kReferenceBatch / images_seen);
      second[layer][i] = value;
    }
  }
  return second;
}

LossGradient loss_gradient(const Network& network, const std::vector<std::vector<float>>& weights, const ActivationRanges& ranges,
                           const ImageSet& images, const Normalization& normalization, std::size_t first, std::size_t count, Loss loss) {
  check_request(network, images, normalization, first, count);
  BatchRunner runner(network, normalization, static_cast<std::int64_t>(kChunk), true);
  give_weights(runner, network, weights);
  give_backward_weights(runner, weights);

  LossGradient result;
  result.weights = zeros_like(weights);
  for (std::size_t layer = 0; layer < weights.size(); ++layer) result.biases.emplace_back(network.biases(layer).size(), 0.0);
  for (std::size_t done = 0; done < count; done += kChunk) {
    runner.load_images(images, first + done, static_cast<std::int64_t>(std::min(kChunk, count - done)));
    runner.forward({&ranges, nullptr, false});
    result.loss +=
        loss_of_batch(loss, runner.logits(), runner.labels().data(), runner.loaded(), runner.classes(), runner.diff_logits(), nullptr);
    runner.backward(Order::first, true);
    for (std::size_t layer = 0; layer < weights.size(); ++layer) {
      add(runner.diff_weights(layer), result.weights[layer]);
      add(runner.diff_bias(layer), result.biases[layer]);
    }
  }

  const auto images_seen = static_cast<double>(count);
  result.loss /= images_seen;
  for (auto& layer : result.weights) {
    for (double& value : layer) value /= images_seen;
  }
  for (auto& layer : result.biases) {
    for (double& value : layer) value /= images_seen;
  }
  return result;
}

}  // namespace swimsim
