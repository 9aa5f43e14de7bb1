#include "models/programming/tile_controller.h"

#include <algorithm>
#include <cmath>
#include <limits>
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

TileCounts& TileCounts::operator+=(const TileCounts& other) {
  for (std::int64_t TileCounts::*member :
       {&TileCounts::blind_pulses, &TileCounts::erases, &TileCounts::pulses, &TileCounts::set_pulses, &TileCounts::verify_reads,
        &TileCounts::verified_cells, &TileCounts::failed_cells, &TileCounts::row_selections, &TileCounts::decisions,
        &TileCounts::groups_converted, &TileCounts::write_charge_fC, &TileCounts::left_cells})
    this->*member += other.*member;
  return *this;
}

TileController::TileController(TileArray& array, TileDatapath& datapath, const Scheme& scheme, std::vector<std::int16_t> group,
                               const Options& options, const std::vector<std::uint8_t>& worth_class,
                               std::vector<std::uint8_t> tolerance_class)
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
  row_ps_.assign(static_cast<std::size_t>(array.rows()), 0);
  row_cycles_.assign(static_cast<std::size_t>(array.rows()), 0);
  if (options_.price.asked()) take_worth(worth_class);
  if (options_.class_tolerance_S > 0) take_tolerances(std::move(tolerance_class));
}

void TileController::take_worth(const std::vector<std::uint8_t>& worth_class) {
  if (worth_class.size() != group_.size()) throw std::logic_error("tile controller: class of every cell");
  if (array_->device().erases() && options_.erase_by_row && scheme_->erases_first())
    throw std::logic_error("tile controller: who leaves a row early must not have erased it");
  for (const std::uint8_t of_cell : worth_class) worth_.push_back(worth_of_class(of_cell));
  left_.assign(group_.size(), 0);
}

void TileController::take_tolerances(std::vector<std::uint8_t> tolerance_class) {
  if (tolerance_class.size() != group_.size()) throw std::logic_error("tile controller: tolerance class of every cell");
  if (array_->device().counts_cycles() || array_->parameters().compare_tolerance_S > 0)
    throw std::logic_error("tile controller: cells that count cycles and comparators know no tolerance of a cell's own");
  if (array_->device().erases() && options_.erase_by_row && scheme_->erases_first())
    throw std::logic_error("tile controller: a wide window would take an erased cell");
  tolerance_class_ = std::move(tolerance_class);
  for (int c = 0; c < kToleranceClasses; ++c)
    class_tolerance_S_[static_cast<std::size_t>(c)] = static_cast<float>(options_.class_tolerance_S * tolerance_of_class(c));
}

/// A coarse blind phase has no use for either.
CellKnowledge TileController::known() const {
  if (blind_) return {};
  return {options_.price.asked() ? &worth_ : nullptr, options_.class_tolerance_S > 0 ? &tolerance_class_ : nullptr, class_tolerance_S_};
}

void TileController::begin_blind() {
  blind_ = true;
  phase_scheme_ = options_.coarse != nullptr ? options_.coarse : scheme_;
  row_ = next_row_ = 0;
  go_to_next_rows();
}

void TileController::begin_verify(int group) {
  std::vector<std::uint8_t> wanted(group_.size());
  std::transform(group_.begin(), group_.end(), wanted.begin(), [group](std::int16_t of_cell) { return of_cell == group ? 1 : 0; });
  begin_verify(wanted);
}

void TileController::begin_verify(const std::vector<std::uint8_t>& wanted) {
  if (wanted.size() != group_.size()) throw std::logic_error("tile controller: every cell is wanted or not");
  wanted_ = wanted;
  blind_ = false;
  phase_scheme_ = scheme_;
  row_ = next_row_ = 0;
  go_to_next_rows();
}

std::int64_t TileController::step() {
  const int row = row_;
  if (open_rows_.size() > 1) return take_in_step(false);
  const std::int64_t wait_ps = spend(act(false));
  row_ps_[static_cast<std::size_t>(row)] += wait_ps;
  return wait_ps;
}

