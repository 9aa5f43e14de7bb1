#include "models/programming/tile_controller.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "models/array/tile_array.h"

namespace swimsim {

TileController::TileController(TileArray& array, TileDatapath& datapath, const Scheme& scheme, std::vector<std::int16_t> group,
                               const Options& options)
    : array_(&array),
      datapath_(&datapath),
      scheme_(&scheme),
      group_(std::move(group)),
      options_(options),
      active_(array.cols()),
      complete_(array.cols()),
      failed_(array.cols()),
      ramp_step_(array.cols()),
      reversals_(array.cols()),
      polarity_(array.cols()),
      amplitude_V_(array.cols()),
      believed_S_(array.cols()) {
  if (group_.size() != static_cast<std::size_t>(array.rows()) * array.cols())
    throw std::logic_error("tile controller: group of every cell");
}

void TileController::begin_blind() {
  blind_ = true;
  row_ = -1;
  go_to_next_row();
}

void TileController::begin_verify(int group) {
  blind_ = false;
  verify_group_ = group;
  row_ = -1;
  go_to_next_row();
}

std::int64_t TileController::step() {
  state_ = next_;
  const ProgrammingTiming& t = options_.timing;
  switch (state_) {
    case ControllerState::select_row:
      return select_row();
    case ControllerState::write_setup:
      next_ = blind_ ? ControllerState::blind_pulse : wants(+1) ? ControllerState::set_pulse : ControllerState::reset_pulse;
      return t.clocked(has_read_ ? t.read_to_write_ps : 0) + t.clocked(t.dac_settle_ps);
    case ControllerState::blind_pulse:
      return blind_pulse();
    case ControllerState::set_pulse:
      next_ = wants(-1) ? ControllerState::polarity_switch : ControllerState::read_setup;
      return pulse(+1);
    case ControllerState::polarity_switch:
      next_ = ControllerState::reset_pulse;
      return t.clocked(t.polarity_switch_ps) + t.clocked(t.dac_settle_ps);
    case ControllerState::reset_pulse:
      next_ = ControllerState::read_setup;
      return pulse(-1);
    case ControllerState::read_setup:
      return read_setup();
    case ControllerState::convert:
      return convert();
    case ControllerState::decide:
      return decide();
    case ControllerState::idle:
      break;
  }
  throw std::logic_error("tile controller: step() after done()");
}

void TileController::go_to_next_row() {
  has_read_ = has_pulsed_ = false;
  attempt_ = reads_ = 0;
  while (++row_ < array_->rows()) {
    if (blind_ || load_row()) {
      next_ = ControllerState::select_row;
      return;
    }
  }
  next_ = ControllerState::idle;
}

bool TileController::load_row() {
  const std::int16_t* group = &group_[static_cast<std::size_t>(row_) * array_->cols()];
  for (int col = 0; col < array_->cols(); ++col) active_[col] = group[col] == verify_group_;
  std::fill(failed_.begin(), failed_.end(), std::uint8_t{0});
  std::fill(ramp_step_.begin(), ramp_step_.end(), std::uint16_t{0});
  std::fill(reversals_.begin(), reversals_.end(), std::uint16_t{0});
  cells_left_ = std::accumulate(active_.begin(), active_.end(), 0);
  return cells_left_ > 0;
}

std::int64_t TileController::select_row() {
  datapath_->select_row(row_);
  if (blind_) {
    next_ = ControllerState::write_setup;
  } else {
    counts_.verified_cells += cells_left_;
    if (array_->device().counts_cycles()) array_->draw_cycles(row_, active_.data());
    if (scheme_->reads_first()) {
      next_ = ControllerState::read_setup;
    } else {
      RowUnderVerify view = row_view();
      scheme_->begin(array_->device(), view);
      next_ = ControllerState::write_setup;
    }
  }
  return options_.timing.clocked(options_.timing.row_settle_ps);
}

std::int64_t TileController::blind_pulse() {
  datapath_->blind_write();
  counts_.blind_pulses += array_->cols();
  go_to_next_row();
  return options_.timing.clocked(options_.timing.blind_pulse_ps);
}

std::int64_t TileController::pulse(int polarity) {
  has_pulsed_ = true;
  if (array_->device().counts_cycles()) {
    datapath_->counted_cycle(active_.data());
    counts_.pulses += cells_left_;
  } else {
    datapath_->pulse(polarity, active_.data(), polarity_.data(), amplitude_V_.data(), attempt_);
    for (int col = 0; col < array_->cols(); ++col) counts_.pulses += active_[col] && polarity_[col] == polarity;
  }
  return options_.timing.clocked(options_.timing.pulse_ps);
}

std::int64_t TileController::read_setup() {
  const ProgrammingTiming& t = options_.timing;
  mux_group_ = next_mux_group(0);
  next_ = ControllerState::convert;
  return t.clocked(has_pulsed_ ? t.write_to_read_ps : 0) + t.clocked(t.read_settle_ps);
}

std::int64_t TileController::convert() {
  datapath_->convert(mux_group_, active_.data(), reads_);
  for (int col = mux_group_; col < array_->cols(); col += options_.column_mux) counts_.verify_reads += active_[col];
  mux_group_ = next_mux_group(mux_group_ + 1);
  next_ = mux_group_ < options_.column_mux ? ControllerState::convert : ControllerState::decide;
  return options_.timing.clocked(options_.timing.convert_ps);
}

std::int64_t TileController::decide() {
  const std::uint16_t* codes = datapath_->codes();
  const Adc& adc = array_->parameters().adc;
  for (int col = 0; col < array_->cols(); ++col) believed_S_[col] = adc.conductance_S(codes[col]);
  const bool first_read = !has_read_ && scheme_->reads_first();
  has_read_ = true;
  ++reads_;

  RowUnderVerify view = row_view();
  if (first_read) {
    scheme_->begin(array_->device(), view);
  } else {
    ++attempt_;
    scheme_->decide(array_->device(), view);
    const bool used_up = attempt_ >= static_cast<std::uint32_t>(options_.max_attempts);
    for (int col = 0; col < array_->cols(); ++col) {
      if (active_[col] && (used_up || failed_[col])) leave_behind(col);
    }
    cells_left_ = std::accumulate(active_.begin(), active_.end(), 0);
  }
  if (cells_left_ > 0) {
    next_ = ControllerState::write_setup;
  } else {
    go_to_next_row();
  }
  return options_.timing.clock_ps;
}

void TileController::leave_behind(int col) {
  array_->mark_failed(row_, col);
  ++counts_.failed_cells;
  active_[col] = 0;
}

int TileController::next_mux_group(int from) const {
  for (int group = from; group < options_.column_mux; ++group) {
    for (int col = group; col < array_->cols(); col += options_.column_mux) {
      if (active_[col]) return group;
    }
  }
  return options_.column_mux;
}

bool TileController::wants(int polarity) const {
  for (int col = 0; col < array_->cols(); ++col) {
    if (active_[col] && polarity_[col] == polarity) return true;
  }
  return false;
}

RowUnderVerify TileController::row_view() {
  if (array_->device().counts_cycles()) {
    for (int col = 0; col < array_->cols(); ++col) complete_[col] = array_->cycles_complete(row_, col);
  }
  RowUnderVerify view;
  view.columns = array_->cols();
  view.target_S = array_->target_row(row_);
  view.believed_S = believed_S_.data();
  view.complete = complete_.data();
  view.active = active_.data();
  view.polarity = polarity_.data();
  view.amplitude_V = amplitude_V_.data();
  view.failed = failed_.data();
  view.step = ramp_step_.data();
  view.reversals = reversals_.data();
  return view;
}

}  // namespace swimsim
