#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/report/svg_plot.h"

namespace swimsim {

/// Maps values to pixels and knows where the ticks stand.
class AxisScale {
 public:
  /// Covers the values with a little air; equal or missing values still give a usable axis.
  AxisScale(const PlotAxis& axis, const std::vector<double>& values, double pixel_first, double pixel_last);

  bool shows(double value) const;
  double pixel(double value) const;
  struct Tick {
    double value;
    std::string text;
  };
  const std::vector<Tick>& ticks() const { return ticks_; }

 private:
  void make_linear(const PlotAxis& axis);
  void make_log();

  bool log_;
  double low_ = 0, high_ = 1;  ///< decades on a log axis
  double pixel_first_, pixel_last_;
  std::vector<Tick> ticks_;
};

}  // namespace swimsim