/// Afterwards the rows may be others: who is to be charged is settled before.
std::int64_t TileController::take_in_step(bool all_groups) {
  const bool alike = unverified() || next_ == ControllerState::select_row;
  if (alike) charged_rows_ = open_rows_;
  const std::int64_t wait_ps = spend(act(all_groups));
  if (!alike) {
    note_rows(wait_ps);
    return wait_ps;
  }
  for (const int row : charged_rows_) row_ps_[static_cast<std::size_t>(row)] += wait_ps / static_cast<std::int64_t>(charged_rows_.size());
  return wait_ps;
}

std::int64_t TileController::spend(std::int64_t wait_ps) {
  add_checked(busy_ps_, wait_ps, "simulated time (ps)");
  state_ps_[static_cast<std::size_t>(state_)] += wait_ps;
  if (is_write(state_)) written_ps_ = busy_ps_;
  return wait_ps;
}

/// Rows in step: what each of those that did it took. They are charged when the cycle ends, in decide().
void TileController::note_rows(std::int64_t wait_ps) {
  const auto note = [](std::int64_t& of_each_ps, std::int64_t time_ps, int rows) { of_each_ps += rows > 0 ? time_ps / rows : 0; };
  const VerifyRow::Rows& rows = cells_.rows();
  switch (state_) {
    case ControllerState::write_setup:
      return note(each_ps_.firing, wait_ps, rows.firing);
    case ControllerState::set_pulse:
      return note(each_ps_.setting, wait_ps, rows.setting);
    case ControllerState::polarity_switch:
      return note(each_ps_.turning, wait_ps, rows.turning);
    case ControllerState::reset_pulse:
      return note(each_ps_.resetting, wait_ps, rows.resetting);
    case ControllerState::read_setup: {
      const std::int64_t settle_ps = options_.timing.clocked(options_.timing.read_settle_ps);
      each_ps_.active += settle_ps;
      const std::int64_t turn_ps = wait_ps - rows.active * settle_ps;
      return has_written_ ? note(each_ps_.active, turn_ps, rows.active) : note(each_ps_.pulsed, turn_ps, rows.pulsed);
    }
    case ControllerState::convert:
      return note(each_ps_.converting, wait_ps, rows.converting);
    default:
      return;
  }
}

/// At the end of a cycle, or of a first read.
void TileController::charge_rows(bool cycle) {
  const int counted = cycle && !coarse() ? 1 : 0;
  if (open_rows_.size() == 1) {
    row_cycles_[static_cast<std::size_t>(row_)] += counted;
    return;
  }
  each_ps_.active += options_.timing.clock_ps;  // the decision's own
  for (const VerifyRow::Row& row : cells_.each_row()) {
    const VerifyRow::Rows& does = row.does;
    const auto number = static_cast<std::size_t>(open_rows_[row.number]);
    row_ps_[number] += does.active * each_ps_.active + does.firing * each_ps_.firing + does.setting * each_ps_.setting +
                       does.resetting * each_ps_.resetting + does.turning * each_ps_.turning + does.pulsed * each_ps_.pulsed +
                       does.converting * each_ps_.converting;
    row_cycles_[number] += counted * does.active;
  }
  each_ps_ = {};
}

std::int64_t TileController::stride() {
  const int row = row_;
  const bool in_step = open_rows_.size() > 1;
  std::int64_t wait_ps = 0;
  do {
    wait_ps += in_step ? take_in_step(true) : spend(act(true));
  } while (!done() && !is_resting_point(state_));
  if (!in_step) row_ps_[static_cast<std::size_t>(row)] += wait_ps;
  return wait_ps;
}

std::int64_t TileController::stride_to_write() {
  const int row = row_;
  if (open_rows_.size() > 1) throw std::logic_error("tile controller: rows in step do not wait for write current");
  std::int64_t wait_ps = spend(act(true));
  while (!done() && !is_write(state_) && !is_write(next_) && !is_resting_point(state_)) wait_ps += spend(act(true));
  row_ps_[static_cast<std::size_t>(row)] += wait_ps;
  return wait_ps;
}

