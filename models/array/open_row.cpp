#include "models/array/open_row.h"

namespace swimsim {

namespace {

/// Calls `on` for every array of one and the same array of the other.
template <class On>
void for_each_column(CellColumns& a, const CellColumns& b, const On& on) {
  on(a.g_S, b.g_S);
  on(a.target_S, b.target_S);
  for (std::size_t i = 0; i < b.variation.size(); ++i) on(a.variation[i], b.variation[i]);
  for (std::size_t i = 0; i < b.state.size(); ++i) on(a.state[i], b.state[i]);
  on(a.pulses, b.pulses);
  on(a.weight_id, b.weight_id);
  on(a.cell_id, b.cell_id);
}

}  // namespace

void CellColumns::resize(std::size_t cells) {
  for_each_column(*this, *this, [cells](auto& values, const auto&) { values.resize(cells); });
}

CellRow CellColumns::row(std::size_t first, std::size_t count, const std::uint8_t* active) {
  CellRow cells{count, &g_S[first], &target_S[first], active, {}, {}};
  for (std::size_t which = 0; which < variation.size(); ++which) cells.variation[which] = &variation[which][first];
  for (std::size_t which = 0; which < state.size(); ++which) cells.state[which] = &state[which][first];
  return cells;
}

void KeptCells::find(const std::uint8_t* wanted, std::size_t count) {
  position_.resize(count + 1);
  count_ = 0;
  for (std::size_t i = 0; i < count; ++i) {
    position_[count_] = static_cast<std::uint32_t>(i);
    count_ += wanted[i];
  }
  position_.resize(count_);
  if (count_ > 0) position_.resize(padded_to_lanes(count_), position_.front());
}

void NoiseSeries::resize(std::size_t cells) {
  for (auto& lane : normals_) lane.resize(cells);
}

const float* NoiseSeries::at(std::uint32_t event, std::uint64_t seed, std::uint32_t trial, std::size_t count, const CellColumns& cells) {
  if (event / 4 != block_) {
    block_ = event / 4;
    float* const lanes[4] = {normals_[0].data(), normals_[1].data(), normals_[2].data(), normals_[3].data()};
    fill_series({seed, trial, purpose_, block_}, count, cells.weight_id.data(), cells.cell_id.data(), lanes);
  }
  return normals_[event % 4].data();
}

void NoiseSeries::keep(const KeptCells& kept) {
  if (block_ == kNone) return;
  for (auto& lane : normals_) kept.close_ranks(lane.data());
}

void OpenRow::reserve(std::size_t cells, const CellColumns& like) {
  cells_.variation.resize(like.variation.size());
  cells_.state.resize(like.state.size());
  const std::size_t lanes = padded_to_lanes(cells);
  cells_.resize(lanes);
  cell_.resize(lanes);
  kept_.reserve(lanes);
  pulse_noise_.resize(lanes);
  read_noise_.resize(lanes);
}

void OpenRow::open(const CellColumns& tile, const std::vector<std::uint32_t>& cells, bool coarse) {
  count_ = cells.size();
  lanes_ = padded_to_lanes(count_);
  for (std::size_t i = 0; i < lanes_; ++i) cell_[i] = cells[i < count_ ? i : 0];
  for_each_column(cells_, tile, [this](auto& here, const auto& there) {
    for (std::size_t i = 0; i < lanes_; ++i) here[i] = there[cell_[i]];
  });
  pulse_noise_.begin(coarse ? Purpose::coarse_pulse : Purpose::verify_pulse);
  read_noise_.begin(coarse ? Purpose::coarse_read : Purpose::verify_read);
}

void OpenRow::put_back(CellColumns& tile, std::size_t i) const {
  tile.g_S[cell_[i]] = cells_.g_S[i];
  for (std::size_t which = 0; which < tile.state.size(); ++which) tile.state[which][cell_[i]] = cells_.state[which][i];
  tile.pulses[cell_[i]] = cells_.pulses[i];
}

const KeptCells& OpenRow::keep(CellColumns& tile, const std::uint8_t* wanted) {
  for (std::size_t i = 0; i < count_; ++i) {
    if (!wanted[i]) put_back(tile, i);
  }
  kept_.find(wanted, count_);
  for_each_column(cells_, cells_, [this](auto& values, const auto&) { kept_.close_ranks(values.data()); });
  kept_.close_ranks(cell_.data());
  pulse_noise_.keep(kept_);
  read_noise_.keep(kept_);
  count_ = kept_.count();
  lanes_ = kept_.lanes();
  return kept_;
}

void OpenRow::close(CellColumns& tile) {
  for (std::size_t i = 0; i < count_; ++i) put_back(tile, i);
  count_ = lanes_ = 0;
}

}  // namespace swimsim
