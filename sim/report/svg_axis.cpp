#include "sim/report/svg_axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace swimsim {
namespace {

constexpr double kTicksWanted = 5;
constexpr double kRounding = 1e-9;

/// The next of 1, 2, 5 times a power of ten.
double nice_step(double step) {
  const double power = std::pow(10.0, std::floor(std::log10(step)));
  for (double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= step * (1 - kRounding)) return factor * power;
  }
  return 10 * power;
}

std::string tick_text(double value, double step) {
  const int decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step) + kRounding)));
  if (decimals > 6 || std::fabs(value) >= 1e6) return fmt::format("{:g}", value);
  return fmt::format("{:.{}f}", value, decimals);
}

}  // namespace

AxisScale::AxisScale(const PlotAxis& axis, const std::vector<double>& values, double pixel_first, double pixel_last)
    : log_(axis.log), pixel_first_(pixel_first), pixel_last_(pixel_last) {
  bool any = false;
  for (double value : values) {
    if (!shows(value)) continue;
    const double v = log_ ? std::log10(value) : value;
    low_ = any ? std::min(low_, v) : v;
    high_ = any ? std::max(high_, v) : v;
    any = true;
  }
  if (!any) {
    low_ = 0;
    high_ = 1;
  }
  if (log_) {
    make_log();
  } else {
    make_linear(axis);
  }
}

void AxisScale::make_linear(const PlotAxis& axis) {
  if (axis.from_zero) {
    low_ = std::min(low_, 0.0);
    high_ = std::max(high_, 0.0);
  }
  if (high_ - low_ <= 1e-12 * std::max(std::fabs(low_), std::fabs(high_))) {
    const double air = low_ == 0 ? 1 : 0.1 * std::fabs(low_);
    low_ -= axis.from_zero && low_ == 0 ? 0 : air;
    high_ += air;
  }
  const double step = nice_step((high_ - low_) / kTicksWanted);
  const double first = axis.tight ? std::ceil(low_ / step - kRounding) : std::floor(low_ / step + kRounding);
  const double last = axis.tight ? std::floor(high_ / step + kRounding) : std::ceil(high_ / step - kRounding);
  for (double k = first; k <= last; ++k) ticks_.push_back({k * step, tick_text(k == 0 ? 0 : k * step, step)});
  if (axis.tight) return;
  low_ = first * step;
  high_ = last * step;
}

void AxisScale::make_log() {
  low_ = std::floor(low_ + kRounding);
  high_ = std::max(std::ceil(high_ - kRounding), low_ + 1);
  const double every = std::ceil((high_ - low_) / 8);
  for (double decade = low_; decade <= high_; decade += every) {
    const double power = std::pow(10.0, decade);
    ticks_.push_back({power, fmt::format("{:g}", power)});
    if (high_ - low_ > 2 || decade >= high_) continue;
    for (double factor : {2.0, 5.0}) ticks_.push_back({factor * power, fmt::format("{:g}", factor * power)});
  }
}

bool AxisScale::shows(double value) const { return std::isfinite(value) && (!log_ || value > 0); }

double AxisScale::pixel(double value) const {
  const double v = log_ ? std::log10(value) : value;
  return pixel_first_ + (v - low_) / (high_ - low_) * (pixel_last_ - pixel_first_);
}

}  // namespace swimsim