std::int64_t TileController::next_write_nA() const {
  double current_A = 0;
  if (next_ == ControllerState::blind_pulse) current_A = blind_current_A();
  if (next_ == ControllerState::set_pulse && cells_.rows().setting > 0) current_A = pulse_current_A(+1);
  if (next_ == ControllerState::reset_pulse) current_A = pulse_current_A(-1);
  return static_cast<std::int64_t>(std::ceil(current_A / static_cast<double>(portions(current_A)) * 1e9));
}

TileWork TileController::blind_work() const {
  TileWork work;
  for (int row = 0; row < array_->rows(); ++row) work.add_row(array_->cols());
  return work;
}

TileWork TileController::verify_work(int group) const {
  TileWork work;
  auto cell = group_.begin();
  for (int row = 0; row < array_->rows(); ++row, cell += array_->cols())
    work.add_row(std::count(cell, cell + array_->cols(), static_cast<std::int16_t>(group)));
  return work;
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
      next_ = cells_.rows().turning > 0     ? ControllerState::polarity_switch
              : cells_.rows().resetting > 0 ? ControllerState::reset_pulse
                                            : ControllerState::read_setup;
      return cells_.rows().setting * pulse(+1);
    case ControllerState::polarity_switch:
      next_ = ControllerState::reset_pulse;
      return cells_.rows().turning * (t.clocked(t.polarity_switch_ps) + t.clocked(t.dac_settle_ps));
    case ControllerState::reset_pulse:
      next_ = ControllerState::read_setup;
      return cells_.rows().resetting * pulse(-1);
    case ControllerState::read_setup:
      return read_setup();
    case ControllerState::convert:
      return convert(all_groups);
    case ControllerState::decide:
      return decide();
    case ControllerState::idle:
    case ControllerState::wait_current:
      break;
  }
  throw std::logic_error("tile controller: called after done()");
}

void TileController::go_to_next_rows() {
  array_->close_row();
  has_read_ = has_written_ = restoring_ = false;
  attempt_ = reads_ = 0;
  averaged_ = row_erases_ = 0;
  cells_.clear();
  selected_.clear();
  others_.clear();
  open_rows_.clear();
  row_first_.assign(1, 0);
  for (; next_row_ < array_->rows() && open_rows_.size() < static_cast<std::size_t>(most_rows()) && goes_along(next_row_); ++next_row_) {
    if (find_cells(next_row_)) open_rows_.push_back(next_row_);
  }
  next_ = open_rows_.empty() ? ControllerState::idle : ControllerState::select_row;
  row_ = open_rows_.empty() ? array_->rows() : open_rows_.front();
}

/// Several only where nothing but their own cells decides how long they take.
int TileController::most_rows() const {
  const bool own_pace =
      !limits_current() && !options_.one_dac_a_row && !scheme().varies_width() && array_->parameters().compare_tolerance_S == 0;
  return own_pace ? array_->rows_together() : 1;
}

/// Whether the row's blind write has the number of those that are already open.
bool TileController::goes_along(int row) const {
  return open_rows_.empty() ||
         blind_writes_of_row_[static_cast<std::size_t>(row)] == blind_writes_of_row_[static_cast<std::size_t>(open_rows_.front())];
}

bool TileController::belongs(std::uint32_t cell) const { return blind_ || wanted_[cell] != 0; }

/// Sorts the cells of the row: those that this phase works on, and the others.
bool TileController::find_cells(int row) {
  const std::uint32_t first = static_cast<std::uint32_t>(row) * static_cast<std::uint32_t>(array_->cols());
  others_.clear();
  for (const int col : all_columns_) {
    const std::uint32_t cell = first + static_cast<std::uint32_t>(col);
    (belongs(cell) ? selected_ : others_).push_back(cell);
  }
  if (prices()) leave_unpaid_row();
  if (selected_.size() == row_first_.back()) return false;
  row_first_.push_back(selected_.size());
  return true;
}

std::vector<std::uint32_t> TileController::cells_of_row() const {
  std::vector<std::uint32_t> cells;
  for (const int col : all_columns_) cells.push_back(static_cast<std::uint32_t>(row_ * array_->cols() + col));
  return cells;
}

