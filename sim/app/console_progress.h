#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/engine/progress.h"

namespace swimsim {

/// Shows progress on standard error: a bar with the time left on a terminal, plain lines every few seconds elsewhere. Uses no thread.
class ConsoleProgress final : public Progress {
 public:
  ConsoleProgress();
  ~ConsoleProgress() override;

  void begin(const std::string& step, std::int64_t total) override;
  void advance(std::int64_t done, const std::string& note) override;
  void end() override;
  void already_done(std::int64_t done) override {
    done_ += done;
    earlier_ += done;
  }

  /// Seconds of wall time of every finished step, in order.
  const std::vector<std::pair<std::string, double>>& wall_seconds() const { return wall_seconds_; }

 private:
  using Clock = std::chrono::steady_clock;

  double elapsed_s() const;
  std::string time_left() const;
  void draw_bar();
  void write_line(const std::string& text) const;
  void clear_line();

  bool terminal_;
  std::string step_, note_;
  std::int64_t total_ = 0, done_ = 0, earlier_ = 0;
  Clock::time_point started_, shown_;
  bool in_step_ = false, drawn_ = false;
  std::vector<std::pair<std::string, double>> wall_seconds_;
};

/// "7 s", "2 min 05 s", "1 h 12 min".
std::string format_duration(double seconds);

}  // namespace swimsim
