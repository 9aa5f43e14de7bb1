#include "models/network/quantize.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "models/common/errors.h"

namespace swimsim {

namespace {

// One layer's grid: w is about code * scale, |code| <= code_max.
struct Grid {
  float scale = 0;
  float code_max = 0;
};

Grid weight_grid(const std::vector<float>& weights, int bits, Quantizer quantizer) {
  Grid grid;
  grid.code_max = static_cast<float>(largest_code(bits, quantizer));
  const float largest = largest_magnitude(weights.data(), static_cast<std::int64_t>(weights.size()));
  grid.scale = largest / grid.code_max;
  // A denormal scale would make codes of everything; such a layer counts as zero.
  if (!(grid.scale >= std::numeric_limits<float>::min())) grid.scale = 0;
  return grid;
}

float code_of(float weight, const Grid& grid) {
  const float code = std::nearbyint(weight / grid.scale);
  return code > grid.code_max ? grid.code_max : (code < -grid.code_max ? -grid.code_max : code);
}

}  // namespace

Quantizer parse_quantizer(const std::string& word) {
  if (word == "clamp") return Quantizer::clamp;
  if (word == "swim") return Quantizer::swim;
  throw InputError(fmt::format("unknown quantizer '{}'; known: clamp, swim", word));
}

std::int32_t largest_code(int bits, Quantizer quantizer) {
  if (bits < 1 || bits > kMaxWeightBits) throw InputError(fmt::format("{} weight bits; 1 to {} are supported", bits, kMaxWeightBits));
  return quantizer == Quantizer::clamp ? (1 << bits) - 1 : 1 << bits;
}

QuantizedWeights quantize_weights(const Network& network, int bits, Quantizer quantizer) {
  QuantizedWeights quantized;
  quantized.code_max = largest_code(bits, quantizer);
  for (std::size_t layer = 0; layer < network.weight_layers().size(); ++layer) {
    const std::vector<float>& weights = network.weights(layer);
    for (const float weight : weights) {
      if (!std::isfinite(weight)) throw InputError(fmt::format("weights '{}' hold NaN or infinity", network.weight_layers()[layer].name));
    }
    const Grid grid = weight_grid(weights, bits, quantizer);
    std::vector<std::int32_t> codes(weights.size(), 0);
    if (grid.scale > 0) {
      for (std::size_t i = 0; i < weights.size(); ++i) codes[i] = static_cast<std::int32_t>(code_of(weights[i], grid));
    }
    quantized.codes.push_back(std::move(codes));
    quantized.scale.push_back(grid.scale);
  }
  return quantized;
}

std::vector<std::vector<float>> dequantize(const QuantizedWeights& quantized) {
  std::vector<std::vector<float>> layers;
  for (std::size_t layer = 0; layer < quantized.codes.size(); ++layer) {
    const std::vector<std::int32_t>& codes = quantized.codes[layer];
    std::vector<float> weights(codes.size());
    for (std::size_t i = 0; i < codes.size(); ++i) weights[i] = static_cast<float>(codes[i]) * quantized.scale[layer];
    layers.push_back(std::move(weights));
  }
  return layers;
}

void fake_quantize_weights(const std::vector<float>& weights, int bits, Quantizer quantizer, std::vector<float>& out) {
  const Grid grid = weight_grid(weights, bits, quantizer);
  out.assign(weights.size(), 0.0f);
  if (grid.scale == 0) return;
  const float* in = weights.data();
  float* quantized = out.data();
  for (std::size_t i = 0; i < weights.size(); ++i) quantized[i] = code_of(in[i], grid) * grid.scale;
}

void fake_quantize_activations(float* values, std::int64_t count, float range, int bits) {
  const float levels = static_cast<float>((1 << bits) - 1);
  const float step = range / levels;
  if (!(step >= std::numeric_limits<float>::min())) return;
  const float per_step = 1.0f / step;
  for (std::int64_t i = 0; i < count; ++i) {
    const float level = std::nearbyint(values[i] * per_step);
    values[i] = (level > levels ? levels : (level < -levels ? -levels : level)) * step;
  }
}

float largest_magnitude(const float* values, std::int64_t count) {
  // Sixteen maxima side by side, so that the compiler vectorises; a maximum does not depend on the order.
  constexpr int kLanes = 16;
  float largest[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) {
      const float magnitude = std::fabs(values[i + lane]);
      largest[lane] = magnitude > largest[lane] ? magnitude : largest[lane];
    }
  }
  for (; i < count; ++i) largest[0] = std::fmax(largest[0], std::fabs(values[i]));
  for (int lane = 1; lane < kLanes; ++lane) largest[0] = std::fmax(largest[0], largest[lane]);
  return largest[0];
}

}  // namespace swimsim
