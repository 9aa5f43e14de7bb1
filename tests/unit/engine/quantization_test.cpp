// What a workload asks of each layer, and what scores are normalised by.
#include "sim/engine/quantization.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/common/errors.h"
#include "models/network/second_derivative.h"
#include "tests/support/network_examples.h"

namespace swimsim {
namespace {

using namespace testing;
using ::testing::HasSubstr;

class Quantization : public ::testing::Test {
 protected:
  Quantization() {
    for (const WeightLayer& layer : network_.weight_layers()) names_.push_back(layer.name);
  }
  void give(const std::string& layer, std::optional<int> weight_bits, std::optional<int> activation_bits) {
    workload_.quantize.layers.entries.push_back({layer, weight_bits, activation_bits, {"w.yaml", 7, 3}});
  }
  std::string refusal() {
    try {
      plan_quantization(workload_, network_);
    } catch (const InputError& error) {
      std::string all;
      for (const Diagnostic& diagnostic : error.diagnostics()) all += to_string(diagnostic) + "\n";
      return all;
    }
    return "accepted";
  }

  Network network_ = build_network(kSmallInput, small_specs());
  std::vector<std::string> names_;
  Workload workload_;
};

TEST_F(Quantization, LayersWithoutBitsOfTheirOwnHaveThoseOfAll) {
  workload_.quantize.weight_bits = 5;
  workload_.quantize.quantizer = "swim";
  workload_.quantize.weight_scale = "per_channel";
  workload_.quantize.weight_range = "percentile";
  workload_.quantize.weight_percentile = 98;
  QuantizationPlan plan = plan_quantization(workload_, network_);
  EXPECT_TRUE(plan.activations.layer_bits.empty());
  give(names_[1], 6, std::nullopt);
  give(names_[3], std::nullopt, 8);
  plan = plan_quantization(workload_, network_);
  ASSERT_EQ(plan.weights.size(), 4u);
  for (std::size_t layer = 0; layer < 4; ++layer) {
    EXPECT_EQ(plan.weights[layer].bits, layer == 1 ? 6 : 5);
    EXPECT_EQ(plan.weights[layer].quantizer, Quantizer::swim);
    EXPECT_EQ(plan.weights[layer].range.method, RangeMethod::percentile);
    EXPECT_EQ(plan.weights[layer].range.percentile, 98);
    EXPECT_TRUE(plan.weights[layer].per_channel);
  }
  EXPECT_EQ(plan.activations.layer_bits, (std::vector<int>{4, 4, 4, 8}));
}

TEST_F(Quantization, UnknownLayersAreNamedAllAtOnceWithTheNearest) {
  give("node0.weigth", 6, 6);
  give("something else", 6, 6);
  const std::string refused = refusal();
  EXPECT_THAT(refused,
              HasSubstr("w.yaml:7:3: quantize.layers: network 'test' has no weights 'node0.weigth'; did you mean 'node0.weight'?"));
  EXPECT_THAT(refused, HasSubstr("no weights 'something else'; known: node0.weight"));
}

TEST_F(Quantization, AListByOrderHasOneEntryForEachLayer) {
  workload_.quantize.layers.by_order = true;
  for (int bits = 5; bits < 8; ++bits) give("", bits, std::nullopt);
  EXPECT_THAT(refusal(),
              HasSubstr("'quantize.layers' has 3 entries, network 'test' has 4 layers with weights, in this order: node0.weight"));
  give("", std::nullopt, 8);
  const QuantizationPlan plan = plan_quantization(workload_, network_);
  EXPECT_EQ(plan.weights[0].bits, 5);
  EXPECT_EQ(plan.weights[2].bits, 7);
  EXPECT_EQ(plan.weights[3].bits, 4);
  EXPECT_EQ(plan.activations.layer_bits, (std::vector<int>{4, 4, 4, 8}));
}

// The definition: d2L/dw2 times the square of the largest weight of the channel, taken here from the derivative by the plain weight.
TEST_F(Quantization, SecondDerivativesAreByTheWeightOverTheLargestOfItsChannel) {
  workload_.quantize.weight_scale = "per_channel";
  const QuantizedWeights quantized = quantize_weights(network_, plan_quantization(workload_, network_).weights);
  const auto weights = dequantize(quantized);
  std::vector<std::vector<double>> sensitivity =
      second_derivative(network_, weights, {}, test_images(kSmallInput, 50, 4), plain_normalization(2), 0, 50);
  const std::vector<std::vector<double>> by_layer = sensitivity;
  normalize_by_scale(quantized, sensitivity);
  for (std::size_t layer = 0; layer < weights.size(); ++layer) {
    const double layer_largest = largest_magnitude(weights[layer].data(), static_cast<std::int64_t>(weights[layer].size()));
    const std::size_t part = weights[layer].size() / quantized.scale[layer].size();
    for (std::size_t i = 0; i < weights[layer].size(); ++i) {
      const double plain = by_layer[layer][i] / (layer_largest * layer_largest);
      const double channel_largest = largest_magnitude(weights[layer].data() + i / part * part, static_cast<std::int64_t>(part));
      EXPECT_NEAR(sensitivity[layer][i], plain * channel_largest * channel_largest, 1e-5 * std::fabs(by_layer[layer][i]) + 1e-30);
    }
  }
}

TEST_F(Quantization, OneScaleLeavesTheSecondDerivativesAlone) {
  const QuantizedWeights quantized = quantize_weights(network_, plan_quantization(workload_, network_).weights);
  std::vector<std::vector<double>> values;
  for (const auto& layer : quantized.codes) values.emplace_back(layer.begin(), layer.end());
  const auto before = values;
  normalize_by_scale(quantized, values);
  EXPECT_EQ(values, before);
}

TEST_F(Quantization, MagnitudesAreRelativeToTheLargestOfTheScale) {
  for (const char* scale : {"per_tensor", "per_channel"}) {
    workload_.quantize.weight_scale = scale;
    const QuantizedWeights quantized = quantize_weights(network_, plan_quantization(workload_, network_).weights);
    const auto magnitudes = relative_magnitudes(network_, quantized);
    for (std::size_t layer = 0; layer < magnitudes.size(); ++layer) {
      std::size_t ones = 0;
      for (const double magnitude : magnitudes[layer]) {
        EXPECT_LE(magnitude, 1);
        ones += magnitude == 1;
      }
      EXPECT_EQ(ones, quantized.scale[layer].size()) << scale;
    }
  }
}

TEST_F(Quantization, RowsSayWhatWasLost) {
  give(names_[0], 8, 0);
  const QuantizationPlan plan = plan_quantization(workload_, network_);
  const QuantizedWeights quantized = quantize_weights(network_, plan.weights);
  const ActivationRanges ranges =
      calibrate_activations(network_, dequantize(quantized), test_images(kSmallInput, 50, 4), plain_normalization(2), 0, plan.activations);
  const std::vector<QuantizationRow> rows = quantization_rows(network_, plan, quantized, ranges);
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0].weight_bits, 8);
  EXPECT_EQ(rows[0].activation_bits, 0);
  EXPECT_EQ(rows[0].activation_range, 0);
  EXPECT_EQ(rows[1].activation_bits, 4);
  EXPECT_GT(rows[1].activation_range, 0);
  EXPECT_EQ(rows[1].weights_clipped, 0);
  // Uniform weights: step^2 / 12 of noise against range^2 / 3 of signal, 6.02 dB a bit.
  EXPECT_NEAR(rows[0].weight_sqnr_dB, 20 * std::log10(2.0 * 255), 1.5);
  EXPECT_NEAR(rows[1].weight_sqnr_dB, 20 * std::log10(2.0 * 15), 1.5);
}

}  // namespace
}  // namespace swimsim
