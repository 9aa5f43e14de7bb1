#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

#include "sim/hardware/hardware_rules.h"
#include "tests/support/inference_bench.h"

// Each test drives the modules of a tile that computes wrongly and sees the rule bite. One SystemC simulation a process: ctest runs every
// TEST in its own.
namespace swimsim {
namespace {

using ::testing::AllOf;
using testing::ArrayExample;
using ::testing::HasSubstr;

/// A tile of 4 x 4 cells. Column sums take 100 ns to settle, the conversions of all columns 50 ns.
class InferenceRules : public ::testing::Test {
 protected:
  InferenceRules() {
    sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
    chip.tile(0).hold(array.tile(0), false, 0);
    const std::vector<std::int32_t> codes(4, 1);
    parts.controller.input->load(codes.data(), 4);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }

  void apply(std::int64_t begin_ps) {
    parts.controller.dacs->apply(bench.network.layers()[0].planes[0], {&columns, 0, 0}, begin_ps, 100'000);
  }
  void sample(std::int64_t begin_ps) { parts.controller.sample->sample_sums(begin_ps); }
  void convert(std::int64_t begin_ps) { parts.controller.adc->convert_sums(columns, begin_ps, 50'000); }
  void select(int row) {
    chip.tile(0).controller.select_row(row);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }

  static void expect_broken(const char* rule, const char* module, std::int64_t at_ps, const std::function<void()>& action) {
    try {
      action();
    } catch (const std::logic_error& error) {
      EXPECT_THAT(error.what(), AllOf(HasSubstr("rule: " + std::string(rule) + ")"),
                                      HasSubstr("chip.tile_0." + std::string(module) + " at " + std::to_string(at_ps) + " ps: ")));
      return;
    }
    ADD_FAILURE() << "nothing was thrown";
  }

  struct Bench : testing::InferenceBench {
    Bench() : InferenceBench(ArrayExample(testing::build_network({4, 1, 1, true}, {{testing::Kind::linear, 2, {}}}))) {
      job.controller.timing.blind_pulse_ps = 100'000;
    }
  } bench;
  ProgrammedArray array{bench.network, bench.example.targets_S()};
  Chip chip{"chip", bench.job};
  InferenceParts& parts = *chip.tile(0).inference();
  const TileRead& columns = bench.network.layers()[0].reads[0];
};

TEST_F(InferenceRules, HoldForAPipelineOfTwoPlanes) {
  EXPECT_NO_THROW({
    apply(0);
    sample(100'000);
    convert(100'000);
    apply(100'000);
    sample(200'000);
    convert(200'000);
  });
}

TEST_F(InferenceRules, NoInputsWhileARowIsSelected) {
  select(1);
  expect_broken(kNoRowWhileComputing, "crossbar", 5'000, [&] { apply(5'000); });
}

TEST_F(InferenceRules, NoInputsDuringAPulse) {
  select(1);
  chip.tile(0).array().open_row(1, {0, 1, 2, 3});
  chip.tile(0).controller.write->blind_write(1, 0, 0);
  chip.tile(0).controller.wl_en.write(false);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  expect_broken(kNoReadDuringWrite, "crossbar", 0, [&] { apply(0); });
}

TEST_F(InferenceRules, NoInputsWhileOthersAreOn) {
  apply(0);
  expect_broken(kNoTwoDrivers, "crossbar", 99'999, [&] { apply(99'999); });
}

TEST_F(InferenceRules, NoPulseWhileInputsAreOn) {
  apply(0);
  select(1);
  expect_broken(kNoReadDuringWrite, "crossbar", 50'000, [&] { chip.tile(0).controller.write->blind_write(1, 0, 50'000); });
}

TEST_F(InferenceRules, NoSampleBeforeTheSumsHaveSettled) {
  apply(0);
  expect_broken(kSumsSettle, "crossbar", 99'999, [&] { sample(99'999); });
}

TEST_F(InferenceRules, NoSampleWithoutInputs) {
  expect_broken(kSumsSettle, "crossbar", 100'000, [&] { sample(100'000); });
}

TEST_F(InferenceRules, NoSampleOverSumsThatAreBeingConverted) {
  apply(0);
  sample(100'000);
  convert(100'000);
  expect_broken(kHeldUntilConverted, "sample_hold", 149'999, [&] { sample(149'999); });
}

TEST_F(InferenceRules, NoConversionDuringAConversion) {
  apply(0);
  sample(100'000);
  convert(100'000);
  expect_broken(kNoStartWhileBusy, "adc", 149'999, [&] { convert(149'999); });
}

}  // namespace
}  // namespace swimsim
