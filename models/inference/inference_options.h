#pragma once

#include "models/array/line_resistance.h"

namespace swimsim {

/// What the calibration of a converter takes away of its mismatch.
enum class AdcCalibration { none, offset, offset_and_gain };

/// How one range of the inference ADCs follows from the column sums of the calibration images.
enum class AdcRangeRule {
  maximum,     ///< from the smallest to the largest sum: nothing is clipped
  percentile,  ///< leaves out (100 - percentile) % of the sums at either end
};

/// How the wires of an array are solved.
enum class LineSolver {
  off,    ///< wires without resistance
  exact,  ///< every node of every tile
  fast,   ///< see effective_conductances_fast
};

/// How the arrays compute.
struct InferenceOptions {
  int input_bits = 8;  ///< magnitude bits of inputs that do not come from a quantised layer; 1..16
  int dac_bits = 1;    ///< magnitude bits that one read applies; 1..4
  int adc_bits = 8;    ///< 1..16; 0: an ideal converter, its code is the sum in whole units
  AdcRangeRule adc_range = AdcRangeRule::maximum;
  double adc_percentile = 99.9;  ///< of AdcRangeRule::percentile; above 50, at most 100
  int calibration_images = 64;   ///< training images that the ranges of inputs and ADCs are taken from
  bool read_noise = true;        ///< of every access: the kernel's own and that of effects.read_noise
  double adc_offset_sigma = 0;   ///< offset of a converter, standard deviation in LSB
  double adc_gain_sigma = 0;     ///< relative error of its slope, standard deviation
  AdcCalibration adc_calibration = AdcCalibration::none;
  LineSolver line_solver = LineSolver::off;
  LineResistance lines;
  bool gain_calibration = true;  ///< a digital factor for each layer makes up for what its wires take from the sums on average
  int column_mux = 8;            ///< columns that share a converter: column c of a tile has converter c / column_mux
};

}  // namespace swimsim
