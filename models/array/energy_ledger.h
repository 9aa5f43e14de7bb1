#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/common/errors.h"

namespace swimsim {

/// Energy by component, in whole attojoules: sums are the same in any order. Sums that do not fit 64 bits are a RangeError.
struct EnergyLedger {
  std::int64_t array_aJ = 0;   ///< in the cells, write and read
  std::int64_t line_aJ = 0;    ///< charging bit lines
  std::int64_t driver_aJ = 0;  ///< write drivers
  std::int64_t dac_aJ = 0;
  std::int64_t mux_aJ = 0;
  std::int64_t adc_aJ = 0;
  std::int64_t sample_hold_aJ = 0;
  std::int64_t controller_aJ = 0;
  std::int64_t leakage_aJ = 0;  ///< of the chip while it is programmed
  std::int64_t total_aJ() const;
  EnergyLedger& operator+=(const EnergyLedger& other);
};

/// One component of a ledger.
struct EnergyPart {
  const char* name;         ///< "array"
  const char* description;  ///< "in the cells, write and read"
  std::int64_t EnergyLedger::*member;
};

/// All components, in a fixed order.
const std::vector<EnergyPart>& energy_parts();

/// Attojoules of an energy that is spent once an event; RangeError above 1 mJ.
std::int64_t event_energy_aJ(double energy_J);

/// Most that one event may cost in one cell: 1 mJ. 4096 columns of it still fit 64 bits.
constexpr double kMostPerEvent_aJ = 1e15;

/// Sum of what one event costs in many cells, each rounded to whole attojoules; RangeError if one costs more than 1 mJ.
/// `energy_aJ(i)` is that of cell i.
template <class Energy>
std::int64_t sum_event_aJ(std::size_t cells, const Energy& energy_aJ) {
  std::int64_t sum_aJ = 0, too_large = 0;
  for (std::size_t i = 0; i < cells; ++i) {
    const double value = energy_aJ(i);
    too_large |= value > kMostPerEvent_aJ ? 1 : 0;
    sum_aJ += static_cast<std::int64_t>((value < kMostPerEvent_aJ ? value : kMostPerEvent_aJ) + 0.5);
  }
  if (too_large != 0)
    throw RangeError("one pulse or read costs more than 1 mJ in one cell; volts, widths or conductances are out of range");
  return sum_aJ;
}

}  // namespace swimsim
