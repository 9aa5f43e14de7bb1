#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace swimsim {

/// How far cells ended from their targets, in fractions of g_max - g_min.
struct CellErrors {
  std::int64_t cells = 0;
  double mean = 0, std = 0, rms = 0;
};

/// Sums errors one by one in the order of the cells.
class ErrorSum {
 public:
  void add(double error) {
    ++cells_;
    sum_ += error;
    squares_ += error * error;
  }
  CellErrors errors() const {
    CellErrors e;
    e.cells = cells_;
    if (cells_ == 0) return e;
    const double n = static_cast<double>(cells_);
    e.mean = sum_ / n;
    e.rms = std::sqrt(squares_ / n);
    e.std = std::sqrt(std::max(0.0, squares_ / n - e.mean * e.mean));
    return e;
  }

 private:
  std::int64_t cells_ = 0;
  double sum_ = 0, squares_ = 0;
};

/// Errors of cells as a whole and by their target level. A target is a fraction of the range; levels divide the range evenly.
class LevelErrorSums {
 public:
  explicit LevelErrorSums(int levels) : levels_(static_cast<std::size_t>(levels)) {}
  void add(double target, double error) {
    all_.add(error);
    const double top = static_cast<double>(levels_.size() - 1);
    levels_[static_cast<std::size_t>(std::clamp(std::nearbyint(target * top), 0.0, top))].add(error);
  }
  CellErrors errors() const { return all_.errors(); }
  std::vector<CellErrors> by_level() const {
    std::vector<CellErrors> errors;
    for (const ErrorSum& level : levels_) errors.push_back(level.errors());
    return errors;
  }

 private:
  ErrorSum all_;
  std::vector<ErrorSum> levels_;
};

}  // namespace swimsim
