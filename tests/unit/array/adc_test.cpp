#include "models/array/adc.h"

#include <gtest/gtest.h>

#include <cmath>

namespace swimsim {
namespace {

TEST(Adc, CodesDivideTheRange) {
  const Adc adc(3, 0.0, 8.0);
  EXPECT_EQ(adc.lsb_S(), 1.0f);
  EXPECT_EQ(adc.code(0.0f), 0);
  EXPECT_EQ(adc.code(0.99f), 0);
  EXPECT_EQ(adc.code(1.0f), 1);
  EXPECT_EQ(adc.code(7.5f), 7);
}

TEST(Adc, ClipsOutsideItsRange) {
  const Adc adc(3, 0.0, 8.0);
  EXPECT_EQ(adc.code(-5.0f), 0);
  EXPECT_EQ(adc.code(8.0f), 7);
  EXPECT_EQ(adc.code(1e9f), 7);
}

TEST(Adc, BelievesTheCentreOfTheCode) {
  const Adc adc(6, 10e-6, 42e-6);
  for (int k = 0; k < 64; ++k) {
    const float centre = adc.conductance_S(static_cast<std::uint16_t>(k));
    EXPECT_EQ(adc.code(centre), k);
    EXPECT_NEAR(centre, 10e-6 + (k + 0.5) * 0.5e-6, 1e-11);
  }
}

}  // namespace
}  // namespace swimsim
