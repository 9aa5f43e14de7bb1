// Whole runs: what must not depend on the selector, the granularity or the number of threads.

#include <gtest/gtest.h>

#include <algorithm>
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
  write(folder_ / "k4.yaml",
        workload("swim_pulse", "incremental",
                 "selection: {selectors: [swim, uswim, layerwise, random], fractions: [0, 0.1, 1], images: 100, loop: {accuracy_drop: 0.1, "
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

}  // namespace
}  // namespace swimsim
