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
      RC_ASSERT(quantized.code_max == top);
      const double scale = quantized.scale[0];
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
      fake_quantize_weights(weights, bits, quantizer, fake);
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
  EXPECT_EQ(quantized.scale[0], 1.0f);
  const QuantizedWeights swim = quantize_weights(network_with({16.0f, 0.5f, -16.0f}), 4, Quantizer::swim);
  EXPECT_EQ(swim.codes[0], (std::vector<std::int32_t>{16, 0, -16}));
}

TEST(Quantize, ZerosAndRubbish) {
  const QuantizedWeights zeros = quantize_weights(network_with({0.0f, 0.0f}), 4, Quantizer::clamp);
  EXPECT_EQ(zeros.scale[0], 0.0f);
  EXPECT_EQ(zeros.codes[0], (std::vector<std::int32_t>{0, 0}));
  EXPECT_THROW(quantize_weights(network_with({1.0f}), 0, Quantizer::clamp), InputError);
  EXPECT_THROW(quantize_weights(network_with({1.0f}), 17, Quantizer::clamp), InputError);
  EXPECT_THROW(quantize_weights(network_with({NAN}), 4, Quantizer::clamp), InputError);
  EXPECT_THROW(parse_quantizer("clamped"), InputError);
}

}  // namespace
}  // namespace swimsim
