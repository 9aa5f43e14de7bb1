#pragma once

#include <array>
#include <vector>

#include "models/array/effects/effect_tile.h"
#include "models/array/open_row.h"

namespace swimsim {

/// Half-select disturb: what the pulses of one row do to the cells that are not meant. Doses are summed by line and given to the cells of
/// a row when it is looked at.
///
/// V/2: a row's other cells see half of the largest amplitude of the row, the other cells of a column half of that column's.
/// V/3: the same with a third, and the cells that share no line with the pulse see a third the other way round.
class HalfSelect {
 public:
  enum class Bias : std::uint8_t { half, third };
  HalfSelect(Bias bias, const EffectTile& tile);

  /// A pulse on the cells of the open row whose `on` is 1; `relative_width` is of the card's pulse width, nullptr: `scale` for all.
  void add(const OpenRow& open, int polarity, const std::uint8_t* on, const float* amplitude_V, const float* relative_width, double scale);
  /// Gives the cells of a row what has come together since the last time.
  void settle(CellColumns& cells, int row);
  /// The same for all rows, on a copy of the cells.
  void settle_copy(CellColumns& copy) const;

 private:
  using Doses = std::array<std::vector<double>, 2>;  ///< SET, RESET
  void give(CellColumns& cells, int row) const;
  double dose(int polarity, double amplitude_V) const { return tile_.device->disturb_dose(polarity, amplitude_V * share_); }

  Bias bias_;
  double share_;  ///< of the amplitude
  EffectTile tile_;
  Doses line_;       ///< of each column, since the beginning
  Doses has_;        ///< of each cell: what it has had of them, or was spared
  Doses elsewhere_;  ///< scratch: of each column, in the other rows
};

}  // namespace swimsim
