#include <fmt/format.h>

#include <cstdio>
#include <string>

#include "models/common/atomic_file.h"
#include "models/common/errors.h"
#include "sim/app/commands.h"
#include "sim/app/exit_codes.h"
#include "sim/report/heat_map.h"
#include "sim/report/inspect_text.h"
#include "sim/report/inspected_run.h"
#include "sim/report/slowest.h"

namespace swimsim {

namespace {

void check_tile(const InspectedRun& run, const InspectChoice& choice) {
  if (choice.tile && *choice.tile >= run.tiles.size())
    throw InputError(fmt::format("--tile: {} is not a tile of this result, 0 to {}", *choice.tile, run.tiles.size() - 1));
}

/// The tile that was asked for, or the busiest.
void write_heat_map(const InspectedRun& run, const InspectChoice& choice, const std::string& path) {
  if (!run.has_cells())
    throw InputError("--svg: this result has no cells.h5; results.cells: yes in the workload keeps it above a million cells");
  const std::size_t number = choice.tile ? *choice.tile : run.busiest_tiles().front();
  HeatMap map;
  map.id = fmt::format("pulses-tile-{}", number);
  map.title = fmt::format("Pulses per cell: {}, tile {} ({})", run.name, number, run.tiles[number].extent.layer);
  map.cells = run.cells(number);
  map.rows = run.tiles[number].extent.rows;
  map.cols = run.tiles[number].extent.cols;
  write_file_atomically(path, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + heat_map_svg(map));
  fmt::print(stderr, "heat map of tile {}: {}\n", number, path);
}

}  // namespace

int inspect_command(const InspectArguments& arguments) {
  const InspectedRun run(arguments.result);
  InspectChoice choice;
  choice.tile = arguments.tile;
  choice.depth = arguments.depth.value_or(arguments.json ? 3 : arguments.tile ? 2 : 1);
  choice.top = arguments.top;
  check_tile(run, choice);
  const Slowest slowest = find_slowest(run, chosen_tiles(run, choice), choice.top);
  if (!arguments.svg.empty()) write_heat_map(run, choice, arguments.svg);
  fmt::print("{}", (arguments.json ? inspect_json : inspect_text)(run, choice, slowest));
  return kExitDone;
}

}  // namespace swimsim