/// Whether this row is to be erased before it is programmed.
bool TileController::erases() const {
  if (!array_->device().erases()) return false;
  return blind_ || (options_.erase_by_row && scheme_->erases_first());
}

void TileController::open_cells(const std::vector<std::uint32_t>& cells) {
  array_->close_row();
  array_->open_cells(cells, coarse() ? TileArray::Work::coarse : TileArray::Work::fine);
}

std::int64_t TileController::select_row() {
  const auto rows = static_cast<std::int64_t>(open_rows_.size());  // those that are not worth a cycle may be done at once
  for (const int row : open_rows_) datapath_->select_row(row);
  counts_.row_selections += rows;
  if (!blind_) counts_.verified_cells += static_cast<std::int64_t>(selected_.size());
  if (erases()) {
    next_ = ControllerState::erase;
  } else if (unverified()) {
    open_cells(selected_);
    next_ = ControllerState::write_setup;
  } else {
    begin_cells();
  }
  return rows * options_.timing.clocked(options_.timing.row_settle_ps);
}

/// All cells on the word line go. A tile that is one block is erased once, for as long as one row is.
std::int64_t TileController::erase() {
  open_cells(cells_of_row());
  datapath_->erase(erases_of_row_[static_cast<std::size_t>(row_)]++);
  ++counts_.erases;
  ++row_erases_;
  has_read_ = false;
  has_written_ = true;
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
  cells_.begin(row_first_, *array_, scheme().varies_width(), known());
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
  const bool blind_write = restoring_ || unverified();
  if (blind_write) {
    next_ = ControllerState::blind_pulse;
  } else {
    next_ = cells_.sets() > 0 ? ControllerState::set_pulse : ControllerState::reset_pulse;
  }
  const std::int64_t rows = blind_write ? static_cast<std::int64_t>(open_rows_.size()) : cells_.rows().firing;
  return rows * (t.clocked(has_read_ ? t.read_to_write_ps : 0) + t.clocked(t.dac_settle_ps));
}

bool TileController::limits_current() const {
  return (options_.write_current_limit_A > 0 || options_.write_current_budget_A > 0) && array_->device().is_resistor();
}

/// In how many portions a write goes that draws so much.
std::int64_t TileController::portions(double current_A) const {
  double most_A = std::numeric_limits<double>::infinity();
  for (const double limit_A : {options_.write_current_limit_A, options_.write_current_budget_A}) {
    if (limit_A > 0) most_A = std::min(most_A, limit_A);
  }
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(current_A / most_A)));
}

double TileController::blind_current_A() const {
  if (!limits_current()) return 0;
  const Device& device = array_->device();
  return static_cast<double>(restoring_ ? others_.size() : selected_.size()) * device.blind_amplitude_V() * device.g_max_S();
}

double TileController::pulse_current_A(int polarity) const {
  return limits_current() ? cells_.load(polarity, array_->device().g_max_S()).current_A : 0;
}

void TileController::count_charge(double current_A, std::int64_t time_ps) {
  constexpr double kFemtocoulombs = 1e3;  // of an ampere in a picosecond
  const double one_after_the_other = current_A / static_cast<double>(portions(current_A));
  counts_.write_charge_fC += static_cast<std::int64_t>(one_after_the_other * static_cast<double>(time_ps) * kFemtocoulombs);
}

std::int64_t TileController::blind_time_ps() const { return options_.timing.blind_pulse_ps * portions(blind_current_A()); }

std::int64_t TileController::blind_pulse() {
  const double current_A = blind_current_A();
  const std::int64_t time_ps = options_.timing.clocked(blind_time_ps());
  if (limits_current()) count_charge(current_A, time_ps);
  datapath_->blind_write(blind_writes_of_row_[static_cast<std::size_t>(row_)]);
  for (const int row : open_rows_) ++blind_writes_of_row_[static_cast<std::size_t>(row)];
  has_written_ = true;
  counts_.blind_pulses += static_cast<std::int64_t>(restoring_ ? others_.size() : selected_.size());
  const std::int64_t rows = static_cast<std::int64_t>(open_rows_.size());
  if (restoring_) {
    restoring_ = false;
    begin_cells();
  } else {
    go_to_next_rows();
  }
  return rows * time_ps;
}

