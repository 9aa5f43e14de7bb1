// The two abstract cards hold SWIM's figures: fixed seeds, bounds as the cards' headers state them.
#include <gtest/gtest.h>

#include <cmath>

#include "models/array/rebuild.h"
#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

using testing::shipped_card;
using testing::SmallChip;

struct Errors {
  double mean = 0, std = 0;
};

/// Runs blind and, if asked for, verify on all tiles without any driver; returns errors in fractions of the range and mean cycles.
struct Programmed {
  Errors errors;
  double cycles = 0, failed_share = 0, weight_std = 0;
};

Programmed program(const SmallChip& chip, bool verify) {
  ChipProgram program(chip.job, [](TileArray& array, std::size_t) { return std::make_unique<DirectDatapath>(array); });
  Programmed result;
  double sum = 0, squares = 0, n = 0;
  std::int64_t pulses = 0, verified = 0, failed = 0;
  const double range_S = chip.device->g_max_S() - chip.device->g_min_S();
  WeightRebuilder rebuilder(*chip.mapping, std::vector<std::vector<float>>(chip.mapping->layers().size(), {1.0f}), chip.device->g_min_S(),
                            chip.device->g_max_S());
  for (std::size_t t = 0; t < program.tiles().size(); ++t) {
    for (int phase = 0; phase < (verify ? 2 : 1); ++phase) {
      program.begin_phase(phase, t);
      while (!program.tiles()[t].controller->done()) program.tiles()[t].controller->step();
    }
    const TileArray& array = *program.tiles()[t].array;
    const std::vector<float> final_S = array.final_S();
    rebuilder.add_tile(t, final_S);
    for (std::size_t i = 0; i < final_S.size(); ++i) {
      const double error = (static_cast<double>(final_S[i]) - array.targets()[i]) / range_S;
      sum += error;
      squares += error * error;
      n += 1;
    }
    pulses += program.tiles()[t].controller->counts().pulses;
    verified += program.tiles()[t].controller->counts().verified_cells;
    failed += program.tiles()[t].controller->counts().failed_cells;
  }
  result.errors.mean = sum / n;
  result.errors.std = std::sqrt(squares / n - result.errors.mean * result.errors.mean);
  if (verified > 0) result.cycles = static_cast<double>(pulses) / static_cast<double>(verified);
  if (verified > 0) result.failed_share = static_cast<double>(failed) / static_cast<double>(verified);
  double weight_squares = 0;
  const auto weights = rebuilder.weights();
  for (std::size_t l = 0; l < weights.size(); ++l) {
    for (std::size_t i = 0; i < weights[l].size(); ++i) weight_squares += std::pow(weights[l][i] - chip.codes[l][i], 2);
  }
  result.weight_std = std::sqrt(weight_squares / static_cast<double>(chip.mapping->weights())) / chip.mapping->options().code_max;
  return result;
}

// Small weights, as trained networks have them; the figures must hold on these targets too.
SmallChip lenet_like(const Card& card, MappingOptions options = {}) { return SmallChip({{"layer", 120, 784}}, card, options); }

TEST(SwimPulse, BlindSigmaIsOneTenth) {
  const Programmed blind = program(lenet_like(shipped_card("swim_pulse")), false);
  EXPECT_NEAR(blind.errors.std, 0.1, 0.001);
  EXPECT_NEAR(blind.errors.mean, 0, 0.001);
}

TEST(SwimPulse, TenCyclesAndSigmaThreeHundredths) {
  const Programmed verified = program(lenet_like(shipped_card("swim_pulse")), true);
  EXPECT_NEAR(verified.cycles, 10, 1);
  EXPECT_NEAR(verified.errors.std, 0.030, 0.003);
  EXPECT_LT(verified.failed_share, 1e-4);
  EXPECT_NEAR(verified.errors.mean, 0, 0.003);
}

TEST(SwimPulse, FiguresDoNotDependOnTheTargets) {
  for (const std::int32_t code : {-15, 0, 8, 15}) {
    SmallChip chip({{"layer", 64, 128}}, shipped_card("swim_pulse"));
    for (std::int32_t& c : chip.codes[0]) c = code;
    const Programmed verified = program(chip, true);
    EXPECT_NEAR(verified.cycles, 10, 1) << code;
    EXPECT_NEAR(verified.errors.std, 0.030, 0.003) << code;
  }
}

TEST(SwimGaussian, SigmaAsWrittenWithFullScale) {
  const Programmed blind = program(lenet_like(testing::gaussian_card()), false);
  EXPECT_NEAR(blind.errors.std, 0.1, 0.001);
  const Programmed verified = program(lenet_like(testing::gaussian_card()), true);
  EXPECT_NEAR(verified.errors.std, 0.03, 0.0003);
}

TEST(SwimGaussian, SwimUnitGivesTheWeightItsSigmaUnderAnyMapping) {
  for (const int bits_per_device : {1, 2, 4}) {
    MappingOptions options;
    options.bits_per_device = bits_per_device;
    const Programmed blind = program(lenet_like(shipped_card("swim_gaussian"), options), false);
    EXPECT_NEAR(blind.weight_std, 0.1 * 0.57735, 0.1 * 0.57735 * 0.01) << bits_per_device << " bits a device";
  }
}

// Layers of four and eight bits in cells of two: each has a device that scatters as its own mapping asks.
TEST(SwimGaussian, SwimUnitGivesEveryLayerItsSigma) {
  MappingOptions options;
  options.bits_per_device = 2;
  const Card card = shipped_card("swim_gaussian");
  SmallChip chip({{"four", 120, 400}, {"eight", 120, 400, 8, 255}}, card, options);
  std::vector<std::unique_ptr<Device>> devices;
  for (std::size_t layer = 0; layer < 2; ++layer) {
    devices.push_back(find_kernel(card.kernel)->make(card, {chip.mapping->swim_sigma_per_cell(layer)}));
    chip.job.device_of_layer.push_back(devices.back().get());
  }
  ChipProgram program(chip.job, [](TileArray& array, std::size_t) { return std::make_unique<DirectDatapath>(array); });
  WeightRebuilder rebuilder(*chip.mapping, {{1.0f}, {1.0f}}, chip.device->g_min_S(), chip.device->g_max_S());
  for (std::size_t t = 0; t < program.tiles().size(); ++t) {
    program.begin_phase(0, t);
    while (!program.tiles()[t].controller->done()) program.tiles()[t].controller->step();
    rebuilder.add_tile(t, program.tiles()[t].array->final_S());
  }
  const auto weights = rebuilder.weights();
  for (std::size_t layer = 0; layer < 2; ++layer) {
    double squares = 0;
    for (std::size_t i = 0; i < weights[layer].size(); ++i) squares += std::pow(weights[layer][i] - chip.codes[layer][i], 2);
    const double std = std::sqrt(squares / static_cast<double>(weights[layer].size())) / chip.mapping->layers()[layer].code_max;
    EXPECT_NEAR(std, 0.1 * 0.57735, 0.1 * 0.57735 * 0.01) << layer;
  }
}

TEST(SwimGaussian, MeanOfTheCyclesIsTenForBothLaws) {
  for (const char* law : {"poisson", "geometric"}) {
    SmallChip chip = lenet_like(testing::gaussian_card(law));
    chip.job.controller.max_attempts = 10'000;
    EXPECT_NEAR(program(chip, true).cycles, 10, 0.1) << law;
  }
}

}  // namespace
}  // namespace swimsim
