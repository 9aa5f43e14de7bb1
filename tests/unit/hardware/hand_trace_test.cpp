// The SystemC chip against a hand calculation, cycle by cycle (reference: devices.md, validation row 20). No noise, every wait has its own
// length: clock 10 ns, word line 20, DAC 30, pulse 50, polarity 40, write-to-read 60, read settle 70, convert 80, read-to-write 90.
#include <gmock/gmock.h>

#include <sstream>

#include "sim/hardware/board.h"
#include "tests/support/small_chip.h"

// One SystemC simulation a process: ctest runs every TEST in its own.
namespace swimsim {
namespace {

using testing::SmallChip;

/// Every pulse moves a cell by a fifth of its range, exactly.
Card exact_card() {
  Card card = testing::pulse_card();
  for (const char* name : {"sigma_d2d", "sigma_c2c", "sigma_blind", "sigma_read", "sigma_relax"}) card.find(name)->value = 0.0;
  card.find("step")->value = 0.2;
  return card;
}

/// Weights of code 3 k need k pulses; [output][input], so a row of cells holds one of each output, in columns plus, minus, plus, minus.
SmallChip chip_of(const std::vector<std::vector<std::int32_t>>& codes_of_layers, std::int64_t outputs) {
  std::vector<MatrixShape> layers;
  for (const auto& codes : codes_of_layers) layers.push_back({"layer", outputs, static_cast<std::int64_t>(codes.size()) / outputs});
  SmallChip chip(layers, exact_card());
  chip.codes = codes_of_layers;
  chip.job.array.adc = Adc(10, 0, 80e-6);
  chip.scheme = find_scheme("fixed")->make({0.06 * 40e-6});
  chip.job.scheme = chip.scheme.get();
  chip.job.blind = false;
  chip.job.controller.timing = {10'000, 20'000, 30'000, 100'000, 50'000, 40'000, 60'000, 70'000, 80'000, 90'000};
  chip.job.controller.column_mux = 2;
  return chip;
}

const char* name_of(ControllerState state) {
  static const char* const names[] = {"idle",  "select", "set-up",  "blind",  "SET",   "polarity",
                                      "RESET", "read",   "convert", "decide", "erase", "wait"};
  return names[static_cast<std::size_t>(state)];
}

/// What the controllers of a chip do, "TIME_NS STATE" one after the other.
std::vector<std::string> traces(Board& board, std::size_t tile) {
  Chip& chip = board.chip();
  static std::vector<std::vector<std::string>> logs;
  if (logs.empty()) {
    logs.resize(chip.program().tiles().size());
    for (std::size_t i = 0; i < logs.size(); ++i) {
      chip.tile(i).controller.on_state = [i](std::int64_t now_ps, ControllerState state) {
        logs[i].push_back(std::to_string(now_ps / 1000) + " " + name_of(state));
      };
    }
    board.run_phase(0);
  }
  return logs[tile];
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string time, state; in >> time >> state;) lines.push_back(time + " " + state);
  return lines;
}

TEST(HandTrace, OfAFourByFourArray) {
  // Row 0 needs 1 and 2 pulses, row 1 none, row 2 5 and none, row 3 3 and 1.
  SmallChip small = chip_of({{3, 0, 15, 9, /* output 1: */ 6, 0, 0, 3}}, 2);
  Board board("board", small.job);
  // A row: select 20; read 70 (nothing was written before), both mux groups 80 each, decide 10: 260. A write-verify cycle of it: read-to-
  // write and DAC 90 + 30, SET 50, write-to-read and settle 60 + 70, the one mux group that has active cells 80, decide 10: 390.
  EXPECT_EQ(traces(board, 0), lines("0 select 20 read 90 convert 170 convert 250 decide "
                                    "260 set-up 380 SET 430 read 560 convert 640 decide "
                                    "650 set-up 770 SET 820 read 950 convert 1030 decide "
                                    "1040 select 1060 read 1130 convert 1210 convert 1290 decide "
                                    "1300 select 1320 read 1390 convert 1470 convert 1550 decide "
                                    "1560 set-up 1680 SET 1730 read 1860 convert 1940 decide "
                                    "1950 set-up 2070 SET 2120 read 2250 convert 2330 decide "
                                    "2340 set-up 2460 SET 2510 read 2640 convert 2720 decide "
                                    "2730 set-up 2850 SET 2900 read 3030 convert 3110 decide "
                                    "3120 set-up 3240 SET 3290 read 3420 convert 3500 decide "
                                    "3510 select 3530 read 3600 convert 3680 convert 3760 decide "
                                    "3770 set-up 3890 SET 3940 read 4070 convert 4150 decide "
                                    "4160 set-up 4280 SET 4330 read 4460 convert 4540 decide "
                                    "4550 set-up 4670 SET 4720 read 4850 convert 4930 decide "
                                    "4940 idle"));
}

/// Two tiles of one row, both of whose cells need two pulses. A cell draws 1.5 V times 60 uS = 90 uA.
SmallChip two_tiles(double budget_A) {
  SmallChip chip = chip_of({{6, 6}, {6, 6}}, 2);
  chip.job.tiles_at_once = 2;
  chip.job.controller.write_current_budget_A = budget_A;
  return chip;
}

TEST(HandTrace, ABudgetForBothTilesHoldsNobodyUp) {
  const SmallChip small = two_tiles(360e-6);
  Board board("board", small.job);
  for (const std::size_t tile : {0, 1})
    EXPECT_EQ(traces(board, tile), lines("0 select 20 read 90 convert 170 convert 250 decide "
                                         "260 set-up 380 wait 380 SET 430 read 560 convert 640 decide "
                                         "650 set-up 770 wait 770 SET 820 read 950 convert 1030 decide 1040 idle"));
}

TEST(HandTrace, ABudgetForOneTileMakesThemTakeTurns) {
  const SmallChip small = two_tiles(200e-6);
  Board board("board", small.job);
  EXPECT_EQ(traces(board, 0), lines("0 select 20 read 90 convert 170 convert 250 decide "
                                    "260 set-up 380 wait 380 SET 430 read 560 convert 640 decide "
                                    "650 set-up 770 wait 770 SET 820 read 950 convert 1030 decide 1040 idle"));
  EXPECT_EQ(traces(board, 1), lines("0 select 20 read 90 convert 170 convert 250 decide "
                                    "260 set-up 380 wait 430 SET 480 read 610 convert 690 decide "
                                    "700 set-up 820 wait 820 SET 870 read 1000 convert 1080 decide 1090 idle"));
}

TEST(HandTrace, ABudgetForOneCellSplitsARowIntoPortions) {
  const SmallChip small = two_tiles(100e-6);  // two portions of 50 ns
  Board board("board", small.job);
  EXPECT_EQ(traces(board, 0), lines("0 select 20 read 90 convert 170 convert 250 decide "
                                    "260 set-up 380 wait 380 SET 480 read 610 convert 690 decide "
                                    "700 set-up 820 wait 820 SET 920 read 1050 convert 1130 decide 1140 idle"));
  EXPECT_EQ(traces(board, 1), lines("0 select 20 read 90 convert 170 convert 250 decide "
                                    "260 set-up 380 wait 480 SET 580 read 710 convert 790 decide "
                                    "800 set-up 920 wait 920 SET 1020 read 1150 convert 1230 decide 1240 idle"));
}

}  // namespace
}  // namespace swimsim
