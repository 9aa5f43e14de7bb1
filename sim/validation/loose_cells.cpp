#include "sim/validation/loose_cells.h"

#include <numeric>

namespace swimsim {

LooseCells::LooseCells(const Card& card, std::size_t cells, std::uint64_t seed)
    : g_S(cells),
      seed_(seed),
      device_(find_kernel(card.kernel)->make(card, {})),
      weight_(cells),
      cell_(cells, pack_cell(0, 0, 0)),
      target_S_(cells),
      active_(cells, 1),
      variation_(static_cast<std::size_t>(device_->variations())),
      state_(static_cast<std::size_t>(device_->states()), std::vector<float>(cells)) {
  std::iota(weight_.begin(), weight_.end(), 0u);
  row_.columns = cells;
  row_.g_S = g_S.data();
  row_.target_S = target_S_.data();
  row_.active = active_.data();
  for (std::size_t which = 0; which < variation_.size(); ++which) {
    variation_[which] = draw(Purpose::device_to_device, static_cast<std::uint32_t>(which));
    device_->shape_variation(static_cast<int>(which), cells, variation_[which].data());
    row_.variation[which] = variation_[which].data();
  }
  for (std::size_t which = 0; which < state_.size(); ++which) row_.state[which] = state_[which].data();
  device_->initialize(row_);
}

std::vector<float> LooseCells::draw(Purpose purpose, std::uint32_t event) const {
  std::vector<float> normals(size());
  fill_normals({seed_, 0, purpose, event}, size(), weight_.data(), cell_.data(), normals.data());
  return normals;
}

void LooseCells::pulse(int polarity, double volts, double width_s, Noise noise) {
  const std::vector<std::int8_t> sign(size(), static_cast<std::int8_t>(polarity));
  const std::vector<float> amplitude_V(size(), static_cast<float>(volts));
  const std::vector<float> normals = noise == Noise::fresh ? draw(Purpose::verify_pulse, pulses_++) : std::vector<float>(size());
  Pulse pulse;
  pulse.polarity = sign.data();
  pulse.amplitude_V = amplitude_V.data();
  pulse.width_s = width_s;
  pulse.noise = normals.data();
  device_->apply_pulse(row_, pulse);
}

void LooseCells::erase() {
  const std::vector<float> normals(size());
  device_->erase(row_, normals.data());
}

}  // namespace swimsim
