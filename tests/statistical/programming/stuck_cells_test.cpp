// Stuck cells under write-verify (kind U): what fails are the faults whose bound lies outside the window around the target.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

using testing::SmallChip;

TEST(StuckCells, FailUnlessTheirBoundIsTheTarget) {
  Card card = testing::pulse_card();
  card.find("sigma_read")->value = 0.0;  // with noise, a cell that is read often enough is accepted by luck
  SmallChip chip({{"layer", 64, 800}}, card, testing::many_levels());
  testing::draw_uniform_codes(chip);
  const double tolerance_S = 0.06 * (chip.device->g_max_S() - chip.device->g_min_S());
  const auto scheme = find_scheme("fixed")->make({tolerance_S});
  chip.job.scheme = scheme.get();
  chip.job.array.adc = Adc(14, 0, 100e-6);
  chip.job.controller.max_attempts = 400;  // from g_min to g_max in steps of 0.75 %
  chip.job.array.effects.p_stuck_lrs = 0.0175;
  chip.job.array.effects.p_stuck_hrs = 0.0904;
  const ChipProgram program(chip.job, [](TileArray& array, std::size_t) { return std::make_unique<DirectDatapath>(array); });
  double cells = 0, failed = 0, expected = 0;
  for (std::size_t t = 0; t < program.tiles().size(); ++t) {
    TileController& controller = *program.tiles()[t].controller;
    controller.begin_verify(0);
    while (!controller.done()) controller.stride();
    failed += static_cast<double>(controller.counts().failed_cells);
    for (const float target_S : program.tiles()[t].array->targets()) {
      cells += 1;
      expected += chip.device->g_max_S() - static_cast<double>(target_S) > tolerance_S ? 0.0175 : 0;
      expected += static_cast<double>(target_S) - chip.device->g_min_S() > tolerance_S ? 0.0904 : 0;
    }
  }
  EXPECT_NEAR(failed / cells, expected / cells, 0.005);
  EXPECT_GT(expected / cells, 0.04);
}

}  // namespace
}  // namespace swimsim
