#include "models/inference/input_coding.h"

#include <algorithm>
#include <cmath>

namespace swimsim {

std::vector<Plane> InputCoding::planes() const {
  std::vector<Plane> planes;
  for (int shift = 0; shift < bits; shift += dac_bits) planes.push_back({shift, std::min(dac_bits, bits - shift), false});
  if (is_signed) planes.push_back({bits, 1, true});
  return planes;
}

void InputCoding::codes(const float* values, std::size_t count, std::int32_t* codes) const {
  if (!(step > 0)) {
    std::fill_n(codes, count, 0);
    return;
  }
  const float per_step = 1.0f / step, low = static_cast<float>(code_min()), high = static_cast<float>(code_max());
  for (std::size_t i = 0; i < count; ++i) {
    const float level = std::nearbyint(values[i] * per_step);
    const float above = level > low ? level : low;
    codes[i] = static_cast<std::int32_t>(above < high ? above : high);
  }
}

}  // namespace swimsim
