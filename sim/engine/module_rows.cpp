#include "sim/engine/module_rows.h"

#include <fmt/format.h>

#include <string>

#include "models/common/checked.h"

namespace swimsim {

namespace {

constexpr double kJoulesPerAttojoule = 1e-18;

/// Lines of one chip: what all of them need to know.
class Lines {
 public:
  Lines(std::int64_t total_ps, std::int64_t clock_ps) : total_ps_(total_ps), clock_ps_(clock_ps) {}

  /// `of`: how many are busy at the same time at most.
  ModuleRow line(const std::string& path, const char* kind, const std::string& layer, std::int64_t busy_ps, std::size_t of = 1) const {
    ModuleRow row;
    row.path = path;
    row.kind = kind;
    row.layer = layer;
    row.busy_ps = busy_ps;
    row.busy_cycles = busy_ps / clock_ps_;
    const double most_ps = static_cast<double>(total_ps_) * static_cast<double>(of);
    row.utilisation = most_ps > 0 ? static_cast<double>(busy_ps) / most_ps : 0;
    return row;
  }

  void add_tile(const std::string& path, const std::string& layer, const TileStatistics& tile, std::vector<ModuleRow>& rows) const {
    ModuleRow whole = line(path, "tile", layer, tile.busy_ps());
    whole.event = "cell pulses";
    whole.energy_J = static_cast<double>(tile.energy.total_aJ()) * kJoulesPerAttojoule;
    const std::size_t at = rows.size();
    rows.push_back(whole);
    for (const TileModule& module : tile_modules()) {
      ModuleRow row = line(path + "." + module.name, module.name, layer, module.busy_ps(tile));
      row.events = module.events(tile);
      row.event = module.event;
      if (!module.energy.empty()) row.energy_J = static_cast<double>(module.energy_aJ(tile)) * kJoulesPerAttojoule;
      rows.push_back(row);
      if (row.kind == "write_drivers") rows[at].events = row.events;
      if (row.kind == "controller") add_states(row, tile, rows);
    }
  }

 private:
  void add_states(const ModuleRow& controller, const TileStatistics& tile, std::vector<ModuleRow>& rows) const {
    for (std::size_t state = 0; state < kControllerStates; ++state) {
      if (tile.state_ps[state] == 0) continue;
      const char* name = state_name(static_cast<ControllerState>(state)).name;
      rows.push_back(line(controller.path + "." + name, "state", controller.layer, tile.state_ps[state]));
    }
  }

  std::int64_t total_ps_, clock_ps_;
};

}  // namespace

std::vector<ModuleRow> module_rows(const Mapping& mapping, const std::vector<TileStatistics>& tiles, const ChipStatistics& chip) {
  const Lines lines(chip.total_ps, chip.clock_ps);
  std::int64_t busy_ps = 0;
  EnergyLedger energy;
  for (const TileStatistics& tile : tiles) {
    add_checked(busy_ps, tile.busy_ps(), "simulated time (ps)");
    energy += tile.energy;
  }
  std::vector<ModuleRow> rows = {lines.line("chip", "chip", "", busy_ps, tiles.size())};
  rows.front().event = "cell pulses";
  energy.leakage_aJ = chip.leakage_aJ;
  rows.front().energy_J = static_cast<double>(energy.total_aJ()) * kJoulesPerAttojoule;
  rows.push_back(lines.line("chip.supply", "supply", "", chip.total_ps));
  rows.back().energy_J = static_cast<double>(chip.leakage_aJ) * kJoulesPerAttojoule;
  rows.push_back(lines.line("chip.host_port", "host_port", "", chip.host_bus_ps));
  for (std::size_t tile = 0; tile < tiles.size(); ++tile) {
    const std::size_t at = rows.size();
    lines.add_tile(fmt::format("chip.tile_{}", tile), mapping.layers()[static_cast<std::size_t>(mapping.tiles()[tile].layer)].name,
                   tiles[tile], rows);
    rows.front().events += rows[at].events;
  }
  return rows;
}

std::vector<WordLineRow> word_line_rows(const Mapping& mapping, const std::vector<RowStatistics>& rows) {
  std::vector<WordLineRow> lines;
  for (std::size_t tile = 0; tile < mapping.tiles().size(); ++tile) {
    for (int row = 0; row < mapping.tiles()[tile].used_rows; ++row) {
      const RowStatistics& of = rows.at(lines.size());
      lines.push_back({static_cast<std::int64_t>(tile), row, of.busy_ps, of.cycles});
    }
  }
  return lines;
}

std::vector<TileRow> tile_rows(const Mapping& mapping) {
  std::vector<TileRow> rows;
  for (std::size_t tile = 0; tile < mapping.tiles().size(); ++tile) {
    const TileExtent& extent = mapping.tiles()[tile];
    const auto layer = static_cast<std::size_t>(extent.layer);
    TileRow row;
    row.layer = mapping.layers()[layer].name;
    row.inputs = mapping.layers()[layer].inputs;
    row.slices = mapping.slices(layer);
    row.first_input = extent.first_input;
    row.first_column = extent.first_column;
    row.used_rows = extent.used_rows;
    row.used_cols = extent.used_cols;
    row.rows = mapping.options().tile_rows;
    row.cols = mapping.options().tile_cols;
    if (!mapping.natural(layer)) {
      row.row_inputs = mapping.inputs_of_tile(tile);
      for (int col = 0; col < extent.used_cols; ++col)
        row.column_outputs.push_back(mapping.output_at(layer, (extent.first_column + col) / mapping.cells_per_weight(layer)));
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace swimsim