std::int64_t TileController::pulse(int polarity) {
  const int fired = polarity > 0 ? cells_.sets() : cells_.resets();
  if (array_->device().counts_cycles()) {
    datapath_->counted_cycle(row_cells());
  } else {
    datapath_->pulse(polarity, row_cells(), attempt_);
  }
  (coarse() ? counts_.blind_pulses : counts_.pulses) += fired;
  if (!coarse() && polarity > 0) counts_.set_pulses += fired;
  const std::int64_t time_ps = options_.timing.clocked(pulse_time_ps(polarity));
  if (limits_current()) count_charge(pulse_current_A(polarity), time_ps);
  return time_ps;
}

/// The longest pulse of the row's; as many times as the current limit makes portions of it, every cell taken at g_max.
std::int64_t TileController::pulse_time_ps(int polarity) const {
  if (!limits_current() && !scheme().varies_width()) return options_.timing.pulse_ps;
  const VerifyRow::Load load = cells_.load(polarity, array_->device().g_max_S());
  const double width_ps = std::nearbyint(static_cast<double>(load.width) * static_cast<double>(options_.timing.pulse_ps));
  return static_cast<std::int64_t>(width_ps) * (limits_current() ? portions(load.current_A) : 1);
}

std::int64_t TileController::read_setup() {
  const ProgrammingTiming& t = options_.timing;
  const int active = cells_.rows().active, written = has_written_ ? active : cells_.rows().pulsed;
  const std::int64_t turn_ps = averaged_ == 0 ? t.clocked(t.write_to_read_ps) + t.clocked(t.read_after_write_ps) : 0;
  const std::int64_t wait_ps = written * turn_ps + active * t.clocked(t.read_settle_ps);
  array_->set_clock(busy_ps_ + wait_ps);
  const double since_pulse_s = static_cast<double>(busy_ps_ + wait_ps - written_ps_) * 1e-12;
  datapath_->read(row_cells(), reads_, written > 0 ? since_pulse_s : kLongAgo_s);
  ++reads_;
  counts_.verify_reads += cells_.left();
  mux_group_ = 0;
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
    mux_group_ = options_.column_mux;
    counts_.groups_converted += cells_.rows().converting;
    wait_ps = cells_.rows().converting * t.clocked(t.convert_ps);
  } else {
    wait_ps = convert_group(compares);
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
  mux_group_ = cells_.next_mux_group(mux_group_);
  const std::size_t first = cells_.group_first(mux_group_);
  converted_ = cells_.group_first(mux_group_ + 1);
  const bool second = datapath_->convert(row_cells(), first, converted_ - first);
  ++counts_.groups_converted;
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
  const std::int64_t rows = cells_.rows().active;
  counts_.decisions += rows;
  RowUnderVerify view = row_view();
  const bool first_read = !has_read_ && scheme().reads_first();
  charge_rows(!first_read);
  has_read_ = true;
  if (first_read) {
    scheme().begin(array_->device(), view);
  } else {
    ++attempt_;
    scheme().decide(array_->device(), view);
    const bool used_up = attempt_ >= static_cast<std::uint32_t>(most_attempts());
    cells_.give_up(used_up, [this](std::size_t lane) { give_up(array_->open_cell(lane)); });
  }
  if (view.erase_row && erases() && !selected_.empty() && attempt_ < static_cast<std::uint32_t>(most_attempts())) {
    next_ = ControllerState::erase;
    return options_.timing.clock_ps + options_.timing.clocked(options_.timing.read_to_write_ps);
  }
  look_around();
  return rows * options_.timing.clock_ps;
}

/// A cell that is given up stays as it is. Should its row be erased later, it counts among those that only get their blind write.
void TileController::give_up(std::uint32_t cell) {
  if (coarse()) return;
  array_->mark_failed(cell);
  ++counts_.failed_cells;
  if (!erases()) return;
  const auto left = std::find(selected_.begin(), selected_.end(), cell);
  selected_.erase(left);
  others_.push_back(cell);
  row_first_.back() = selected_.size();
}

