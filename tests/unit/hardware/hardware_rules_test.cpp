#include "sim/hardware/hardware_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

#include "sim/hardware/tile.h"
#include "tests/support/small_chip.h"

// Each test drives the modules of a tile wrongly and sees the rule bite. One SystemC simulation a process: ctest runs every TEST in its
// own.
namespace swimsim {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// A tile of 3 rows and 4 columns: word lines and reads take 20 ns to settle, pulses 100 ns, conversions 20 ns, of which 10 ns to sample.
class HardwareRules : public ::testing::Test {
 protected:
  explicit HardwareRules(const Card& card = testing::pulse_card()) : chip({{"layer", 2, 3}}, card) {
    sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
    for (int col = 0; col < array.cols(); ++col) columns.push_back(col);
    cells.count = array.lanes();
    cells.column = columns.data();
    active.resize(array.lanes());
    fires.resize(array.lanes());
    amplitude_V.resize(array.lanes(), 1.5f);
    std::fill_n(active.begin(), 4, std::uint8_t{1});
    std::fill_n(fires.begin(), 4, std::int8_t{1});
    cells.active = active.data();
    cells.fires = cells.polarity = fires.data();
    cells.amplitude_V = amplitude_V.data();
    wait_until(0);
  }

  /// Switches the word line on, and goes on to a time.
  void select(int row, std::int64_t now_ps) {
    tile.controller.select_row(row);
    array.open_row(row >= 0 && row < array.rows() ? row : 0, columns);
    wait_until(now_ps);
  }
  static void wait_until(std::int64_t now_ps) {
    const auto wait = sc_core::sc_time::from_value(static_cast<std::uint64_t>(now_ps)) - sc_core::sc_time_stamp();
    sc_core::sc_start(wait);
  }

  void pulse(int row, std::int64_t begin_ps) { tile.controller.write->pulse(row, +1, cells, 0, begin_ps); }
  void bias(int row, std::int64_t begin_ps) { tile.controller.mux->bias(row, cells, 0, kLongAgo_s, begin_ps); }
  void sample(std::int64_t begin_ps) { tile.controller.sample->sample(0, 4, begin_ps); }
  void convert(std::int64_t begin_ps) { tile.controller.adc->convert(cells, 0, 4, begin_ps); }

  static void expect_broken(const char* rule, const char* module, std::int64_t at_ps, const std::function<void()>& action) {
    try {
      action();
    } catch (const std::logic_error& error) {
      EXPECT_THAT(error.what(), AllOf(HasSubstr("rule: " + std::string(rule) + ")"),
                                      HasSubstr("tile." + std::string(module) + " at " + std::to_string(at_ps) + " ps: ")));
      return;
    }
    ADD_FAILURE() << "nothing was thrown";
  }

