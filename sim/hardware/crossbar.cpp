#include "sim/hardware/crossbar.h"

#include <fmt/format.h>

#include <algorithm>

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
  const bool reads = driver == LineDriver::read_bias, read = driver_ == LineDriver::read_bias;
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

}  // namespace swimsim
