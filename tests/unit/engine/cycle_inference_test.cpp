#include "sim/engine/cycle_inference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/array_example.h"

namespace swimsim {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class CheckAgainstBatched : public ::testing::Test {
 protected:
  testing::ArrayExample example{testing::small_network()};
  ArrayNetwork network{example.source(), {}};
  ProgrammedArray array{network, example.targets_S()};
  CodesDigest codes;
  std::vector<float> logits =
      ArrayEvaluator(network).logits(array, example.images, 0, 3, [this](const ReadCodes& read) { codes.add(read); });
};

TEST_F(CheckAgainstBatched, PassesEqualCodesAndLogits) {
  EXPECT_NO_THROW(check_against_batched(network, array, example.images, 3, logits, codes));
}

TEST_F(CheckAgainstBatched, BitesOnOneCode) {
  CodesDigest changed;
  ArrayEvaluator(network).logits(array, example.images, 0, 3, [&](const ReadCodes& seen) {
    ReadCodes as_seen = seen;
    std::vector<std::int32_t> values(seen.codes, seen.codes + seen.cols);
    if (changed.reads() == 5) ++values[0];
    as_seen.codes = values.data();
    changed.add(as_seen);
  });
  EXPECT_THAT([&] { check_against_batched(network, array, example.images, 3, logits, changed); },
              ThrowsMessage<std::logic_error>(HasSubstr("different ADC codes")));
}

TEST_F(CheckAgainstBatched, BitesOnOneLogit) {
  logits[2] = std::nextafter(logits[2], 1e9f);
  EXPECT_THAT([&] { check_against_batched(network, array, example.images, 3, logits, codes); },
              ThrowsMessage<std::logic_error>(HasSubstr("different logits")));
}

TEST(InferenceCosts, FollowTheKindOfConverter) {
  EXPECT_EQ(conversion_time_ps(AdcKind::sar, 8, 1'000), 9'000);
  EXPECT_EQ(conversion_time_ps(AdcKind::flash, 8, 1'000), 1'000);
  EXPECT_NEAR(conversion_energy_J(AdcKind::sar, 5), 0.19e-12, 0.006e-12);  // NeuroSim at 32 nm and 5 kOhm
  EXPECT_NEAR(conversion_energy_J(AdcKind::sar, 6), 0.22e-12, 0.006e-12);
  EXPECT_NEAR(conversion_energy_J(AdcKind::sar, 8), 0.31e-12, 0.006e-12);
  EXPECT_DOUBLE_EQ(conversion_energy_J(AdcKind::flash, 4), 15 * 35e-15);
}

TEST(CodesDigest, DoesNotDependOnTheOrderOfReads) {
  const TileRead read;
  const std::int32_t codes[] = {3, 1, 2};
  const ReadCodes first{&read, 0, 0, 0, 0, codes, 3}, second{&read, 0, 0, 1, 0, codes, 3};
  CodesDigest forward, backward, twice;
  forward.add(first);
  forward.add(second);
  backward.add(second);
  backward.add(first);
  twice.add(first);
  twice.add(first);
  EXPECT_EQ(forward.value(), backward.value());
  EXPECT_NE(forward.value(), twice.value());
}

}  // namespace
}  // namespace swimsim
