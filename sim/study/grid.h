#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/common/yaml_document.h"
#include "sim/workload/overrides.h"

namespace swimsim {

/// A key and the values it takes.
struct GridAxis {
  std::string key;
  std::vector<Override> values;
};

/// A point that was written out.
struct NamedPoint {
  std::string name;
  std::vector<Override> settings;
};

/// What one point sets over the study's base.
struct GridPoint {
  std::string name;  ///< of the named point; "" without
  std::vector<Override> settings;
};

/// Named points (one nameless if there are none) times the product of the axes; the last axis runs fastest.
std::vector<GridPoint> expand_grid(const std::vector<NamedPoint>& named, const std::vector<GridAxis>& axes);

/// How many that are; `limit` + 1 stands for more than `limit`.
std::size_t grid_size(std::size_t named, const std::vector<GridAxis>& axes, std::size_t limit);

/// "sigma_before=0.1, tile_rows=64" of the settings, after the name.
std::string point_label(const GridPoint& point);

/// "007-sigma_before=0.1": a name for a folder; `count` decides how many digits the number has.
std::string point_folder(std::size_t number, std::size_t count, const std::string& label);

/// A YAML value as one line that reads back the same.
std::string one_line(const YamlNode& node);

}  // namespace swimsim
