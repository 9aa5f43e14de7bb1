#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "models/array/tile_array.h"

namespace swimsim {

// The interfaces between the modules of a tile. A call moves one row (DESIGN, rule 3); the time it takes is the controller's to wait.
// Several calls may come at one wake-up, so each says when it begins, in simulated picoseconds; the modules hold them to the rules of
// hardware_rules.h.

/// Write drivers as the controller commands them.
class WriteDriverIf : public virtual sc_core::sc_interface {
 public:
  virtual void erase(int row, std::uint32_t event, std::int64_t begin_ps) = 0;
  virtual void blind_write(int row, std::uint32_t event, std::int64_t begin_ps) = 0;
  virtual void pulse(int row, int polarity, const RowCells& cells, std::uint32_t event, std::int64_t begin_ps) = 0;
  virtual void counted_cycle(int row, const RowCells& cells, std::int64_t begin_ps) = 0;
};

/// Who puts a voltage on the bit and source lines.
enum class LineDriver : std::uint8_t { none, write_driver, erase_driver, read_bias, word_line_dacs };

/// A word line that is on, and since when.
struct SelectedRow {
  static constexpr int kNone = -1;
  int row = kNone;
  std::int64_t since_ps = 0;
};

/// The word lines of a tile, of which one is on, or none.
class WordLineIf : public virtual sc_core::sc_interface {
 public:
  virtual const SelectedRow& selected() const = 0;
  /// The same, after what was commanded at this very moment.
  virtual const SelectedRow& selected_now() = 0;
};

/// The cells on the selected word line, as bit-line drivers and sense path reach them.
class CrossbarIf : public virtual sc_core::sc_interface {
 public:
  /// Takes the lines for a driver, with this row selected, and gives its cells.
  virtual TileArray& drive(LineDriver driver, int row, std::int64_t begin_ps, std::int64_t length_ps) = 0;
  /// Holds the read bias for as long as something is sampled from the lines.
  virtual void sense(std::int64_t begin_ps) = 0;
};

/// Read bias on the bit lines, and the column mux that brings one group of them to the sense lines.
class ColumnMuxIf : public virtual sc_core::sc_interface {
 public:
  virtual void bias(int row, const RowCells& cells, std::uint32_t event, double since_pulse_s, std::int64_t begin_ps) = 0;
  /// What the biased cells put on the sense lines.
  virtual const float* sense_lines(std::int64_t begin_ps) = 0;
};

/// Sample-and-hold in front of the ADCs.
class SampleHoldIf : public virtual sc_core::sc_interface {
 public:
  /// Holds cells [first, first + count) of those on the bit lines.
  virtual void sample(std::size_t first, std::size_t count, std::int64_t begin_ps) = 0;
  virtual const float* held() const = 0;
};

/// The tile's ADCs with their result register, one code for each cell of the last read.
class AdcBankIf : public virtual sc_core::sc_interface {
 public:
  /// Of what is held; or comparators, which say whether a second comparison is wanted.
  virtual bool convert(const RowCells& cells, std::size_t first, std::size_t count, std::int64_t begin_ps) = 0;
  virtual const std::uint16_t* codes() const = 0;
};

}  // namespace swimsim
