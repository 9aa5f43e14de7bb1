// What the controller may have or not: erases, comparators, averaged reads, a current limit, one write DAC a row, widths, a coarse phase.
// Two cells a row, no noise, every wait written out.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

using testing::SmallChip;

/// Does what the test says.
class ScriptedScheme final : public Scheme {
 public:
  std::function<void(RowUnderVerify&)> on_begin = [](RowUnderVerify& row) { std::fill_n(row.active, row.columns, std::uint8_t{0}); };
  std::function<void(RowUnderVerify&, int cycle)> on_decide = [](RowUnderVerify& row, int) {
    std::fill_n(row.active, row.columns, std::uint8_t{0});
  };
  bool erases = false, widths = false;

  bool reads_first() const override { return true; }
  bool erases_first() const override { return erases; }
  bool varies_width() const override { return widths; }
  void begin(const Device&, RowUnderVerify& row) const override { on_begin(row); }
  void decide(const Device&, RowUnderVerify& row) const override { on_decide(row, ++cycle_); }

 private:
  mutable int cycle_ = 0;
};

/// The cells of the row, all with this first pulse.
std::function<void(RowUnderVerify&)> first_pulse(std::int8_t left, std::int8_t right, float left_V, float right_V) {
  return [=](RowUnderVerify& row) {
    for (int i = 0; i < 2; ++i) {
      row.polarity[i] = i == 0 ? left : right;
      row.amplitude_V[i] = i == 0 ? left_V : right_V;
    }
  };
}

Card quiet_card() {
  Card card = testing::pulse_card();
  for (const char* name : {"sigma_d2d", "sigma_c2c", "sigma_blind", "sigma_read", "sigma_relax"}) card.find(name)->value = 0.0;
  return card;
}

Card quiet_fefet() {
  Card card = testing::shipped_card("fefet_hzo_28nm");
  card.find("sigma_read_v")->value = 0.0;
  return card;
}

const char* name_of(ControllerState state) {
  static const char* const names[] = {"idle",  "select", "set-up",  "blind",  "SET",  "polarity",
                                      "RESET", "read",   "convert", "decide", "erase"};
  return names[static_cast<std::size_t>(state)];
}

/// Two rows of two cells under one controller.
struct Bench {
  SmallChip chip;
  ScriptedScheme scheme, coarse;
  std::unique_ptr<TileArray> array;
  std::unique_ptr<TileDatapath> datapath, made_up;  ///< `made_up` in place of the array's own
  std::unique_ptr<TileController> controller;

