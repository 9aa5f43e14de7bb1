#include "models/array/energy_ledger.h"

#include "models/common/checked.h"

namespace swimsim {

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
      {"leakage", "leakage of the chip while it is programmed", &EnergyLedger::leakage_aJ},
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

}  // namespace swimsim
