#include "models/programming/tile_controller.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <stdexcept>

namespace swimsim {

namespace {

int count_equal(const std::vector<std::int8_t>& values, std::int8_t wanted) {
  const std::int8_t* value = values.data();
  int count = 0;
  for (std::size_t i = 0, n = values.size(); i < n; ++i) count += value[i] == wanted ? 1 : 0;
  return count;
}

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
    : array_(&array), datapath_(&datapath), scheme_(&scheme), phase_scheme_(&scheme), group_(std::move(group)), options_(options) {
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
  busy_ps_ += wait_ps;
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
      next_ = resets_ > 0 ? ControllerState::polarity_switch : ControllerState::read_setup;
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
  averaged_ = row_erases_ = left_ = 0;
  columns_.clear();
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
  } else if (blind_ && !coarse()) {
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
  if (blind_ && !coarse()) {
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
  columns_ = selected_;
  const std::size_t cells = columns_.size(), lanes = padded_to_lanes(cells);
  columns_.resize(lanes, columns_.front());
  target_S_.resize(lanes);
  for (std::size_t i = 0; i < lanes; ++i) target_S_[i] = array_->open_target_S(i);
  activate(cells, lanes);
  complete_.assign(lanes, 0);
  failed_.assign(lanes, 0);
  pulsed_.assign(lanes, 0);
  stage_.assign(lanes, 0);
  ramp_step_.assign(lanes, 0);
  reversals_.assign(lanes, 0);
  polarity_.assign(lanes, 0);
  fires_.assign(lanes, 0);
  amplitude_V_.assign(lanes, 0);
  width_.assign(lanes, 1);
  believed_S_.assign(lanes, 0);
  memory_S_.assign(lanes, 0);
  left_ = static_cast<int>(cells);
  has_read_ = false;
  served_ = 0;
  find_groups(cells);
  if (array_->device().counts_cycles()) array_->draw_cycles();
  if (scheme().reads_first()) {
    next_ = ControllerState::read_setup;
    return;
  }
  RowUnderVerify view = row_view();
  scheme().begin(array_->device(), view);
  look_around();
}

void TileController::activate(std::size_t cells, std::size_t lanes) {
  active_.assign(lanes, 0);
  std::fill_n(active_.begin(), cells, std::uint8_t{1});
}

std::int64_t TileController::write_setup() {
  const ProgrammingTiming& t = options_.timing;
  const bool unverified = restoring_ || (blind_ && !coarse());
  next_ = unverified ? ControllerState::blind_pulse : sets_ > 0 ? ControllerState::set_pulse : ControllerState::reset_pulse;
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
  const int fired = polarity > 0 ? sets_ : resets_;
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
  float longest = 0;
  double current_A = 0;
  const double worst_S = array_->device().g_max_S();
  for (std::size_t i = 0; i < fires_.size(); ++i) {
    if (fires_[i] != polarity) continue;
    longest = std::max(longest, width_[i]);
    current_A += static_cast<double>(amplitude_V_[i]) * worst_S;
  }
  const double width_ps = std::nearbyint(static_cast<double>(longest) * static_cast<double>(options_.timing.pulse_ps));
  const double limit_A = options_.write_current_limit_A;
  const double portions = limit_A > 0 ? std::max(1.0, std::ceil(current_A / limit_A)) : 1.0;
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
  counts_.verify_reads += left_;
  mux_group_ = next_mux_group(0);
  next_ = ControllerState::convert;
  return wait_ps;
}

std::int64_t TileController::convert(bool all_groups) {
  const ProgrammingTiming& t = options_.timing;
  const bool compares = array_->parameters().compare_tolerance_S > 0;
  std::int64_t wait_ps = 0;
  if (all_groups && !compares) {
    converted_ = columns_.size();
    datapath_->convert(row_cells(), 0, converted_);
    for (; mux_group_ < options_.column_mux; mux_group_ = next_mux_group(mux_group_ + 1)) wait_ps += t.clocked(t.convert_ps);
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
  const std::size_t first = group_first_[static_cast<std::size_t>(mux_group_)];
  converted_ = group_first_[static_cast<std::size_t>(mux_group_) + 1];
  const bool second = datapath_->convert(row_cells(), first, converted_ - first);
  mux_group_ = next_mux_group(mux_group_ + 1);
  return compares ? t.clocked(t.compare_ps) * (second ? 2 : 1) : t.clocked(t.convert_ps);
}

/// What the codes of this read say of the cells, averaged over the reads of a verify.
void TileController::believe() {
  const std::uint16_t* codes = datapath_->codes();
  const std::size_t n = columns_.size();
  float* believed_S = believed_S_.data();
  const float tolerance_S = static_cast<float>(array_->parameters().compare_tolerance_S);
  if (tolerance_S > 0) {
    for (std::size_t i = 0; i < n; ++i) believed_S[i] = target_S_[i] + 2 * tolerance_S * (static_cast<float>(codes[i]) - 1.0f);
  } else {
    const Adc adc = array_->parameters().adc;
    for (std::size_t i = 0; i < n; ++i) believed_S[i] = adc.conductance_S(codes[i]);
  }
  if (options_.reads_averaged == 1) return;
  if (averaged_ == 0) sum_S_.assign(n, 0);
  for (std::size_t i = 0; i < n; ++i) sum_S_[i] += believed_S[i];
  if (++averaged_ < options_.reads_averaged) return;
  for (std::size_t i = 0; i < n; ++i) believed_S[i] = sum_S_[i] / static_cast<float>(options_.reads_averaged);
  averaged_ = 0;
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
    give_up_cells();
  }
  if (view.erase_row && erases() && !selected_.empty() && attempt_ < static_cast<std::uint32_t>(most_attempts())) {
    next_ = ControllerState::erase;
    return options_.timing.clock_ps + options_.timing.clocked(options_.timing.read_to_write_ps);
  }
  look_around();
  return options_.timing.clock_ps;
}

void TileController::give_up_cells() {
  const bool used_up = attempt_ >= static_cast<std::uint32_t>(most_attempts());
  if (!used_up && std::memchr(failed_.data(), 1, failed_.size()) == nullptr) return;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (!active_[i] || !(used_up || failed_[i])) continue;
    leave_behind(i);
    active_[i] = 0;
  }
  std::fill(failed_.begin(), failed_.end(), std::uint8_t{0});
}

/// A cell that is given up stays as it is. Should its row be erased later, it counts among those that only get their blind write.
void TileController::leave_behind(std::size_t i) {
  if (coarse()) return;
  array_->mark_failed(row_, columns_[i]);
  ++counts_.failed_cells;
  selected_.erase(std::find(selected_.begin(), selected_.end(), columns_[i]));
  others_.push_back(columns_[i]);
}

/// Who is left, and what they do next.
void TileController::look_around() {
  left_ = std::accumulate(active_.begin(), active_.end(), 0);
  if (left_ == 0) {
    go_to_next_row();
    return;
  }
  if (padded_to_lanes(static_cast<std::size_t>(left_)) < columns_.size()) close_ranks();
  choose_fire();
  next_ = sets_ + resets_ > 0 ? ControllerState::write_setup : ControllerState::read_setup;
}

void TileController::choose_fire() {
  const std::size_t n = columns_.size();
  const std::uint8_t* active = active_.data();
  const std::int8_t* polarity = polarity_.data();
  std::int8_t* __restrict fires = fires_.data();
  for (std::size_t i = 0; i < n; ++i) fires[i] = static_cast<std::int8_t>(active[i] * polarity[i]);
  sets_ = count_equal(fires_, +1);
  resets_ = count_equal(fires_, -1);
  if (options_.one_dac_a_row && sets_ + resets_ > 0) choose_fire_of_row();
  std::uint8_t* __restrict pulsed = pulsed_.data();
  for (std::size_t i = 0; i < n; ++i) pulsed[i] = fires[i] != 0;
}

/// One write DAC for the row: the polarity that was served last goes on until no cell asks for it; the others wait, and so do those that
/// ask for more volts than the least.
void TileController::choose_fire_of_row() {
  if (served_ == 0) served_ = sets_ > 0 ? +1 : -1;
  if ((served_ > 0 ? sets_ : resets_) == 0) served_ = -served_;
  float least_V = 0;
  bool any = false;
  for (std::size_t i = 0; i < fires_.size(); ++i) {
    if (fires_[i] != served_) continue;
    least_V = any ? std::min(least_V, amplitude_V_[i]) : amplitude_V_[i];
    any = true;
  }
  sets_ = resets_ = 0;
  for (std::size_t i = 0; i < fires_.size(); ++i) {
    if (fires_[i] != served_ || amplitude_V_[i] > least_V) fires_[i] = 0;
    sets_ += fires_[i] > 0;
    resets_ += fires_[i] < 0;
  }
}

/// Drops the cells that are done. A matter of speed: a cell that is not active takes part in nothing.
void TileController::close_ranks() {
  const KeptCells& kept = array_->keep(active_.data());
  const auto keep = [&kept](auto& values) {
    kept.close_ranks(values.data());
    values.resize(kept.lanes());
  };
  for (auto* values : {&amplitude_V_, &width_, &target_S_, &believed_S_, &memory_S_}) keep(*values);
  for (auto* values : {&polarity_, &fires_}) keep(*values);
  for (auto* values : {&ramp_step_, &reversals_}) keep(*values);
  for (auto* values : {&complete_, &failed_, &pulsed_, &stage_}) keep(*values);
  keep(columns_);
  activate(kept.count(), kept.lanes());
  find_groups(kept.count());
}

/// Where each mux group begins among the cells.
void TileController::find_groups(std::size_t cells) {
  group_first_.assign(static_cast<std::size_t>(options_.column_mux) + 1, 0);
  for (std::size_t i = 0; i < cells; ++i) ++group_first_[static_cast<std::size_t>(columns_[i] % options_.column_mux) + 1];
  std::partial_sum(group_first_.begin(), group_first_.end(), group_first_.begin());
}

/// The first group from `from` on that has an active cell.
int TileController::next_mux_group(int from) const {
  int group = from;
  for (; group < options_.column_mux; ++group) {
    const std::size_t first = group_first_[static_cast<std::size_t>(group)], end = group_first_[static_cast<std::size_t>(group) + 1];
    if (std::memchr(active_.data() + first, 1, end - first) != nullptr) break;
  }
  return group;
}

RowCells TileController::row_cells() const {
  RowCells cells;
  cells.count = columns_.size();
  cells.column = columns_.data();
  cells.active = active_.data();
  cells.fires = fires_.data();
  cells.amplitude_V = amplitude_V_.data();
  cells.width = width_.data();
  cells.polarity = polarity_.data();
  return cells;
}

RowUnderVerify TileController::row_view() {
  if (array_->device().counts_cycles()) {
    for (std::size_t i = 0; i < columns_.size(); ++i) complete_[i] = array_->cycles_complete(i);
  }
  RowUnderVerify view;
  view.columns = static_cast<int>(columns_.size());
  view.target_S = target_S_.data();
  view.believed_S = believed_S_.data();
  view.complete = complete_.data();
  view.pulsed = pulsed_.data();
  view.active = active_.data();
  view.polarity = polarity_.data();
  view.amplitude_V = amplitude_V_.data();
  view.width = width_.data();
  view.failed = failed_.data();
  view.step = ramp_step_.data();
  view.reversals = reversals_.data();
  view.stage = stage_.data();
  view.memory_S = memory_S_.data();
  view.erases = options_.erase_by_row ? row_erases_ : 0;
  return view;
}

}  // namespace swimsim
