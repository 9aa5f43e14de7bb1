#include "models/inference/input_coding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace swimsim {
namespace {

using ::testing::ElementsAre;

InputCoding coding(int bits, bool is_signed, int dac_bits, float step = 1) {
  InputCoding made;
  made.bits = bits;
  made.is_signed = is_signed;
  made.dac_bits = dac_bits;
  made.step = step;
  return made;
}

std::vector<std::int32_t> digits(const InputCoding& of, std::int32_t code) {
  std::vector<std::int32_t> found;
  for (const Plane& plane : of.planes()) found.push_back(plane.digit(code));
  return found;
}

TEST(InputCoding, PlanesOfThirteenAreItsBits) { EXPECT_THAT(digits(coding(4, false, 1), 13), ElementsAre(1, 0, 1, 1)); }

TEST(InputCoding, PlanesOfMinusThreeAreThoseOfTwosComplement) {
  EXPECT_THAT(digits(coding(3, true, 1), -3), ElementsAre(1, 0, 1, 1));  // -8 + 4 + 1
}

TEST(InputCoding, ADacOfTwoBitsLeavesOneForTheLastPlane) { EXPECT_THAT(digits(coding(5, true, 2), -1), ElementsAre(3, 3, 1, 1)); }

TEST(InputCoding, DigitsTimesWeightsAreTheCode) {
  for (int bits = 1; bits <= 9; ++bits) {
    for (int dac_bits = 1; dac_bits <= 4; ++dac_bits) {
      for (const bool is_signed : {false, true}) {
        const InputCoding each = coding(bits, is_signed, dac_bits);
        const std::vector<Plane> planes = each.planes();
        EXPECT_EQ(planes.size(), static_cast<std::size_t>((bits + dac_bits - 1) / dac_bits + (is_signed ? 1 : 0)));
        for (std::int32_t code = each.code_min(); code <= each.code_max(); ++code) {
          std::int64_t sum = 0;
          for (const Plane& plane : planes) {
            ASSERT_LT(plane.digit(code), 1 << dac_bits);
            ASSERT_GE(plane.digit(code), 0);
            sum += plane.weight() * plane.digit(code);
          }
          ASSERT_EQ(sum, code) << bits << " bits, " << dac_bits << " a read";
        }
      }
    }
  }
}

TEST(InputCoding, RoundsHalfToEvenAndClamps) {
  const std::vector<float> values{-9, -0.75f, 0.25f, 0.75f, 1, 1.25f, 99};
  std::vector<std::int32_t> codes(values.size());
  coding(2, true, 1, 0.5f).codes(values.data(), values.size(), codes.data());
  EXPECT_THAT(codes, ElementsAre(-3, -2, 0, 2, 2, 2, 3));
  coding(2, false, 1, 0.5f).codes(values.data(), values.size(), codes.data());
  EXPECT_THAT(codes, ElementsAre(0, 0, 0, 2, 2, 2, 3));
}

TEST(InputCoding, WithoutAStepEverythingIsZero) {
  const std::vector<float> values{-1, 0, 5};
  std::vector<std::int32_t> codes(values.size(), 7);
  coding(4, true, 1, 0).codes(values.data(), values.size(), codes.data());
  EXPECT_THAT(codes, ElementsAre(0, 0, 0));
}

}  // namespace
}  // namespace swimsim
