#pragma once

#include <cstdint>
#include <systemc>

#include "models/array/tile_array.h"

namespace swimsim {

// The interfaces between the modules of a tile. A call moves one row (DESIGN, rule 3); the time it takes is the controller's to wait.

/// Write drivers as the controller commands them.
class WriteDriverIf : public virtual sc_core::sc_interface {
 public:
  virtual void blind_write(int row) = 0;
  virtual void pulse(int row, int polarity, const std::uint8_t* active, const std::int8_t* wanted, const float* amplitude_V,
                     std::uint32_t event) = 0;
  virtual void counted_cycle(int row, const std::uint8_t* active) = 0;
};

/// The cells on the selected word line, as bit-line drivers and sense path reach them.
class CrossbarIf : public virtual sc_core::sc_interface {
 public:
  virtual TileArray& on_bit_lines(int row) = 0;
};

/// Column mux: the columns of one group on the sense lines.
class ColumnMuxIf : public virtual sc_core::sc_interface {
 public:
  virtual void sense(int row, int group, const std::uint8_t* active, std::uint32_t event, SensedGroup& sensed) = 0;
};

/// Sample-and-hold in front of the ADCs.
class SampleHoldIf : public virtual sc_core::sc_interface {
 public:
  virtual void sample(int row, int group, const std::uint8_t* active, std::uint32_t event) = 0;
  virtual const SensedGroup& held() const = 0;
};

/// The tile's ADCs with their result register, one code a column.
class AdcBankIf : public virtual sc_core::sc_interface {
 public:
  virtual void convert() = 0;
  virtual const std::uint16_t* codes() const = 0;
};

}  // namespace swimsim
