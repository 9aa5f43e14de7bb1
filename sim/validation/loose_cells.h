#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/common/random.h"
#include "models/device/device.h"

namespace swimsim {

/// Cells of a card with their spreads drawn, in their initial state and without an array around them.
class LooseCells {
 public:
  LooseCells(const Card& card, std::size_t cells, std::uint64_t seed);
  LooseCells(const LooseCells&) = delete;
  LooseCells& operator=(const LooseCells&) = delete;

  enum class Noise { none, fresh };
  /// The same pulse on all cells.
  void pulse(int polarity, double volts, double width_s, Noise noise = Noise::none);
  void erase();  ///< without noise
  void reset() { device_->initialize(row_); }

  std::size_t size() const { return g_S.size(); }
  const Device& device() const { return *device_; }
  const CellRow& row() const { return row_; }
  /// A float of a cell's state, of which `Device::states` has several.
  float state(int which, std::size_t cell) const { return state_[static_cast<std::size_t>(which)][cell]; }

  std::vector<float> g_S;

 private:
  std::vector<float> draw(Purpose purpose, std::uint32_t event) const;

  std::uint64_t seed_;
  std::uint32_t pulses_ = 0;
  std::unique_ptr<Device> device_;
  std::vector<std::uint32_t> weight_, cell_;
  std::vector<float> target_S_;
  std::vector<std::uint8_t> active_;
  std::vector<std::vector<float>> variation_, state_;
  CellRow row_;
};

}  // namespace swimsim
