#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

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

/// Sum of what one event costs in many cells, each rounded to whole attojoules; RangeError if one costs more than 1 mJ.
std::int64_t sum_event_aJ(const double* energy_aJ, std::size_t cells);

}  // namespace swimsim
