#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/app/console_progress.h"

namespace swimsim {

/// One bar for a whole study: points count by the time that they were estimated to take.
class StudyProgress final : public Progress {
 public:
  explicit StudyProgress(ConsoleProgress& screen) : screen_(screen) {}

  void begin_study(const std::string& name, double estimated_s);
  void begin_point(const std::string& title, double estimated_s);
  void end_point();  ///< also of a point that needed less than was estimated
  void end_study() { screen_.end(); }

  void begin(const std::string& step, std::int64_t total) override;
  void advance(std::int64_t done, const std::string& note) override;
  void end() override;
  void already_done(std::int64_t done) override;

  /// Seconds of wall time of every finished step of the point.
  const std::vector<std::pair<std::string, double>>& wall_seconds() const { return wall_seconds_; }

 private:
  using Clock = std::chrono::steady_clock;

  std::int64_t in_units(std::int64_t done) const;

  ConsoleProgress& screen_;
  std::string title_, step_;
  std::int64_t before_ = 0, units_ = 0, done_ = 0;  ///< points before, this point, of this point
  std::int64_t total_ = 0;                          ///< of the step
  bool counts_ = false;                             ///< the step that takes the time
  Clock::time_point started_;
  std::vector<std::pair<std::string, double>> wall_seconds_;
};

}  // namespace swimsim
