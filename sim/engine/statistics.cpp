#include "sim/engine/statistics.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <stdexcept>

namespace swimsim {

SampleSummary summarize(std::vector<double> values) {
  if (values.empty()) throw std::logic_error("summarize: no values");
  SampleSummary summary;
  const double n = static_cast<double>(values.size());
  for (const double value : values) summary.mean += value;
  summary.mean /= n;
  double squares = 0;
  for (const double value : values) squares += (value - summary.mean) * (value - summary.mean);
  summary.ci95_low = summary.ci95_high = summary.mean;
  if (values.size() > 1) {
    summary.std = std::sqrt(squares / (n - 1));
    const boost::math::students_t_distribution<double> student(n - 1);
    const double half = boost::math::quantile(boost::math::complement(student, 0.025)) * summary.std / std::sqrt(n);
    summary.ci95_low = summary.mean - half;
    summary.ci95_high = summary.mean + half;
  }
  std::sort(values.begin(), values.end());
  summary.min = values.front();
  const double position = 0.01 * (n - 1);
  const std::size_t below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  summary.p01 = values[below] + (position - static_cast<double>(below)) * (values[above] - values[below]);
  return summary;
}

}  // namespace swimsim
