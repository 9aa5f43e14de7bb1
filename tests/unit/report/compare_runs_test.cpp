#include "sim/report/compare_runs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "models/common/build_info.h"
#include "models/common/errors.h"
#include "models/common/hash.h"

namespace swimsim {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// Result folders that hold accuracies of one point, and nothing else that varies.
class CompareRunsTest : public ::testing::Test {
 protected:
  CompareRunsTest() : folder_(fs::path(::testing::TempDir()) / ("swimsim_compare_" + std::to_string(getpid()))) {}
  ~CompareRunsTest() override { fs::remove_all(folder_); }

  std::string make(const std::string& name, const std::vector<double>& accuracies, int seed = 1, const std::string& workload = "seed: 1\n",
                   const std::string& point = "swim,0.5") {
    const fs::path result = folder_ / name;
    fs::create_directories(result);
    std::string trials = "selector,fraction,trial,nwc,pulses,verify_reads,failed_cells,time_ps,energy_aJ,accuracy\n";
    for (std::size_t t = 0; t < accuracies.size(); ++t)
      trials += point + "," + std::to_string(t) + ",0.5,100,200,0,3000000,4000000," + std::to_string(accuracies[t]) + "\n";
    nlohmann::json manifest = {{"schema", "swimsim-manifest/1"}, {"version", program_version()}, {"seed", seed}, {"status", "complete"}};
    for (const auto& [file, text] : {std::pair{"trials.csv", trials}, {"workload.resolved.yaml", workload}}) {
      std::ofstream(result / file) << text;
      manifest["files"][file] = sha256_hex(text);
    }
    std::ofstream(result / "manifest.json") << manifest;
    return result.string();
  }
  static const Comparison& accuracy(const RunComparison& comparison) { return comparison.comparisons.front(); }

  fs::path folder_;
};

TEST(Holm, StopsAtTheFirstThatIsNotSmallEnough) {
  // Sorted 0.01, 0.013, 0.03, 0.04 against 0.05 / 4, / 3, / 2, / 1: the third is too large, so the fourth does not count either.
  EXPECT_THAT(holm({0.04, 0.01, 0.03, 0.013}, 0.05), ElementsAre(false, true, false, true));
  EXPECT_THAT(holm({0.05}, 0.05), ElementsAre(true));
  EXPECT_TRUE(holm({}, 0.05).empty());
}

TEST_F(CompareRunsTest, OfTheSameSeedGoTrialByTrial) {
  // Differences 0.01, 0.02, 0.03: mean 0.02, standard error 0.01 / sqrt 3, t(2, 0.975) = 4.302653.
  const RunComparison runs = compare_runs(make("a", {0.5, 0.7, 0.9}), make("b", {0.51, 0.72, 0.93}));
  EXPECT_TRUE(runs.paired);
  EXPECT_NEAR(accuracy(runs).difference, 0.02, 1e-6);
  EXPECT_NEAR(accuracy(runs).high - accuracy(runs).low, 2 * 4.302653 * 0.01 / std::sqrt(3.0), 1e-5);
  EXPECT_NEAR(accuracy(runs).p, 0.074180, 1e-5);  // t = 3.4641
  EXPECT_FALSE(accuracy(runs).beyond_noise);
}

TEST_F(CompareRunsTest, OfOtherSeedsAreTwoSamples) {
  // Welch: variances 1e-4 and 4e-4 of three each, standard error sqrt(5e-4 / 3), degrees 25 / 8.5.
  const RunComparison runs = compare_runs(make("a", {0.50, 0.51, 0.52}), make("b", {0.60, 0.62, 0.64}, 2));
  EXPECT_FALSE(runs.paired);
  EXPECT_NEAR(accuracy(runs).difference, 0.11, 1e-6);
  EXPECT_NEAR(accuracy(runs).high - accuracy(runs).low, 2 * 3.21876 * std::sqrt(5e-4 / 3), 1e-5);  // t(2.941, 0.975) = 3.21876
}

TEST_F(CompareRunsTest, ALargeDifferenceIsBeyondNoiseAndASmallOneIsNot) {
  const std::string a = make("a", {0.50, 0.52, 0.51, 0.49});
  EXPECT_TRUE(accuracy(compare_runs(a, make("far", {0.70, 0.72, 0.71, 0.70}))).beyond_noise);
  EXPECT_FALSE(accuracy(compare_runs(a, make("near", {0.51, 0.51, 0.50, 0.50}))).beyond_noise);
  EXPECT_FALSE(accuracy(compare_runs(a, a)).beyond_noise);
}

TEST_F(CompareRunsTest, SayWhichSettingsAndPointsAreNotTheSame) {
  const RunComparison runs = compare_runs(make("a", {0.5, 0.6}, 1, "hardware:\n  clock: 10 ns\n  tiles: 4\n"),
                                          make("b", {0.5, 0.6}, 1, "hardware:\n  clock: 20 ns\n  tiles: 4\n"));
  ASSERT_EQ(runs.settings.size(), 1u);
  const std::string text = compare_text(runs, false);
  EXPECT_THAT(text, HasSubstr("hardware.clock  10 ns  20 ns"));
  EXPECT_THAT(text, HasSubstr("0 of 7 comparisons differ"));
  EXPECT_THAT(text, Not(HasSubstr("accuracy")));
  EXPECT_THAT(compare_text(runs, true), HasSubstr("accuracy"));
}

// What comes out of a price differs from run to run, and two prices may leave the same.
TEST_F(CompareRunsTest, PointsWithAPriceAreFoundByIt) {
  const auto priced = [this](const std::string& name, const std::string& trials) {
    const std::string folder = make(name, {});
    const std::string title = "selector,fraction,trial,nwc,pulses,verify_reads,failed_cells,time_ps,energy_aJ,accuracy,price\n";
    std::ofstream(fs::path(folder) / "trials.csv") << title << trials;
    nlohmann::json manifest = nlohmann::json::parse(std::ifstream(fs::path(folder) / "manifest.json"));
    manifest["files"]["trials.csv"] = sha256_hex(title + trials);
    std::ofstream(fs::path(folder) / "manifest.json") << manifest;
    return folder;
  };
  const std::string costs = ",0.5,100,200,0,3000000,4000000,";
  const RunComparison runs = compare_runs(priced("a", "swim_pays,0.5,0" + costs + "0.25,1\nswim_pays,0.5,0" + costs + "0.5,3\n"),
                                          priced("b", "swim_pays,0.4,0" + costs + "0.75,1\nswim_tolerance,0.4,0" + costs + "0.5,3\n"));
  ASSERT_EQ(runs.comparisons.size(), 7u);
  EXPECT_EQ(accuracy(runs).price, 1);
  EXPECT_EQ(accuracy(runs).difference, 0.5);
  EXPECT_THAT(runs.points_of_one, ElementsAre("swim_pays price 3, in A only", "swim_tolerance looseness 3, in B only"));
  EXPECT_THAT(compare_text(runs, false), HasSubstr("swim_pays   price 1  accuracy"));
}

TEST_F(CompareRunsTest, RefuseResultsWithoutACommonPointAndFoldersThatAreNone) {
  const std::string a = make("a", {0.5, 0.6});
  EXPECT_THROW(compare_runs(a, make("b", {0.5, 0.6}, 1, "seed: 1\n", "random,0.5")), InputError);
  EXPECT_THROW(compare_runs(a, folder_.string()), InputError);
  std::ofstream(fs::path(a) / "trials.csv", std::ios::app) << "\n";
  EXPECT_THROW(compare_runs(a, a), InputError);
}

}  // namespace
}  // namespace swimsim
