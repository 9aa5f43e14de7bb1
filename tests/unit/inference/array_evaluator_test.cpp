#include "models/inference/array_evaluator.h"

#include <gtest/gtest.h>

#include "models/array/rebuild.h"
#include "models/network/evaluator.h"
#include "models/network/layers/conv.h"
#include "tests/support/array_example.h"

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

}  // namespace
}  // namespace swimsim
