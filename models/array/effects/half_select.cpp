#include "models/array/effects/half_select.h"

#include <algorithm>

namespace swimsim {

namespace {

int index_of(int polarity) { return polarity > 0 ? 0 : 1; }

}  // namespace

HalfSelect::HalfSelect(Bias bias, const EffectTile& tile) : bias_(bias), share_(bias == Bias::half ? 1.0 / 2 : 1.0 / 3), tile_(tile) {
  for (int p = 0; p < 2; ++p) {
    line_[p].assign(static_cast<std::size_t>(tile.cols), 0);
    has_[p].assign(static_cast<std::size_t>(tile.rows) * static_cast<std::size_t>(tile.cols), 0);
    elsewhere_[p].assign(static_cast<std::size_t>(tile.cols), 0);
  }
}

void HalfSelect::add(const OpenRow& open, int polarity, const std::uint8_t* on, const float* amplitude_V, const float* relative_width,
                     double scale) {
  const std::size_t columns = line_[0].size();
  const int with = index_of(polarity), against = index_of(-polarity);
  double row_V = 0, row_width = 0;
  std::vector<std::uint8_t> fires(columns, 0);
  for (auto& doses : elsewhere_) std::fill(doses.begin(), doses.end(), 0.0);
  std::size_t first = 0;
  for (std::size_t i = 0; i < open.count(); ++i) {
    if (!on[i]) continue;
    const std::size_t col = open.cell(i) % columns;
    const double volts = static_cast<double>(amplitude_V[i]);
    const double width = scale * (relative_width == nullptr ? 1.0 : static_cast<double>(relative_width[i]));
    first = open.cell(i) - col;
    fires[col] = 1;
    elsewhere_[with][col] = dose(polarity, volts) * width;
    row_V = std::max(row_V, volts);
    row_width = std::max(row_width, width);
  }
  if (row_V == 0) return;
  const double along_row = dose(polarity, row_V) * row_width;
  const double off_lines = bias_ == Bias::third ? dose(-polarity, row_V) * row_width : 0;
  for (std::size_t col = 0; col < columns; ++col) {
    if (!fires[col]) elsewhere_[against][col] = off_lines;
    has_[with][first + col] += elsewhere_[with][col] - (fires[col] ? 0 : along_row);
    has_[against][first + col] += elsewhere_[against][col];
    line_[with][col] += elsewhere_[with][col];
    line_[against][col] += elsewhere_[against][col];
  }
}

void HalfSelect::give(CellColumns& cells, int row) const {
  const std::size_t columns = line_[0].size(), first = static_cast<std::size_t>(row) * columns;
  std::array<std::vector<float>, 2> due;
  float most = 0;
  for (int p = 0; p < 2; ++p) {
    due[p].resize(columns);
    for (std::size_t col = 0; col < columns; ++col) {
      due[p][col] = static_cast<float>(std::max(0.0, line_[p][col] - has_[p][first + col]));
      most = std::max(most, due[p][col]);
    }
  }
  if (most == 0) return;
  const std::vector<std::uint8_t> all(columns, 1);
  tile_.device->disturb(cells.row(first, columns, all.data()), due[0].data(), due[1].data());
}

void HalfSelect::settle(CellColumns& cells, int row) {
  give(cells, row);
  const auto first = static_cast<std::ptrdiff_t>(row) * tile_.cols;
  for (int p = 0; p < 2; ++p) std::copy(line_[p].begin(), line_[p].end(), has_[p].begin() + first);
}

void HalfSelect::settle_copy(CellColumns& copy) const {
  for (int row = 0; row < tile_.rows; ++row) give(copy, row);
}

}  // namespace swimsim
