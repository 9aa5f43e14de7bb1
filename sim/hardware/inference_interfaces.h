#pragma once

#include <cstdint>
#include <systemc>

#include "models/inference/programmed_array.h"

namespace swimsim {

// The interfaces between the modules of a tile that computes: all word lines at once, each driven by its DAC. As in interfaces.h each call
// says when it begins, in simulated picoseconds.

/// Which read of a tile: what its noise is drawn by, and the columns that are wanted.
struct PlaneRead {
  const TileRead* columns = nullptr;
  std::size_t plane = 0;
  std::uint32_t event = 0;
};

/// The input codes of the tile's rows.
class InputRegisterIf : public virtual sc_core::sc_interface {
 public:
  virtual void load(const std::int32_t* codes, int rows) = 0;
  virtual const std::int32_t* codes() const = 0;
};

/// DACs of all word lines.
class WordLineDacsIf : public virtual sc_core::sc_interface {
 public:
  /// The digits of a plane; the column sums have settled `length_ps` later.
  virtual void apply(const Plane& plane, const PlaneRead& read, std::int64_t begin_ps, std::int64_t length_ps) = 0;
};

/// The cells with all word lines driven.
class ComputeIf : public virtual sc_core::sc_interface {
 public:
  virtual void compute(const std::int32_t* digits, const PlaneRead& read, std::int64_t begin_ps, std::int64_t length_ps) = 0;
  /// What the columns carry, read noise included.
  virtual const std::int32_t* column_sums(std::int64_t begin_ps) = 0;
};

/// Sample-and-hold of every column.
class HoldSumsIf : public virtual sc_core::sc_interface {
 public:
  virtual void sample_sums(std::int64_t begin_ps) = 0;
  /// Held until the converters have had them.
  virtual const std::int32_t* held_sums(std::int64_t until_ps) = 0;
};

/// The tile's converters, each with its columns one after the other.
class ConvertSumsIf : public virtual sc_core::sc_interface {
 public:
  /// Of the columns of a read; the codes are all there `length_ps` later.
  virtual const std::int32_t* convert_sums(const TileRead& columns, std::int64_t begin_ps, std::int64_t length_ps) = 0;
  virtual std::int64_t busy_until_ps() const = 0;
};

/// Shift-and-add with the output register, one sum for each column.
class ShiftAddIf : public virtual sc_core::sc_interface {
 public:
  virtual void clear() = 0;
  virtual void add(const Plane& plane, const TileRead& columns, const std::int32_t* codes) = 0;
  virtual const std::int64_t* sums() const = 0;
};

}  // namespace swimsim