  explicit Bench(const Card& card) : chip({{"layer", 1, 2}}, card) {
    chip.codes[0] = {15, 0};
    TileController::Options& options = chip.job.controller;
    options.column_mux = 2;
    // Every wait has its own length, in ns: clock 10, row 20, DAC 30, blind 100, pulse 50, polarity 40, write-to-read 60, read settle 70,
    // convert 80, read-to-write 90, read-after-write 110, erase 500, compare 15.
    options.timing = {10'000, 20'000, 30'000, 100'000, 50'000, 40'000, 60'000, 70'000, 80'000, 90'000, 110'000, 500'000, 15'000};
  }
  void build(const std::vector<std::int16_t>& group = {0, 0, 0, 0}) {
    array = std::make_unique<TileArray>(*chip.mapping, 0, chip.codes, *chip.device, chip.job.array);
    datapath = std::make_unique<DirectDatapath>(*array);
    controller = std::make_unique<TileController>(*array, made_up ? *made_up : *datapath, scheme, group, chip.job.controller);
  }
  /// "SET 50", ...: states and waits in nanoseconds to the end of the phase.
  std::vector<std::string> run() {
    std::vector<std::string> log;
    while (!controller->done()) {
      const std::int64_t wait_ps = controller->step();
      log.push_back(std::string(name_of(controller->state())) + " " + std::to_string(wait_ps / 1000));
    }
    return log;
  }
  std::vector<std::string> blind() {
    build();
    controller->begin_blind();
    return run();
  }
  std::vector<std::string> verify(const std::vector<std::int16_t>& group = {0, 0, -1, -1}) {
    build(group);
    controller->begin_verify(0);
    return run();
  }
};

using Log = std::vector<std::string>;

TEST(Erase, ComesBeforeTheBlindWriteOfEveryRow) {
  Bench bench(quiet_fefet());
  const Log row{"select 20", "erase 530", "set-up 30", "blind 100"};
  Log both = row;
  both.insert(both.end(), row.begin(), row.end());
  EXPECT_EQ(bench.blind(), both);
  EXPECT_EQ(bench.controller->counts().erases, 2);
}

TEST(Erase, OfATileTakesTheTimeOfOne) {
  Bench bench(quiet_fefet());
  bench.chip.job.controller.erase_by_row = false;
  EXPECT_EQ(bench.blind(), (Log{"select 20", "erase 530", "set-up 30", "blind 100", "select 20", "erase 0", "set-up 30", "blind 100"}));
  bench.scheme.erases = true;
  EXPECT_EQ(bench.verify(), (Log{"select 20", "read 70", "convert 80", "convert 80", "decide 10"}));  // never again
}

TEST(Erase, NeverOfADeviceThatIsNotErased) {
  Bench bench(quiet_card());
  bench.scheme.erases = true;
  EXPECT_EQ(bench.blind(), (Log{"select 20", "set-up 30", "blind 100", "select 20", "set-up 30", "blind 100"}));
  EXPECT_EQ(bench.verify(), (Log{"select 20", "read 70", "convert 80", "convert 80", "decide 10"}));
}

TEST(Erase, OfARowRestoresTheCellsThatAreNotVerified) {
  Bench bench(quiet_fefet());
  bench.scheme.erases = true;
  EXPECT_EQ(bench.verify({-1, 0, -1, -1}),  // of row 0 only the cell in column 1
            (Log{"select 20", "erase 530", "set-up 30", "blind 100", "read 240", "convert 80", "decide 10"}));
  EXPECT_EQ(bench.controller->counts().erases, 1);
  EXPECT_EQ(bench.controller->counts().blind_pulses, 1);
  EXPECT_GT(bench.array->g_S(0, 0), 10e-6f);  // code 15: written blind, near g_max
  EXPECT_LT(bench.array->g_S(0, 1), 1e-6f);
  EXPECT_EQ(bench.array->pulses(0, 0), 0u);
}

TEST(Erase, OnDemandBeginsTheRowAnew) {
  Bench bench(quiet_fefet());
  bench.scheme.erases = true;
  bench.scheme.on_begin = [](RowUnderVerify& row) {
    row.erase_row = row.erases < 3;
    if (!row.erase_row) std::fill_n(row.active, row.columns, std::uint8_t{0});
  };
  const Log turn{"erase 530", "read 240", "convert 80", "convert 80", "decide 100"};  // a clock, and the turnaround from the read
  Log expected{"select 20"};
  for (int i = 0; i < 3; ++i) expected.insert(expected.end(), turn.begin(), turn.end());
  expected.back() = "decide 10";
  EXPECT_EQ(bench.verify(), expected);
  EXPECT_EQ(bench.controller->counts().failed_cells, 0);
}

TEST(Compare, TakesOneComparisonBelowTheWindowAndTwoInside) {
  Bench bench(quiet_card());
  bench.chip.job.array.compare_tolerance_S = 2.4e-6;
  bench.chip.job.array.compare_energy_J = 1e-15;
  // All cells stand at g_min: the first has its target at g_max and is below, the other is inside.
  EXPECT_EQ(bench.verify(), (Log{"select 20", "read 70", "convert 20", "convert 40", "decide 10"}));
  EXPECT_EQ(bench.array->energy().adc_aJ, 3 * 1000);
}

TEST(Compare, TellsBelowInsideAndAbove) {
  Bench bench(quiet_card());
  bench.chip.job.array.compare_tolerance_S = 2.4e-6;
  std::vector<float> error_S;
  bench.scheme.on_begin = [&](RowUnderVerify& row) {
    for (int i = 0; i < 2; ++i) error_S.push_back(row.believed_S[i] - row.target_S[i]);
    std::fill_n(row.active, row.columns, std::uint8_t{0});
  };
  bench.verify();
  EXPECT_NEAR(error_S.at(0), -4.8e-6, 1e-11);
  EXPECT_NEAR(error_S.at(1), 0, 1e-11);
}

/// Answers read after read with the codes of a list.
class ListedCodes final : public TileDatapath {
 public:
  std::vector<double> since_pulse_ns;

  explicit ListedCodes(std::vector<std::uint16_t> list) : list_(std::move(list)), codes_(padded_to_lanes(2)) {}
  void select_row(int) override {}
  void erase(std::uint32_t) override {}
  void blind_write(std::uint32_t) override {}
  void pulse(int, const RowCells&, std::uint32_t) override {}
  void counted_cycle(const RowCells&) override {}
  void read(const RowCells&, std::uint32_t event, double since_pulse_s) override {
    std::fill(codes_.begin(), codes_.end(), list_.at(event));
    since_pulse_ns.push_back(since_pulse_s * 1e9);
  }
  bool convert(const RowCells&, std::size_t, std::size_t) override { return false; }
  const std::uint16_t* codes() const override { return codes_.data(); }

