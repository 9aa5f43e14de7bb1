#include "models/inference/read_noise.h"

namespace swimsim {

void add_read_noise(const ColumnDraws& draws, std::uint32_t plane, std::uint32_t event, const std::int32_t* variances, float noise_scale,
                    std::size_t cols, std::int32_t* sums) {
  DrawId id{draws.seed, draws.trial, Purpose::inference_read, draws.layer, 0, plane, 0, event};
  for (std::size_t col = 0; col < cols; ++col) {
    if (variances[col] == 0) continue;
    id.weight = draws.first_column + static_cast<std::uint32_t>(col);
    sums[col] += noise_of(series_normal(id), static_cast<float>(variances[col]), noise_scale);
  }
}

}  // namespace swimsim
