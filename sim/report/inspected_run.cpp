#include "sim/report/inspected_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <limits>
#include <numeric>
#include <sstream>

#include "models/common/errors.h"
#include "sim/report/csv_table.h"
#include "sim/report/hdf5_reader.h"
#include "sim/report/result_manifest.h"

namespace swimsim {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kLongestSide = 4096;  // of a tile
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

[[noreturn]] void refuse(const fs::path& file, const std::string& message) {
  throw InputError({Diagnostic{{file.string(), 0, 0}, message}});
}

ModuleRow module_of(const CsvTable& table, std::size_t line) {
  ModuleRow row;
  row.path = table.text(line, "path");
  row.kind = table.text(line, "kind");
  row.layer = table.text(line, "layer");
  row.busy_ps = table.integer(line, "busy_ps", 0, kMost);
  row.busy_cycles = table.integer(line, "busy_cycles", 0, kMost);
  row.utilisation = table.number(line, "utilisation");
  row.events = table.integer(line, "events", 0, kMost);
  row.event = table.text(line, "event");
  if (!table.text(line, "energy_J").empty()) row.energy_J = table.number(line, "energy_J");
  return row;
}

/// With spaces between; ends at what is none.
std::vector<std::int64_t> numbers_of(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::int64_t>(in), std::istream_iterator<std::int64_t>()};
}

}  // namespace

CellOrigin cell_origin(const TileRow& tile, std::int64_t row, std::int64_t col) {
  const std::int64_t column = tile.first_column + col;
  CellOrigin origin;
  const bool ordered = !tile.row_inputs.empty();
  origin.output = ordered ? tile.column_outputs[static_cast<std::size_t>(col)] : column / (2 * tile.slices);
  origin.input = ordered ? tile.row_inputs[static_cast<std::size_t>(row)] : tile.first_input + row;
  origin.slice = column / 2 % tile.slices;
  origin.minus = column % 2 == 1;
  return origin;
}

InspectedRun::InspectedRun(const std::string& folder) {
  const ResultManifest manifest(folder);
  name = manifest.name();
  seed = manifest.seed();
  complete = manifest.complete();
  for (const auto& [file, read] : {std::pair{"tiles.csv", &InspectedRun::read_tiles},
                                   {"modules.csv", &InspectedRun::read_modules},
                                   {"rows.csv", &InspectedRun::read_rows}})
    (this->*read)(manifest.path_of(file), manifest.text_of(file));
  if (manifest.has("orders.csv")) read_orders(manifest.path_of("orders.csv"), manifest.text_of("orders.csv"));
  if (manifest.has("cells.h5")) open_cells(manifest.path_of("cells.h5"));
}

InspectedRun::~InspectedRun() = default;
InspectedRun::InspectedRun(InspectedRun&&) noexcept = default;
InspectedRun& InspectedRun::operator=(InspectedRun&&) noexcept = default;

void InspectedRun::read_tiles(const std::string& path, const std::string& text) {
  const CsvTable table(text, path);
  for (std::size_t line = 0; line < table.rows(); ++line) {
    TileRow row;
    row.layer = table.text(line, "layer");
    row.inputs = table.integer(line, "inputs", 1, kMost);
    row.slices = table.integer(line, "slices", 1, kLongestSide);
    row.first_input = table.integer(line, "first_input", 0, row.inputs - 1);
    row.first_column = table.integer(line, "first_column", 0, kMost - kLongestSide);
    row.rows = table.integer(line, "rows", 1, kLongestSide);
    row.cols = table.integer(line, "cols", 1, kLongestSide);
    row.used_rows = table.integer(line, "used_rows", 0, row.rows);
    row.used_cols = table.integer(line, "used_cols", 0, row.cols);
    tiles.emplace_back();
    tiles.back().extent = row;
  }
  if (tiles.empty()) refuse(path, "there is no tile in it");
}