/// How long converting a group of the column mux takes in one verify; comparators may want as much again.
std::int64_t TileController::group_ps() const {
  const ProgrammingTiming& t = options_.timing;
  return options_.reads_averaged * t.clocked(array_->parameters().compare_tolerance_S > 0 ? t.compare_ps : t.convert_ps);
}

/// How long the next cycle of a row will take.
std::int64_t TileController::cycle_ps(const VerifyRow::Rows& row) const {
  const ProgrammingTiming& t = options_.timing;
  std::int64_t time_ps = row.converting * group_ps() + options_.reads_averaged * t.clocked(t.read_settle_ps) + t.clock_ps;
  if (row.pulsed > 0) time_ps += t.clocked(t.write_to_read_ps) + t.clocked(t.read_after_write_ps);
  if (row.firing > 0) time_ps += t.clocked(has_read_ ? t.read_to_write_ps : 0) + t.clocked(t.dac_settle_ps);
  if (row.turning > 0) time_ps += t.clocked(t.polarity_switch_ps) + t.clocked(t.dac_settle_ps);
  if (row.setting > 0) time_ps += t.clocked(pulse_time_ps(+1));
  if (row.resetting > 0) time_ps += t.clocked(pulse_time_ps(-1));
  return time_ps;
}

void TileController::leave(std::uint32_t cell) {
  left_[cell] = 1;
  ++counts_.left_cells;
}

/// Takes those cells of the row found last out that are not worth the first look: the groups of the column mux that are not worth their
/// conversion, then the row if what stays is not worth selecting and reading it.
void TileController::leave_unpaid_row() {
  const ProgrammingTiming& t = options_.timing;
  const bool reads = scheme().reads_first();
  const std::int64_t of_group_ps = reads ? group_ps() : 0;
  const auto mux_group = [this](std::uint32_t cell) { return static_cast<int>(cell) % array_->cols() % options_.column_mux; };
  std::uint64_t worth = 0;
  std::int64_t time_ps = t.clocked(t.row_settle_ps) + (reads ? options_.reads_averaged * t.clocked(t.read_settle_ps) + t.clock_ps : 0);
  const std::size_t row_first = row_first_.back();
  std::size_t kept = row_first;
  for (std::size_t first = row_first, last = first; first < selected_.size(); first = last) {
    std::uint64_t of_group = 0;
    for (; last < selected_.size() && mux_group(selected_[last]) == mux_group(selected_[first]); ++last)
      of_group += worth_[selected_[last]];
    const bool pays = options_.price.pays(of_group, of_group_ps);
    for (std::size_t i = first; i < last; ++i) pays ? void(selected_[kept++] = selected_[i]) : leave(selected_[i]);
    if (!pays) continue;
    worth += of_group;
    time_ps += of_group_ps;
  }
  if (kept > row_first && !options_.price.pays(worth, time_ps)) {
    for (std::size_t i = row_first; i < kept; ++i) leave(selected_[i]);
    kept = row_first;
  }
  selected_.resize(kept);
}

/// Who is left, and what they do next.
void TileController::look_around() {
  cells_.drop_done(*array_);
  if (cells_.left() == 0) {
    go_to_next_rows();
    return;
  }
  cells_.choose_fire(options_.one_dac_a_row);
  if (prices()) {
    const auto cycle = [this](const VerifyRow::Rows& row) { return cycle_ps(row); };
    const auto leave_lane = [this](std::size_t lane) {
      leave(array_->open_cell(lane));
      --counts_.verified_cells;
    };
    if (cells_.leave_unpaid(options_.price, group_ps(), cycle, leave_lane)) {
      cells_.drop_done(*array_);
      if (cells_.left() == 0) {
        go_to_next_rows();
        return;
      }
      cells_.choose_fire(options_.one_dac_a_row);
    }
  }
  next_ = cells_.sets() + cells_.resets() > 0 ? ControllerState::write_setup : ControllerState::read_setup;
}

RowUnderVerify TileController::row_view() { return cells_.view(*array_, options_.erase_by_row ? row_erases_ : 0); }

}  // namespace swimsim
