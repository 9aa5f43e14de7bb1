#include "sim/report/inspect_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "sim/report/human_units.h"
#include "sim/report/terminal_table.h"

namespace swimsim {
namespace {

using Line = std::vector<std::string>;
using Lines = std::vector<Line>;

constexpr std::size_t kWidest = 140;
constexpr std::size_t kLongestLayer = 32;
constexpr double kSecondsPerPicosecond = 1e-12;

std::string time_text(std::int64_t time_ps) {
  return engineering(static_cast<double>(time_ps) * kSecondsPerPicosecond, "s", Charset::ascii);
}

std::string share_text(double part, double whole) { return whole > 0 ? percent(part / whole, 1) + " %" : "-"; }

std::string ascii(const std::string& name) {
  std::string plain;
  for (const char c : name) plain += c >= 0x20 && c < 0x7F ? c : '?';
  return plain.size() <= kLongestLayer ? plain : plain.substr(0, kLongestLayer - 2) + "..";
}

void add(ModuleRow& sum, const ModuleRow& more) {
  sum.busy_ps += more.busy_ps;
  sum.busy_cycles += more.busy_cycles;
  sum.utilisation += more.utilisation;
  sum.events += more.events;
  if (more.energy_J) sum.energy_J = sum.energy_J.value_or(0) + *more.energy_J;
}

/// One line for each kind of line that the tiles have: sums, utilisation the mean over the tiles.
std::vector<ModuleRow> summed(const InspectedRun& run, const std::vector<std::size_t>& tiles,
                              std::vector<ModuleRow> InspectedTile::*lines) {
  std::vector<ModuleRow> sums;
  for (const std::size_t tile : tiles) {
    for (const ModuleRow& row : run.tiles[tile].*lines) {
      const std::string name = row.path.substr(row.path.rfind('.') + 1);
      auto sum = std::find_if(sums.begin(), sums.end(), [&](const ModuleRow& s) { return s.path == name; });
      if (sum == sums.end()) {
        sum = sums.insert(sums.end(), ModuleRow());
        sum->path = name;
        sum->kind = row.kind;
        sum->event = row.event;
      }
      add(*sum, row);
    }
  }
  for (ModuleRow& sum : sums) sum.utilisation /= static_cast<double>(tiles.size());
  return sums;
}

class Tree {
 public:
  Tree(const InspectedRun& run, const InspectChoice& choice) : run_(run), choice_(choice) {}

  std::string text() {
    lines_ = {{"module", "layer", "busy cycles", "busy", "utilised", "energy", "of chip", "events", ""}};
    std::vector<std::size_t> tiles = chosen_tiles(run_, choice_);
    if (!choice_.tile) {
      add_line(0, "chip", "", run_.chip);
      if (choice_.depth >= 1) add_chip_parts();
      if (choice_.depth >= 1) add_modules(1, "tile_*.", tiles);
      tiles = run_.busiest_tiles();
    }
    const std::size_t shown = choice_.depth < 1 ? 0 : std::min(choice_.tile ? tiles.size() : choice_.top, tiles.size());
    const int level = choice_.tile ? 0 : 1;
    for (std::size_t i = 0; i < shown; ++i) add_tile(level, tiles[i]);
    if (choice_.depth >= 1 && shown < tiles.size()) add_rest({tiles.begin() + static_cast<std::ptrdiff_t>(shown), tiles.end()});
    return aligned_table(lines_, "llrrrrrrl", kWidest);
  }

 private:
  void add_line(int level, const std::string& name, const std::string& layer, const ModuleRow& row) {
    const double chip_J = run_.chip.energy_J.value_or(0);
    lines_.push_back(
        {std::string(static_cast<std::size_t>(2 * level), ' ') + name, ascii(layer), fmt::format("{}", row.busy_cycles),
         time_text(row.busy_ps), percent(row.utilisation, 1) + " %", row.energy_J ? engineering(*row.energy_J, "J", Charset::ascii) : "-",
         row.energy_J ? share_text(*row.energy_J, chip_J) : "-", row.event.empty() ? "" : fmt::format("{}", row.events), row.event});
  }

  /// Those that did something.
  void add_chip_parts() {
    for (const ModuleRow& row : run_.chip_parts) {
      const bool used = row.kind == "supply" ? row.energy_J.value_or(0) > 0 : row.busy_ps > 0;
      if (used) add_line(1, row.path.substr(row.path.rfind('.') + 1), "", row);
    }
  }

  /// Modules of one tile, or of many together, and the states of the controller.
  void add_modules(int level, const std::string& of, const std::vector<std::size_t>& tiles) {
    const bool states = choice_.depth >= (of.empty() ? 3 : 2);
    for (const ModuleRow& row : summed(run_, tiles, &InspectedTile::modules)) {
      add_line(level, of + row.path, "", row);
      if (!states || row.kind != "controller") continue;
      for (const ModuleRow& state : summed(run_, tiles, &InspectedTile::states)) add_line(level + 1, state.path, "", state);
    }
  }

  void add_tile(int level, std::size_t number) {
    const InspectedTile& tile = run_.tiles[number];
    const std::string name = fmt::format("tile_{}{}", number,
                                         tile.used_cells() == 0    ? " (unused)"
                                         : tile.whole.busy_ps == 0 ? " (idle)"
                                                                   : "");
    add_line(level, name, tile.extent.layer, tile.whole);
    if (choice_.depth >= 2) add_modules(level + 1, "", {number});
  }

