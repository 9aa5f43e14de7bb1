// A tolerance of the cell's own: which pulse it stops at, by hand. Cells without noise that go up by 0.3 uS a pulse.
#include "models/programming/tolerance_class.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

using testing::SmallChip;
using Classes = std::vector<std::uint8_t>;

Card quiet_card() {
  Card card = testing::pulse_card();
  for (const char* noise : {"sigma_d2d", "sigma_c2c", "sigma_blind", "sigma_read", "sigma_relax"}) card.find(noise)->value = 0.0;
  return card;
}

/// A row with two cells that have 8 uS to go (20 to 28 uS), and the minus arm of each, which is where it belongs.
struct Bench {
  SmallChip chip;
  std::unique_ptr<TileArray> array;
  std::unique_ptr<TileDatapath> datapath;
  std::unique_ptr<TileController> controller;

  explicit Bench(const std::string& scheme, const Card& card = quiet_card()) : chip({{"layer", 2, 1}}, card) {
    chip.codes[0] = {3, 3};
    chip.scheme = find_scheme(scheme)->make({1.2e-6});
    chip.job.array.adc = Adc(14, 0, 80e-6);
    chip.job.controller.class_tolerance_S = 1.2e-6;
  }
  void build(int left, int right) {
    array = std::make_unique<TileArray>(*chip.mapping, 0, chip.codes, *chip.device, chip.job.array);
    datapath = std::make_unique<DirectDatapath>(*array);
    const Classes worth, tolerance{static_cast<std::uint8_t>(left), 0, static_cast<std::uint8_t>(right), 0};
    controller = std::make_unique<TileController>(*array, *datapath, *chip.scheme, std::vector<std::int16_t>(4, 0), chip.job.controller,
                                                  worth, tolerance);
  }
  void verify(int left, int right) {
    build(left, right);
    controller->begin_verify(0);
    while (!controller->done()) controller->stride();
  }
};

struct Stop {
  const char* scheme;
  int tolerance_class;
  std::uint32_t pulses;
};

class ToleranceOfACell : public ::testing::TestWithParam<Stop> {};

// The window is 1.2 uS for class 0, 2.4 uS for class 2, 4.8 uS for class 4. Schemes that stop at the edge: 8 - 0.3 n <= 1.2 at n = 23, 2.4
// at 19, 4.8 at 11, and 9.6 (class 6) takes the cell as it is. Those that go for the centre pass it at n = 27, and stop as far before it as
// the window is wider: 8 - 0.3 n < 1.2 at n = 23 (class 2), < 3.6 at 15 (class 4).
TEST_P(ToleranceOfACell, DecidesAtWhichPulseItStops) {
  const Stop& stop = GetParam();
  Bench bench(stop.scheme);
  bench.verify(stop.tolerance_class, 0);
  Bench tight(stop.scheme);
  tight.verify(0, 0);
  EXPECT_EQ(bench.array->pulses(0, 0), stop.pulses);
  EXPECT_EQ(bench.array->pulses(0, 2), tight.array->pulses(0, 2));  // the neighbour does what it did
  // The row is as slow as the slowest: all that it saves are the conversions of the other's group of the column mux.
  const std::int64_t saved = static_cast<std::int64_t>(tight.array->pulses(0, 0)) - stop.pulses;
  EXPECT_EQ(tight.controller->busy_ps() - bench.controller->busy_ps(), saved * bench.chip.job.controller.timing.convert_ps);
}

INSTANTIATE_TEST_SUITE_P(OfEveryScheme, ToleranceOfACell,
                         ::testing::Values(Stop{"fixed", 0, 23}, Stop{"fixed", 2, 19}, Stop{"fixed", 4, 11}, Stop{"fixed", 6, 0},
                                           Stop{"ispp", 4, 11}, Stop{"set_reset", 4, 11}, Stop{"reset_on_overshoot", 4, 11},
                                           Stop{"incremental_width", 6, 0}, Stop{"two_step", 4, 11}, Stop{"erase_then_program", 4, 11},
                                           Stop{"incremental", 0, 27}, Stop{"incremental", 2, 23}, Stop{"incremental", 4, 15},
                                           Stop{"incremental", 6, 0}, Stop{"predictive", 0, 27}, Stop{"predictive", 2, 23},
                                           Stop{"predictive", 4, 15}),
                         [](const ::testing::TestParamInfo<Stop>& stop) {
                           return std::string(stop.param.scheme) + "_class_" + std::to_string(stop.param.tolerance_class);
                         });

