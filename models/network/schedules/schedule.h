#pragma once

#include <string>
#include <vector>

namespace swimsim {

struct ScheduleOptions {
  std::vector<double> steps{0.5, 0.75};  ///< of `steps`: where the rate falls, as shares of the training
  double step_factor = 0.1;              ///< of `steps`: what it is multiplied by there
};

/// How the learning rate goes over a training.
struct ScheduleKind {
  const char* name;  ///< "cosine"
  /// Learning rate over the largest one; `progress` goes from 0 (first step) towards 1.
  double (*factor)(double progress, const ScheduleOptions& options);
};

/// All schedules: the registration list.
const std::vector<ScheduleKind>& schedule_kinds();

/// Throws InputError on an unknown name.
const ScheduleKind& find_schedule(const std::string& name);

}  // namespace swimsim