  void add_rest(const std::vector<std::size_t>& tiles) {
    ModuleRow rest;
    rest.event = run_.chip.event;
    std::size_t idle = 0;
    for (const std::size_t tile : tiles) {
      add(rest, run_.tiles[tile].whole);
      idle += run_.tiles[tile].whole.busy_ps == 0 ? 1 : 0;
    }
    rest.utilisation /= static_cast<double>(tiles.size());
    add_line(1, fmt::format("{} more tile{}{}", tiles.size(), tiles.size() == 1 ? "" : "s", idle > 0 ? fmt::format(", {} idle", idle) : ""),
             "", rest);
  }

  const InspectedRun& run_;
  const InspectChoice& choice_;
  Lines lines_;
};

std::string headline(const InspectedRun& run) {
  std::int64_t used = 0, places = 0;
  for (const InspectedTile& tile : run.tiles) {
    used += tile.used_cells();
    places += tile.extent.rows * tile.extent.cols;
  }
  const std::int64_t clock_ps = run.clock_ps();
  std::string text = fmt::format("{}: everything verified, trial 0, seed {}{}\n", ascii(run.name), run.seed,
                                 run.complete ? "" : "; the run was interrupted after some trials");
  text +=
      fmt::format("{} of programming{}, {}; {} tile{}, of whose cells {} are used; {} busy at once on average\n", time_text(run.time_ps()),
                  clock_ps > 0 ? fmt::format(" ({} cycles of {})", run.time_ps() / clock_ps, time_text(clock_ps)) : "",
                  engineering(run.chip.energy_J.value_or(0), "J", Charset::ascii), run.tiles.size(), run.tiles.size() == 1 ? "" : "s",
                  share_text(static_cast<double>(used), static_cast<double>(places)),
                  significant(run.chip.utilisation * static_cast<double>(run.tiles.size())));
  return text;
}

std::string states_text(const InspectedRun& run, const InspectChoice& choice) {
  std::vector<ModuleRow> states = summed(run, chosen_tiles(run, choice), &InspectedTile::states);
  std::stable_sort(states.begin(), states.end(), [](const ModuleRow& a, const ModuleRow& b) { return a.busy_ps > b.busy_ps; });
  const std::int64_t sum_ps =
      std::accumulate(states.begin(), states.end(), std::int64_t{0}, [](std::int64_t sum, const ModuleRow& s) { return sum + s.busy_ps; });
  Lines lines = {{"state of the controller", "time", "share"}};
  for (const ModuleRow& state : states)
    lines.push_back({state.path, time_text(state.busy_ps), share_text(static_cast<double>(state.busy_ps), static_cast<double>(sum_ps))});
  return fmt::format("\nwhere the time of {} goes\n", choice.tile ? fmt::format("tile {}", *choice.tile) : "all tiles together") +
         aligned_table(lines, "l", kWidest);
}

std::string rows_text(const InspectedRun& run, const Slowest& slowest) {
  Lines lines = {{"tile", "row", "layer", "time", "cycles"}};
  const bool cells = !slowest.cells_of_row.empty();
  if (cells) lines.front().insert(lines.front().end(), {"pulses", "cells", "slow cells", "given up"});
  for (std::size_t i = 0; i < slowest.rows.size(); ++i) {
    const WordLineRow& row = slowest.rows[i];
    lines.push_back({fmt::format("{}", row.tile), fmt::format("{}", row.row),
                     ascii(run.tiles[static_cast<std::size_t>(row.tile)].extent.layer), time_text(row.busy_ps),
                     fmt::format("{}", row.cycles)});
    if (!cells) continue;
    const RowCellCounts& of = slowest.cells_of_row[i];
    for (const auto count : {static_cast<std::int64_t>(of.pulses), of.cells, of.slow, of.failed})
      lines.back().push_back(fmt::format("{}", count));
  }
  return fmt::format("\nslowest rows{}\n", cells ? " (slow cells: more than half the pulses of the slowest)" : "") +
         aligned_table(lines, "rrl", kWidest);
}

std::string cells_text(const InspectedRun& run, const std::vector<SlowCell>& cells) {
  Lines lines = {{"tile", "row", "col", "layer", "output", "input", "slice", "arm", "target", "final", "pulses", ""}};
  for (const SlowCell& cell : cells) {
    const TileRow& tile = run.tiles[cell.tile].extent;
    const CellOrigin origin = cell_origin(tile, cell.row, cell.col);
    lines.push_back({fmt::format("{}", cell.tile), fmt::format("{}", cell.row), fmt::format("{}", cell.col), ascii(tile.layer),
                     fmt::format("{}", origin.output), fmt::format("{}", origin.input), fmt::format("{}", origin.slice),
                     origin.minus ? "minus" : "plus", fmt::format("{:.2f} uS", cell.target_uS), fmt::format("{:.2f} uS", cell.final_uS),
                     fmt::format("{}", cell.pulses), cell.failed ? "given up" : ""});
  }
  return "\nslowest cells\n" + aligned_table(lines, "rrrlrrrl", kWidest);
}

}  // namespace

std::vector<std::size_t> chosen_tiles(const InspectedRun& run, const InspectChoice& choice) {
  if (choice.tile) return {*choice.tile};
  std::vector<std::size_t> tiles(run.tiles.size());
  std::iota(tiles.begin(), tiles.end(), std::size_t{0});
  return tiles;
}

std::string inspect_text(const InspectedRun& run, const InspectChoice& choice, const Slowest& slowest) {
  std::string text = headline(run) + "\n" + Tree(run, choice).text() + states_text(run, choice);
  if (choice.top == 0) return text;
  text += rows_text(run, slowest);
  if (!run.has_cells()) return text + "\nno cells: this result has no cells.h5 (results.cells: yes keeps it above a million cells)\n";
  return text + cells_text(run, slowest.cells);
}

}  // namespace swimsim
