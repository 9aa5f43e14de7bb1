#include "models/network/second_derivative.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "models/common/errors.h"
#include "models/network/derivative_pass.h"
#include "models/network/evaluator.h"
#include "models/network/worker_team.h"

namespace swimsim {

namespace {

using Layers = std::vector<std::vector<double>>;
using Weights = std::vector<std::vector<float>>;

double largest_weight(const std::vector<float>& weights) {
  return largest_magnitude(weights.data(), static_cast<std::int64_t>(weights.size()));
}

// What the second derivative propagates through. The authors' code multiplies by s once where the rule says s^2: W^2 / s.
Weights squared(const Weights& weights, bool reference_quirks) {
  Weights squares = weights;
  for (auto& layer : squares) {
    const double s = reference_quirks ? largest_weight(layer) : 1.0;
    const float factor = s > 0 ? static_cast<float>(1.0 / s) : 0.0f;
    for (float& w : layer) w = w * w * factor;
  }
  return squares;
}

// Sums over all images.
struct Totals {
  double loss = 0;
  Layers gradient, bias_gradient, second, squared_gradient;
};

void add(const Weights& part, Layers& sum) {
  if (sum.empty()) {
    for (const auto& layer : part) sum.emplace_back(layer.size(), 0.0);
  }
  for (std::size_t layer = 0; layer < part.size(); ++layer) {
    for (std::size_t i = 0; i < part[layer].size(); ++i) sum[layer][i] += part[layer][i];
  }
}

void add(const DerivativeSums& part, Totals& totals) {
  totals.loss += part.loss;
  add(part.gradient, totals.gradient);
  add(part.bias_gradient, totals.bias_gradient);
  add(part.second, totals.second);
  add(part.squared_gradient, totals.squared_gradient);
}

// Fixed chunks of images, summed in their order whatever thread ran them.
Totals sum_over_images(const DerivativeRequest& request, const ImageSet& images, std::size_t first, std::size_t count,
                       const SecondDerivativeOptions& options) {
  check_images_fit(request.network, images, request.normalization);
  if (count == 0 || first > images.count() || count > images.count() - first) {
    throw InputError(
        fmt::format("{} images from number {} are wanted for the derivatives, the data set has {}", count, first, images.count()));
  }
  const std::size_t chunk_count = (count + kDerivativeChunk - 1) / kDerivativeChunk;
  const auto threads = std::clamp<std::size_t>(static_cast<std::size_t>(std::max(options.threads, 1)), 1, chunk_count);
  const bool in_lanes = engine_for(request.network, options.engine) == Engine::lanes;
  std::vector<std::unique_ptr<DerivativePass>> passes;
  for (std::size_t t = 0; t < threads; ++t) {
    passes.push_back(in_lanes ? make_lanes_derivative_pass(request) : make_batch_derivative_pass(request));
  }

  Totals totals;
  std::vector<DerivativeSums> sums(threads);
  WorkerTeam team(static_cast<int>(threads));
  for (std::size_t wave = 0; wave < chunk_count; wave += threads) {
    const std::size_t size = std::min(threads, chunk_count - wave);
    team.run(static_cast<int>(size), [&](int t) {
      const auto slot = static_cast<std::size_t>(t);
      const std::size_t done = (wave + slot) * kDerivativeChunk;
      passes[slot]->run(images, first + done, std::min(kDerivativeChunk, count - done), sums[slot]);
    });
    for (std::size_t slot = 0; slot < size; ++slot) add(sums[slot], totals);
    if (options.progress) options.progress(std::min((wave + size) * kDerivativeChunk, count), count);
  }
  return totals;
}

void divide(Layers& layers, double divisor) {
  for (auto& layer : layers) {
    for (double& value : layer) value /= divisor;
  }
}

// By the max-normalised weight, mean over the images.
void normalise(Layers& sums, const Weights& weights, std::size_t count) {
  for (std::size_t layer = 0; layer < sums.size(); ++layer) {
    const double s = largest_weight(weights[layer]);
    for (double& value : sums[layer]) value = s * s * value / static_cast<double>(count);
  }
}

// The authors' code adds the gradient, which it sums over means of batches.
void add_first_order_term(Layers& second, const Layers& gradient, const Weights& weights, std::size_t count) {
  constexpr double kReferenceBatch = 128;
  for (std::size_t layer = 0; layer < second.size(); ++layer) {
    const double s = largest_weight(weights[layer]);
    for (std::size_t i = 0; i < second[layer].size(); ++i) {
      second[layer][i] = std::fabs(second[layer][i] + 2 * s * gradient[layer][i] / kReferenceBatch / static_cast<double>(count));
    }
  }
}

LossGradient mean_gradient(Totals& totals, std::size_t count) {
  const auto images = static_cast<double>(count);
  divide(totals.gradient, images);
  divide(totals.bias_gradient, images);
  return {totals.loss / images, std::move(totals.gradient), std::move(totals.bias_gradient)};
}

}  // namespace

GradientAndSecondDerivative gradient_and_second_derivative(const Network& network, const Weights& weights, const ActivationRanges& ranges,
                                                           const ImageSet& images, const Normalization& normalization, std::size_t first,
                                                           std::size_t count, const SecondDerivativeOptions& options) {
  const Weights squares = squared(weights, options.reference_quirks);
  DerivativeKinds kinds;
  kinds.gradient = kinds.second = true;
  const DerivativeRequest request{network, ranges, normalization, weights, &squares, kinds, options.loss, options.reference_quirks};
  Totals totals = sum_over_images(request, images, first, count, options);
  normalise(totals.second, weights, count);
  if (options.reference_quirks) add_first_order_term(totals.second, totals.gradient, weights, count);
  GradientAndSecondDerivative both;
  both.second = std::move(totals.second);
  both.gradient = mean_gradient(totals, count);
  return both;
}

Layers second_derivative(const Network& network, const Weights& weights, const ActivationRanges& ranges, const ImageSet& images,
                         const Normalization& normalization, std::size_t first, std::size_t count, const SecondDerivativeOptions& options) {
  if (options.reference_quirks) {
    return gradient_and_second_derivative(network, weights, ranges, images, normalization, first, count, options).second;
  }
  const Weights squares = squared(weights, false);
  DerivativeKinds kinds;
  kinds.second = true;
  const DerivativeRequest request{network, ranges, normalization, weights, &squares, kinds, options.loss, options.reference_quirks};
  Totals totals = sum_over_images(request, images, first, count, options);
  normalise(totals.second, weights, count);
  return std::move(totals.second);
}

Layers squared_gradient(const Network& network, const Weights& weights, const ActivationRanges& ranges, const ImageSet& images,
                        const Normalization& normalization, std::size_t first, std::size_t count, const SecondDerivativeOptions& options) {
  DerivativeKinds kinds;
  kinds.squared_gradient = true;
  const DerivativeRequest request{network, ranges, normalization, weights, nullptr, kinds, options.loss};
  Totals totals = sum_over_images(request, images, first, count, options);
  normalise(totals.squared_gradient, weights, count);
  return std::move(totals.squared_gradient);
}

LossGradient loss_gradient(const Network& network, const Weights& weights, const ActivationRanges& ranges, const ImageSet& images,
                           const Normalization& normalization, std::size_t first, std::size_t count,
                           const SecondDerivativeOptions& options) {
  DerivativeKinds kinds;
  kinds.gradient = true;
  const DerivativeRequest request{network, ranges, normalization, weights, nullptr, kinds, options.loss};
  Totals totals = sum_over_images(request, images, first, count, options);
  return mean_gradient(totals, count);
}

LossGradient loss_gradient(const Network& network, const Weights& weights, const ActivationRanges& ranges, const ImageSet& images,
                           const Normalization& normalization, std::size_t first, std::size_t count, Loss loss) {
  SecondDerivativeOptions options;
  options.loss = loss;
  return loss_gradient(network, weights, ranges, images, normalization, first, count, options);
}

}  // namespace swimsim
