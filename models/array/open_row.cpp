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

template <class Value>
void close_ranks(std::vector<Value>& values, const std::uint8_t* wanted, std::size_t count) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    values[kept] = values[i];
    kept += wanted[i];
  }
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

void NoiseSeries::keep(const std::uint8_t* wanted, std::size_t count) {
  if (block_ == kNone) return;
  for (auto& lane : normals_) close_ranks(lane, wanted, count);
}

void OpenRow::reserve(std::size_t columns, const CellColumns& like) {
  cells_.variation.resize(like.variation.size());
  cells_.state.resize(like.state.size());
  cells_.resize(columns);
  cell_.resize(columns);
  pulse_noise_.resize(columns);
  read_noise_.resize(columns);
}

void OpenRow::open(const CellColumns& tile, std::size_t first_cell, const std::vector<int>& columns, bool coarse) {
  count_ = columns.size();
  for (std::size_t i = 0; i < count_; ++i) cell_[i] = first_cell + static_cast<std::size_t>(columns[i]);
  for_each_column(cells_, tile, [this](auto& here, const auto& there) {
    for (std::size_t i = 0; i < count_; ++i) here[i] = there[cell_[i]];
  });
  pulse_noise_.begin(coarse ? Purpose::coarse_pulse : Purpose::verify_pulse);
  read_noise_.begin(coarse ? Purpose::coarse_read : Purpose::verify_read);
}

void OpenRow::put_back(CellColumns& tile, std::size_t i) const {
  tile.g_S[cell_[i]] = cells_.g_S[i];
  for (std::size_t which = 0; which < tile.state.size(); ++which) tile.state[which][cell_[i]] = cells_.state[which][i];
  tile.pulses[cell_[i]] = cells_.pulses[i];
}

void OpenRow::keep(CellColumns& tile, const std::uint8_t* wanted) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    if (!wanted[i]) put_back(tile, i);
    kept += wanted[i];
  }
  for_each_column(cells_, cells_, [&](auto& values, const auto&) { close_ranks(values, wanted, count_); });
  close_ranks(cell_, wanted, count_);
  pulse_noise_.keep(wanted, count_);
  read_noise_.keep(wanted, count_);
  count_ = kept;
}

void OpenRow::close(CellColumns& tile) {
  for (std::size_t i = 0; i < count_; ++i) put_back(tile, i);
  count_ = 0;
}

}  // namespace swimsim
