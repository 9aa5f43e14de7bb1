#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "models/array/tile_array.h"

namespace swimsim {

// The interfaces between the modules of a tile. A call moves one row (DESIGN, rule 3); the time it takes is the controller's to wait.

/// Write drivers as the controller commands them.
class WriteDriverIf : public virtual sc_core::sc_interface {
 public:
  virtual void erase(int row, std::uint32_t event) = 0;
  virtual void blind_write(int row, std::uint32_t event) = 0;
  virtual void pulse(int row, int polarity, const RowCells& cells, std::uint32_t event) = 0;
  virtual void counted_cycle(int row, const RowCells& cells) = 0;
};

/// The cells on the selected word line, as bit-line drivers and sense path reach them.
class CrossbarIf : public virtual sc_core::sc_interface {
 public:
  virtual TileArray& on_bit_lines(int row) = 0;
};

/// Read bias on the bit lines, and the column mux that brings one group of them to the sense lines.
class ColumnMuxIf : public virtual sc_core::sc_interface {
 public:
  virtual void bias(int row, const RowCells& cells, std::uint32_t event, double since_pulse_s) = 0;
  /// What the biased cells put on the sense lines.
  virtual const float* sense_lines() const = 0;
};

/// Sample-and-hold in front of the ADCs.
class SampleHoldIf : public virtual sc_core::sc_interface {
 public:
  /// Holds cells [first, first + count) of those on the bit lines.
  virtual void sample(std::size_t first, std::size_t count) = 0;
  virtual const float* held() const = 0;
};

/// The tile's ADCs with their result register, one code for each cell of the last read.
class AdcBankIf : public virtual sc_core::sc_interface {
 public:
  /// Of what is held; or comparators, which say whether a second comparison is wanted.
  virtual bool convert(const RowCells& cells, std::size_t first, std::size_t count) = 0;
  virtual const std::uint16_t* codes() const = 0;
};

}  // namespace swimsim
