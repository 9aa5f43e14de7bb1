#include "models/programming/tile_controller.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace swimsim {

TileController::TileController(TileArray& array, TileDatapath& datapath, const Scheme& scheme, std::vector<std::int16_t> group,
                               const Options& options)
    : array_(&array), datapath_(&datapath), scheme_(&scheme), group_(std::move(group)), options_(options) {
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
      next_ = blind_ ? ControllerState::blind_pulse : wants_set_ ? ControllerState::set_pulse : ControllerState::reset_pulse;
      return t.clocked(has_read_ ? t.read_to_write_ps : 0) + t.clocked(t.dac_settle_ps);
    case ControllerState::blind_pulse:
      return blind_pulse();
    case ControllerState::set_pulse:
      next_ = wants_reset_ ? ControllerState::polarity_switch : ControllerState::read_setup;
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
  columns_.clear();
  target_S_.clear();
  for (int mux = 0; mux < options_.column_mux; ++mux) {
    for (int col = mux; col < array_->cols(); col += options_.column_mux) {
      if (group[col] != verify_group_) continue;
      columns_.push_back(col);
      target_S_.push_back(array_->target_S(row_, col));
    }
  }
  const std::size_t n = columns_.size();
  active_.assign(n, 1);
  complete_.assign(n, 0);
  failed_.assign(n, 0);
  ramp_step_.assign(n, 0);
  reversals_.assign(n, 0);
  polarity_.assign(n, 0);
  amplitude_V_.assign(n, 0);
  believed_S_.assign(n, 0);
  find_groups();
  return n > 0;
}

/// Where each mux group begins among the active cells.
void TileController::find_groups() {
  group_first_.assign(static_cast<std::size_t>(options_.column_mux) + 1, 0);
  for (const int column : columns_) ++group_first_[static_cast<std::size_t>(column % options_.column_mux) + 1];
  std::partial_sum(group_first_.begin(), group_first_.end(), group_first_.begin());
}

std::int64_t TileController::select_row() {
  datapath_->select_row(row_);
  if (blind_) {
    next_ = ControllerState::write_setup;
  } else {
    counts_.verified_cells += cells_left();
    if (array_->device().counts_cycles()) array_->draw_cycles(row_, active_cells());
    if (scheme_->reads_first()) {
      next_ = ControllerState::read_setup;
    } else {
      RowUnderVerify view = row_view();
      scheme_->begin(array_->device(), view);
      keep_active();
      next_ = ControllerState::write_setup;
      if (columns_.empty()) go_to_next_row();
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
    datapath_->counted_cycle(active_cells());
    counts_.pulses += cells_left();
  } else {
    datapath_->pulse(polarity, active_cells(), attempt_);
    counts_.pulses += std::count(polarity_.begin(), polarity_.end(), static_cast<std::int8_t>(polarity));
  }
  return options_.timing.clocked(options_.timing.pulse_ps);
}

std::int64_t TileController::read_setup() {
  const ProgrammingTiming& t = options_.timing;
  datapath_->read(active_cells(), reads_);
  counts_.verify_reads += cells_left();
  mux_group_ = next_mux_group(0);
  next_ = ControllerState::convert;
  return t.clocked(has_pulsed_ ? t.write_to_read_ps : 0) + t.clocked(t.read_settle_ps);
}

std::int64_t TileController::convert() {
  datapath_->convert(mux_group_, first_of_group(mux_group_), first_of_group(mux_group_ + 1) - first_of_group(mux_group_));
  converted_ = first_of_group(mux_group_ + 1);
  mux_group_ = next_mux_group(mux_group_ + 1);
  next_ = mux_group_ < options_.column_mux ? ControllerState::convert : ControllerState::decide;
  return options_.timing.clocked(options_.timing.convert_ps);
}

std::int64_t TileController::decide() {
  const std::uint16_t* codes = datapath_->codes();
  const Adc& adc = array_->parameters().adc;
  for (std::size_t i = 0; i < columns_.size(); ++i) believed_S_[i] = adc.conductance_S(codes[i]);
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
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (active_[i] && (used_up || failed_[i])) {
        leave_behind(columns_[i]);
        active_[i] = 0;
      }
    }
  }
  keep_active();
  if (columns_.empty()) {
    go_to_next_row();
  } else {
    next_ = ControllerState::write_setup;
  }
  return options_.timing.clock_ps;
}

/// Drops the cells that are done from the arrays and sees which polarities the others want.
void TileController::keep_active() {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    columns_[kept] = columns_[i];
    polarity_[kept] = polarity_[i];
    amplitude_V_[kept] = amplitude_V_[i];
    target_S_[kept] = target_S_[i];
    ramp_step_[kept] = ramp_step_[i];
    reversals_[kept] = reversals_[i];
    kept += active_[i];
  }
  if (kept < columns_.size()) {
    columns_.resize(kept);
    polarity_.resize(kept);
    active_.resize(kept);
    std::fill(active_.begin(), active_.end(), std::uint8_t{1});
    find_groups();
  }
  std::fill(failed_.begin(), failed_.end(), std::uint8_t{0});
  count_polarities();
}

void TileController::count_polarities() {
  const auto sets = std::count(polarity_.begin(), polarity_.end(), std::int8_t{1});
  wants_set_ = sets > 0;
  wants_reset_ = sets < static_cast<std::ptrdiff_t>(polarity_.size());
}

void TileController::leave_behind(int col) {
  array_->mark_failed(row_, col);
  ++counts_.failed_cells;
}

int TileController::next_mux_group(int from) const {
  int group = from;
  while (group < options_.column_mux && first_of_group(group) == first_of_group(group + 1)) ++group;
  return group;
}

RowUnderVerify TileController::row_view() {
  if (array_->device().counts_cycles()) {
    for (std::size_t i = 0; i < columns_.size(); ++i) complete_[i] = array_->cycles_complete(row_, columns_[i]);
  }
  RowUnderVerify view;
  view.columns = cells_left();
  view.target_S = target_S_.data();
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
