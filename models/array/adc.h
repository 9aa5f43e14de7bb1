#pragma once

#include <cstdint>

namespace swimsim {

/// Transfer of the verify ADC, referred to conductance: codes 0 .. 2^bits - 1 divide [low, high); outside it the code clips.
class Adc {
 public:
  Adc(int bits, double low_S, double high_S)
      : low_S_(static_cast<float>(low_S)),
        lsb_S_(static_cast<float>((high_S - low_S) / (1 << bits))),
        per_lsb_(static_cast<float>((1 << bits) / (high_S - low_S))),
        top_(static_cast<float>((1 << bits) - 1)) {}

  std::uint16_t code(float g_S) const {
    const float steps = (g_S - low_S_) * per_lsb_;
    const float clipped = steps > 0.0f ? (steps < top_ ? steps : top_) : 0.0f;
    return static_cast<std::uint16_t>(static_cast<std::int32_t>(clipped));
  }

  /// Conductance at the centre of a code: what the controller believes.
  float conductance_S(std::uint16_t code) const { return low_S_ + (static_cast<float>(code) + 0.5f) * lsb_S_; }
  float lsb_S() const { return lsb_S_; }

 private:
  float low_S_, lsb_S_, per_lsb_, top_;
};

}  // namespace swimsim
