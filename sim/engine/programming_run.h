#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/programming/tile_statistics.h"
#include "sim/engine/cell_errors.h"
#include "sim/engine/cycle_inference.h"
#include "sim/engine/preparation.h"
#include "sim/engine/results.h"

namespace swimsim {

/// Totals of one layer of one programming.
struct LayerOutcome {
  std::int64_t pulses = 0, verify_reads = 0, failed_cells = 0, busy_ps = 0, max_cell_pulses = 0;
  EnergyLedger energy;
};

/// What each thing that tiles wait for would take if nothing else held them up: the programming takes as long as the longest at least.
struct TimeBounds {
  std::int64_t slots_ps = 0;          ///< the slot with most to do, phase by phase
  std::int64_t write_current_ps = 0;  ///< all write current one after the other at the chip's budget; 0: none is set
  std::int64_t host_bus_ps = 0;       ///< the host bus
};

/// What one programming of the chip left behind.
struct ProgrammingOutcome {
  std::int64_t pulses = 0, blind_pulses = 0, verify_reads = 0, verified_cells = 0, failed_cells = 0;
  std::int64_t left_cells = 0;          ///< that were to be verified and were not worth the time
  std::int64_t set_pulses = 0;          ///< of `pulses`
  std::int64_t most_stressed_cell = 0;  ///< pulses of every kind that the cell with most of them has taken
  std::int64_t time_ps = 0, blind_time_ps = 0;
  bool lower_bound = false;  ///< of the times: see ChipTimes
  TimeBounds bounds;
  EnergyLedger energy;
  double endurance_used = 0;  ///< of the median endurance, by the most stressed cell; 0 if endurance is off
  double accuracy = 0;
  CellErrors verified, unverified;                             ///< cells that entered write-verify, and the others
  CellErrors believed;                                         ///< verified cells as one read through the ADC returns them
  std::vector<CellErrors> verified_levels, unverified_levels;  ///< the same by target level, 0 first
  std::vector<LayerOutcome> layers;
  std::vector<std::int64_t> pulse_histogram;  ///< verified cells by their number of pulses
  std::vector<LoopRow> loop;                  ///< selector is left empty
  std::vector<TileCellsRecord> cells;         ///< when asked for
  CycleInference inference;                   ///< when asked for
  std::vector<TileStatistics> tiles;          ///< when asked for
  std::vector<RowStatistics> rows;            ///< with them: of all tiles, one after the other

  std::string to_bytes() const;
  static ProgrammingOutcome from_bytes(std::string_view bytes);
};

/// One programming to do: which weights, in which order.
struct ProgrammingTask {
  std::uint32_t trial = 0;
  std::vector<std::vector<std::int64_t>> rank;  ///< per layer and weight, or [weight][slice]; may be empty where all or none are selected
  bool by_slice = false;
  std::int64_t selected = 0;                               ///< how many are verified: weights, or slices of weights
  std::int64_t group_size = 0;                             ///< 0: all selected in one group; else groups of so many, in rank order
  bool budget_loop = false;                                ///< SWIM's loop: test after every group, stop when the budget holds
  double price = 0;                                        ///< above 0: write while it pays, see worth_classes.h
  std::vector<std::vector<std::uint8_t>> worth_class;      ///< of each slice, with a price
  std::vector<std::vector<std::uint8_t>> tolerance_class;  ///< of each slice, where each cell has its own tolerance; else empty
  bool keep_cells = false;
  bool infer = false;  ///< afterwards, images on the SystemC chip
  bool keep_statistics = false;
  TraceWindow trace;
};

/// Counts, times, energies and cell errors of a chip that has been programmed; leaves accuracy and loop alone.
void collect_outcome(const ChipProgram& chip, const ChipTimes& times, bool keep_cells, ProgrammingOutcome& outcome);

/// Runs a task to its end: program, read back, evaluate. At most one call a process when the driver is SystemC.
ProgrammingOutcome run_programming(const Workload& workload, const Preparation& prepared, const ChipDriver& driver,
                                   const ProgrammingTask& task);

}  // namespace swimsim
