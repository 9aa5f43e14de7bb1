#pragma once

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "models/common/random.h"
#include "models/device/card_reader.h"
#include "models/device/kernels/nucleation.h"

namespace swimsim {

inline Card fefet_card(const std::string& name = "fefet_hzo_28nm") { return *load_card(name, "", {}).card; }

/// The card with single figures changed.
inline Card fefet_with(std::vector<std::pair<std::string, double>> figures) {
  Card card = fefet_card();
  for (const auto& [name, value] : figures) card.find(name)->value = value;
  return card;
}

/// A row of FeFET cells with their spreads drawn, erased to begin with.
struct FefetCells {
  Card card;
  std::size_t n;
  std::unique_ptr<Device> device;
  std::vector<float> g_S, target_S, variation[kMaxVariations], state[kMaxStates], amplitude_V, noise;
  std::vector<std::int8_t> polarity;
  std::vector<std::uint8_t> active;
  CellRow row;

  FefetCells(const Card& with, std::size_t cells)
      : card(with),
        n(cells),
        g_S(n),
        target_S(n),
        amplitude_V(n),
        noise(n),
        polarity(n, 1),
        active(n, 1),
        weight_(n),
        cell_(n, pack_cell(0, 0, 0)) {
    device = find_kernel(card.kernel)->make(card, {});
    row = {n, g_S.data(), target_S.data(), active.data(), {}, {}};
    for (std::size_t i = 0; i < n; ++i) weight_[i] = static_cast<std::uint32_t>(i);
    for (int which = 0; which < device->variations(); ++which) {
      draw(Purpose::device_to_device);
      variation[which] = noise;
      device->shape_variation(which, n, variation[which].data());
      row.variation[which] = variation[which].data();
    }
    for (int which = 0; which < device->states(); ++which) {
      state[which].assign(n, 0);
      row.state[which] = state[which].data();
    }
    device->initialize(row);
    noise.assign(n, 0);
  }

  /// Fresh standard normals into `noise`.
  void draw(Purpose purpose) { fill_normals({11, 0, purpose, event_++}, n, weight_.data(), cell_.data(), noise.data()); }

  /// One pulse on all active cells, with `noise` as it is.
  void pulse(int sign, double volts, double width_s) {
    polarity.assign(n, static_cast<std::int8_t>(sign));
    amplitude_V.assign(n, static_cast<float>(volts));
    pulse(width_s);
  }
  void pulse(double width_s) { device->apply_pulse(row, {polarity.data(), amplitude_V.data(), width_s, noise.data()}); }

  /// Share of switched domains of one cell, and over the cells.
  double share(std::size_t i) const { return state[DomainBatch::kSwitched][i] / card.number("domains"); }
  double mean_share() const {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += share(i);
    return sum / static_cast<double>(n);
  }
  double sigma_share() const {
    const double mean = mean_share();
    double squares = 0;
    for (std::size_t i = 0; i < n; ++i) squares += (share(i) - mean) * (share(i) - mean);
    return std::sqrt(squares / static_cast<double>(n));
  }

 private:
  std::vector<std::uint32_t> weight_, cell_;
  std::uint32_t event_ = 0;
};

}  // namespace swimsim
