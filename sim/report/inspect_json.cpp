#include <nlohmann/json.hpp>

#include "sim/report/inspect_text.h"

namespace swimsim {
namespace {

using Json = nlohmann::ordered_json;

Json units() {
  const auto figure = [](const char* unit, const char* description) { return Json{{"unit", unit}, {"description", description}}; };
  return {
      {"time_ps", figure("ps", "from the first blind write until the last cell of the chip is done")},
      {"clock_ps", figure("ps", "period of the clock")},
      {"busy_ps", figure("ps", "simulated time in which the module or the row works; of the chip: summed over its tiles")},
      {"busy_cycles", figure("1", "the same in cycles of the clock")},
      {"utilisation", figure("1", "busy time over time_ps; of the chip: mean over its tiles")},
      {"events", figure("1", "what the module did, of the kind that 'event' says")},
      {"energy_J", figure("J", "energy of the module; null: the ledger has no component of its own for it")},
      {"cycles", figure("1", "write-verify cycles of a row")},
      {"pulses", figure("1", "write pulses of the verify phase")},
      {"slow_cells", figure("1", "cells with more than half the pulses of the slowest of their row")},
      {"target_uS", figure("uS", "conductance that the cell should hold")},
      {"final_uS", figure("uS", "conductance that it holds at the end")},
  };
}

Json line_of(const ModuleRow& row) {
  Json line = {{"path", row.path},
               {"kind", row.kind},
               {"layer", row.layer},
               {"busy_ps", row.busy_ps},
               {"busy_cycles", row.busy_cycles},
               {"utilisation", row.utilisation},
               {"events", row.events},
               {"event", row.event},
               {"energy_J", nullptr}};
  if (row.energy_J) line["energy_J"] = *row.energy_J;
  return line;
}

Json modules_of(const InspectedRun& run, const InspectChoice& choice) {
  Json modules = Json::array();
  if (!choice.tile) {
    modules.push_back(line_of(run.chip));
    for (const ModuleRow& part : run.chip_parts) modules.push_back(line_of(part));
  }
  for (const std::size_t number : chosen_tiles(run, choice)) {
    const InspectedTile& tile = run.tiles[number];
    if (choice.depth >= 1) modules.push_back(line_of(tile.whole));
    for (const ModuleRow& row : tile.modules) {
      if (choice.depth >= 2) modules.push_back(line_of(row));
    }
    for (const ModuleRow& row : tile.states) {
      if (choice.depth >= 3) modules.push_back(line_of(row));
    }
  }
  return modules;
}

Json row_of(const InspectedRun& run, const WordLineRow& row) {
  return {{"tile", row.tile},
          {"row", row.row},
          {"layer", run.tiles[static_cast<std::size_t>(row.tile)].extent.layer},
          {"busy_ps", row.busy_ps},
          {"cycles", row.cycles}};
}

void add_counts(const RowCellCounts& of, Json& row) {
  row["pulses"] = of.pulses;
  row["cells"] = of.cells;
  row["slow_cells"] = of.slow;
  row["failed_cells"] = of.failed;
}

Json cell_of(const InspectedRun& run, const SlowCell& cell) {
  const TileRow& tile = run.tiles[cell.tile].extent;
  const CellOrigin origin = cell_origin(tile, cell.row, cell.col);
  return {{"tile", cell.tile},           {"row", cell.row},           {"col", cell.col},       {"layer", tile.layer},
          {"output", origin.output},     {"input", origin.input},     {"slice", origin.slice}, {"arm", origin.minus ? "minus" : "plus"},
          {"target_uS", cell.target_uS}, {"final_uS", cell.final_uS}, {"pulses", cell.pulses}, {"failed", cell.failed}};
}

}  // namespace

std::string inspect_json(const InspectedRun& run, const InspectChoice& choice, const Slowest& slowest) {
  Json json = {{"schema", "swimsim-inspect/1"},
               {"result", run.name},
               {"status", run.complete ? "complete" : "interrupted"},
               {"seed", run.seed},
               {"trial", 0},
               {"time_ps", run.time_ps()},
               {"clock_ps", run.clock_ps()},
               {"figures", units()},
               {"modules", modules_of(run, choice)}};
  json["slowest_rows"] = Json::array();
  for (std::size_t i = 0; i < slowest.rows.size(); ++i) {
    json["slowest_rows"].push_back(row_of(run, slowest.rows[i]));
    if (run.has_cells()) add_counts(slowest.cells_of_row[i], json["slowest_rows"].back());
  }
  if (run.has_cells()) json["slowest_cells"] = Json::array();
  for (const SlowCell& cell : slowest.cells) json["slowest_cells"].push_back(cell_of(run, cell));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace swimsim
