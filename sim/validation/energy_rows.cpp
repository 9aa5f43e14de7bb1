// Rows 16 and 17: energies.

#include "sim/validation/loose_cells.h"
#include "sim/validation/validation_rows.h"

namespace swimsim {

namespace {

/// Energy of one pulse in a cell, `before_S` being its conductance before the pulse.
double pulse_energy_J(const LooseCells& cell, float before_S, double volts, double width_s) {
  const auto amplitude_V = static_cast<float>(volts);
  double energy_J = 0;
  cell.device().pulse_energy_J(cell.row(), &before_S, &amplitude_V, width_s, &energy_J);
  return energy_J;
}

std::vector<double> pulse_energies(const ValidationSettings& settings) {
  LooseCells resistor(validation_card("reram_neurram_like", settings), 1, settings.seed);
  resistor.g_S[0] = 15e-6f;
  const double resistor_pJ = pulse_energy_J(resistor, 15e-6f, 2.0, 10e-9) * 1e12;

  Card median = validation_card("fefet_hzo_28nm", settings);
  median.find("sigma_ea_device")->value = 0.0;
  LooseCells fefet(median, 1, settings.seed);
  const float erased_S = fefet.g_S[0];
  fefet.pulse(+1, 4.0, 100e-9);
  return {resistor_pJ, pulse_energy_J(fefet, erased_S, 4.0, 100e-9) * 1e15};
}

}  // namespace

std::vector<ValidationExperiment> energy_rows() {
  return {
      {"a tile of 128 x 128 in SystemC, 16 planes through 1-bit DACs, 128 columns through one 8-bit ADC of 1.28 GS/s and 2 mW",
       {{"16a", "time, ns", 'U', "ISAAC", "100", around_percent(100, 5)},
        {"16b", "energy of the conversions, pJ", 'U', "ISAAC", "200 to 214", between(190, 225)}},
       [](const ValidationSettings& settings) {
         if (!settings.isaac_read) throw NotRun("needs the SystemC chip");
         return settings.isaac_read();
       }},
      {"one pulse: a resistor of 15 uS at 2 V, 10 ns; fefet_hzo_28nm, 80 x 30 nm, from erased at 4 V, 100 ns",
       {{"17a", "ReRAM pulse, pJ", 'C', "NVMExplorer", "0.6", around_percent(0.6, 20)},
        {"17b", "FeFET pulse, fJ", 'C', "NVMExplorer", "2.9 and 0.2", between(1, 5)}},
       pulse_energies},
  };
}

}  // namespace swimsim
