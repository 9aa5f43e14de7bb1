#include "models/programming/tile_controller.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/common/checked.h"

namespace swimsim {

namespace {

bool is_write(ControllerState state) {
  return state == ControllerState::erase || state == ControllerState::blind_pulse || state == ControllerState::set_pulse ||
         state == ControllerState::reset_pulse;
}

bool is_resting_point(ControllerState state) {
  switch (state) {
    case ControllerState::select_row:
    case ControllerState::erase:
    case ControllerState::blind_pulse:
    case ControllerState::decide:
      return true;
    default:
      return false;
  }
}

}  // namespace

TileController::TileController(TileArray& array, TileDatapath& datapath, const Scheme& scheme, std::vector<std::int16_t> group,
                               const Options& options)
    : array_(&array),
      datapath_(&datapath),
      scheme_(&scheme),
      phase_scheme_(&scheme),
      group_(std::move(group)),
      options_(options),
      cells_(options.column_mux) {
  if (group_.size() != static_cast<std::size_t>(array.rows()) * array.cols())
    throw std::logic_error("tile controller: group of every cell");
  for (int mux = 0; mux < options_.column_mux; ++mux) {
    for (int col = mux; col < array.cols(); col += options_.column_mux) all_columns_.push_back(col);
  }
  erases_of_row_.assign(static_cast<std::size_t>(array.rows()), 0);
  blind_writes_of_row_.assign(static_cast<std::size_t>(array.rows()), 0);
}

void TileController::begin_blind() {
  blind_ = true;
  phase_scheme_ = options_.coarse != nullptr ? options_.coarse : scheme_;
  row_ = -1;
  go_to_next_row();
}

void TileController::begin_verify(int group) {
  blind_ = false;
  phase_scheme_ = scheme_;
  verify_group_ = group;
  row_ = -1;
  go_to_next_row();
}

std::int64_t TileController::step() { return spend(act(false)); }

std::int64_t TileController::spend(std::int64_t wait_ps) {
  add_checked(busy_ps_, wait_ps, "simulated time (ps)");
  if (is_write(state_)) written_ps_ = busy_ps_;
  return wait_ps;
}

std::int64_t TileController::stride() {
  std::int64_t wait_ps = spend(act(true));
  while (!done() && !is_resting_point(state_)) wait_ps += spend(act(true));
  return wait_ps;
}

std::int64_t TileController::act(bool all_groups) {
  state_ = next_;
  const ProgrammingTiming& t = options_.timing;
  switch (state_) {
    case ControllerState::select_row:
      return select_row();
    case ControllerState::erase:
      return erase();
    case ControllerState::write_setup:
      return write_setup();
    case ControllerState::blind_pulse:
      return blind_pulse();
    case ControllerState::set_pulse:
      next_ = cells_.resets() > 0 ? ControllerState::polarity_switch : ControllerState::read_setup;
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
      return convert(all_groups);
    case ControllerState::decide:
      return decide();
    case ControllerState::idle:
      break;
  }
  throw std::logic_error("tile controller: called after done()");
}

void TileController::go_to_next_row() {
  array_->close_row();
  has_read_ = has_pulsed_ = restoring_ = false;
  attempt_ = reads_ = 0;
  averaged_ = row_erases_ = 0;
  cells_.clear();
  while (++row_ < array_->rows()) {
    if (find_cells()) {
      next_ = ControllerState::select_row;
      return;
    }
  }
  next_ = ControllerState::idle;
}

bool TileController::belongs(int col) const {
  return blind_ ||
         group_[static_cast<std::size_t>(row_) * static_cast<std::size_t>(array_->cols()) + static_cast<std::size_t>(col)] == verify_group_;
}

/// Sorts the columns of the row: those that this phase works on, and the others.
bool TileController::find_cells() {
  selected_.clear();
  others_.clear();
  for (const int col : all_columns_) (belongs(col) ? selected_ : others_).push_back(col);
  return !selected_.empty();
}

/// Whether this row is to be erased before it is programmed.
bool TileController::erases() const {
  if (!array_->device().erases()) return false;
  return blind_ || (options_.erase_by_row && scheme_->erases_first());
}

void TileController::open_cells(const std::vector<int>& columns) {
  array_->close_row();
  array_->open_row(row_, columns, coarse() ? TileArray::Work::coarse : TileArray::Work::fine);
}

std::int64_t TileController::select_row() {
  datapath_->select_row(row_);
  if (!blind_) counts_.verified_cells += static_cast<std::int64_t>(selected_.size());
  if (erases()) {
    next_ = ControllerState::erase;
  } else if (unverified()) {
    open_cells(all_columns_);
    next_ = ControllerState::write_setup;
  } else {
    begin_cells();
  }
  return options_.timing.clocked(options_.timing.row_settle_ps);
}

/// All cells on the word line go. A tile that is one block is erased once, for as long as one row is.
std::int64_t TileController::erase() {
  open_cells(all_columns_);
  datapath_->erase(erases_of_row_[static_cast<std::size_t>(row_)]++);
  ++counts_.erases;
  ++row_erases_;
  has_read_ = false;
  has_pulsed_ = true;
  const ProgrammingTiming& t = options_.timing;
  const bool with_the_block = !options_.erase_by_row && row_ > 0;
  after_erase();
  return with_the_block ? 0 : t.clocked(t.dac_settle_ps) + t.clocked(t.erase_ps);
}

void TileController::after_erase() {
  if (unverified()) {
    next_ = ControllerState::write_setup;
  } else if (!others_.empty()) {
    restoring_ = true;
    open_cells(others_);
    next_ = ControllerState::write_setup;
  } else {
    begin_cells();
  }
}

/// Begins the write-verify of the row's cells, from wherever they are.
void TileController::begin_cells() {
  open_cells(selected_);
  cells_.begin(selected_, *array_, scheme().varies_width());
  if (array_->device().counts_cycles()) array_->draw_cycles();
  if (scheme().reads_first()) {
    next_ = ControllerState::read_setup;
    return;
  }
  RowUnderVerify view = row_view();
  scheme().begin(array_->device(), view);
  look_around();
}

std::int64_t TileController::write_setup() {
  const ProgrammingTiming& t = options_.timing;
  if (restoring_ || unverified()) {
    next_ = ControllerState::blind_pulse;
  } else {
    next_ = cells_.sets() > 0 ? ControllerState::set_pulse : ControllerState::reset_pulse;
  }
  return t.clocked(has_read_ ? t.read_to_write_ps : 0) + t.clocked(t.dac_settle_ps);
}

std::int64_t TileController::blind_pulse() {
  datapath_->blind_write(blind_writes_of_row_[static_cast<std::size_t>(row_)]++);
  has_pulsed_ = true;
  counts_.blind_pulses += static_cast<std::int64_t>(restoring_ ? others_.size() : all_columns_.size());
  if (restoring_) {
    restoring_ = false;
    begin_cells();
  } else {
    go_to_next_row();
  }
  return options_.timing.clocked(options_.timing.blind_pulse_ps);
}

std::int64_t TileController::pulse(int polarity) {
  has_pulsed_ = true;
  const int fired = polarity > 0 ? cells_.sets() : cells_.resets();
  if (array_->device().counts_cycles()) {
    datapath_->counted_cycle(row_cells());
  } else {
    datapath_->pulse(polarity, row_cells(), attempt_);
  }
  (coarse() ? counts_.blind_pulses : counts_.pulses) += fired;
  if (!coarse() && polarity > 0) counts_.set_pulses += fired;
  return options_.timing.clocked(pulse_time_ps(polarity));
}

/// The longest pulse of the row's; as many times as the current limit makes portions of it, every cell taken at g_max.
std::int64_t TileController::pulse_time_ps(int polarity) const {
  if (options_.write_current_limit_A == 0 && !scheme().varies_width()) return options_.timing.pulse_ps;
  const VerifyRow::Load load = cells_.load(polarity, array_->device().g_max_S());
  const double width_ps = std::nearbyint(static_cast<double>(load.width) * static_cast<double>(options_.timing.pulse_ps));
  const double limit_A = options_.write_current_limit_A;
  const double portions = limit_A > 0 ? std::max(1.0, std::ceil(load.current_A / limit_A)) : 1.0;
  return static_cast<std::int64_t>(width_ps * portions);
}

std::int64_t TileController::read_setup() {
  const ProgrammingTiming& t = options_.timing;
  const bool after_write = has_pulsed_ && averaged_ == 0;
  const std::int64_t turn_ps = after_write ? t.clocked(t.write_to_read_ps) + t.clocked(t.read_after_write_ps) : 0;
  const std::int64_t wait_ps = turn_ps + t.clocked(t.read_settle_ps);
  array_->set_clock(busy_ps_ + wait_ps);
  const double since_pulse_s = static_cast<double>(busy_ps_ + wait_ps - written_ps_) * 1e-12;
  datapath_->read(row_cells(), reads_, has_pulsed_ ? since_pulse_s : kLongAgo_s);
  ++reads_;
  counts_.verify_reads += cells_.left();
  mux_group_ = cells_.next_mux_group(0);
  next_ = ControllerState::convert;
  return wait_ps;
}

std::int64_t TileController::convert(bool all_groups) {
  const ProgrammingTiming& t = options_.timing;
  const bool compares = array_->parameters().compare_tolerance_S > 0;
  std::int64_t wait_ps = 0;
  if (all_groups && !compares) {
    converted_ = cells_.lanes();
    datapath_->convert(row_cells(), 0, converted_);
    for (; mux_group_ < options_.column_mux; mux_group_ = cells_.next_mux_group(mux_group_ + 1)) wait_ps += t.clocked(t.convert_ps);
  } else {
    do {
      wait_ps += convert_group(compares);
    } while (all_groups && mux_group_ < options_.column_mux);
  }
  if (mux_group_ < options_.column_mux) {
    next_ = ControllerState::convert;
  } else {
    believe();
    next_ = averaged_ > 0 ? ControllerState::read_setup : ControllerState::decide;
  }
  return wait_ps;
}

std::int64_t TileController::convert_group(bool compares) {
  const ProgrammingTiming& t = options_.timing;
  const std::size_t first = cells_.group_first(mux_group_);
  converted_ = cells_.group_first(mux_group_ + 1);
  const bool second = datapath_->convert(row_cells(), first, converted_ - first);
  mux_group_ = cells_.next_mux_group(mux_group_ + 1);
  return compares ? t.clocked(t.compare_ps) * (second ? 2 : 1) : t.clocked(t.convert_ps);
}

void TileController::believe() {
  cells_.believe(datapath_->codes(), array_->parameters());
  if (options_.reads_averaged == 1) return;
  cells_.average(averaged_, options_.reads_averaged);
  averaged_ = (averaged_ + 1) % options_.reads_averaged;
}

std::int64_t TileController::decide() {
  RowUnderVerify view = row_view();
  const bool first_read = !has_read_ && scheme().reads_first();
  has_read_ = true;
  if (first_read) {
    scheme().begin(array_->device(), view);
  } else {
    ++attempt_;
    scheme().decide(array_->device(), view);
    const bool used_up = attempt_ >= static_cast<std::uint32_t>(most_attempts());
    cells_.give_up(used_up, [this](int column) { leave_behind(column); });
  }
  if (view.erase_row && erases() && !selected_.empty() && attempt_ < static_cast<std::uint32_t>(most_attempts())) {
    next_ = ControllerState::erase;
    return options_.timing.clock_ps + options_.timing.clocked(options_.timing.read_to_write_ps);
  }
  look_around();
  return options_.timing.clock_ps;
}

/// A cell that is given up stays as it is. Should its row be erased later, it counts among those that only get their blind write.
void TileController::leave_behind(int column) {
  if (coarse()) return;
  array_->mark_failed(row_, column);
  ++counts_.failed_cells;
  selected_.erase(std::find(selected_.begin(), selected_.end(), column));
  others_.push_back(column);
}

/// Who is left, and what they do next.
void TileController::look_around() {
  cells_.drop_done(*array_);
  if (cells_.left() == 0) {
    go_to_next_row();
    return;
  }
  cells_.choose_fire(options_.one_dac_a_row);
  next_ = cells_.sets() + cells_.resets() > 0 ? ControllerState::write_setup : ControllerState::read_setup;
}

RowUnderVerify TileController::row_view() { return cells_.view(*array_, options_.erase_by_row ? row_erases_ : 0); }

}  // namespace swimsim
