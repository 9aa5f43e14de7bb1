#pragma once

#include <cstdint>

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

/// Attojoules of an energy that is spent once an event; RangeError above 1 mJ.
std::int64_t event_energy_aJ(double energy_J);

/// Adds up whole attojoules of one event in many cells.
class EventEnergy {
 public:
  void add(double energy_aJ) {
    too_large_ |= energy_aJ > kMost_aJ;
    sum_aJ_ += static_cast<std::int64_t>((energy_aJ < kMost_aJ ? energy_aJ : kMost_aJ) + 0.5);
  }
  /// Adds the sum to `ledger_aJ`.
  void book(std::int64_t& ledger_aJ) const;

 private:
  static constexpr double kMost_aJ = 1e15;  // 1 mJ: 4096 columns of it still fit 64 bits
  std::int64_t sum_aJ_ = 0;
  bool too_large_ = false;
};

}  // namespace swimsim
