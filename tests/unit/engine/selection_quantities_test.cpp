#include "sim/engine/selection_quantities.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sim/engine/preparation.h"
#include "sim/engine/write_errors.h"
#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

using namespace swimsim::testing;

/// Two layers of all codes of four bits on a card, with as many bits a device.
struct Setting {
  Workload workload;
  Preparation prepared;

  Setting(const std::string& card, int bits_per_device) {
    workload.card = shipped_card(card);
    workload.selection.selectors = {"uswim", "uswim_linear"};
    MappingOptions options;
    options.bits_per_device = bits_per_device;
    prepared.mapping = std::make_unique<Mapping>(std::vector<MatrixShape>{{"a", 31, 1}, {"b", 31, 1}}, options);
    prepared.quantized.code_max = {options.code_max, options.code_max};
    prepared.quantized.scale = {{0.1f}, {0.01f}};
    for (int layer = 0; layer < 2; ++layer) {
      prepared.quantized.codes.emplace_back();
      for (int code = -15; code <= 15; ++code) prepared.quantized.codes.back().push_back(code);
    }
    const DeviceKernel& kernel = *find_kernel(workload.card.kernel);
    prepared.device = kernel.make(workload.card, {prepared.mapping->swim_sigma_per_cell(0)});
    const double range_S = prepared.device->g_max_S() - prepared.device->g_min_S();
    prepared.scheme =
        find_scheme(kernel.counts_cycles ? "counted" : "incremental")->make({workload.programming.tolerance_fraction * range_S});
  }

  SelectionQuantities quantities() {
    SilentProgress silent;
    return selection_quantities(workload, {}, prepared, silent);
  }
};

std::size_t of_code(int code) { return static_cast<std::size_t>(code + 15); }

TEST(SelectionQuantities, OneSigmaForAllLevelsGivesExactlyOne) {
  for (const int bits : {1, 2, 4}) {
    for (const char* card : {"swim_gaussian", "swim_rram1"}) {
      const SelectionQuantities q = Setting(card, bits).quantities();
      for (const PerWeight* values : {&q.level_sigma, &q.removed_variance}) {
        for (const auto& layer : *values) EXPECT_EQ(std::count(layer.begin(), layer.end(), 1.0), 31) << card << ", " << bits;
      }
    }
  }
}

TEST(SelectionQuantities, MiddleLevelsOfRram4ScatterFourTimesAsMuch) {
  const SelectionQuantities q = Setting("swim_rram4", 4).quantities();
  for (const auto& layer : q.level_sigma) {
    for (int code = -15; code <= 15; ++code) {
      const bool middle = std::abs(code) >= 4 && std::abs(code) <= 11;  // strictly between 15/4 and 45/4
      EXPECT_NEAR(layer[of_code(code)], middle ? 1.0 : 0.25, 1e-6) << code;
    }
  }
  // The other arm is at level 0: (1 + 1) / (16 + 1) of the largest.
  for (const auto& layer : q.removed_variance) {
    EXPECT_NEAR(layer[of_code(0)], 2.0 / 17, 1e-6);
    EXPECT_NEAR(layer[of_code(15)], 2.0 / 17, 1e-6);
    EXPECT_EQ(layer[of_code(-8)], 1.0);
  }
}

TEST(SelectionQuantities, ByDeviceTheSlicesVariancesFallByTheirWeight) {
  Setting setting("swim_gaussian", 2);
  setting.workload.selection.granularity = "device";
  const SelectionQuantities q = setting.quantities();
  ASSERT_EQ(q.removed_variance[0].size(), 62u);
  EXPECT_EQ(q.slice_share, (std::vector<std::vector<double>>{{1.0 / 16, 1}, {1.0 / 16, 1}}));
  for (std::size_t i = 0; i < 31; ++i) {
    EXPECT_NEAR(q.removed_variance[1][2 * i], 1.0 / 16, 1e-12);
    EXPECT_EQ(q.removed_variance[1][2 * i + 1], 1.0);
  }
  EXPECT_EQ(ranked_things(setting.workload, *setting.prepared.mapping), 124);
}

TEST(SelectionQuantities, NothingIsComputedThatNobodyNeeds) {
  Setting setting("swim_gaussian", 4);
  setting.workload.selection.selectors = {"swim", "magnitude", "random", "layerwise"};
  const SelectionQuantities q = setting.quantities();
  for (const PerWeight* values : {&q.gradient, &q.fisher, &q.hutchinson, &q.raw_magnitude, &q.level_sigma, &q.removed_variance})
    EXPECT_TRUE(values->empty());
  EXPECT_TRUE(q.row_costs.row.empty());
}

TEST(SelectionQuantities, SelectorsThatKnowTheHardwareGetWhatRowsCost) {
  for (const char* selector : {"swim_rows", "swim_groups"}) {
    Setting setting("swim_gaussian", 4);
    setting.workload.selection.selectors = {selector};
    setting.prepared.quantities = setting.quantities();
    const SelectionInput input = selection_input(setting.workload, setting.prepared, 0);
    ASSERT_EQ(input.row_costs->row.size(), 2u);
    EXPECT_EQ(input.row_costs->row[1].size(), 31u);
    EXPECT_EQ(input.removed_variance->at(1).size(), 31u);
  }
}

TEST(WriteErrors, AnUnknownLawIsMeasuredByProgrammingAPilot) {
  Setting setting("swim_pulse", 4);
  const std::vector<LayerErrors> of_layers = write_errors(setting.workload, setting.prepared);
  ASSERT_EQ(of_layers.size(), 2u);
  const LayerErrors& errors = of_layers[0];
  ASSERT_EQ(errors.size(), 1u);
  ASSERT_EQ(errors[0].unverified.size(), 16u);
  const Card& card = setting.workload.card;
  const double blind = card.number("sigma_blind"), relax = card.number("sigma_relax");
  for (std::size_t digit = 0; digit < 16; ++digit) {
    EXPECT_NEAR(errors[0].unverified[digit].variance, blind * blind + relax * relax, 0.25 * blind * blind) << digit;  // 4 standard errors
    EXPECT_NEAR(errors[0].unverified[digit].mean, 0, 5 * blind / 16) << digit;
    EXPECT_LT(errors[0].verified[digit].variance, 0.25 * blind * blind) << digit;
  }
  EXPECT_EQ(write_errors(setting.workload, setting.prepared)[0][0].unverified[7].variance, errors[0].unverified[7].variance);
}

}  // namespace
}  // namespace swimsim
