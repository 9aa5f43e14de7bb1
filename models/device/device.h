#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/common/units.h"
#include "models/device/card.h"

namespace swimsim {

/// Most independent spreads that a kernel can have from device to device.
constexpr int kMaxVariations = 4;
/// Most floats of state that a cell can have besides its conductance.
constexpr int kMaxStates = 24;

/// The cells of one row of an array, as columns of numbers. Conductances in siemens.
struct CellRow {
  std::size_t columns = 0;
  float* g_S = nullptr;                                  ///< state, in and out
  const float* target_S = nullptr;                       ///< what each cell should hold
  const std::uint8_t* active = nullptr;                  ///< 1: this pulse reaches the cell
  std::array<const float*, kMaxVariations> variation{};  ///< the device's own spreads, fixed for its life (see Device::shape_variation)
  std::array<float*, kMaxStates> state{};                ///< what else a cell remembers, in and out (see Device::states)
};

/// One pulse on the active columns of a row.
struct Pulse {
  const std::int8_t* polarity = nullptr;  ///< per column: +1 SET, -1 RESET
  const float* amplitude_V = nullptr;     ///< per column, magnitude
  double width_s = 0;
  const float* noise = nullptr;           ///< per column, standard normal of this event
  const float* relative_width = nullptr;  ///< per column, times width_s; nullptr: 1 for all
};

/// Amplitudes that a scheme may use, magnitudes in volts.
struct VoltageRamp {
  double start_V = 0, step_V = 0, stop_V = 0;
};

/// What the controller needs to know to count cycles of a device whose cycle number is a drawn law (swim_gaussian).
struct CountedCycles {
  const std::uint32_t* needed = nullptr;  ///< per column: cycles until the cell is verified
  const std::uint32_t* done = nullptr;    ///< per column: cycles so far, this one included
  const float* end_noise = nullptr;       ///< per column: standard normal of the verified state
};

/// Energy of a pulse in a resistor, V^2 G t with the mean of its conductances before and after; what is not positive conducts nothing.
/// `half_width` is half of the pulse's width: its unit times V^2 S is the energy's.
inline double resistor_energy(double volts_V, double before_S, double after_S, double half_width) {
  const double conductance_S = before_S + after_S;
  return volts_V * volts_V * (conductance_S > 0 ? conductance_S : 0.0) * half_width;
}

/// How far a cell lands from its target: standard deviations of an unverified write and of a verified cell, without a bias.
struct WriteSigmas {
  double unverified_S = 0, verified_S = 0;
};

/// A device kernel: maps (parameters, state, volts, seconds, noise) to a new state (DESIGN, rule 1). Owns no clock, draws nothing.
class Device {
 public:
  virtual ~Device() = default;

  virtual double g_min_S() const = 0;  ///< conductance that stands for 0
  virtual double g_max_S() const = 0;  ///< conductance that stands for the largest level

  /// How many spreads from device to device the kernel has; each costs a float a cell.
  virtual int variations() const = 0;
  /// Turns standard normals, one a cell, into what the kernel calls `variation[which]`: done once in a cell's life.
  virtual void shape_variation(int which, std::size_t cells, float* variation) const = 0;
  /// How many floats of state a cell has besides its conductance: hidden filaments, switched domains. All are 0 before `initialize`.
  virtual int states() const { return 0; }
  /// The state before the first write; g_min_S unless the kernel has an opinion.
  virtual void initialize(const CellRow& row) const;

  /// One unverified write of the active cells, aimed at their targets by the card's median curve.
  virtual void blind_write(const CellRow& row, const float* noise) const = 0;

  /// One SET or RESET pulse.
  virtual void apply_pulse(const CellRow& row, const Pulse& pulse) const = 0;

  /// Energy of one pulse in each active cell, in joules; `before_S` is the conductance before the pulse, `row` holds what came after.
  /// V^2 G t of a resistor, with the mean of the two conductances, unless the kernel knows better.
  virtual void pulse_energy_J(const CellRow& row, const float* before_S, const float* amplitude_V, double width_s, double* energy_J) const;
  virtual bool is_resistor() const { return true; }  ///< pulse_energy_J is that of a resistor

  /// Devices that have to be erased in blocks before they can be programmed (FeFET). The active cells go to their lowest state.
  virtual bool erases() const { return false; }
  virtual void erase(const CellRow& row, const float* noise) const;
  virtual double erase_amplitude_V() const { return 0; }
  virtual double erase_width_s() const { return 0; }

  /// Half-select disturb. What one pulse of this polarity at the volts that a half-selected cell sees adds to its dose; doses add up.
  virtual double disturb_dose(int polarity, double amplitude_V) const;
  /// The mean effect of the doses that have come together since the last call, on all cells of the row; no noise.
  virtual void disturb(const CellRow& row, const float* set_dose, const float* reset_dose) const;

  /// What a read finds `since_pulse_s` after the last pulse, before noise: the conductance, unless trapped charge still hides it.
  virtual void apparent_S(const CellRow& row, double since_pulse_s, float* seen_S) const;

  /// Known in closed form by kernels that are a law of errors; the others are found out by programming (sim/engine/write_errors.h).
  virtual std::optional<WriteSigmas> write_sigmas(float /*target_S*/) const { return std::nullopt; }

  /// Conductance after relaxation has run its course since the last pulse; `noise` is a standard normal.
  virtual float relaxed_S(float g_S, float noise) const = 0;

  /// Standard deviation of one read of conductance, at this conductance.
  virtual float read_sigma_S(float g_S) const = 0;
  /// The same for many cells at once; a kernel whose noise does not depend on the cell fills it in.
  virtual void read_sigmas_S(std::size_t cells, const float* g_S, float* sigma_S) const;

  /// Amplitudes of the pulses of one polarity: where a ramp starts, its step, and the highest that may be applied.
  virtual VoltageRamp ramp(int polarity) const = 0;
  virtual double pulse_width_s() const = 0;
  virtual double blind_amplitude_V() const = 0;
  virtual double blind_width_s() const = 0;

  /// Devices whose number of cycles is drawn from a law rather than reached by pulses (scheme `counted`).
  virtual bool counts_cycles() const { return false; }
  /// Cycles needed for a uniform draw in [0, 1).
  virtual std::uint32_t cycles_needed(double uniform) const;
  /// One cycle of the active cells; on the last one the cell lands at its verified state.
  virtual void counted_cycle(const CellRow& row, const CountedCycles& cycles) const;
};

/// A parameter that a kernel reads from its card.
struct ParameterSpec {
  std::string name;
  Dimension dimension = Dimension::number;
  double minimum = 0;
  double maximum = 0;              ///< inclusive; ignored for words
  std::vector<std::string> words;  ///< not empty: the parameter is one of these words
  std::string description;
};

/// What the mapping decides about a cell: how much wider or narrower than a full-scale sigma a cell must scatter so that the rebuilt
/// weight has SWIM's standard deviation (`sigma_unit: swim`).
struct DeviceContext {
  double swim_sigma_per_cell = 1;
};

/// A kernel in the list of known kernels.
struct DeviceKernel {
  std::string_view name;
  std::string_view title;
  std::vector<ParameterSpec> parameters;
  bool counts_cycles = false;  ///< its cells count cycles: scheme `counted` and no other
  std::function<std::unique_ptr<Device>(const Card&, const DeviceContext&)> make;
};

/// All kernels, in a fixed order. A new kernel is one file and one line in kernels.cpp.
const std::vector<DeviceKernel>& device_kernels();
/// nullptr if there is none of that name.
const DeviceKernel* find_kernel(std::string_view name);

}  // namespace swimsim
