// Joules by hand: one weight, two cells, no noise.
#include <gtest/gtest.h>

#include "models/common/checked.h"
#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

using testing::SmallChip;

SmallChip quiet_chip() {
  Card card = testing::pulse_card();
  for (const char* name : {"sigma_d2d", "sigma_c2c", "sigma_blind", "sigma_read", "sigma_relax"}) card.find(name)->value = 0.0;
  card.find("step")->value = 0.1;
  SmallChip chip({{"layer", 1, 1}}, card);
  chip.codes[0] = {15};  // plus arm 60 uS, minus arm 20 uS
  chip.job.array.v_read_V = 0.2;
  chip.job.array.read_ps = 10'000;
  return chip;
}

/// Both cells of a row: one is SET, the other RESET.
struct TwoCells {
  static constexpr std::size_t kPadded = padded_to_lanes(2);
  int column[kPadded] = {0, 1};
  std::uint8_t active[kPadded] = {1, 1};
  std::int8_t fires[kPadded] = {+1, -1};
  float amplitude_V[kPadded] = {1.5f, 1.5f}, width[kPadded] = {1, 1};
  RowCells view() const { return {kPadded, column, active, fires, amplitude_V, width, fires}; }
};

TEST(Energy, OfABlindWrite) {
  const SmallChip chip = quiet_chip();
  TileArray array(*chip.mapping, 0, chip.codes, *chip.device, chip.job.array);
  array.open_row(0, {0, 1});
  array.blind_write(0);
  // 2 V for 100 ns, from 20 uS to 60 uS and to 20 uS: 4 * (40 + 20) uS * 100 ns = 24 pJ; the lines 2 * 25 fF * 4 V^2 = 200 fJ.
  EXPECT_NEAR(static_cast<double>(array.energy().array_aJ), 24e6, 24);
  EXPECT_EQ(array.energy().line_aJ, 200'000);
  EXPECT_EQ(array.energy().dac_aJ, 2 * 390'000);
  EXPECT_EQ(array.energy().adc_aJ, 0);
}

TEST(Energy, OfAPulse) {
  const SmallChip chip = quiet_chip();
  TileArray array(*chip.mapping, 0, chip.codes, *chip.device, chip.job.array);
  const TwoCells cells;
  array.open_row(0, {0, 1});
  array.pulse(+1, cells.view(), 0);
  array.close_row();
  // Only column 0: 1.5 V for 100 ns, 20 uS to 24 uS: 2.25 * 22 uS * 100 ns = 4.95 pJ; the line 25 fF * 2.25 V^2 = 56.25 fJ.
  EXPECT_NEAR(static_cast<double>(array.energy().array_aJ), 4.95e6, 5);
  EXPECT_EQ(array.energy().line_aJ, 56'250);
  EXPECT_EQ(array.energy().dac_aJ, 390'000);
  EXPECT_NEAR(array.g_S(0, 0), 24e-6, 1e-11);
  EXPECT_NEAR(array.g_S(0, 1), 20e-6, 1e-11);
  EXPECT_EQ(array.pulses(0, 0), 1u);
  EXPECT_EQ(array.pulses(0, 1), 0u);
}

TEST(Energy, OfARead) {
  const SmallChip chip = quiet_chip();
  TileArray array(*chip.mapping, 0, chip.codes, *chip.device, chip.job.array);
  const TwoCells cells;
  float seen_S[TwoCells::kPadded];
  std::uint16_t codes[TwoCells::kPadded];
  array.open_row(0, {0, 1});
  array.read(cells.view(), 0, kLongAgo_s, seen_S);
  array.convert(cells.view(), 0, 2, seen_S, codes);
  // 0.2 V, 20 uS, 10 ns: 8 fJ a cell; two conversions of 0.22 pJ; two samples of 1 fJ.
  EXPECT_NEAR(static_cast<double>(array.energy().array_aJ), 16'000, 2);
  EXPECT_EQ(array.energy().adc_aJ, 440'000);
  EXPECT_EQ(array.energy().sample_hold_aJ, 2'000);
  EXPECT_EQ(array.energy().total_aJ(), array.energy().array_aJ + 442'000);
}

TEST(Energy, ThatDoesNotFitIsAnError) {
  EnergyLedger a, b;
  a.adc_aJ = b.adc_aJ = 5'000'000'000'000'000'000;
  EXPECT_THROW(a += b, RangeError);
  EnergyLedger c;
  c.adc_aJ = c.dac_aJ = 5'000'000'000'000'000'000;
  EXPECT_THROW(c.total_aJ(), RangeError);
  EXPECT_THROW(round_checked(1e16, 1e15, "x"), RangeError);
}

}  // namespace
}  // namespace swimsim
