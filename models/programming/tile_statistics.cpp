#include "models/programming/tile_statistics.h"

#include <stdexcept>

#include "models/common/checked.h"

namespace swimsim {

namespace {

using State = ControllerState;

std::int64_t cell_pulses(const TileStatistics& tile) { return tile.counts.blind_pulses + tile.counts.pulses + tile.erased_cells; }

}  // namespace

std::int64_t TileStatistics::busy_ps() const {
  std::int64_t sum_ps = 0;
  for (const std::int64_t time_ps : state_ps) add_checked(sum_ps, time_ps, "simulated time (ps)");
  return sum_ps;
}

TileStatistics tile_statistics(const ChipProgram& chip, std::size_t tile) {
  const ChipProgram::Tile& of = chip.tiles()[tile];
  TileStatistics statistics;
  statistics.state_ps = of.controller->state_ps();
  statistics.counts = of.controller->counts();
  statistics.erased_cells = statistics.counts.erases * of.array->cols();
  statistics.conversions = of.array->conversions();
  statistics.energy = chip.tile_energy(tile);
  return statistics;
}

std::vector<RowStatistics> row_statistics(const ChipProgram& chip, std::size_t tile) {
  const TileController& controller = *chip.tiles()[tile].controller;
  std::vector<RowStatistics> rows;
  for (std::size_t row = 0; row < controller.row_ps().size(); ++row)
    rows.push_back({controller.row_ps()[row], controller.row_cycles()[row]});
  return rows;
}

std::int64_t TileModule::busy_ps(const TileStatistics& tile) const {
  std::int64_t sum_ps = 0;
  for (const ControllerState state : states) sum_ps += tile.state_ps[static_cast<std::size_t>(state)];
  return sum_ps;
}

std::int64_t TileModule::energy_aJ(const TileStatistics& tile) const {
  std::int64_t sum_aJ = 0;
  for (const auto member : energy) sum_aJ += tile.energy.*member;
  return sum_aJ;
}

const std::vector<TileModule>& tile_modules() {
  static const std::vector<TileModule> modules = {
      {"controller",
       "programming controller: the write-verify state machine",
       "decisions",
       {State::select_row, State::write_setup, State::blind_pulse, State::set_pulse, State::polarity_switch, State::reset_pulse,
        State::read_setup, State::convert, State::decide, State::erase},
       [](const TileStatistics& tile) { return tile.counts.decisions; },
       {&EnergyLedger::controller_aJ}},
      {"row_decoder",
       "row decoder and word-line drivers: a word line rises and settles",
       "row selections",
       {State::select_row},
       [](const TileStatistics& tile) { return tile.counts.row_selections; },
       {}},
      {"write_drivers",
       "write drivers of bit and source lines with their DACs",
       "cell pulses",
       {State::write_setup, State::blind_pulse, State::set_pulse, State::polarity_switch, State::reset_pulse, State::erase},
       cell_pulses,
       {&EnergyLedger::driver_aJ, &EnergyLedger::dac_aJ, &EnergyLedger::line_aJ}},
      {"crossbar",
       "memory cells under a pulse or a read bias",
       "cell accesses",
       {State::blind_pulse, State::set_pulse, State::reset_pulse, State::read_setup, State::convert, State::erase},
       [](const TileStatistics& tile) { return cell_pulses(tile) + tile.counts.verify_reads; },
       {&EnergyLedger::array_aJ}},
      {"column_mux",
       "column mux: switches the columns of one group onto the sense lines",
       "groups switched",
       {State::convert},
       [](const TileStatistics& tile) { return tile.counts.groups_converted; },
       {&EnergyLedger::mux_aJ}},
      {"sample_hold",
       "sample-and-hold of the sense lines",
       "samples",
       {State::convert},
       [](const TileStatistics& tile) { return tile.counts.verify_reads; },
       {&EnergyLedger::sample_hold_aJ}},
      {"adc_bank",
       "verify ADCs, or comparators in their place",
       "conversions",
       {State::convert},
       [](const TileStatistics& tile) { return tile.conversions; },
       {&EnergyLedger::adc_aJ}},
  };
  return modules;
}

StateName state_name(ControllerState state) {
  switch (state) {
    case State::idle:
      return {"idle", "nothing to do"};
    case State::select_row:
      return {"select_row", "the word line rises and settles"};
    case State::write_setup:
      return {"write_setup", "turn-around from read to write, write DACs settle"};
    case State::blind_pulse:
      return {"blind_pulse", "the first, unverified write"};
    case State::set_pulse:
      return {"set_pulse", "SET pulses"};
    case State::polarity_switch:
      return {"polarity_switch", "from SET to RESET, write DACs settle again"};
    case State::reset_pulse:
      return {"reset_pulse", "RESET pulses"};
    case State::read_setup:
      return {"read_setup", "turn-around from write to read, wait after the write, read bias settles"};
    case State::convert:
      return {"convert", "column mux, read, conversion: one group of columns after the other"};
    case State::decide:
      return {"decide", "the controller compares and chooses the next pulse"};
    case State::erase:
      return {"erase", "block erase"};
    case State::wait_current:
      return {"wait_current", "waits for the chip's write current; not in the tile's own time"};
  }
  throw std::logic_error("a state of the controller without a name");
}

}  // namespace swimsim
