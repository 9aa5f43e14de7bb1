// Every row of the validation table by itself, and that the verdicts bite. Fixed seeds; the tolerances are those of the table.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <set>
#include <string>

#include "sim/validation/validation_row.h"

namespace swimsim {
namespace {

std::string data_folder() {
  const char* folder = std::getenv("SWIMSIM_DATA");
  return folder == nullptr ? "" : folder;
}

std::map<std::string, ValidationResult> results_of(int row, const std::function<void(Card&)>& change_card = {}) {
  std::map<std::string, ValidationResult> results;
  for (const ValidationExperiment& experiment : validation_experiments()) {
    if (!has_row(experiment, row)) continue;
    for (const ValidationResult& result : run_experiment(experiment, {1, data_folder(), change_card})) {
      if (std::stoi(result.figure.row) == row) results[result.figure.row] = result;
    }
  }
  return results;
}

/// All figures of the row are within, but for the known failures, which must fail, and for what cannot be run here.
void expect_row(int row, const std::set<std::string>& failures = {}, const std::string& may_lack = "") {
  const auto results = results_of(row);
  ASSERT_FALSE(results.empty());
  for (const auto& [name, result] : results) {
    std::printf("%s %s: %g, %s\n", name.c_str(), result.figure.what.c_str(), result.simulated.value_or(NAN), verdict_name(result.verdict));
    if (result.verdict == Verdict::not_run) {
      EXPECT_FALSE(may_lack.empty()) << name << ": " << result.reason;
      EXPECT_NE(result.reason.find(may_lack), std::string::npos) << name << ": " << result.reason;
      continue;
    }
    EXPECT_EQ(result.verdict, failures.count(name) > 0 ? Verdict::known_failure : Verdict::within) << name;
  }
}

TEST(ValidationRow, R01PulsesOfNeurram) { expect_row(1); }
TEST(ValidationRow, R02CellsOfNeurramThatConverge) { expect_row(2); }
TEST(ValidationRow, R03TimeACellOfNeurram) { expect_row(3); }
TEST(ValidationRow, R04PassesAgainstRelaxation) { expect_row(4, {"4d"}); }
TEST(ValidationRow, R05RelaxationCurves) { expect_row(5); }
TEST(ValidationRow, R06ErrorFollowsTheAcceptance) { expect_row(6, {"6c"}); }
TEST(ValidationRow, R07RadarBaseline) { expect_row(7); }
TEST(ValidationRow, R08RadarTightWindows) { expect_row(8); }
TEST(ValidationRow, R09LabelsOfNonlinearity) { expect_row(9); }
TEST(ValidationRow, R10ScatterGrowsWithTheRoot) { expect_row(10); }
TEST(ValidationRow, R11SwimsFigures) { expect_row(11); }
TEST(ValidationRow, R12MemoryWindow) {
  expect_row(12, {"12c"}, "SWIMSIM_DATA");
  if (data_folder().empty()) GTEST_SKIP() << "SWIMSIM_DATA names the folder with devices/fefet_memory_window.csv";
}
TEST(ValidationRow, R13LevelsOfJerrysSynapse) { expect_row(13); }
TEST(ValidationRow, R14OtherFilms) { expect_row(14); }
TEST(ValidationRow, R15ConfusedLevels) { expect_row(15); }
TEST(ValidationRow, R16InferenceRead) { expect_row(16, {}, "needs the SystemC chip"); }
TEST(ValidationRow, R17EnergyOfAPulse) { expect_row(17); }
TEST(ValidationRow, R18CellsOutOfReachOfTheConverter) { expect_row(18); }
TEST(ValidationRow, R19StuckCells) { expect_row(19); }
TEST(ValidationRow, R20CyclesOfAWord) { expect_row(20); }

TEST(ValidationTable, HasEveryRowInOrder) {
  int last = 1;
  std::set<int> rows;
  for (const ValidationExperiment& experiment : validation_experiments()) {
    for (const ValidationFigure& figure : experiment.figures) {
      const int row = std::stoi(figure.row);
      EXPECT_GE(row, last) << figure.row;
      last = row;
      rows.insert(row);
      EXPECT_NE(std::string("CUHT").find(figure.kind), std::string::npos) << figure.row;
    }
  }
  EXPECT_EQ(rows.size(), 20u);
  EXPECT_EQ(last, 20);
}

/// Sets a parameter of the card that has it to so many times its value.
std::function<void(Card&)> times(const std::string& card_name, const std::string& parameter, double factor) {
  return [=](Card& card) {
    if (card.name == card_name) card.find(parameter)->value = card.number(parameter) * factor;
  };
}

struct WrongCard {
  const char* row;
  const char* card;
  const char* parameter;
  double factor;
};

class AWrongCard : public ::testing::TestWithParam<WrongCard> {};

TEST_P(AWrongCard, IsOutside) {
  const WrongCard& wrong = GetParam();
  const auto results = results_of(std::stoi(wrong.row), times(wrong.card, wrong.parameter, wrong.factor));
  EXPECT_EQ(results.at(wrong.row).verdict, Verdict::outside) << *results.at(wrong.row).simulated;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, AWrongCard,
    ::testing::Values(WrongCard{"1", "reram_neurram_like", "sigma_v_set", 2}, WrongCard{"2", "reram_neurram_like", "sigma_g_high", 2},
                      WrongCard{"3", "reram_neurram_like", "sigma_v_set", 2}, WrongCard{"4c", "reram_neurram_like", "sigma_read", 8},
                      WrongCard{"5a", "reram_neurram_like", "relax_1s_1", 1.5}, WrongCard{"5d", "reram_neurram_like", "relax_1d_1", 1.5},
                      WrongCard{"6a", "reram_cmo_hfox", "step_set", 0.03}, WrongCard{"7a", "reram_hfox_ispp", "sigma_c2c", 2},
                      WrongCard{"7c", "reram_hfox_ispp", "vt_set", 0.5}, WrongCard{"8a", "reram_radar_2021", "vt_set", 0.5},
                      WrongCard{"8c", "reram_radar_2021", "vt_set", 0.5}, WrongCard{"10b", "reram_taox_hfox", "nl_set", 100},
                      WrongCard{"11a", "swim_pulse", "step", 2}, WrongCard{"11b", "swim_pulse", "sigma_relax", 2},
                      WrongCard{"11c", "swim_pulse", "sigma_blind", 1.5}, WrongCard{"12d", "fefet_hzo_28nm", "tau_0", 3},
                      WrongCard{"13a", "fefet_jerry2017", "sigma_c2c", 10}, WrongCard{"13b", "fefet_jerry2017", "g_max", 2},
                      WrongCard{"14a", "fefet_hzo_28nm", "ea_mean", 3}, WrongCard{"15", "fefet_hzo_28nm", "window", 0.6},
                      WrongCard{"17b", "fefet_hzo_28nm", "polarisation", 3}, WrongCard{"18c", "reram_neurram_like", "sigma_g_high", 3},
                      WrongCard{"19", "reram_neurram_like", "sigma_read", 10}),
    [](const auto& instance) { return "Row" + std::string(instance.param.row) + "_" + instance.param.parameter; });

TEST(KnownFailure, TheErrorAt9MicrosiemensIsThatOfTheReadNoise) {
  const auto results = results_of(6, times("reram_cmo_hfox", "sigma_read", 0));
  EXPECT_EQ(results.at("6c").verdict, Verdict::within);
  EXPECT_NEAR(*results.at("6c").simulated, 0.0104, 0.0003);
}

TEST(AWrongCardForTheWindow, IsOutside) {
  if (data_folder().empty()) GTEST_SKIP() << "SWIMSIM_DATA names the folder with devices/fefet_memory_window.csv";
  EXPECT_EQ(results_of(12, times("fefet_hzo_28nm", "tau_0", 3)).at("12a").verdict, Verdict::outside);
}

/// The verdict on one figure that comes out as `simulated`.
ValidationResult judged(double simulated, AcceptedBand accepted, const std::string& known_failure = "") {
  ValidationExperiment experiment;
  experiment.figures = {{"1", "what", 'H', "source", "published", std::move(accepted), known_failure}};
  experiment.run = [=](const ValidationSettings&) { return std::vector<double>{simulated}; };
  return run_experiment(experiment, {}).front();
}

TEST(AWrongFigure, IsOutside) {
  for (ValidationExperiment experiment : validation_experiments()) {
    if (row_number(experiment) != 9 && row_number(experiment) != 20) continue;
    for (ValidationFigure& figure : experiment.figures) {
      const double middle = (figure.accepted.low + figure.accepted.high) / 2;
      figure.accepted = around(middle * 1.003, (figure.accepted.high - middle));
    }
    for (const ValidationResult& result : run_experiment(experiment, {})) EXPECT_EQ(result.verdict, Verdict::outside) << result.figure.row;
  }
}

TEST(Verdict, EndsOfTheBandBelongToIt) {
  EXPECT_EQ(judged(1.5, around(1, 0.5)).verdict, Verdict::within);
  EXPECT_EQ(judged(0.5, around(1, 0.5)).verdict, Verdict::within);
  EXPECT_EQ(judged(1.5001, around(1, 0.5)).verdict, Verdict::outside);
  EXPECT_EQ(judged(0.4999, around(1, 0.5)).verdict, Verdict::outside);
  EXPECT_EQ(judged(1.11, around_percent(1, 10)).verdict, Verdict::outside);
  EXPECT_EQ(judged(1.09, around_percent(1, 10)).verdict, Verdict::within);
  EXPECT_EQ(judged(81, at_most(80)).verdict, Verdict::outside);
  EXPECT_EQ(judged(29, at_least(30)).verdict, Verdict::outside);
  EXPECT_EQ(judged(9, between(2, 8)).verdict, Verdict::outside);
}

TEST(Verdict, WhatIsNoNumberIsOutside) {
  EXPECT_EQ(judged(std::numeric_limits<double>::quiet_NaN(), at_most(80)).verdict, Verdict::outside);
}

TEST(Verdict, AKnownFailureCarriesItsReasonAndASuccessDoesNot) {
  EXPECT_EQ(judged(2, at_most(1), "because").verdict, Verdict::known_failure);
  EXPECT_EQ(judged(2, at_most(1), "because").reason, "because");
  EXPECT_EQ(judged(1, at_most(1), "because").verdict, Verdict::within);
  EXPECT_EQ(judged(1, at_most(1), "because").reason, "");
}

TEST(Verdict, AMissingCardIsNotRun) {
  ValidationExperiment experiment;
  experiment.figures = {{"1", "what", 'H', "source", "published", at_most(1)}};
  experiment.run = [](const ValidationSettings& settings) { return std::vector<double>{validation_card("no_such", settings).number("x")}; };
  const ValidationResult result = run_experiment(experiment, {}).front();
  EXPECT_EQ(result.verdict, Verdict::not_run);
  EXPECT_FALSE(result.simulated);
  EXPECT_EQ(result.reason, "there is no card no_such yet");
}

TEST(Verdict, AnExperimentHasAValueForEachFigure) {
  ValidationExperiment experiment;
  experiment.figures = {{"1", "what", 'H', "source", "published", at_most(1)}};
  experiment.run = [](const ValidationSettings&) { return std::vector<double>{}; };
  EXPECT_THROW(run_experiment(experiment, {}), std::logic_error);
}

}  // namespace
}  // namespace swimsim
