#include "models/network/lanes/nonzero_taps.h"

#include "models/network/lanes/simd.h"

namespace swimsim::lanes {

void NonzeroTaps::note(const float* values, std::int64_t floats) {
  const auto elements = static_cast<std::size_t>(floats / kLanes);
  if (nonzero_.size() < elements) nonzero_.resize(elements);
  for (std::size_t i = 0; i < elements; ++i) nonzero_[i] = any_nonzero(load(values + i * kLanes)) ? 1 : 0;
}

// Without branches: which inputs are zero is hard to foretell.
Taps NonzeroTaps::at(const std::vector<std::int32_t>& offsets, std::int64_t place) {
  if (offsets_.size() < offsets.size()) {
    offsets_.resize(offsets.size());
    rows_.resize(offsets.size());
  }
  const std::uint8_t* nonzero = nonzero_.data() + place / kLanes;
  std::int32_t *kept_offsets = offsets_.data(), *kept_rows = rows_.data();
  std::int64_t count = 0;
  const auto all = static_cast<std::int32_t>(offsets.size());
  for (std::int32_t tap = 0; tap < all; ++tap) {
    const std::int32_t offset = offsets[static_cast<std::size_t>(tap)];
    kept_offsets[count] = offset;
    kept_rows[count] = tap;
    count += nonzero[offset / kLanes];
  }
  return {kept_offsets, kept_rows, count};
}

}  // namespace swimsim::lanes
