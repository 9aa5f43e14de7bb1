#include "sim/hardware/crossbar.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "sim/hardware/hardware_rules.h"

namespace swimsim {

namespace {

const char* name_of(LineDriver driver) {
  switch (driver) {
    case LineDriver::write_driver:
      return "the write driver";
    case LineDriver::erase_driver:
      return "the erase driver";
    case LineDriver::read_bias:
      return "the read bias";
    case LineDriver::word_line_dacs:
      return "the sum of an inference read";
    case LineDriver::none:
      break;
  }
  return "nobody";
}

}  // namespace

TileArray& Crossbar::drive(LineDriver driver, int row, std::int64_t begin_ps, std::int64_t length_ps) {
  const SelectedRow& selected = find_row(driver, row, begin_ps);
  check_row_stayed(selected);
  if (begin_ps < selected.since_ps + row_settle_ps_) {
    break_rule(*this, begin_ps, kRowSettles,
               fmt::format("{} comes for row {}, which is on since {} ps and takes {} ps to settle", name_of(driver), row,
                           selected.since_ps, row_settle_ps_));
  }
  if (begin_ps < until_ps_) refuse(driver, begin_ps);
  driver_ = driver;
  row_since_ps_ = selected.since_ps;
  settled_ps_ = until_ps_ = begin_ps + length_ps;
  return *array_;
}

const SelectedRow& Crossbar::find_row(LineDriver driver, int row, std::int64_t begin_ps) {
  const SelectedRow& selected = word_lines->selected();
  if (selected.row == row && row < array_->rows()) return selected;
  // Where the controller waits for nothing, it may come before the decoder has woken up.
  if (word_lines->selected_now().row != row) {
    break_rule(*this, begin_ps, driver == LineDriver::read_bias ? kNoReadWithoutRow : kNoPulseWithoutRow,
               fmt::format("{} comes for row {}; {}", name_of(driver), row,
                           selected.row == SelectedRow::kNone ? "no word line is on" : fmt::format("row {} is selected", selected.row)));
  }
  return selected;
}

/// Nobody has touched the word lines while the last driver was on.
void Crossbar::check_row_stayed(const SelectedRow& selected) const {
  if (selected.since_ps == row_since_ps_ || selected.since_ps >= until_ps_) return;
  break_rule(*this, selected.since_ps, kRowStays,
             fmt::format("the word line changes while {} is on until {} ps", name_of(driver_), until_ps_));
}

void Crossbar::refuse(LineDriver driver, std::int64_t begin_ps) const {
  const auto is_read = [](LineDriver who) { return who == LineDriver::read_bias || who == LineDriver::word_line_dacs; };
  const bool reads = is_read(driver), read = is_read(driver_);
  break_rule(*this, begin_ps, reads == read ? kNoTwoDrivers : kNoReadDuringWrite,
             fmt::format("{} comes while {} drives the lines until {} ps", name_of(driver), name_of(driver_), until_ps_));
}

void Crossbar::sense(std::int64_t begin_ps) {
  check_row_stayed(word_lines->selected());
  if (driver_ != LineDriver::read_bias || begin_ps < settled_ps_) {
    break_rule(*this, begin_ps, driver_ == LineDriver::read_bias || begin_ps >= until_ps_ ? kBiasSettles : kNoReadDuringWrite,
               fmt::format("the lines are sampled while {} drives them until {} ps", name_of(driver_), until_ps_));
  }
  until_ps_ = std::max(until_ps_, begin_ps + array_->parameters().read_ps);
}

void Crossbar::hold(const ProgrammedTile& cells, bool noisy, float noise_scale) {
  cells_ = &cells;
  noisy_ = noisy;
  noise_scale_ = noise_scale;
  sums_.resize(static_cast<std::size_t>(cells.matrix.cols));
  variances_.resize(noisy ? sums_.size() : 0);
  row_g_.assign(static_cast<std::size_t>(cells.matrix.rows), 0);
  for (std::size_t row = 0; row < row_g_.size(); ++row) {
    const float* g = &cells.matrix.g[row * sums_.size()];
    for (std::size_t col = 0; col < sums_.size(); ++col) row_g_[row] += std::llabs(static_cast<std::int64_t>(g[col]));
  }
}

void Crossbar::compute(const std::int32_t* digits, const PlaneRead& read, std::int64_t begin_ps, std::int64_t length_ps) {
  if (word_lines->selected_now().row != SelectedRow::kNone)
    break_rule(*this, begin_ps, kNoRowWhileComputing, fmt::format("inputs come while row {} is selected", word_lines->selected().row));
  if (begin_ps < until_ps_) refuse(LineDriver::word_line_dacs, begin_ps);
  driver_ = LineDriver::word_line_dacs;
  settled_ps_ = until_ps_ = begin_ps + length_ps;
  cells_->matrix.column_sums(digits, sums_.data());
  driven_ = 0;
  for (std::size_t row = 0; row < row_g_.size(); ++row) driven_ += std::int64_t{digits[row]} * digits[row] * row_g_[row];
  if (!noisy_) return;
  cells_->matrix.column_variances(digits, variances_.data());
  add_read_noise(cells_->draws, static_cast<std::uint32_t>(read.plane), read.event, variances_.data(), noise_scale_, sums_.size(),
                 sums_.data());
}

const std::int32_t* Crossbar::column_sums(std::int64_t begin_ps) {
  if (driver_ != LineDriver::word_line_dacs || begin_ps < settled_ps_)
    break_rule(*this, begin_ps, kSumsSettle,
               fmt::format("the columns are sampled while {} is on until {} ps", name_of(driver_), until_ps_));
  until_ps_ = std::max(until_ps_, begin_ps);
  return sums_.data();
}

}  // namespace swimsim
