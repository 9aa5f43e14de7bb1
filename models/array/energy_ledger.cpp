#include "models/array/energy_ledger.h"

#include "models/common/checked.h"

namespace swimsim {

namespace {

/// Most that one event may cost in one cell: 1 mJ. 4096 columns of it still fit 64 bits.
constexpr double kMostPerEvent_aJ = 1e15;

}  // namespace

const std::vector<EnergyPart>& energy_parts() {
  static const std::vector<EnergyPart> parts = {
      {"array", "in the cells, write and read", &EnergyLedger::array_aJ},
      {"line", "charging bit lines", &EnergyLedger::line_aJ},
      {"driver", "write drivers", &EnergyLedger::driver_aJ},
      {"dac", "write DACs", &EnergyLedger::dac_aJ},
      {"mux", "column mux", &EnergyLedger::mux_aJ},
      {"adc", "verify ADCs", &EnergyLedger::adc_aJ},
      {"sample_hold", "sample-and-hold", &EnergyLedger::sample_hold_aJ},
      {"controller", "controllers", &EnergyLedger::controller_aJ},
  };
  return parts;
}

EnergyLedger& EnergyLedger::operator+=(const EnergyLedger& other) {
  for (const EnergyPart& part : energy_parts()) add_checked(this->*part.member, other.*part.member, "energy (aJ)");
  return *this;
}

std::int64_t EnergyLedger::total_aJ() const {
  std::int64_t total = 0;
  for (const EnergyPart& part : energy_parts()) add_checked(total, this->*part.member, "energy (aJ)");
  return total;
}

std::int64_t event_energy_aJ(double energy_J) { return round_checked(energy_J * 1e18, kMostPerEvent_aJ, "the energy of one event"); }

std::int64_t sum_event_aJ(const double* energy_aJ, std::size_t cells) {
  std::int64_t sum_aJ = 0, too_large = 0;
  for (std::size_t i = 0; i < cells; ++i) {
    const double value = energy_aJ[i];
    too_large |= value > kMostPerEvent_aJ ? 1 : 0;
    sum_aJ += static_cast<std::int64_t>((value < kMostPerEvent_aJ ? value : kMostPerEvent_aJ) + 0.5);
  }
  if (too_large != 0)
    throw RangeError("one pulse or read costs more than 1 mJ in one cell; volts, widths or conductances are out of range");
  return sum_aJ;
}

}  // namespace swimsim
