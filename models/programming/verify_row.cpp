#include "models/programming/verify_row.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace swimsim {

namespace {

constexpr int kMostGroupBits = 64;

int count_equal(const std::vector<std::int8_t>& values, std::int8_t wanted) {
  const std::int8_t* value = values.data();
  int count = 0;
  for (std::size_t i = 0, n = values.size(); i < n; ++i) count += value[i] == wanted ? 1 : 0;
  return count;
}

}  // namespace

void VerifyRow::begin(const std::vector<std::size_t>& row_first, const TileArray& array, bool varies_width, const CellKnowledge& known) {
  varies_width_ = varies_width;
  row_first_ = row_first;
  row_pulsed_.assign(row_first.size() - 1, 0);
  each_row_.assign(row_first.size() > 2 ? row_first.size() - 1 : 0, {});
  for (std::size_t r = 0; r < each_row_.size(); ++r) each_row_[r].number = r;
  const std::size_t cells = row_first.back(), lanes = padded_to_lanes(cells);
  column_.resize(lanes);
  target_S_.resize(lanes);
  group_bit_.resize(lanes);
  for (std::size_t i = 0; i < lanes; ++i) {
    column_[i] = static_cast<int>(array.open_cell(i) % static_cast<std::uint32_t>(array.cols()));
    target_S_[i] = array.open_target_S(i);
    group_bit_[i] = std::uint64_t{1} << (column_[i] % column_mux_ % kMostGroupBits);
  }
  worth_.clear();
  for (std::size_t i = 0; known.worth != nullptr && i < lanes; ++i) worth_.push_back((*known.worth)[array.open_cell(i)]);
  tolerance_S_.clear();
  for (std::size_t i = 0; known.tolerance_class != nullptr && i < lanes; ++i)
    tolerance_S_.push_back(known.tolerance_S[(*known.tolerance_class)[array.open_cell(i)]]);
  activate(cells, lanes);
  for (auto* values : {&complete_, &failed_, &pulsed_, &stage_}) values->assign(lanes, 0);
  for (auto* values : {&ramp_step_, &reversals_}) values->assign(lanes, 0);
  for (auto* values : {&polarity_, &fires_}) values->assign(lanes, 0);
  for (auto* values : {&amplitude_V_, &believed_S_, &memory_S_}) values->assign(lanes, 0);
  width_.assign(lanes, 1);
  left_ = static_cast<int>(cells);
  sets_ = resets_ = served_ = 0;
  find_groups(cells);
  count_rows();
}

void VerifyRow::clear() {
  column_.clear();
  left_ = 0;
}

void VerifyRow::activate(std::size_t cells, std::size_t lanes) {
  active_.assign(lanes, 0);
  std::fill_n(active_.begin(), cells, std::uint8_t{1});
}

RowCells VerifyRow::cells() const {
  RowCells cells;
  cells.count = column_.size();
  cells.column = column_.data();
  cells.active = active_.data();
  cells.fires = fires_.data();
  cells.amplitude_V = amplitude_V_.data();
  cells.width = varies_width_ ? width_.data() : nullptr;
  cells.polarity = polarity_.data();
  return cells;
}

RowUnderVerify VerifyRow::view(const TileArray& array, int erases) {
  if (array.device().counts_cycles()) {
    for (std::size_t i = 0; i < column_.size(); ++i) complete_[i] = array.cycles_complete(i);
  }
  RowUnderVerify view;
  view.columns = static_cast<int>(column_.size());
  view.target_S = target_S_.data();
  view.believed_S = believed_S_.data();
  view.tolerance_S = tolerance_S_.empty() ? nullptr : tolerance_S_.data();
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
  view.erases = erases;
  return view;
}

