#include "models/network/quantize.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>

#include "models/common/errors.h"
#include "models/network/layers/linear.h"

namespace swimsim {
namespace {

Network network_with(const std::vector<float>& weights) {
  Network network("one", Shape{static_cast<std::int64_t>(weights.size()), 1, 1, true});
  WeightLayer description;
  description.name = "w";
  description.outputs = 1;
  description.inputs = static_cast<std::int64_t>(weights.size());
  network.add("fc", make_linear(1, description.inputs), {0}, description, weights, {});
  return network;
}

std::vector<float> any_weights() {
  const auto count = *rc::gen::inRange<std::size_t>(1, 60);
  const auto exponent = *rc::gen::inRange(-20, 20);
  std::vector<float> weights;
  for (std::size_t i = 0; i < count; ++i) {
    weights.push_back(std::ldexp(static_cast<float>(*rc::gen::inRange(-1000000, 1000001)), exponent - 20));
  }
  return weights;
}

void check(bool holds) { ASSERT_TRUE(holds); }

TEST(QuantizeProperty, CodesAreBoundedNearAndSymmetric) {
  check(rc::check([] {
    const std::vector<float> weights = any_weights();
    const int bits = *rc::gen::inRange(1, 13);
    for (const Quantizer quantizer : {Quantizer::clamp, Quantizer::swim}) {
      const QuantizedWeights quantized = quantize_weights(network_with(weights), bits, quantizer);
      const std::int32_t top = quantizer == Quantizer::clamp ? (1 << bits) - 1 : 1 << bits;
      RC_ASSERT(quantized.code_max[0] == top);
      const double scale = quantized.scale[0][0];
      float largest = 0;
      std::int32_t largest_seen = 0;
      for (std::size_t i = 0; i < weights.size(); ++i) {
        const std::int32_t code = quantized.codes[0][i];
        RC_ASSERT(std::abs(code) <= top);
        RC_ASSERT(std::fabs(code * scale - weights[i]) <= 0.5001 * scale);
        largest = std::max(largest, std::fabs(weights[i]));
        largest_seen = std::max(largest_seen, std::abs(code));
      }
      if (largest > 0) RC_ASSERT(largest_seen == top);

      std::vector<float> mirrored = weights;
      for (float& w : mirrored) w = -w;
      const QuantizedWeights opposite = quantize_weights(network_with(mirrored), bits, quantizer);
      for (std::size_t i = 0; i < weights.size(); ++i) RC_ASSERT(opposite.codes[0][i] == -quantized.codes[0][i]);
    }
  }));
}

TEST(QuantizeProperty, QuantisingTwiceChangesNothing) {
  check(rc::check([] {
    const int bits = *rc::gen::inRange(1, 13);
    for (const Quantizer quantizer : {Quantizer::clamp, Quantizer::swim}) {
      const QuantizedWeights once = quantize_weights(network_with(any_weights()), bits, quantizer);
      const QuantizedWeights twice = quantize_weights(network_with(dequantize(once)[0]), bits, quantizer);
      RC_ASSERT(once.codes == twice.codes);
    }
  }));
}

TEST(QuantizeProperty, FakeQuantisationIsCodesTimesScale) {
  check(rc::check([] {
    const std::vector<float> weights = any_weights();
    const int bits = *rc::gen::inRange(1, 13);
    for (const Quantizer quantizer : {Quantizer::clamp, Quantizer::swim}) {
      std::vector<float> fake;
      WeightQuantization how;
      how.bits = bits;
      how.quantizer = quantizer;
      fake_quantize_weights(weights, 1, how, fake);
      RC_ASSERT(fake == dequantize(quantize_weights(network_with(weights), bits, quantizer))[0]);
    }
  }));
}

TEST(QuantizeProperty, ActivationsLandOnTheNearestLevelInsideTheRange) {
  check(rc::check([] {
    std::vector<float> values = any_weights();
    const std::vector<float> before = values;
    const int bits = *rc::gen::inRange(1, 9);
    const float range = static_cast<float>(*rc::gen::inRange(1, 1000)) / 64.0f;
    fake_quantize_activations(values.data(), static_cast<std::int64_t>(values.size()), range, bits);
    const double step = range / ((1 << bits) - 1.0);
    for (std::size_t i = 0; i < values.size(); ++i) {
      RC_ASSERT(std::fabs(values[i]) <= range * 1.00001);
      if (std::fabs(before[i]) <= range) RC_ASSERT(std::fabs(values[i] - before[i]) <= 0.501 * step);
    }
  }));
}

TEST(Quantize, RoundsHalfToEven) {
  const QuantizedWeights quantized = quantize_weights(network_with({15.0f, 0.5f, 1.5f, 2.5f, -0.5f, -2.5f}), 4, Quantizer::clamp);
  EXPECT_EQ(quantized.codes[0], (std::vector<std::int32_t>{15, 0, 2, 2, 0, -2}));
  EXPECT_EQ(quantized.scale[0][0], 1.0f);
  const QuantizedWeights swim = quantize_weights(network_with({16.0f, 0.5f, -16.0f}), 4, Quantizer::swim);
  EXPECT_EQ(swim.codes[0], (std::vector<std::int32_t>{16, 0, -16}));
}

TEST(Quantize, ZerosAndRubbish) {
  const QuantizedWeights zeros = quantize_weights(network_with({0.0f, 0.0f}), 4, Quantizer::clamp);
  EXPECT_EQ(zeros.scale[0][0], 0.0f);
  EXPECT_EQ(zeros.codes[0], (std::vector<std::int32_t>{0, 0}));
  EXPECT_THROW(quantize_weights(network_with({1.0f}), 0, Quantizer::clamp), InputError);
  EXPECT_THROW(quantize_weights(network_with({1.0f}), 17, Quantizer::clamp), InputError);
  EXPECT_THROW(quantize_weights(network_with({NAN}), 4, Quantizer::clamp), InputError);
  EXPECT_THROW(parse_quantizer("clamped"), InputError);
}

WeightQuantization any_quantization() {
  WeightQuantization how;
  how.bits = *rc::gen::inRange(1, 13);
  how.quantizer = *rc::gen::element(Quantizer::clamp, Quantizer::swim);
  how.range.method = *rc::gen::element(RangeMethod::maximum, RangeMethod::percentile, RangeMethod::least_squares);
  how.range.percentile = *rc::gen::inRange(60, 101);
  how.per_channel = *rc::gen::arbitrary<bool>();
  return how;
}

/// Layers of random shapes, each channel on a scale of its own.
Network any_network() {
  Network network("some", Shape{*rc::gen::inRange(1, 12), 1, 1, true});
  int value = 0;
  const int layers = *rc::gen::inRange(1, 4);
  for (int layer = 0; layer < layers; ++layer) {
    WeightLayer description;
    description.name = "w" + std::to_string(layer);
    description.inputs = network.value_shape(value).channels;
    description.outputs = *rc::gen::inRange(1, 9);
    std::vector<float> weights;
    for (std::int64_t channel = 0; channel < description.outputs; ++channel) {
      const int exponent = *rc::gen::inRange(-12, 0);
      for (std::int64_t i = 0; i < description.inputs; ++i)
        weights.push_back(std::ldexp(static_cast<float>(*rc::gen::inRange(-1000, 1001)), exponent));
    }
    value = network.add(description.name, make_linear(description.outputs, description.inputs), {value}, description, weights, {});
  }
  return network;
}

TEST(QuantizeProperty, EveryLayerAndChannelIsNearUnlessClipped) {
  check(rc::check([] {
    const Network network = any_network();
    std::vector<WeightQuantization> how;
    for (std::size_t layer = 0; layer < network.weight_layers().size(); ++layer) how.push_back(any_quantization());
    const QuantizedWeights quantized = quantize_weights(network, how);
    const auto weights = dequantize(quantized);
    for (std::size_t layer = 0; layer < how.size(); ++layer) {
      const WeightLayer& description = network.weight_layers()[layer];
      const std::size_t scales = how[layer].per_channel ? static_cast<std::size_t>(description.outputs) : 1;
      RC_ASSERT(quantized.scale[layer].size() == scales);
      RC_ASSERT(quantized.code_max[layer] == largest_code(how[layer].bits, how[layer].quantizer));
      std::int64_t clipped = 0;
      for (std::size_t i = 0; i < weights[layer].size(); ++i) {
        const std::size_t channel = scales == 1 ? 0 : i / static_cast<std::size_t>(description.inputs);
        const float weight = network.weights(layer)[i], scale = quantized.scale[layer][channel], range = quantized.range[layer][channel];
        RC_ASSERT(std::abs(quantized.codes[layer][i]) <= quantized.code_max[layer]);
        clipped += std::fabs(weight) > range;
        const float error = std::fabs(weights[layer][i] - weight);
        RC_ASSERT(error <= std::max(0.5001f * scale, (std::fabs(weight) - range) * 1.0001f + 1e-4f * scale));
      }
      RC_ASSERT(quantization_error(network.weights(layer), quantized, layer).clipped == clipped);
      std::vector<float> fake;
      fake_quantize_weights(network.weights(layer), description.outputs, how[layer], fake);
      RC_ASSERT(fake == weights[layer]);
    }
  }));
}

TEST(QuantizeProperty, AScaleForEachChannelIsEachChannelAlone) {
  check(rc::check([] {
    const Network network = any_network();
    WeightQuantization how = any_quantization();
    how.per_channel = true;
    const QuantizedWeights together = quantize_weights(network, how);
    how.per_channel = false;
    const auto inputs = static_cast<std::size_t>(network.weight_layers()[0].inputs);
    for (std::size_t channel = 0; channel < together.scale[0].size(); ++channel) {
      const auto first = static_cast<std::ptrdiff_t>(channel * inputs), last = first + static_cast<std::ptrdiff_t>(inputs);
      const std::vector<float> row(network.weights(0).begin() + first, network.weights(0).begin() + last);
      const QuantizedWeights alone = quantize_weights(network_with(row), how);
      RC_ASSERT(alone.scale[0][0] == together.scale[0][channel]);
      RC_ASSERT(alone.codes[0] == std::vector<std::int32_t>(together.codes[0].begin() + first, together.codes[0].begin() + last));
    }
  }));
}

TEST(QuantizeProperty, LeastSquaresLosesNoMoreThanTheMaximum) {
  check(rc::check([] {
    const Network network = network_with(any_weights());
    WeightQuantization how = any_quantization();
    how.range.method = RangeMethod::maximum;
    const double maximum_dB = quantization_error(network.weights(0), quantize_weights(network, how), 0).sqnr_dB;
    how.range.method = RangeMethod::least_squares;
    const double least_dB = quantization_error(network.weights(0), quantize_weights(network, how), 0).sqnr_dB;
    RC_ASSERT(std::isnan(maximum_dB) || least_dB >= maximum_dB - 1e-3);
  }));
}

// Two bits are codes up to 3; percentile 75 takes the third of four magnitudes as the range, and 4.5 is clipped to it.
TEST(Quantize, ErrorOfKnownWeights) {
  WeightQuantization how;
  how.bits = 2;
  how.range = {RangeMethod::percentile, 75};
  const Network network = network_with({0.25f, -1, 3, 4.5f});
  const QuantizedWeights quantized = quantize_weights(network, how);
  EXPECT_EQ(quantized.scale[0][0], 1);
  EXPECT_EQ(quantized.codes[0], (std::vector<std::int32_t>{0, -1, 3, 3}));
  const QuantizationError error = quantization_error(network.weights(0), quantized, 0);
  EXPECT_EQ(error.clipped, 1);
  EXPECT_NEAR(error.sqnr_dB, 10 * std::log10((0.0625 + 1 + 9 + 20.25) / (0.0625 + 2.25)), 1e-9);
}

}  // namespace
}  // namespace swimsim
