#include "sim/report/csv_files.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace swimsim {
namespace {

TEST(CsvFiles, TrialsAreExactText) {
  RunResults results;
  TrialRow row;
  row.selector = "swim";
  row.fraction = 0.1;
  row.trial = 3;
  row.nwc = 0.30000000000000004;
  row.nwc_total = 1;
  row.pulses = 2'000'000'000'000;
  row.verify_reads = 7;
  row.failed_cells = 1;
  row.time_ps = 9'223'372'036'854'775'807;
  row.energy_aJ = 5;
  row.accuracy = 1e-7;
  row.left_cells = 2;
  results.trials = {row, row};
  results.trials[1].price = 0.5;
  EXPECT_EQ(trials_csv(results),
            "selector,fraction,trial,nwc,nwc_total,pulses,verify_reads,failed_cells,time_ps,energy_aJ,accuracy,left_cells,price\n"
            "swim,0.1,3,0.30000000000000004,1,2000000000000,7,1,9223372036854775807,5,1e-07,2,\n"
            "swim,0.1,3,0.30000000000000004,1,2000000000000,7,1,9223372036854775807,5,1e-07,2,0.5\n");
}

TEST(CsvFiles, ProgrammingIsExactText) {
  RunResults results;
  results.programming = {{"random", 0.5, 0.25, 0.5, 10, 11.5, 1e-3, 2e-6, 0.9, 0.01, 0.89, 0.91, 0.88, 0.885, 10}};
  EXPECT_EQ(programming_csv(results),
            "selector,fraction,nwc,nwc_total,pulses,verify_reads,time_s,energy_J,accuracy_mean,accuracy_std,accuracy_ci95_low,"
            "accuracy_ci95_high,accuracy_min,accuracy_p01,trials,price\n"
            "random,0.5,0.25,0.5,10,11.5,0.001,2e-06,0.9,0.01,0.89,0.91,0.88,0.885,10,\n");
}

TEST(CsvFiles, LayersAreExactTextAndNamesAreQuoted) {
  RunResults results;
  results.layers = {{"a,\"b\"", "swim", 1, 2, 4, 1, 8, 9, 0.5, 1.5, 2.5, {{"array", 2}, {"adc", 0.5}}, 6},
                    {"c", "swim_pays", 0.5, 2, 4, 1, 8, 9, 0.5, 1.5, 2.5, {{"array", 2}, {"adc", 0.5}}, 6, 3}};
  EXPECT_EQ(layers_csv(results),
            "layer,selector,fraction,weights,cells,tiles,pulses,verify_reads,failed_cells,time_s,energy_J,max_cell_pulses,"
            "energy_array_J,energy_adc_J,price\n"
            "\"a,\"\"b\"\"\",swim,1,2,4,1,8,9,0.5,1.5,2.5,6,2,0.5,\n"
            "c,swim_pays,0.5,2,4,1,8,9,0.5,1.5,2.5,6,2,0.5,3\n");
}

TEST(CsvFiles, LevelsAreExactText) {
  RunResults results;
  results.levels = {{false, 3, 10.5, 12, -0.25, 0.5, -0.025, 0.05}, {true, 15, 40, 7, 0.125, 1e-7, 0, 0}};
  EXPECT_EQ(levels_csv(results),
            "state,level,target_uS,cells,mean_error_uS,std_error_uS\n"
            "unverified,3,10.5,12,-0.25,0.5\n"
            "verified,15,40,7,0.125,1e-07\n");
}

TEST(CsvFiles, PulseTrainLeavesOutWhatWasNotRead) {
  RunResults results;
  results.pulse_train.events = {{PulseTrain::Kind::pulse, -1.5, 1e-7, 10.5, 0}, {PulseTrain::Kind::read, 0, 0, 10.5, 11}};
  const std::string header = "event,volts_V,width_s,g_uS,read_uS\n";
  EXPECT_EQ(pulse_train_csv(results), header + "pulse,-1.5,1e-07,10.5,\nread,0,0,10.5,11\n");
  results.pulse_train.converted = false;
  EXPECT_EQ(pulse_train_csv(results), header + "pulse,-1.5,1e-07,10.5,\nread,0,0,10.5,\n");
}

TEST(CsvFiles, LoopLeavesOutTheTestThatWasNotTaken) {
  RunResults results;
  results.loop.resize(2);
  results.loop[0] = {"swim", 0, 0, 0.05, 0.04, 10, 20, 0.97, -1, false};
  results.loop[1] = {"swim", 0, 1, 0.1, 0.09, 11, 21, 0.98, 0.975, true};
  EXPECT_EQ(loop_csv(results),
            "selector,trial,step,fraction,nwc,time_ps,energy_aJ,held_out_accuracy,test_accuracy,stopped\n"
            "swim,0,0,0.05,0.04,10,20,0.97,,0\n"
            "swim,0,1,0.1,0.09,11,21,0.98,0.975,1\n");
}

TEST(CsvFiles, SummaryIsJsonWithShortestNumbers) {
  RunResults results;
  results.summary = {{"weights", 105918, "", "all \"of\" them"},
                     {"full_time_s", 0.1, "s", "long"},
                     {"odd", std::numeric_limits<double>::quiet_NaN(), "", ""}};
  const std::string text = summary_json(results);
  EXPECT_NE(text.find("\"value\": 105918,"), std::string::npos);
  EXPECT_NE(text.find("\"value\": 0.1,"), std::string::npos);
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["weights"]["description"], "all \"of\" them");
  EXPECT_EQ(json["full_time_s"]["unit"], "s");
  EXPECT_TRUE(json["odd"]["value"].is_null());
  EXPECT_TRUE(nlohmann::json::parse(summary_json(RunResults{})).empty());
}

}  // namespace
}  // namespace swimsim