  testing::SmallChip chip;
  TileArray array{*chip.mapping, 0, chip.codes, *chip.device, chip.job.array};
  Tile tile{"tile", array, chip.job.controller};
  std::vector<int> columns;
  std::vector<std::uint8_t> active;
  std::vector<std::int8_t> fires;
  std::vector<float> amplitude_V;
  RowCells cells;
};

TEST_F(HardwareRules, HoldForAWriteVerifyCycle) {
  select(1, 20'000);
  EXPECT_NO_THROW({
    pulse(1, 20'000);
    bias(1, 120'000);
    sample(140'000);
    convert(140'000);
    pulse(1, 160'000);
  });
}

TEST_F(HardwareRules, NoPulseWithoutAnyRow) {
  expect_broken(kNoPulseWithoutRow, "crossbar", 5, [&] { pulse(0, 5); });
}

TEST_F(HardwareRules, NoPulseOnARowThatIsNotSelected) {
  select(1, 20'000);
  expect_broken(kNoPulseWithoutRow, "crossbar", 20'000, [&] { pulse(0, 20'000); });
}

TEST_F(HardwareRules, NoEraseWithoutARow) {
  expect_broken(kNoPulseWithoutRow, "crossbar", 0, [&] { tile.controller.write->erase(0, 0, 0); });
}

TEST_F(HardwareRules, NoBlindWriteWithoutARow) {
  expect_broken(kNoPulseWithoutRow, "crossbar", 0, [&] { tile.controller.write->blind_write(0, 0, 0); });
}

TEST_F(HardwareRules, NoCountedCycleWithoutARow) {
  expect_broken(kNoPulseWithoutRow, "crossbar", 0, [&] { tile.controller.write->counted_cycle(0, cells, 0); });
}

TEST_F(HardwareRules, NoReadWithoutARow) {
  expect_broken(kNoReadWithoutRow, "crossbar", 7, [&] { bias(2, 7); });
}

TEST_F(HardwareRules, NoPulseBeforeTheWordLineHasSettled) {
  select(1, 19'999);
  expect_broken(kRowSettles, "crossbar", 19'999, [&] { pulse(1, 19'999); });
}

TEST_F(HardwareRules, NoRowThatDoesNotExist) {
  select(3, 20'000);
  expect_broken(kRowExists, "row_decoder", 0, [&] { pulse(3, 20'000); });
}

TEST_F(HardwareRules, NoRowSwitchedDuringAPulse) {
  select(1, 20'000);
  pulse(1, 20'000);
  wait_until(119'999);
  select(2, 140'000);
  expect_broken(kRowStays, "crossbar", 119'999, [&] { pulse(2, 140'000); });
}

TEST_F(HardwareRules, NoRowSwitchedUnderAReadBias) {
  select(1, 20'000);
  bias(1, 20'000);
  wait_until(30'000);
  select(2, 140'000);
  expect_broken(kRowStays, "crossbar", 30'000, [&] { sample(140'000); });
}

TEST_F(HardwareRules, NoReadDuringAWrite) {
  select(1, 20'000);
  pulse(1, 20'000);
  expect_broken(kNoReadDuringWrite, "crossbar", 119'999, [&] { bias(1, 119'999); });
}

TEST_F(HardwareRules, NoSampleDuringAWrite) {
  select(1, 20'000);
  pulse(1, 20'000);
  expect_broken(kNoReadDuringWrite, "crossbar", 100'000, [&] { sample(100'000); });
}

TEST_F(HardwareRules, NoWriteDuringARead) {
  select(1, 20'000);
  bias(1, 20'000);
  sample(40'000);
  expect_broken(kNoReadDuringWrite, "crossbar", 49'999, [&] { pulse(1, 49'999); });
}

TEST_F(HardwareRules, NoTwoPulsesAtATime) {
  select(1, 20'000);
  pulse(1, 20'000);
  expect_broken(kNoTwoDrivers, "crossbar", 119'999, [&] { pulse(1, 119'999); });
}

class HardwareRulesOfErase : public HardwareRules {
 protected:
  HardwareRulesOfErase() : HardwareRules(testing::shipped_card("fefet_hzo_28nm")) {}
};

TEST_F(HardwareRulesOfErase, NoPulseDuringAnErase) {
  select(1, 20'000);
  tile.controller.write->erase(1, 0, 20'000);  // the DACs settle for 20 ns, the erase of this job takes no time
  expect_broken(kNoTwoDrivers, "crossbar", 39'999, [&] { pulse(1, 39'999); });
}

TEST_F(HardwareRules, NoSampleBeforeTheBiasHasSettled) {
  select(1, 20'000);
  bias(1, 20'000);
  expect_broken(kBiasSettles, "crossbar", 39'999, [&] { sample(39'999); });
}

TEST_F(HardwareRules, NoSampleWithoutABias) {
  select(1, 20'000);
  pulse(1, 20'000);
  expect_broken(kBiasSettles, "crossbar", 120'000, [&] { sample(120'000); });
}

TEST_F(HardwareRules, NoConversionDuringAConversion) {
  select(1, 20'000);
  bias(1, 20'000);
  sample(40'000);
  convert(40'000);
  expect_broken(kNoStartWhileBusy, "adc", 59'999, [&] { convert(59'999); });
}

TEST_F(HardwareRules, AWidePulseHoldsTheLinesForItsWidth) {
  select(1, 20'000);
  std::vector<float> width(array.lanes(), 1.0f);
  width[2] = 3.0f;
  cells.width = width.data();
  pulse(1, 20'000);
  expect_broken(kNoTwoDrivers, "crossbar", 319'999, [&] { pulse(1, 319'999); });
}

}  // namespace
}  // namespace swimsim
