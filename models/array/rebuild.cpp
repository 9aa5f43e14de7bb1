#include "models/array/rebuild.h"

namespace swimsim {

WeightRebuilder::WeightRebuilder(const Mapping& mapping, const std::vector<std::vector<float>>& scale, double g_min_S, double g_max_S)
    : mapping_(&mapping), scale_(scale), g_min_S_(g_min_S), range_S_(g_max_S - g_min_S) {
  for (const MatrixShape& layer : mapping.layers()) code_.emplace_back(static_cast<std::size_t>(layer.outputs * layer.inputs), 0.0);
}

void WeightRebuilder::add_tile(std::size_t tile, const std::vector<float>& g_S) {
  const TileExtent& extent = mapping_->tiles()[tile];
  std::size_t cell_index = 0;
  for (int row = 0; row < extent.used_rows; ++row) {
    for (int col = 0; col < extent.used_cols; ++col) {
      const CellAddress cell = mapping_->address({static_cast<std::int64_t>(tile), row, col});
      const double state = (static_cast<double>(g_S[cell_index++]) - g_min_S_) / range_S_;
      code_[cell.layer][cell.weight] += mapping_->cell_weight(extent.layer, cell.slice, cell.arm) * state;
    }
  }
}

std::vector<std::vector<float>> WeightRebuilder::weights() const {
  std::vector<std::vector<float>> weights;
  for (std::size_t layer = 0; layer < code_.size(); ++layer) {
    std::vector<float> values(code_[layer].size());
    const std::size_t part = values.size() / scale_[layer].size();  // weights of one scale
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(code_[layer][i] * scale_[layer][i / part]);
    weights.push_back(std::move(values));
  }
  return weights;
}

std::vector<std::vector<float>> rebuilt_weights(const Mapping& mapping, const std::vector<std::vector<float>>& scale, const Device& device,
                                                const std::vector<std::vector<float>>& g_S) {
  WeightRebuilder rebuilder(mapping, scale, device.g_min_S(), device.g_max_S());
  for (std::size_t tile = 0; tile < g_S.size(); ++tile) rebuilder.add_tile(tile, g_S[tile]);
  return rebuilder.weights();
}

}  // namespace swimsim