void VerifyRow::believe(const std::uint16_t* codes, const ArrayParameters& parameters) {
  const std::size_t n = column_.size();
  float* believed_S = believed_S_.data();
  const float tolerance_S = static_cast<float>(parameters.compare_tolerance_S);
  if (tolerance_S > 0) {
    for (std::size_t i = 0; i < n; ++i) believed_S[i] = target_S_[i] + 2 * tolerance_S * (static_cast<float>(codes[i]) - 1.0f);
  } else {
    const Adc adc = parameters.adc;
    for (std::size_t i = 0; i < n; ++i) believed_S[i] = adc.conductance_S(codes[i]);
  }
}

void VerifyRow::average(int read, int reads) {
  const std::size_t n = column_.size();
  if (read == 0) sum_S_.assign(n, 0);
  for (std::size_t i = 0; i < n; ++i) sum_S_[i] += believed_S_[i];
  if (read + 1 < reads) return;
  for (std::size_t i = 0; i < n; ++i) believed_S_[i] = sum_S_[i] / static_cast<float>(reads);
}

bool VerifyRow::any_failed() const { return std::memchr(failed_.data(), 1, failed_.size()) != nullptr; }

void VerifyRow::drop_done(TileArray& array) {
  left_ = std::accumulate(active_.begin(), active_.end(), 0);
  // Closing ranks costs about as much as a cycle of all lanes.
  if (left_ == 0 || 4 * padded_to_lanes(static_cast<std::size_t>(left_)) > 3 * column_.size()) return;
  keep_rows();
  close_ranks(array.keep(active_.data()));
}

/// Where the rows will lie when ranks are closed; those that are done vanish.
void VerifyRow::keep_rows() {
  std::vector<std::size_t>::iterator row = row_first_.begin();
  std::size_t kept = 0;
  for (std::size_t r = 0, first = row_first_.front(); r + 1 < row_first_.size(); ++r) {
    const std::size_t last = row_first_[r + 1];
    const std::size_t left = static_cast<std::size_t>(std::count(active_.data() + first, active_.data() + last, std::uint8_t{1}));
    first = last;
    if (left == 0) continue;
    row_pulsed_[static_cast<std::size_t>(row - row_first_.begin())] = row_pulsed_[r];
    if (!each_row_.empty()) each_row_[static_cast<std::size_t>(row - row_first_.begin())].number = each_row_[r].number;
    *row++ = kept;
    kept += left;
  }
  *row++ = kept;
  row_first_.erase(row, row_first_.end());
  if (!each_row_.empty()) each_row_.resize(row_first_.size() - 1);
}

void VerifyRow::close_ranks(const KeptCells& kept) {
  const auto keep = [&kept](auto& values) {
    kept.close_ranks(values.data());
    values.resize(kept.lanes());
  };
  for (auto* values : {&amplitude_V_, &width_, &target_S_, &memory_S_}) keep(*values);
  for (auto* values : {&ramp_step_, &reversals_}) keep(*values);
  keep(polarity_);
  keep(stage_);
  keep(failed_);
  keep(column_);
  keep(group_bit_);
  if (!worth_.empty()) keep(worth_);
  if (!tolerance_S_.empty()) keep(tolerance_S_);
  // The others are written anew before they are read again.
  believed_S_.resize(kept.lanes());
  fires_.resize(kept.lanes());
  for (auto* values : {&complete_, &pulsed_}) values->resize(kept.lanes());
  activate(kept.count(), kept.lanes());
  find_groups(kept.count());
}

void VerifyRow::choose_fire(bool one_dac_a_row) {
  const std::size_t n = column_.size();
  const std::uint8_t* active = active_.data();
  const std::int8_t* polarity = polarity_.data();
  std::int8_t* __restrict fires = fires_.data();
  for (std::size_t i = 0; i < n; ++i) fires[i] = static_cast<std::int8_t>(active[i] * polarity[i]);
  sets_ = count_equal(fires_, +1);
  resets_ = count_equal(fires_, -1);
  if (one_dac_a_row && sets_ + resets_ > 0) choose_fire_of_row();
  std::uint8_t* __restrict pulsed = pulsed_.data();
  for (std::size_t i = 0; i < n; ++i) pulsed[i] = fires[i] != 0;
  count_rows();
}

