#include "models/array/energy_ledger.h"

#include "models/common/checked.h"

namespace swimsim {

namespace {

constexpr std::int64_t EnergyLedger::*kParts[] = {&EnergyLedger::array_aJ,       &EnergyLedger::line_aJ,      &EnergyLedger::driver_aJ,
                                                  &EnergyLedger::dac_aJ,         &EnergyLedger::mux_aJ,       &EnergyLedger::adc_aJ,
                                                  &EnergyLedger::sample_hold_aJ, &EnergyLedger::controller_aJ};

}  // namespace

EnergyLedger& EnergyLedger::operator+=(const EnergyLedger& other) {
  for (std::int64_t EnergyLedger::*part : kParts) add_checked(this->*part, other.*part, "energy (aJ)");
  return *this;
}

std::int64_t EnergyLedger::total_aJ() const {
  std::int64_t total = 0;
  for (std::int64_t EnergyLedger::*part : kParts) add_checked(total, this->*part, "energy (aJ)");
  return total;
}

std::int64_t event_energy_aJ(double energy_J) { return round_checked(energy_J * 1e18, 1e15, "the energy of one event"); }

void EventEnergy::book(std::int64_t& ledger_aJ) const {
  if (too_large_) throw RangeError("one pulse or read costs more than 1 mJ in one cell; volts, widths or conductances are out of range");
  add_checked(ledger_aJ, sum_aJ_, "energy (aJ)");
}

}  // namespace swimsim
