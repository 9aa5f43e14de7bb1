#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "models/device/card.h"
#include "models/device/device.h"
#include "models/fitting/measured_pulses.h"

namespace swimsim {

/// A parameter that least squares is to find. Logarithmic ones are searched, and have their standard error, in the natural logarithm.
struct FreeParameter {
  std::string name;
  bool logarithmic = false;
  double low = 0, high = 0;        ///< SI
  double tolerance = 0;            ///< largest standard error with which it counts as known; of the logarithm for logarithmic ones
  double neutral = 0;              ///< its value when the data does not tell
  std::string neutral_meaning;     ///< "the lowest reading"
  std::vector<double> candidates;  ///< where the search may start
};

/// What is left for least squares once a kernel has looked at the data.
struct FitPlan {
  Card card;                        ///< every parameter of the kernel; those that are free get their values later
  std::vector<FreeParameter> free;  ///< the first are the first to be given up when the data does not tell them all
  struct Untold {
    std::string name, why;
  };
  std::vector<Untold> untold;          ///< parameters that the data says nothing about whatever their value: "no RESET pulse"
  std::vector<std::string> remarks;    ///< for the reader
  std::vector<std::string> spreading;  ///< free parameters that may differ from device to device
};

/// How wide the readings and the steps scatter.
struct Scatter {
  double read_S = 0;  ///< standard deviation of a reading
  double step = 0;    ///< of a step: siemens, or a share of the step if `scatter_grows`
};

/// Standard deviations from device to device of parameters named in `FitPlan::spreading`, in their search scale; what is missing is not
/// known.
using DeviceSpread = std::map<std::string, double>;

/// A kernel that a pulse response can be fitted with.
struct FittableKernel {
  std::string_view label;   ///< "K1"
  std::string_view kernel;  ///< "neurosim"
  bool scatter_grows = false;
  /// Throws InputError if the kernel cannot describe such data at all.
  std::function<FitPlan(const MeasuredPulses&)> plan;
  /// Writes what was found about the scatter into the card; a spread that is not known stays 0 and not identified.
  std::function<void(Card&, const MeasuredPulses&, const Scatter&, const DeviceSpread&)> set_scatter;
};

FittableKernel fittable_neurosim();
FittableKernel fittable_soft_bound();

/// All of them. A new one is a file with its plan and a line in fit_plan.cpp.
const std::vector<FittableKernel>& fittable_kernels();
/// By label or kernel name; nullptr if there is none.
const FittableKernel* find_fittable(std::string_view name);

/// How far the bounds of a cell may be searched into the range of all readings: a device may have less of it than the others.
inline constexpr double kHighestLow = 0.25, kLowestHigh = 0.3;

inline constexpr const char* kNotIdentified = "not identified by this data";

/// A card of this kernel with every parameter at its neutral value: no spread, no noise, no relaxation.
Card neutral_card(const DeviceKernel& kernel);
/// Sets a figure of the card.
void set_figure(Card& card, std::string_view name, double value, std::string kind, std::string source);

/// What the pulses of one polarity have in common.
struct PulseSummary {
  std::size_t pulses = 0;
  std::size_t longest_train = 0;      ///< pulses of this polarity in a row
  double longest_train_change_S = 0;  ///< size of what they did to the conductance, as far as it was read
  double mean_step_S = 0;             ///< size of the mean step between two readings that follow each other
  std::vector<double> amplitudes_V;   ///< ascending, each once
  double median_V = 0;
};
PulseSummary summarize(const MeasuredPulses& data, int polarity);
/// The different pulse widths, ascending.
std::vector<double> widths_s(const MeasuredPulses& data);

}  // namespace swimsim
