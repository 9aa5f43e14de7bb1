#include "models/network/fisher.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "models/common/errors.h"
#include "models/network/batch_runner.h"
#include "models/network/evaluator.h"
#include "models/network/worker_team.h"

namespace swimsim {

namespace {

constexpr std::size_t kChunk = 64;  // fixed: sums run over chunks in order, so it shapes the bits

/// A thread's network at work on one image at a time, and its sums over a chunk.
struct Worker {
  std::unique_ptr<BatchRunner> runner;
  std::vector<std::vector<float>> sums;
};

Worker make_worker(const Network& network, const std::vector<std::vector<float>>& weights, const Normalization& normalization) {
  Worker worker;
  worker.runner = std::make_unique<BatchRunner>(network, normalization, 1, true);
  for (std::size_t layer = 0; layer < weights.size(); ++layer) {
    const std::vector<float>& bias = network.biases(layer);
    worker.runner->set_weights(layer, weights[layer].data(), bias.empty() ? nullptr : bias.data());
    worker.runner->set_backward_weights(layer, weights[layer].data());
    worker.sums.emplace_back(weights[layer].size());
  }
  return worker;
}

void run_chunk(Worker& worker, const ImageSet& images, std::size_t first, std::size_t count, const ActivationRanges& ranges, Loss loss) {
  for (auto& layer : worker.sums) std::fill(layer.begin(), layer.end(), 0.0f);
  BatchRunner& runner = *worker.runner;
  for (std::size_t image = first; image < first + count; ++image) {
    runner.load_images(images, image, 1);
    runner.forward({&ranges, nullptr, false});
    loss_of_batch(loss, runner.logits(), runner.labels().data(), 1, runner.classes(), runner.diff_logits(), nullptr);
    runner.backward(Order::first, false);
    for (std::size_t layer = 0; layer < worker.sums.size(); ++layer) {
      const float* gradient = runner.diff_weights(layer).data();
      std::vector<float>& sum = worker.sums[layer];
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += gradient[i] * gradient[i];
    }
  }
}

}  // namespace

std::vector<std::vector<double>> squared_gradient(const Network& network, const std::vector<std::vector<float>>& weights,
                                                  const ActivationRanges& ranges, const ImageSet& images,
                                                  const Normalization& normalization, std::size_t first, std::size_t count,
                                                  const SecondDerivativeOptions& options) {
  check_images_fit(network, images, normalization);
  if (count == 0 || first > images.count() || count > images.count() - first) {
    throw InputError(
        fmt::format("{} images from number {} are wanted for the squared gradient, the data set has {}", count, first, images.count()));
  }
  const std::size_t chunk_count = (count + kChunk - 1) / kChunk;
  const auto threads = std::clamp<std::size_t>(static_cast<std::size_t>(std::max(options.threads, 1)), 1, chunk_count);
  std::vector<Worker> workers;
  for (std::size_t t = 0; t < threads; ++t) workers.push_back(make_worker(network, weights, normalization));
  std::vector<std::vector<double>> squares;
  for (const auto& layer : weights) squares.emplace_back(layer.size(), 0.0);

  WorkerTeam team(static_cast<int>(threads));
  for (std::size_t wave = 0; wave < chunk_count; wave += threads) {
    const std::size_t size = std::min(threads, chunk_count - wave);
    team.run(static_cast<int>(size), [&](int t) {
      const std::size_t done = (wave + static_cast<std::size_t>(t)) * kChunk;
      run_chunk(workers[static_cast<std::size_t>(t)], images, first + done, std::min(kChunk, count - done), ranges, options.loss);
    });
    for (std::size_t t = 0; t < size; ++t) {
      for (std::size_t layer = 0; layer < squares.size(); ++layer) {
        for (std::size_t i = 0; i < squares[layer].size(); ++i) squares[layer][i] += workers[t].sums[layer][i];
      }
    }
    if (options.progress) options.progress(std::min((wave + size) * kChunk, count), count);
  }

  for (std::size_t layer = 0; layer < squares.size(); ++layer) {
    const double s = largest_magnitude(weights[layer].data(), static_cast<std::int64_t>(weights[layer].size()));
    for (double& value : squares[layer]) value *= s * s / static_cast<double>(count);
  }
  return squares;
}

}  // namespace swimsim
