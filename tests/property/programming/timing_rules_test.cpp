// The controller under an independent rule checker: no spacing is broken and none is longer than it must be.
#include "tests/support/timing_rules.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

using testing::SmallChip;
using testing::TimingRule;
using testing::TimingRules;
using testing::TimingViolation;

/// Up to some dozen clock cycles, seldom a whole number of them.
std::int64_t any_time_ps(std::int64_t at_most_ps) { return *rc::gen::inRange<std::int64_t>(0, at_most_ps); }

ProgrammingTiming any_timing() {
  ProgrammingTiming t;
  t.clock_ps = *rc::gen::inRange<std::int64_t>(1, 20'000);
  for (std::int64_t* time_ps : {&t.row_settle_ps, &t.dac_settle_ps, &t.polarity_switch_ps, &t.write_to_read_ps, &t.read_settle_ps,
                                &t.convert_ps, &t.read_to_write_ps, &t.read_after_write_ps, &t.compare_ps}) {
    *time_ps = any_time_ps(200'000);
  }
  t.blind_pulse_ps = any_time_ps(1'000'000);
  t.pulse_ps = any_time_ps(1'000'000);
  t.erase_ps = any_time_ps(3'000'000);
  return t;
}

std::unique_ptr<Scheme> any_scheme(const SmallChip& chip, double tolerance_share) {
  const auto name = *rc::gen::element<std::string>("incremental", "fixed", "ispp", "set_reset", "reset_on_overshoot", "incremental_width",
                                                   "two_step", "predictive", "erase_then_program");
  return find_scheme(name)->make({tolerance_share * (chip.device->g_max_S() - chip.device->g_min_S()), *rc::gen::inRange(0, 6)});
}

void choose_controller(SmallChip& chip) {
  TileController::Options& controller = chip.job.controller;
  controller.timing = any_timing();
  controller.max_attempts = *rc::gen::inRange(1, 40);
  controller.column_mux = *rc::gen::element(1, 2, 4, 8);
  controller.reads_averaged = *rc::gen::inRange(1, 4);
  controller.one_dac_a_row = *rc::gen::arbitrary<bool>();
  controller.erase_by_row = *rc::gen::arbitrary<bool>();
  controller.write_current_limit_A = *rc::gen::element(0.0, 30e-6, 300e-6);
  chip.scheme = any_scheme(chip, 0.04);
  if (*rc::gen::arbitrary<bool>()) {
    chip.coarse_scheme = any_scheme(chip, 0.16);
    controller.coarse = chip.coarse_scheme.get();
    controller.coarse_attempts = *rc::gen::inRange(1, 10);
  } else if (*rc::gen::arbitrary<bool>()) {
    chip.job.array.compare_tolerance_S = 0.04 * (chip.device->g_max_S() - chip.device->g_min_S());
  }
}

SmallChip any_chip() {
  MappingOptions mapping;
  mapping.bits_per_device = *rc::gen::element(1, 2, 4);
  const Card card = testing::shipped_card(*rc::gen::element<std::string>("swim_pulse", "reram_neurram_like", "fefet_hzo_28nm"));
  SmallChip chip({{"layer", *rc::gen::inRange(1, 6), *rc::gen::inRange(1, 8)}}, card, mapping, *rc::gen::arbitrary<std::uint64_t>());
  choose_controller(chip);
  return chip;
}

/// One tile of a chip, phase after phase.
struct WatchedTile {
  TileArray array;
  testing::LoggingDatapath datapath;
  TileController controller;
  TimingRules::Options rules;

  WatchedTile(const SmallChip& chip, std::vector<std::int16_t> group)
      : array(*chip.mapping, 0, chip.codes, *chip.device, chip.job.array),
        datapath(array),
        controller(array, datapath, *chip.scheme, std::move(group), chip.job.controller) {
    const TileController::Options& options = chip.job.controller;
    rules.timing = options.timing;
    rules.compares = chip.job.array.compare_tolerance_S > 0;
    rules.erase_by_row = options.erase_by_row;
    rules.write_current_limit_A = options.write_current_limit_A;
    rules.blind_V = chip.device->blind_amplitude_V();
    if (chip.device->is_resistor()) rules.g_max_S = chip.device->g_max_S();
  }
  std::vector<TimingViolation> blind(int coarse_attempts) {
    controller.begin_blind();
    return watch(coarse_attempts);
  }
  std::vector<TimingViolation> verify(int max_attempts) {
    controller.begin_verify(0);
    return watch(max_attempts);
  }

 private:
  std::vector<TimingViolation> watch(int attempts) {
    rules.max_attempts = attempts;
    return TimingRules::check(datapath.run(controller), rules);
  }
};

std::vector<std::int16_t> every_cell(const SmallChip& chip) {
  const TileExtent& tile = chip.mapping->tiles()[0];
  return std::vector<std::int16_t>(static_cast<std::size_t>(tile.used_rows) * static_cast<std::size_t>(tile.used_cols), 0);
}

std::vector<std::int16_t> any_groups(const SmallChip& chip) {
  std::vector<std::int16_t> group = every_cell(chip);
  for (std::int16_t& of_cell : group) of_cell = static_cast<std::int16_t>(*rc::gen::inRange(-1, 1));
  return group;
}

RC_GTEST_PROP(TimingRules, AreKeptAndNothingWaitsLongerThanItMust, ()) {
  const SmallChip chip = any_chip();
  WatchedTile tile(chip, any_groups(chip));
  for (const TimingViolation& violation : tile.blind(chip.job.controller.coarse_attempts)) {
    RC_LOG() << "blind: " << violation << '\n';
    RC_FAIL();
  }
  for (const TimingViolation& violation : tile.verify(chip.job.controller.max_attempts)) {
    RC_LOG() << "verify: " << violation << '\n';
    RC_FAIL();
  }
}

// No chance here: schemes and cards that chance seldom brings together, on a tile with enough cells for pulses of many widths.
TEST(TimingRules, AreKeptByEverySchemeOnEveryCard) {
  for (const char* card : {"swim_pulse", "reram_neurram_like", "fefet_hzo_28nm"}) {
    for (const SchemeKind& scheme : scheme_kinds()) {
      if (scheme.counts_cycles) continue;
      SmallChip chip({{"layer", 4, 8}}, testing::shipped_card(card));
      chip.scheme = scheme.make({0.04 * (chip.device->g_max_S() - chip.device->g_min_S())});
      chip.job.controller.timing = {3'000, 20'000, 31'000, 100'000, 50'500, 41'000, 62'000, 70'000, 83'000, 92'000, 110'000, 500'000};
      WatchedTile tile(chip, every_cell(chip));
      for (const TimingViolation& violation : tile.blind(0)) ADD_FAILURE() << card << ' ' << scheme.name << " blind: " << violation;
      for (const TimingViolation& violation : tile.verify(chip.job.controller.max_attempts)) {
        ADD_FAILURE() << card << ' ' << scheme.name << " verify: " << violation;
      }
    }
  }
}

/// Has the row erased once more after its first read, then is content.
class ErasesTwice final : public Scheme {
 public:
  bool reads_first() const override { return true; }
  bool erases_first() const override { return true; }
  void begin(const Device&, RowUnderVerify& row) const override {
    row.erase_row = row.erases < 2;
    if (!row.erase_row) std::fill_n(row.active, row.columns, std::uint8_t{0});
  }
  void decide(const Device&, RowUnderVerify&) const override {}
};

/// What is wrong with a verified row of a FeFET tile that is erased once more after a read; in column 0 alone or in both columns.
std::vector<TimingViolation> violations_of_erasing_again(const std::vector<std::int16_t>& group) {
  SmallChip chip({{"layer", 1, 1}}, testing::shipped_card("fefet_hzo_28nm"));
  chip.job.controller.timing.erase_ps = 500'000;
  chip.scheme = std::make_unique<ErasesTwice>();
  return WatchedTile(chip, group).verify(1);
}

TEST(TimingRules, EraseAgainTurnsAroundFromTheRead) { EXPECT_TRUE(violations_of_erasing_again({0, 0}).empty()); }

TEST(TimingRules, EraseAgainTurnsAroundOnceWhereOtherCellsAreRestored) { EXPECT_TRUE(violations_of_erasing_again({0, -1}).empty()); }

}  // namespace
}  // namespace swimsim
