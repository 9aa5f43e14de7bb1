#include "models/network/quantize.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "models/common/errors.h"

namespace swimsim {

namespace {

// One scale's grid: w is about code * scale, |code| <= code_max.
struct Grid {
  float scale = 0;
  float code_max = 0;
  float range = 0;
};

Grid weight_grid(const float* weights, std::int64_t count, const WeightQuantization& how) {
  Grid grid;
  grid.code_max = static_cast<float>(largest_code(how.bits, how.quantizer));
  grid.range = range_of(weights, count, how.range, grid.code_max);
  grid.scale = grid.range / grid.code_max;
  // A denormal scale would make codes of everything; such weights count as zeros.
  if (!(grid.scale >= std::numeric_limits<float>::min())) grid.scale = 0;
  return grid;
}

float code_of(float weight, const Grid& grid) {
  const float code = std::nearbyint(weight / grid.scale);
  return code > grid.code_max ? grid.code_max : (code < -grid.code_max ? -grid.code_max : code);
}

/// Calls use(first, count, grid) for the weights of each scale.
template <typename Use>
void for_each_grid(const std::vector<float>& weights, std::int64_t outputs, const WeightQuantization& how, Use use) {
  const auto count = static_cast<std::int64_t>(weights.size());
  const std::int64_t part = how.per_channel ? count / outputs : count;
  for (std::int64_t first = 0; first < count; first += part) use(first, part, weight_grid(weights.data() + first, part, how));
}

void check_finite(const WeightLayer& layer, const std::vector<float>& weights) {
  for (const float weight : weights) {
    if (!std::isfinite(weight)) throw InputError(fmt::format("weights '{}' hold NaN or infinity", layer.name));
  }
}

/// Weights that share a scale stand together: index of the scale of weight i.
std::size_t scale_of(const QuantizedWeights& quantized, std::size_t layer, std::size_t i) {
  return i / (quantized.codes[layer].size() / quantized.scale[layer].size());
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

QuantizedWeights quantize_weights(const Network& network, const std::vector<WeightQuantization>& layers) {
  if (layers.size() != network.weight_layers().size()) throw std::logic_error("quantisation: one entry for each weight layer is wanted");
  QuantizedWeights quantized;
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    const WeightLayer& description = network.weight_layers()[layer];
    const std::vector<float>& weights = network.weights(layer);
    check_finite(description, weights);
    quantized.code_max.push_back(largest_code(layers[layer].bits, layers[layer].quantizer));
    std::vector<std::int32_t> codes(weights.size(), 0);
    std::vector<float> scale, range;
    for_each_grid(weights, description.outputs, layers[layer], [&](std::int64_t first, std::int64_t count, const Grid& grid) {
      scale.push_back(grid.scale);
      range.push_back(grid.range);
      if (grid.scale == 0) return;
      for (std::int64_t i = first; i < first + count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        codes[at] = static_cast<std::int32_t>(code_of(weights[at], grid));
      }
    });
    quantized.codes.push_back(std::move(codes));
    quantized.scale.push_back(std::move(scale));
    quantized.range.push_back(std::move(range));
  }
  return quantized;
}

QuantizedWeights quantize_weights(const Network& network, const WeightQuantization& all) {
  return quantize_weights(network, std::vector<WeightQuantization>(network.weight_layers().size(), all));
}

QuantizedWeights quantize_weights(const Network& network, int bits, Quantizer quantizer) {
  WeightQuantization all;
  all.bits = bits;
  all.quantizer = quantizer;
  return quantize_weights(network, all);
}

std::vector<std::vector<float>> dequantize(const QuantizedWeights& quantized) {
  std::vector<std::vector<float>> layers;
  for (std::size_t layer = 0; layer < quantized.codes.size(); ++layer) {
    const std::vector<std::int32_t>& codes = quantized.codes[layer];
    const std::size_t part = codes.size() / quantized.scale[layer].size();
    std::vector<float> weights(codes.size());
    for (std::size_t i = 0; i < codes.size(); ++i) weights[i] = static_cast<float>(codes[i]) * quantized.scale[layer][i / part];
    layers.push_back(std::move(weights));
  }
  return layers;
}

std::vector<float> fake_quantize_weights(const std::vector<float>& weights, std::int64_t outputs, const WeightQuantization& how,
                                         std::vector<float>& out) {
  std::vector<float> ranges;
  out.assign(weights.size(), 0.0f);
  for_each_grid(weights, outputs, how, [&](std::int64_t first, std::int64_t count, const Grid& grid) {
    ranges.push_back(grid.range);
    if (grid.scale == 0) return;
    const float* in = weights.data() + first;
    float* quantized = out.data() + first;
    for (std::int64_t i = 0; i < count; ++i) quantized[i] = code_of(in[i], grid) * grid.scale;
  });
  return ranges;
}

QuantizationError quantization_error(const std::vector<float>& weights, const QuantizedWeights& quantized, std::size_t layer) {
  QuantizationError error;
  double signal = 0, noise = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::size_t scale = scale_of(quantized, layer, i);
    const double weight = static_cast<double>(weights[i]);
    const double lost = weight - quantized.codes[layer][i] * static_cast<double>(quantized.scale[layer][scale]);
    error.clipped += std::fabs(weights[i]) > quantized.range[layer][scale];
    signal += weight * weight;
    noise += lost * lost;
  }
  error.sqnr_dB = noise > 0 ? 10 * std::log10(signal / noise) : std::numeric_limits<double>::infinity();
  return error;
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

}  // namespace swimsim