void InspectedRun::read_orders(const std::string& path, const std::string& text) {
  const CsvTable table(text, path);
  for (std::size_t line = 0; line < table.rows(); ++line) {
    TileRow& tile = tiles[static_cast<std::size_t>(table.integer(line, "tile", 0, static_cast<std::int64_t>(tiles.size()) - 1))].extent;
    tile.row_inputs = numbers_of(table.text(line, "inputs"));
    tile.column_outputs = numbers_of(table.text(line, "outputs"));
    if (static_cast<std::int64_t>(tile.row_inputs.size()) != tile.used_rows ||
        static_cast<std::int64_t>(tile.column_outputs.size()) != tile.used_cols)
      refuse(path, fmt::format("line {}: not one whole number for each used row and column of its tile", line + 2));
  }
}

void InspectedRun::read_modules(const std::string& path, const std::string& text) {
  const CsvTable table(text, path);
  std::size_t found = 0;  // tiles so far
  for (std::size_t line = 0; line < table.rows(); ++line) {
    ModuleRow row = module_of(table, line);
    if (row.kind == "chip") {
      chip = std::move(row);
    } else if (row.kind == "tile") {
      if (found == tiles.size()) refuse(path, fmt::format("more tiles than the {} of tiles.csv", tiles.size()));
      tiles[found++].whole = std::move(row);
    } else if (found > 0 && row.path.compare(0, tiles[found - 1].whole.path.size() + 1, tiles[found - 1].whole.path + ".") == 0) {
      (row.kind == "state" ? tiles[found - 1].states : tiles[found - 1].modules).push_back(std::move(row));
    } else if (found == 0 && !chip.path.empty()) {
      chip_parts.push_back(std::move(row));
    }  // else of something that is no tile: for later readers
  }
  if (chip.path.empty() || found < tiles.size()) refuse(path, fmt::format("the chip or some of its {} tiles are missing", tiles.size()));
}

void InspectedRun::read_rows(const std::string& path, const std::string& text) {
  const CsvTable table(text, path);
  std::size_t line = 0;
  for (std::size_t tile = 0; tile < tiles.size(); ++tile) {
    for (std::int64_t row = 0; row < tiles[tile].extent.used_rows; ++row, ++line) {
      if (line == table.rows()) refuse(path, fmt::format("the rows of tile {} and what comes after it are missing", tile));
      const auto number = static_cast<std::int64_t>(tile);
      tiles[tile].rows.push_back({table.integer(line, "tile", number, number), table.integer(line, "row", row, row),
                                  table.integer(line, "busy_ps", 0, kMost), table.integer(line, "cycles", 0, kMost)});
    }
  }
  if (line < table.rows()) refuse(path, "more rows than the tiles of tiles.csv have");
}

void InspectedRun::open_cells(const std::string& path) {
  auto reader = std::make_unique<Hdf5Reader>(path);
  cells_group_ = reader->attribute("everything_verified");
  if (cells_group_.empty() || !reader->has_group(cells_group_)) return;
  cells_ = std::move(reader);
}

std::int64_t InspectedRun::time_ps() const {
  const double most = chip.utilisation * static_cast<double>(tiles.size());
  return most > 0 ? std::llround(static_cast<double>(chip.busy_ps) / most) : 0;
}

std::int64_t InspectedRun::clock_ps() const { return chip.busy_cycles > 0 ? chip.busy_ps / chip.busy_cycles : 0; }

std::vector<std::size_t> InspectedRun::busiest_tiles() const {
  std::vector<std::size_t> order(tiles.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [this](std::size_t a, std::size_t b) { return tiles[a].whole.busy_ps > tiles[b].whole.busy_ps; });
  return order;
}

TileCellsRecord InspectedRun::cells(std::size_t tile) const {
  const TileRow& extent = tiles.at(tile).extent;
  const auto rows = static_cast<std::size_t>(extent.used_rows), cols = static_cast<std::size_t>(extent.used_cols);
  const std::string group = fmt::format("{}/{}/", cells_group_, tile);
  TileCellsRecord record;
  record.rows = extent.used_rows;
  record.cols = extent.used_cols;
  record.target_uS = cells_->floats(group + "target_uS", rows, cols);
  record.final_uS = cells_->floats(group + "final_uS", rows, cols);
  record.pulses = cells_->counts(group + "pulses", rows, cols);
  record.failed = cells_->flags(group + "failed", rows, cols);
  record.verified = cells_->flags(group + "verified", rows, cols);
  return record;
}

}  // namespace swimsim
