#include "sim/hardware/chip.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "sim/hardware/cycle_driver.h"
#include "tests/support/small_chip.h"

// One SystemC simulation a process: ctest runs every TEST in its own.
namespace swimsim {
namespace {

using testing::SmallChip;

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

class TraceTest : public ::testing::Test {
 protected:
  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("chip_test_" + std::to_string(getpid()));
  TraceTest() { std::filesystem::create_directories(folder); }
  ~TraceTest() override { std::filesystem::remove_all(folder); }

  TraceWindow window() const {
    TraceWindow window;
    window.path = (folder / "trace.vcd").string();
    window.col_last = 3;
    window.to_ps = 3'000'000;
    return window;
  }
};

TEST_F(TraceTest, NamesItsSignalsAndHasNoDate) {
  SmallChip chip({{"layer", 2, 3}}, testing::pulse_card());
  testing::run_chip(make_cycle_driver(), chip.job, window());
  const std::string vcd = read(folder / "trace.vcd");
  for (const char* name : {"clk", "state", "row", "wl_en", "cells_left", "bl_dac_mV_0", "bl_en_3", "adc_code_3", "g_nS_0_0", "tile_0"}) {
    EXPECT_NE(vcd.find(name), std::string::npos) << name;
  }
  EXPECT_EQ(vcd.find("bl_dac_mV_4"), std::string::npos);
  EXPECT_NE(vcd.find("no date"), std::string::npos);
  EXPECT_NE(read(folder / "trace.gtkw").find("SystemC.tile_0.clk"), std::string::npos);
}

TEST_F(TraceTest, ChangesOnlyInsideTheWindow) {
  SmallChip chip({{"layer", 2, 3}}, testing::pulse_card());
  TraceWindow late = window();
  late.from_ps = 1'000'000;
  late.to_ps = 2'000'000;
  testing::run_chip(make_cycle_driver(), chip.job, late);
  std::ifstream in(folder / "trace.vcd");
  std::int64_t now = 0, first = -1, last = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) continue;
    if (line[0] == '#') {
      now = std::stoll(line.substr(1));
    } else if (now > 0) {  // a change of value; the file's last line is a time stamp without one
      if (first < 0) first = now;
      last = now;
    }
  }
  EXPECT_GE(first, 1'000'000);
  EXPECT_LE(last, 2'000'000);
}

TEST(Chip, TilesOfASlotFollowEachOther) {
  // Two equal tiles: with one slot the phase takes the sum of their times, with two the longer of them.
  SmallChip chip({{"a", 4, 8}, {"b", 4, 8}}, testing::pulse_card());
  chip.job.tiles_at_once = 1;
  const testing::ChipImage image = testing::run_chip(make_cycle_driver(), chip.job);
  EXPECT_EQ(image.phase_end_ps.back(), image.busy_ps[0] + image.busy_ps[1]);
}

TEST(Chip, SlotsRunAtTheSameTime) {
  SmallChip chip({{"a", 4, 8}, {"b", 4, 8}}, testing::pulse_card());
  chip.job.tiles_at_once = 2;
  const testing::ChipImage image = testing::run_chip(make_cycle_driver(), chip.job);
  EXPECT_LT(image.phase_end_ps.back(), image.busy_ps[0] + image.busy_ps[1]);
  EXPECT_GE(image.phase_end_ps.back(), std::max(image.busy_ps[0], image.busy_ps[1]));
}

}  // namespace
}  // namespace swimsim
