#include "sim/app/study_progress.h"

#include <fmt/format.h>

#include <algorithm>

namespace swimsim {

namespace {

constexpr double kUnitsPerSecond = 1000;

std::int64_t units(double seconds) { return std::max<std::int64_t>(1, static_cast<std::int64_t>(seconds * kUnitsPerSecond)); }

}  // namespace

void StudyProgress::begin_study(const std::string& name, double estimated_s) { screen_.begin("study " + name, units(estimated_s)); }

void StudyProgress::begin_point(const std::string& title, double estimated_s) {
  title_ = title;
  units_ = units(estimated_s);
  done_ = 0;
  wall_seconds_.clear();
  screen_.advance(before_, title_);
}

void StudyProgress::end_point() {
  screen_.already_done(units_ - done_);
  before_ += units_;
  screen_.advance(before_, title_);
}

void StudyProgress::begin(const std::string& step, std::int64_t total) {
  step_ = step;
  total_ = total;
  counts_ = step == "programming and evaluating";
  started_ = Clock::now();
  screen_.advance(before_ + done_, fmt::format("{}: {}", title_, step_));
}

void StudyProgress::advance(std::int64_t done, const std::string& note) {
  if (counts_) done_ = in_units(done);
  const std::string share = total_ > 0 ? fmt::format(" {:.0f} %", 100.0 * static_cast<double>(done) / static_cast<double>(total_)) : "";
  screen_.advance(before_ + done_, fmt::format("{}: {}{}{}{}", title_, step_, share, note.empty() ? "" : ", ", note));
}

void StudyProgress::end() { wall_seconds_.emplace_back(step_, std::chrono::duration<double>(Clock::now() - started_).count()); }

void StudyProgress::already_done(std::int64_t done) {
  if (!counts_) return;
  done_ = in_units(done);
  screen_.already_done(done_);
}

std::int64_t StudyProgress::in_units(std::int64_t done) const {
  if (total_ <= 0) return 0;
  return static_cast<std::int64_t>(static_cast<double>(units_) * static_cast<double>(done) / static_cast<double>(total_));
}

}  // namespace swimsim
