// Rows and statistics from outcomes written by hand.
#include "sim/engine/aggregate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

struct Made {
  Workload workload;
  Preparation prepared;
  Plan plan;
  std::vector<ProgrammingOutcome> outcomes;

  explicit Made(int trials) {
    workload.selection.selectors = {"swim"};
    workload.selection.fractions = {0, 0.5, 1};
    workload.evaluate.trials = trials;
    prepared.mapping = std::make_unique<Mapping>(std::vector<MatrixShape>{{"a", 2, 3}, {"b", 2, 2}}, MappingOptions{});
    plan = make_plan(workload, prepared.mapping->weights());
    outcomes.resize(plan.programmings.size());
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      const std::int64_t selected = plan.programmings[i].selected;
      const int trial = static_cast<int>(plan.programmings[i].trial);
      ProgrammingOutcome& o = outcomes[i];
      o.blind_pulses = 20;
      o.verified_cells = 2 * selected;
      o.pulses = 20 * selected + trial;
      o.verify_reads = 22 * selected;
      o.failed_cells = selected > 0 ? 1 : 0;
      o.time_ps = 1'000'000 * (1 + selected) + trial;
      o.energy.array_aJ = 1000 * selected;
      o.energy.adc_aJ = 7;
      o.accuracy = 0.9 + 0.01 * trial;
      o.layers = {{10 * selected, 11 * selected, 0, 5'000, 4 + trial, {600}},
                  {10 * selected + trial, 11 * selected, 1, 7'000, 9, {300, 100}}};
      o.pulse_histogram = {0, 2, 3};
      o.verified = {10 * (trial + 1), 0.5, 1.0, 1.2};
    }
  }
};

TEST(Aggregate, NwcIsExactlyOneAtEverything) {
  Made made(10);
  RunResults results;
  aggregate(made.prepared, made.plan, made.outcomes, 10, results);
  const ProgrammingRow& everything = results.programming.back();
  EXPECT_EQ(everything.fraction, 1);
  EXPECT_EQ(everything.nwc, 1);
  EXPECT_EQ(everything.nwc_total, 1);
}

TEST(Aggregate, NwcCountsVerifyPulsesAndTotalCountsBlindOnBothSides) {
  Made made(1);
  RunResults results;
  aggregate(made.prepared, made.plan, made.outcomes, 1, results);
  ASSERT_EQ(results.trials.size(), 3u);
  EXPECT_EQ(results.trials[0].nwc, 0);
  EXPECT_DOUBLE_EQ(results.trials[0].nwc_total, 20.0 / (20 + 200));
  EXPECT_DOUBLE_EQ(results.trials[1].nwc, 0.5);
  EXPECT_DOUBLE_EQ(results.trials[1].nwc_total, (20.0 + 100) / (20 + 200));
}

TEST(Aggregate, MeansOverTheTrials) {
  Made made(3);
  RunResults results;
  aggregate(made.prepared, made.plan, made.outcomes, 3, results);
  const ProgrammingRow& half = results.programming[1];
  EXPECT_DOUBLE_EQ(half.pulses, 101);
  EXPECT_DOUBLE_EQ(half.time_s, 6'000'001e-12);
  EXPECT_DOUBLE_EQ(half.energy_J, 5007e-18);
  EXPECT_NEAR(half.accuracy_mean, 0.91, 1e-12);
  EXPECT_NEAR(half.accuracy_std, 0.01, 1e-12);
  EXPECT_EQ(half.trials, 3);
}

TEST(Aggregate, LayersAddUpAndTheMaximumIsOverTheTrials) {
  Made made(3);
  RunResults results;
  aggregate(made.prepared, made.plan, made.outcomes, 3, results);
  double pulses = 0;
  for (const LayerRow& row : results.layers) {
    if (row.fraction == 0.5) pulses += row.pulses;
  }
  EXPECT_DOUBLE_EQ(pulses, results.programming[1].pulses);
  EXPECT_EQ(results.layers[0].max_cell_pulses, 6);
  EXPECT_EQ(results.layers[1].energy_by_component[0].component, "array");
  EXPECT_DOUBLE_EQ(results.layers[1].energy_by_component[0].energy_J, 300e-18);
  EXPECT_DOUBLE_EQ(results.layers[1].energy_by_component[1].energy_J, 100e-18);
  EXPECT_DOUBLE_EQ(results.layers[1].energy_J, 400e-18);
  EXPECT_EQ(results.layers[0].cells, 12);
  EXPECT_EQ(results.layers[0].weights, 6);
  EXPECT_EQ(results.layers[0].tiles, 1);
}

TEST(Aggregate, TheBillOfTheCellsIsTheWorstOfTheTrials) {
  Made made(2);
  for (std::size_t i = 0; i < made.outcomes.size(); ++i) {
    ProgrammingOutcome& o = made.outcomes[i];
    const auto trial = static_cast<int>(made.plan.programmings[i].trial);
    o.set_pulses = o.pulses - 50;
    o.most_stressed_cell = 30 + trial;
    o.endurance_used = 0.25 - 0.05 * trial;
    o.energy.driver_aJ = 3'000'000;
  }
  RunResults results;
  aggregate(made.prepared, made.plan, made.outcomes, 2, results);
  std::map<std::string, double> figures;
  for (const Statistic& statistic : results.summary) figures[statistic.key] = statistic.value;
  EXPECT_EQ(figures["most_stressed_cell"], 31);
  EXPECT_EQ(figures["endurance_used"], 0.25);
  EXPECT_DOUBLE_EQ(figures["full_set_pulses"] + figures["full_reset_pulses"], figures["full_pulses"]);
  EXPECT_DOUBLE_EQ(figures["full_reset_pulses"], 50);
  EXPECT_DOUBLE_EQ(figures["full_energy_driver_J"], 3e-12);
}

TEST(Aggregate, ErrorsArePooledByCells) {
  Made made(2);
  RunResults results;
  aggregate(made.prepared, made.plan, made.outcomes, 2, results);
  const auto value = [&](const std::string& key) {
    for (const Statistic& statistic : results.summary) {
      if (statistic.key == key) return statistic.value;
    }
    ADD_FAILURE() << key;
    return 0.0;
  };
  EXPECT_DOUBLE_EQ(value("bias_after"), 0.5);
  EXPECT_DOUBLE_EQ(value("rms_after"), 1.2);
  EXPECT_NEAR(value("sigma_after"), std::sqrt(1.44 - 0.25), 1e-12);
  EXPECT_DOUBLE_EQ(value("mean_cycles_per_verified_cell"), 200.5 / 20);
  EXPECT_DOUBLE_EQ(value("mean_cycles_per_verified_weight"), 200.5 / 10);
  EXPECT_EQ(results.pulse_histogram.count[2], 6);
}

TEST(Aggregate, LevelsArePooledByCellsInMicrosiemens) {
  Made made(2);
  made.prepared.device = find_kernel("swim_pulse")->make(testing::pulse_card(), {});  // 20 to 60 uS
  for (std::size_t i = 0; i < made.outcomes.size(); ++i) {
    const int trial = static_cast<int>(made.plan.programmings[i].trial);
    // Errors 0.1 and 0.3 in trial 0, -0.2 in trial 1: mean 1/15, mean square 0.14 / 3. Level 1 of 4 has no cells.
    const CellErrors here = trial == 0 ? CellErrors{2, 0.2, 0.1, std::sqrt(0.05)} : CellErrors{1, -0.2, 0, 0.2};
    made.outcomes[i].verified_levels = {here, {}, here, here};
  }
  RunResults results;
  aggregate(made.prepared, made.plan, made.outcomes, 2, results);
  ASSERT_EQ(results.levels.size(), 3u);
  const LevelRow& row = results.levels[1];
  EXPECT_TRUE(row.verified);
  EXPECT_EQ(row.level, 2);
  EXPECT_EQ(row.cells, 3);
  EXPECT_NEAR(row.target_uS, 20 + 40 * 2.0 / 3, 1e-9);
  EXPECT_NEAR(row.mean_error_uS, 40 * 0.2 / 3, 1e-9);
  EXPECT_NEAR(row.std_error_uS, 40 * std::sqrt(0.14 / 3 - 0.04 / 9), 1e-9);
}

TEST(Outcome, LevelsComeBackFromBytes) {
  ProgrammingOutcome outcome;
  outcome.verified_levels = {{1, 0.25, 0.5, 0.75}, {}};
  outcome.unverified_levels = {{7, -0.25, 0.125, 1}};
  const ProgrammingOutcome back = ProgrammingOutcome::from_bytes(outcome.to_bytes());
  ASSERT_EQ(back.verified_levels.size(), 2u);
  EXPECT_EQ(back.verified_levels[0].cells, 1);
  EXPECT_EQ(back.verified_levels[0].rms, 0.75);
  ASSERT_EQ(back.unverified_levels.size(), 1u);
  EXPECT_EQ(back.unverified_levels[0].mean, -0.25);
}

}  // namespace
}  // namespace swimsim