 private:
  std::vector<std::uint16_t> list_;
  std::vector<std::uint16_t> codes_;
};

TEST(AveragedReads, AreReadOneAfterTheOtherAndAveraged) {
  Bench bench(quiet_card());
  bench.chip.job.controller.reads_averaged = 3;
  bench.made_up = std::make_unique<ListedCodes>(std::vector<std::uint16_t>{10, 20, 60, 1, 1, 1});
  bench.scheme.on_begin = first_pulse(+1, +1, 1, 1);
  float first_S = 0, second_S = 0;
  const auto begin = bench.scheme.on_begin;
  bench.scheme.on_begin = [&](RowUnderVerify& row) {
    first_S = row.believed_S[0];
    begin(row);
  };
  bench.scheme.on_decide = [&](RowUnderVerify& row, int) {
    second_S = row.believed_S[1];
    std::fill_n(row.active, row.columns, std::uint8_t{0});
  };
  EXPECT_EQ(bench.verify(),
            (Log{"select 20",  "read 70",    "convert 80", "convert 80", "read 70",    "convert 80", "convert 80",
                 "read 70",    "convert 80", "convert 80", "decide 10",  "set-up 120", "SET 50",  // the wait after a pulse comes once
                 "read 240",   "convert 80", "convert 80", "read 70",    "convert 80", "convert 80", "read 70",
                 "convert 80", "convert 80", "decide 10"}));
  const Adc& adc = bench.chip.job.array.adc;
  EXPECT_NEAR(first_S, (adc.conductance_S(10) + adc.conductance_S(20) + adc.conductance_S(60)) / 3, 1e-11f);
  EXPECT_NEAR(second_S, adc.conductance_S(1), 1e-11f);
  EXPECT_EQ(bench.controller->counts().verify_reads, 12);
  const std::vector<double>& since_ns = static_cast<ListedCodes&>(*bench.made_up).since_pulse_ns;
  const double long_ago = kLongAgo_s, expected_ns[] = {long_ago, long_ago, long_ago, 240, 240 + 160 + 70, 240 + 2 * (160 + 70)};
  ASSERT_EQ(since_ns.size(), 6u);
  for (std::size_t i = 0; i < since_ns.size(); ++i) EXPECT_DOUBLE_EQ(since_ns[i], expected_ns[i]) << i;
}

TEST(CurrentLimit, SplitsAPulseIntoPortions) {
  const std::pair<double, const char*> cases[] = {{0, "SET 50"}, {200e-6, "SET 50"}, {100e-6, "SET 100"}, {50e-6, "SET 200"}};
  for (const auto& [limit_A, expected] : cases) {
    Bench bench(quiet_card());
    bench.chip.job.controller.write_current_limit_A = limit_A;
    bench.scheme.on_begin = first_pulse(+1, +1, 1.5f, 1.5f);  // two cells of 1.5 V times 60 uS
    const Log log = bench.verify();
    EXPECT_EQ(std::count(log.begin(), log.end(), expected), 1) << limit_A;
  }
}

TEST(Widths, TheLongestPulseOfTheRowDecides) {
  for (const bool widths : {true, false}) {
    Bench bench(quiet_card());
    bench.scheme.widths = widths;
    bench.scheme.on_begin = [](RowUnderVerify& row) {
      first_pulse(+1, +1, 1, 1)(row);
      row.width[0] = 2;
      row.width[1] = 3.5f;
    };
    const Log log = bench.verify();
    EXPECT_EQ(std::count(log.begin(), log.end(), widths ? "SET 180" : "SET 50"), 1);
  }
}

TEST(OneDacARow, ServesOnePolarityUntilNobodyAsksForIt) {
  Bench bench(quiet_card());
  bench.chip.job.controller.one_dac_a_row = true;
  bench.scheme.on_begin = first_pulse(+1, -1, 1, 1);
  std::vector<int> pulsed;
  bench.scheme.on_decide = [&](RowUnderVerify& row, int cycle) {
    pulsed.push_back(row.pulsed[0] * 10 + row.pulsed[1]);
    if (cycle == 2) row.active[0] = 0;
    if (cycle == 3) row.active[1] = 0;
  };
  const Log log = bench.verify();
  EXPECT_EQ(pulsed, (std::vector<int>{10, 10, 1}));
  EXPECT_EQ(std::count(log.begin(), log.end(), "SET 50"), 2);
  EXPECT_EQ(std::count(log.begin(), log.end(), "RESET 50"), 1);
  EXPECT_EQ(std::count(log.begin(), log.end(), "polarity 70"), 0);
}

TEST(OneDacARow, ServesTheLowestVoltsFirst) {
  for (const bool one_dac : {true, false}) {
    Bench bench(quiet_card());
    bench.chip.job.controller.one_dac_a_row = one_dac;
    bench.scheme.on_begin = first_pulse(+1, +1, 1.5f, 1.2f);
    bench.verify();
    EXPECT_EQ(bench.array->pulses(0, 0), one_dac ? 0u : 1u);
    EXPECT_EQ(bench.array->pulses(0, 1), 1u);
  }
}

TEST(CoarsePhase, VerifiesEveryCellAndFailsNone) {
  Bench bench(quiet_card());
  bench.chip.job.controller.coarse = &bench.coarse;
  bench.chip.job.controller.coarse_attempts = 2;
  bench.coarse.on_begin = first_pulse(+1, +1, 1, 1);
  bench.coarse.on_decide = [](RowUnderVerify&, int) {};  // never content
  const Log log = bench.blind();
  EXPECT_EQ(std::count(log.begin(), log.end(), "SET 50"), 4);  // two rows, two attempts
  EXPECT_EQ(std::count(log.begin(), log.end(), "blind 100"), 0);
  EXPECT_EQ(bench.controller->counts().blind_pulses, 8);
  EXPECT_EQ(bench.controller->counts().pulses, 0);
  EXPECT_EQ(bench.controller->counts().failed_cells, 0);
  EXPECT_EQ(bench.array->pulses(0, 0), 0u);
}

}  // namespace
}  // namespace swimsim
