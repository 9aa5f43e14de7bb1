#include "sim/hardware/inference_chip.h"

#include <gtest/gtest.h>

#include "tests/support/inference_bench.h"

// One SystemC simulation a process: ctest runs every TEST in its own.
namespace swimsim {
namespace {

using testing::AllCodes;
using testing::ArrayExample;
using testing::InferenceBench;

TEST(InferenceChip, GivesTheCodesAndLogitsOfTheBatchedEvaluator) {
  const InferenceBench bench(ArrayExample(testing::small_network()));
  const ProgrammedArray array(bench.network, bench.example.scattered_S(0.1), ChipSample{3, 2});
  AllCodes batched, chip;
  const std::vector<float> logits =
      ArrayEvaluator(bench.network).logits(array, bench.example.images, 1, 5, testing::collect_codes(batched));
  const ChipInferenceResult result = bench.run(array, 1, 5, testing::collect_codes(chip));
  EXPECT_EQ(result.logits, logits);
  EXPECT_TRUE(chip == batched);
  EXPECT_FALSE(chip.empty());
}

}  // namespace
}  // namespace swimsim
