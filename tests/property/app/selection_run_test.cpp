// Whole runs: what must not depend on the selector, the granularity or the number of threads.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <sstream>

#include "tests/unit/app/run_fixture.h"

namespace swimsim {
namespace {

using namespace swimsim::testing;

class SelectionRun : public RunTest {
 protected:
  static std::string workload(const std::string& card, const std::string& scheme, const std::string& rest) {
    return "schema: swimsim-workload/1\nname: selection\nnetwork: {builtin: lenet, train: {epochs: 1, learning_rate: 0.002}}\n"
           "dataset: {name: glyphs, train_images: 900, test_images: 200}\ndevice: {card: " +
           card + "}\nprogramming: {driver: batched, scheme: " + scheme + ", max_attempts: 100}\nevaluate: {trials: 2}\n" + rest;
  }

  /// The lines of a table that begin with a word, without it.
  static std::string rows_of(const std::string& csv, const std::string& selector) {
    std::istringstream lines(csv);
    std::string line, rows;
    while (std::getline(lines, line)) {
      if (line.rfind(selector + ",", 0) == 0) rows += line.substr(selector.size()) + "\n";
    }
    return rows;
  }
};

TEST_F(SelectionRun, WithOneSigmaUswimIsSwimByteForByte) {
  write(folder_ / "s1.yaml", workload("swim_rram1", "counted",
                                      "selection: {selectors: [swim, uswim, uswim_linear, uswim_squared], fractions: [0.1, 0.3], images: "
                                      "100}\n"));
  const Files files = result("s1.yaml", "s1");
  const std::string swim = rows_of(files.at("trials.csv"), "swim");
  EXPECT_EQ(std::count(swim.begin(), swim.end(), '\n'), 4);
  for (const char* name : {"uswim", "uswim_linear", "uswim_squared"}) EXPECT_EQ(rows_of(files.at("trials.csv"), name), swim) << name;
}

TEST_F(SelectionRun, WithOneDeviceAWeightGranularityChangesNothing) {
  write(folder_ / "k4.yaml", workload("swim_pulse", "incremental",
                                      "selection: {selectors: [swim, uswim, swim_rows, swim_groups, layerwise, random], fractions: [0, "
                                      "0.1, 1], images: 100, loop: {accuracy_drop: 0.1, "
                                      "step: 0.4, images: 100}}\n"));
  Files weight = result("k4.yaml --set selection.granularity=weight", "weight");
  Files device = result("k4.yaml --set selection.granularity=device", "device");
  for (Files* files : {&weight, &device}) {
    files->erase("workload.resolved.yaml");  // they say which it was
    files->erase("manifest.json");
    files->erase("report.html");
  }
  EXPECT_GT(weight.size(), 5u);
  expect_equal(weight, device);
}

TEST_F(SelectionRun, DevicesAreVerifiedApart) {
  write(folder_ / "k1.yaml",
        workload("swim_gaussian", "counted",
                 "mapping: {bits_per_device: 2}\nselection: {selectors: [swim, uswim], granularity: device, fractions: "
                 "[0.5, 1], images: 100}\n"));
  const Files files = result("k1.yaml", "k1");
  const std::string swim = rows_of(files.at("programming.csv"), "swim"), uswim = rows_of(files.at("programming.csv"), "uswim");
  EXPECT_EQ(swim, uswim);                                       // one sigma: a slice's variance falls with its weight alone
  EXPECT_NE(swim.find(",0.5,0.5"), std::string::npos) << swim;  // half of the devices, about half of the pulses
}

TEST_F(SelectionRun, SelectorsThatKnowTheHardwareAreTheSameForThreadsAndDrivers) {
  for (const char* granularity : {"weight", "device"}) {
    write(
        folder_ / "rows.yaml",
        workload("swim_gaussian", "counted",
                 "mapping: {bits_per_device: 2}\nselection: {selectors: [swim, swim_rows, swim_groups], fractions: [0.1, 1], images: 100, "
                 "granularity: " +
                     std::string(granularity) + "}\n"));
    const std::string name = granularity;
    const Files one = result("rows.yaml --threads 1", "one" + name);
    expect_equal(one, result("rows.yaml --threads 2", "two" + name));
    const Files cycle = result("rows.yaml --set programming.driver=cycle", "cycle" + name);
    for (const char* file : {"trials.csv", "schedule.h5"}) EXPECT_EQ(one.at(file), cycle.at(file)) << file;
    EXPECT_NE(rows_of(one.at("trials.csv"), "swim_rows"), rows_of(one.at("trials.csv"), "swim"));
    EXPECT_NE(rows_of(one.at("trials.csv"), "swim_groups"), rows_of(one.at("trials.csv"), "swim_rows"));
  }
}

TEST_F(SelectionRun, InSituStaysInItsBudgetAndIsTheSameForThreadsAndDrivers) {
  write(folder_ / "train.yaml",
        workload("swim_gaussian", "counted",
                 "selection: {selectors: [in_situ, random, all], fractions: [0, 0.001, 0.01, 1], images: 100, "
                 "in_situ: {max_updates: 8, batch: 32, learning_rate: 0.5}, loop: {accuracy_drop: 0.5, step: 0.5, images: 100}}\n"));
  const Files one = result("train.yaml --threads 1", "one");
  expect_equal(one, result("train.yaml --threads 2", "two"));
  const Files cycle = result("train.yaml --set programming.driver=cycle", "cycle");
  EXPECT_EQ(one.at("trials.csv"), cycle.at("trials.csv"));

  const std::string rows = rows_of(one.at("trials.csv"), "in_situ");
  EXPECT_EQ(std::count(rows.begin(), rows.end(), '\n'), 8);
  std::istringstream lines(rows);
  std::string line;
  while (std::getline(lines, line)) {
    double fraction = 0, nwc = 0;
    int trial = 0;
    ASSERT_EQ(std::sscanf(line.c_str(), ",%lf,%d,%lf", &fraction, &trial, &nwc), 3) << line;
    EXPECT_LE(nwc, fraction) << line;
    if (fraction == 0.001) {
      EXPECT_GT(nwc, 0.0005) << line;
    }
  }
  EXPECT_EQ(one.at("loop.csv").find("in_situ"), std::string::npos);
  EXPECT_NE(rows_of(one.at("programming.csv"), "in_situ"), rows_of(one.at("programming.csv"), "random"));
}

TEST_F(SelectionRun, TolerancesGoFromNoneToAllAndAreTheSameForThreadsAndDrivers) {
  write(folder_ / "loose.yaml",
        workload("swim_pulse", "incremental",
                 "mapping: {bits_per_device: 2}\nselection: {selectors: [swim_tolerance, all, none], looseness: [0, "
                 "0.5, 1000000000000], images: 100, loop: {accuracy_drop: 0.5, step: 0.5, images: 100}}\n"));
  const Files one = result("loose.yaml --threads 1", "one");
  expect_equal(one, result("loose.yaml --threads 2", "two"));
  const Files cycle = result("loose.yaml --set programming.driver=cycle", "cycle");
  EXPECT_EQ(one.at("trials.csv"), cycle.at("trials.csv"));
  EXPECT_EQ(one.count("loop.csv"), 0u);

  // The same lines, but for what the last two columns say: cells that were to be verified and were not, and the looseness.
  std::vector<std::string> ends;
  std::istringstream lines(rows_of(one.at("trials.csv"), "swim_tolerance"));
  for (std::string line; std::getline(lines, line);) ends.push_back(line.substr(0, line.rfind(',', line.rfind(',') - 1)));
  ASSERT_EQ(ends.size(), 3u * 2u);
  for (std::size_t trial = 0; trial < 2; ++trial) {
    EXPECT_NE(rows_of(one.at("trials.csv"), "none").find(ends[trial]), std::string::npos) << ends[trial];
    EXPECT_NE(rows_of(one.at("trials.csv"), "all").find(ends[4 + trial]), std::string::npos) << ends[4 + trial];
    double fraction = 0, nwc = 0;
    int number = 0;
    ASSERT_EQ(std::sscanf(ends[2 + trial].c_str(), ",%lf,%d,%lf", &fraction, &number, &nwc), 3) << ends[2 + trial];
    EXPECT_NEAR(fraction, nwc, 0.05);  // that is what it says, as the mean over the trials
    EXPECT_GT(nwc, 0);
    EXPECT_LT(fraction, 1);
  }
}

TEST_F(SelectionRun, InSituDoesNotGoWithBlockErasesNorWithATrace) {
  write(folder_ / "erased.yaml", workload("fefet_hzo_28nm", "ispp", "selection: {selectors: [in_situ], images: 100}\n"));
  const Answer erased = run("check erased.yaml");
  EXPECT_EQ(erased.exit_code, 2);
  EXPECT_NE(erased.errors.find("erased in blocks"), std::string::npos) << erased.errors;
  write(folder_ / "traced.yaml", workload("swim_gaussian", "counted", "selection: {selectors: [in_situ], images: 100}\n"));
  const Answer traced = run("run traced.yaml --trace --set programming.driver=cycle --out traced");
  EXPECT_EQ(traced.exit_code, 2);
  EXPECT_NE(traced.errors.find("in_situ"), std::string::npos) << traced.errors;
}

}  // namespace
}  // namespace swimsim
