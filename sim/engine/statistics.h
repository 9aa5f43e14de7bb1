#pragma once

#include <vector>

namespace swimsim {

/// Mean, spread and interval of a small sample.
struct SampleSummary {
  double mean = 0;
  double std = 0;                      ///< sample standard deviation, 0 for one value
  double ci95_low = 0, ci95_high = 0;  ///< of the mean, Student's t; the mean itself for one value
  double min = 0;
  double p01 = 0;  ///< 1st percentile, linear between order statistics
};

SampleSummary summarize(std::vector<double> values);

}  // namespace swimsim
