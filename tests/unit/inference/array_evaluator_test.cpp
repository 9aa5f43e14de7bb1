#include "models/inference/array_evaluator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "models/array/rebuild.h"
#include "models/dataset/datasets.h"
#include "models/network/evaluator.h"
#include "models/network/onnx_import.h"
#include "tests/support/array_example.h"
#include "tests/support/graph_examples.h"

namespace swimsim {
namespace {

using testing::AllCodes;
using testing::ArrayExample;
using testing::ArrayExampleOptions;

// Both ways to compute 3 images: codes of every read and logits are the same bits.
void compare_with_single_reads(const ArrayExample& example, const InferenceOptions& options) {
  const ArrayNetwork network(example.source(), options);
  const ProgrammedArray array(network, example.scattered_S(0.1), {7, 2});
  AllCodes batched, single;
  const std::size_t first = 1, count = 3;
  const std::vector<float> logits = ArrayEvaluator(network).logits(array, example.images, first, count, testing::collect_codes(batched));
  std::vector<float> expected;
  for (std::size_t image = first; image < first + count; ++image) {
    const auto of_image = testing::logits_one_by_one(network, array, example.images, image, testing::collect_codes(single));
    expected.insert(expected.end(), of_image.begin(), of_image.end());
  }
  EXPECT_EQ(batched, single);
  EXPECT_EQ(logits, expected);
}

InferenceOptions noisy_options() {
  InferenceOptions options;
  options.adc_offset_sigma = 0.7;
  options.adc_gain_sigma = 0.02;
  options.column_mux = 4;
  return options;
}

TEST(ArrayEvaluator, CodesAreThoseOfSingleReads) { compare_with_single_reads(ArrayExample(testing::small_network()), noisy_options()); }

TEST(ArrayEvaluator, CodesAreThoseOfSingleReadsWithDacsOfThreeBits) {
  InferenceOptions options = noisy_options();
  options.dac_bits = 3;
  compare_with_single_reads(ArrayExample(testing::small_network()), options);
}

TEST(ArrayEvaluator, CodesAreThoseOfSingleReadsInSlices) {
  ArrayExampleOptions sliced;
  sliced.bits_per_device = 2;
  sliced.weight_bits = 6;
  sliced.per_channel = true;
  compare_with_single_reads(ArrayExample(testing::small_network(), sliced), noisy_options());
}

// Residual and grouped convolutions, pads, concatenations, batch norms.
TEST(ArrayEvaluator, CodesAreThoseOfSingleReadsForEveryKindOfLayer) {
  for (const testing::Example& graph : testing::examples()) {
    SCOPED_TRACE(graph.name);
    compare_with_single_reads(ArrayExample(testing::build_graph(graph.input, graph.nodes)), noisy_options());
  }
}

TEST(ArrayEvaluator, NoBitDependsOnTheBatch) {
  const ArrayExample example(testing::small_network(), {}, 70);
  const ArrayNetwork network(example.source(), noisy_options());
  const ProgrammedArray array(network, example.scattered_S(0.1), {7, 2});
  const std::vector<float> logits = ArrayEvaluator(network, 64).logits(array, example.images, 3, 67);
  for (const std::int64_t batch : {1, 5, 100})
    EXPECT_EQ(ArrayEvaluator(network, batch).logits(array, example.images, 3, 67), logits) << batch;
}

TEST(ArrayEvaluator, ImagesMayBeEvaluatedInParts) {
  const ArrayExample example(testing::small_network(), {}, 11);
  const ArrayNetwork network(example.source(), noisy_options());
  const ProgrammedArray array(network, example.scattered_S(0.1), {7, 2});
  ArrayEvaluator evaluator(network);
  const std::vector<float> all = evaluator.logits(array, example.images, 0, 11);
  std::vector<float> parts = evaluator.logits(array, example.images, 0, 4);
  const std::vector<float> rest = evaluator.logits(array, example.images, 4, 7);
  parts.insert(parts.end(), rest.begin(), rest.end());
  EXPECT_EQ(parts, all);
}

TEST(ArrayEvaluator, AnotherTrialHasOtherNoiseAndOtherConverters) {
  const ArrayExample example(testing::small_network());
  const ArrayNetwork network(example.source(), noisy_options());
  const auto g_S = example.targets_S();
  ArrayEvaluator evaluator(network);
  const auto logits = [&](const ChipSample& chip) { return evaluator.logits(ProgrammedArray(network, g_S, chip), example.images, 0, 5); };
  EXPECT_EQ(logits({7, 2}), logits({7, 2}));
  EXPECT_NE(logits({7, 2}), logits({7, 3}));
  EXPECT_NE(logits({7, 2}), logits({8, 2}));
}

// 16-bit ADCs on sums without noise: half an LSB a conversion is the largest error of a code, so that of an output is half an LSB summed
// over row tiles, planes, slices and arms with their weights; the conductances' rounding adds less than another half.
TEST(ArrayEvaluator, ErrorOfALayerIsWithinTheBoundOfItsCodes) {
  ArrayExampleOptions sliced;
  sliced.bits_per_device = 2;
  sliced.activation_bits = 0;
  const ArrayExample example(testing::build_network(Shape{40, 1, 1, true}, {{testing::Kind::linear, 6, {}}}), sliced);
  InferenceOptions options;
  options.input_bits = 8;
  options.read_noise = false;
  for (const int adc_bits : {6, 10, 16}) {
    options.adc_bits = adc_bits;
    const ArrayNetwork network(example.source(), options);
    const ArrayLayer& layer = network.layers()[0];
    const auto g_S = example.targets_S();
    const std::vector<float> logits = ArrayEvaluator(network).logits(ProgrammedArray(network, g_S), example.images, 0, 12);
    const auto weights = rebuilt_weights(*example.mapping, example.quantized.scale, *example.device, g_S);
    double codes = 0;  // LSBs that can be wrong, by half each
    for (const Plane& plane : layer.planes) codes += std::fabs(static_cast<double>(plane.weight()));
    double cells = 0;
    for (const std::int32_t weight : layer.cell_weight) cells += std::abs(weight);
    const double row_tiles = 3, bound = row_tiles * codes * cells * layer.output_factor[0];
    for (std::size_t image = 0; image < 12; ++image) {
      std::vector<float> input(40);
      std::vector<std::int32_t> input_codes(40);
      network.load_image(example.images, image, input.data());
      layer.coding.codes(input.data(), 40, input_codes.data());
      for (std::size_t o = 0; o < 6; ++o) {
        double exact = static_cast<double>(layer.bias[o]);
        for (std::size_t i = 0; i < 40; ++i)
          exact += static_cast<double>(weights[0][o * 40 + i]) * input_codes[i] * static_cast<double>(layer.coding.step);
        ASSERT_LE(std::fabs(static_cast<double>(logits[image * 6 + o]) - exact), bound) << adc_bits << " bits";
      }
    }
  }
}

TEST(ArrayEvaluator, LogitsAreThoseOfRebuiltWeightsWithIdealConverters) {
  const ArrayExample example(testing::small_network());
  InferenceOptions options;
  options.adc_bits = 0;
  options.read_noise = false;
  options.input_bits = 16;
  const ArrayNetwork network(example.source(), options);
  const auto g_S = example.scattered_S(0.1);
  const std::vector<float> logits = ArrayEvaluator(network).logits(ProgrammedArray(network, g_S), example.images, 0, 12);
  const auto weights = rebuilt_weights(*example.mapping, example.quantized.scale, *example.device, g_S);
  const std::vector<float> expected =
      Evaluator(example.network, example.ranges, example.normalization).logits(weights, example.images, 0, 12);
  ASSERT_EQ(logits.size(), expected.size());
  for (std::size_t i = 0; i < logits.size(); ++i) EXPECT_NEAR(logits[i], expected[i], 1e-3) << i;
}

// All cells at g_min: their unit is finer than that of other layers, the range of the ADCs is still that of the sums.
TEST(ArrayEvaluator, ALayerOfZerosGivesItsBiases) {
  Network zeros = testing::build_network(Shape{10, 1, 1, true}, {{testing::Kind::linear, 3, {}}});
  std::fill(zeros.weights(0).begin(), zeros.weights(0).end(), 0.0f);
  const std::vector<float> biases = zeros.biases(0);
  const ArrayExample example(std::move(zeros));
  InferenceOptions options;
  options.read_noise = false;
  const ArrayNetwork network(example.source(), options);
  EXPECT_LE(network.layers()[0].adc.high_S, 10 * example.device->g_min_S() * 1.001);
  EXPECT_GE(network.layers()[0].adc.high_S, 3 * example.device->g_min_S());
  std::vector<float> logits = ArrayEvaluator(network).logits(ProgrammedArray(network, example.targets_S()), example.images, 0, 1);
  std::vector<float> expected = biases;
  network.layers()[0].quantize(expected.data(), 3);
  EXPECT_EQ(logits, expected);
}

// A trained network on real images: what the arrays make of it is close to what its rebuilt weights make.
TEST(ArrayEvaluator, LenetOnMnistLosesLittleWithEightBitAdcs) {
  const char* models = std::getenv("SWIMSIM_MODELS");
  const char* data = std::getenv("SWIMSIM_DATA");
  if (models == nullptr || data == nullptr) GTEST_SKIP() << "SWIMSIM_MODELS and SWIMSIM_DATA name the folders with lenet5_mnist and mnist/";
  const std::string path = std::string(models) + "/lenet5_mnist.onnx";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "SWIMSIM_MODELS: " << path << " is not there";
  if (!std::filesystem::exists(std::string(data) + "/mnist")) GTEST_SKIP() << "SWIMSIM_DATA: " << data << "/mnist is not there";
  constexpr std::size_t kImages = 1000;
  ArrayExampleOptions options;
  options.tile_rows = options.tile_cols = 128;
  options.weight_bits = options.activation_bits = 6;
  options.bits_per_device = 6;
  options.card = "reram_neurram_like";
  const ArrayExample example(import_onnx(path), options, load_dataset("mnist", data, 1, kImages, kImages), {{0.1307f}, {0.3081f}});
  const ArrayNetwork network(example.source(), {});
  const auto g_S = example.scattered_S(0.02);
  const double arrays = ArrayEvaluator(network).accuracy(ProgrammedArray(network, g_S, {1, 0}), example.test, 0, kImages);
  const auto weights = rebuilt_weights(*example.mapping, example.quantized.scale, *example.device, g_S);
  const double digital = Evaluator(example.network, example.ranges, example.normalization).accuracy(weights, example.test, 0, kImages);
  EXPECT_GT(digital, 0.97);
  EXPECT_NEAR(arrays, digital, 0.01);
}

}  // namespace
}  // namespace swimsim
