#include "models/network/lanes/taps.h"

#include "models/network/lanes/simd.h"

namespace swimsim::lanes {

TapFinder::TapFinder(const std::vector<std::int32_t>& offsets) : kept_(offsets.size()) {
  for (const std::int32_t offset : offsets) {
    taps_.push_back({offset, static_cast<std::int32_t>(taps_.size())});
    elements_.push_back(offset / kLanes);
  }
}

void TapFinder::note(const float* values, std::int64_t floats) {
  const auto elements = static_cast<std::size_t>(floats / kLanes);
  if (nonzero_.size() < elements) nonzero_.resize(elements);
  std::size_t count = 0;
  for (std::size_t i = 0; i < elements; ++i) {
    nonzero_[i] = any_nonzero(load(values + i * kLanes)) ? 1 : 0;
    count += nonzero_[i];
  }
  few_zeros_ = count > elements - elements / 6;
}

// Without branches: which inputs are zero is hard to foretell.
Taps TapFinder::nonzero(std::int64_t place) {
  if (few_zeros_) return all();
  const std::uint8_t* const nonzero = nonzero_.data() + place / kLanes;
  const Tap* const taps = taps_.data();
  const std::int32_t* const elements = elements_.data();
  Tap* const kept = kept_.data();
  const std::size_t size = taps_.size();
  std::int64_t count = 0;
  for (std::size_t tap = 0; tap < size; ++tap) {
    kept[count] = taps[tap];
    count += nonzero[elements[tap]];
  }
  return {kept, count};
}

}  // namespace swimsim::lanes
