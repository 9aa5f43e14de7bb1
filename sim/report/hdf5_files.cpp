#include "sim/report/hdf5_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/report/hdf5_writer.h"

namespace swimsim {
namespace {

Hdf5Writer::Shape shape_of(const LayerSchedule& layer) { return {layer.shape.begin(), layer.shape.end()}; }

Hdf5Writer::Shape ranked_shape_of(const LayerSchedule& layer) {
  Hdf5Writer::Shape shape = shape_of(layer);
  if (layer.slices > 1) shape.push_back(static_cast<hsize_t>(layer.slices));
  return shape;
}

void write_layer(const Hdf5Writer& file, hid_t layers, const LayerSchedule& layer) {
  const Hdf5Handle group = file.group(layers, hdf5_name(layer.layer));
  if (!layer.sensitivity.empty()) file.data_set(group.id(), "sensitivity", shape_of(layer), layer.sensitivity, "1");
  const Hdf5Handle scores = file.group(group.id(), "score");
  const Hdf5Handle ranks = file.group(group.id(), "rank");
  for (const LayerSchedule::Ranked& ranked : layer.selectors) {
    if (!ranked.score.empty()) file.data_set(scores.id(), hdf5_name(ranked.selector), ranked_shape_of(layer), ranked.score, "1");
    if (!ranked.rank.empty()) file.data_set(ranks.id(), hdf5_name(ranked.selector), ranked_shape_of(layer), ranked.rank, "1");
  }
}

void write_tile(const Hdf5Writer& file, hid_t trial, std::size_t number, const TileCellsRecord& tile) {
  const Hdf5Writer::Shape shape{static_cast<hsize_t>(tile.rows), static_cast<hsize_t>(tile.cols)};
  const Hdf5Handle group = file.group(trial, fmt::format("{}", number));
  file.data_set(group.id(), "target_uS", shape, tile.target_uS, "uS");
  file.data_set(group.id(), "final_uS", shape, tile.final_uS, "uS");
  file.data_set(group.id(), "read_back_uS", shape, tile.read_back_uS, "uS");
  file.data_set(group.id(), "pulses", shape, tile.pulses, "1");
  file.data_set(group.id(), "failed", shape, tile.failed, "1");
  file.data_set(group.id(), "verified", shape, tile.verified, "1");
}

}  // namespace

std::string hdf5_name(std::string_view name) {
  if (name.empty()) return "%";
  if (name == ".") return "%2E";
  std::string escaped;
  for (char c : name) {
    switch (c) {
      case '%':
        escaped += "%25";
        break;
      case '/':
        escaped += "%2F";
        break;
      case '\0':
        escaped += "%00";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string schedule_h5(const RunResults& results, const std::string& path) {
  const Hdf5Writer file(path);
  file.attribute(file.root(), "schema", "swimsim-schedule/1");
  file.attribute(file.root(), "names", "percent-encoded: %2F is a slash, %25 a percent sign");
  const Hdf5Handle layers = file.group(file.root(), "layers");
  for (const LayerSchedule& layer : results.schedule) write_layer(file, layers.id(), layer);
  return file.bytes();
}

/// Two prices may finish the same share of the cells.
static std::string point_name(const ChipCellsRecord& chip) {
  return chip.price ? fmt::format("price_{}", *chip.price) : fmt::format("{}", chip.fraction);
}

std::string cells_h5(const RunResults& results, const std::string& path) {
  const Hdf5Writer file(path);
  file.attribute(file.root(), "schema", "swimsim-cells/1");
  const auto everything =
      std::find_if(results.cells.begin(), results.cells.end(), [](const ChipCellsRecord& chip) { return chip.everything_verified; });
  if (everything != results.cells.end()) {
    file.attribute(file.root(), "everything_verified",
                   fmt::format("/{}/{}/{}", hdf5_name(everything->selector), point_name(*everything), everything->trial));
  }
  std::map<std::string, Hdf5Handle> groups;
  const auto group = [&](hid_t parent, const std::string& parent_path, const std::string& name) -> std::pair<hid_t, std::string> {
    const std::string full = parent_path + "/" + name;
    auto found = groups.find(full);
    if (found == groups.end()) found = groups.emplace(full, file.group(parent, name)).first;
    return {found->second.id(), full};
  };
  for (const ChipCellsRecord& chip : results.cells) {
    const auto [selector, selector_path] = group(file.root(), "", hdf5_name(chip.selector));
    const auto [fraction, fraction_path] = group(selector, selector_path, point_name(chip));
    const Hdf5Handle trial = file.group(fraction, fmt::format("{}", chip.trial));
    for (std::size_t t = 0; t < chip.tiles.size(); ++t) write_tile(file, trial.id(), t, chip.tiles[t]);
  }
  return file.bytes();
}

}  // namespace swimsim