void VerifyRow::count_rows() {
  rows_ = {};
  for (std::size_t r = 0; r + 1 < row_first_.size(); ++r) {
    const Rows row = count_row(r);
    if (!each_row_.empty()) each_row_[r].does = row;
    row_pulsed_[r] |= static_cast<std::uint8_t>(row.firing);
    rows_.active += row.active;
    rows_.converting += row.converting;
    rows_.firing += row.firing;
    rows_.setting += row.setting;
    rows_.resetting += row.resetting;
    rows_.turning += row.turning;
    rows_.pulsed += row.pulsed;
  }
}

VerifyRow::Rows VerifyRow::count_row(std::size_t row) const {
  Rows count;
  count.converting = groups_between(row_first_[row], row_first_[row + 1]);
  if (count.converting == 0) return count;
  std::uint8_t set = 0, reset = 0;
  const std::int8_t* fires = fires_.data();
  for (std::size_t i = row_first_[row]; i < row_first_[row + 1]; ++i) {
    set = static_cast<std::uint8_t>(set | (fires[i] > 0));
    reset = static_cast<std::uint8_t>(reset | (fires[i] < 0));
  }
  count.active = 1;
  count.setting = set;
  count.resetting = reset;
  count.firing = count.setting | count.resetting;
  count.turning = count.setting & count.resetting;
  count.pulsed = count.firing | row_pulsed_[row];
  return count;
}

/// One past the last lane of the mux group that begins at `first`.
std::size_t VerifyRow::group_end(std::size_t first, std::size_t row_last) const {
  const int group = column_[first] % column_mux_;
  std::size_t end = first + 1;
  while (end < row_last && column_[end] % column_mux_ == group) ++end;
  return end;
}

/// Of the active cells.
std::uint64_t VerifyRow::worth_between(std::size_t first, std::size_t last) const {
  std::uint64_t sum = 0;
  for (std::size_t i = first; i < last; ++i) sum += worth_[i] & (std::uint32_t{0} - active_[i]);
  return sum;
}

/// How many groups of the column mux have active cells among [first, last), which lie in one row.
int VerifyRow::groups_between(std::size_t first, std::size_t last) const {
  const std::uint8_t* active = active_.data();
  if (column_mux_ <= kMostGroupBits) {
    const std::uint64_t* group_bit = group_bit_.data();
    std::uint64_t groups = 0;
    for (std::size_t i = first; i < last; ++i) groups |= group_bit[i] & (std::uint64_t{0} - active[i]);
    return __builtin_popcountll(groups);
  }
  int groups = 0;
  for (int before = -1; first < last; ++first) {
    if (!active[first] || column_[first] % column_mux_ == before) continue;
    before = column_[first] % column_mux_;
    ++groups;
  }
  return groups;
}

/// The polarity that was served last goes on until no cell asks for it; the others wait, and so do those that ask for more volts than the
/// least.
void VerifyRow::choose_fire_of_row() {
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

VerifyRow::Load VerifyRow::load(int polarity, double g_S) const {
  Load load;
  for (std::size_t i = 0; i < fires_.size(); ++i) {
    if (fires_[i] != polarity) continue;
    load.width = std::max(load.width, width_[i]);
    load.current_A += static_cast<double>(amplitude_V_[i]) * g_S;
  }
  return load;
}

void VerifyRow::find_groups(std::size_t cells) {
  group_first_.assign(static_cast<std::size_t>(column_mux_) + 1, 0);
  for (std::size_t i = 0; i < cells; ++i) ++group_first_[static_cast<std::size_t>(column_[i] % column_mux_) + 1];
  std::partial_sum(group_first_.begin(), group_first_.end(), group_first_.begin());
}

int VerifyRow::next_mux_group(int from) const {
  int group = from;
  for (; group < column_mux_; ++group) {
    if (std::memchr(active_.data() + group_first(group), 1, group_first(group + 1) - group_first(group)) != nullptr) break;
  }
  return group;
}

}  // namespace swimsim
