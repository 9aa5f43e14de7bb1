#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/engine/results.h"

namespace swimsim {

class Hdf5Reader;

/// A tile as the result folder tells of it.
struct InspectedTile {
  TileRow extent;
  ModuleRow whole;
  std::vector<ModuleRow> modules;
  std::vector<ModuleRow> states;  ///< of its controller; those that took time
  std::vector<WordLineRow> rows;  ///< those that are used
  std::int64_t used_cells() const { return extent.used_rows * extent.used_cols; }
};

/// Where a cell of a tile comes from.
struct CellOrigin {
  std::int64_t output = 0, input = 0;  ///< of the layer's weight matrix
  std::int64_t slice = 0;              ///< 0 is the least significant
  bool minus = false;                  ///< of the differential pair
};
CellOrigin cell_origin(const TileRow& tile, std::int64_t row, std::int64_t col);

/// What a result folder holds about its chip, read back: everything verified, first trial.
class InspectedRun {
 public:
  /// Checks the manifest and what it says of the files that are read. Throws InputError for a folder that is no result of `swimsim run`,
  /// an unfinished one, one of another version or one whose files have changed.
  explicit InspectedRun(const std::string& folder);
  ~InspectedRun();
  InspectedRun(InspectedRun&&) noexcept;
  InspectedRun& operator=(InspectedRun&&) noexcept;

  std::string name;  ///< of the folder
  std::uint64_t seed = 0;
  bool complete = false;  ///< false: the run was interrupted after some trials
  ModuleRow chip;
  std::vector<ModuleRow> chip_parts;  ///< of the chip that are no tiles
  std::vector<InspectedTile> tiles;

  std::int64_t time_ps() const;   ///< from the first blind write to the end
  std::int64_t clock_ps() const;  ///< 0 if nothing was busy
  /// Tiles by busy time, the longest first; equal ones by number.
  std::vector<std::size_t> busiest_tiles() const;

  bool has_cells() const { return cells_ != nullptr; }
  TileCellsRecord cells(std::size_t tile) const;

 private:
  void read_tiles(const std::string& path, const std::string& text);
  void read_orders(const std::string& path, const std::string& text);
  void read_modules(const std::string& path, const std::string& text);
  void read_rows(const std::string& path, const std::string& text);
  void open_cells(const std::string& path);

  std::unique_ptr<Hdf5Reader> cells_;
  std::string cells_group_;
};

}  // namespace swimsim