TEST(ToleranceOfARow, WhereAllAreLooseItEndsEarlier) {
  Bench bench("fixed");
  bench.verify(0, 0);
  const std::int64_t tight_ps = bench.controller->busy_ps();
  bench.verify(4, 4);
  const ProgrammingTiming& t = bench.chip.job.controller.timing;
  // Twelve cycles less of a SET pulse and a read of the two groups with active cells.
  const std::int64_t cycle_ps = t.read_to_write_ps + t.dac_settle_ps + t.pulse_ps + t.write_to_read_ps + t.read_after_write_ps +
                                t.read_settle_ps + 2 * t.convert_ps + t.clock_ps;
  EXPECT_EQ(tight_ps - bench.controller->busy_ps(), 12 * cycle_ps);
}

TEST(ToleranceOfACell, IsNotThatOfACoarseBlindPhase) {
  Bench bench("fixed");
  bench.chip.coarse_scheme = find_scheme("fixed")->make({4.8e-6});
  bench.chip.job.controller.coarse = bench.chip.coarse_scheme.get();
  bench.chip.job.controller.coarse_attempts = 100;
  bench.build(0, 6);
  bench.controller->begin_blind();
  while (!bench.controller->done()) bench.controller->stride();
  EXPECT_EQ(bench.controller->counts().blind_pulses, 2 * 11);
}

TEST(ToleranceOfACell, WantsAClassOfEveryCellAndAVerifyThatKnowsTolerances) {
  Bench bench("fixed");
  bench.build(0, 0);
  const auto controller = [](Bench& b, const Classes& classes) {
    return TileController(*b.array, *b.datapath, *b.chip.scheme, std::vector<std::int16_t>(4, 0), b.chip.job.controller, {}, classes);
  };
  EXPECT_NO_THROW(controller(bench, {0, 0, 0, 0}));
  EXPECT_THROW(controller(bench, {0, 0, 0}), std::logic_error);

  Bench counting("counted", testing::gaussian_card());
  EXPECT_THROW(counting.build(0, 0), std::logic_error);
  Bench comparing("fixed");
  comparing.chip.job.array.compare_tolerance_S = 1.2e-6;
  EXPECT_THROW(comparing.build(0, 0), std::logic_error);
  Bench erasing("erase_then_program", testing::shipped_card("fefet_hzo_28nm"));
  EXPECT_THROW(erasing.build(0, 0), std::logic_error);
  erasing.chip.job.controller.erase_by_row = false;
  EXPECT_NO_THROW(erasing.build(0, 0));
}

TEST(ToleranceClass, IsTwiceAsWideTwoClassesOn) {
  EXPECT_EQ(tolerance_of_class(0), 1);
  EXPECT_DOUBLE_EQ(tolerance_of_class(1), std::sqrt(2.0));
  for (int c = 2; c < kToleranceClasses; ++c) EXPECT_EQ(tolerance_of_class(c), 2 * tolerance_of_class(c - 2));
}

TEST(ToleranceClass, OfAVarianceIsTheNearestInTheLogarithm) {
  for (int c = 1; c < kToleranceClasses; ++c) {
    const double variance = std::ldexp(1.0, c);
    EXPECT_EQ(class_of_variance(variance), c);
    EXPECT_EQ(class_of_variance(variance * 0.71), c);      // above 2^-0.5
    EXPECT_EQ(class_of_variance(variance * 0.70), c - 1);  // below
  }
  for (const double tighter : {0.0, 1e-300, 0.5, 1.0}) EXPECT_EQ(class_of_variance(tighter), 0);
  EXPECT_EQ(class_of_variance(1e300), kNeverVerified);
  EXPECT_EQ(class_of_variance(INFINITY), kNeverVerified);
}

}  // namespace
}  // namespace swimsim
