#include "models/network/schedules/schedule.h"

#include <fmt/format.h>

#include <cmath>

#include "models/common/errors.h"
#include "models/common/words.h"

namespace swimsim {

namespace {

/// 1 at 0, 0 at 1.
double half_cosine(double x) { return 0.5 * (1 + std::cos(3.14159265358979323846 * x)); }

double cosine(double progress, const ScheduleOptions&) { return half_cosine(progress); }

/// Smith and Topin (2018), with PyTorch's figures: from 1/25 up in the first 30 %, then down to 1/250,000, both by half a cosine.
double one_cycle(double progress, const ScheduleOptions&) {
  constexpr double kRise = 0.3, kStart = 1.0 / 25, kEnd = kStart / 1e4;
  if (progress < kRise) return kStart + (1 - kStart) * (1 - half_cosine(progress / kRise));
  return kEnd + (1 - kEnd) * half_cosine((progress - kRise) / (1 - kRise));
}

double steps(double progress, const ScheduleOptions& options) {
  double factor = 1;
  for (const double step : options.steps) {
    if (progress >= step) factor *= options.step_factor;
  }
  return factor;
}

double constant(double, const ScheduleOptions&) { return 1; }

}  // namespace

const std::vector<ScheduleKind>& schedule_kinds() {
  static const std::vector<ScheduleKind> kinds = {{"cosine", cosine}, {"one_cycle", one_cycle}, {"steps", steps}, {"constant", constant}};
  return kinds;
}

const ScheduleKind& find_schedule(const std::string& name) {
  std::vector<std::string> known;
  for (const ScheduleKind& kind : schedule_kinds()) {
    if (name == kind.name) return kind;
    known.emplace_back(kind.name);
  }
  throw InputError(fmt::format("unknown schedule '{}'{}", name, suggestion(name, known)));
}

}  // namespace swimsim
