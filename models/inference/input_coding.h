#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace swimsim {

/// One read of a vector of inputs: the bits of the codes that the DACs apply to the word lines. Bit-serial inputs as in ISAAC (Shafiee et
/// al., ISCA 2016): planes one after the other, their results shifted and added.
struct Plane {
  int shift = 0;      ///< the lowest of the bits
  int bits = 1;       ///< how many
  bool sign = false;  ///< of two's complement: weighs -2^shift
  /// What a digit of 1 is worth in codes.
  std::int64_t weight() const { return (sign ? -1 : 1) * (std::int64_t{1} << shift); }
  /// What the DAC of a row applies for a code.
  std::int32_t digit(std::int32_t code) const { return (code >> shift) & ((1 << bits) - 1); }
};

/// How the inputs of a weight layer become integer codes: x is about code * step. Codes go from 0, or with a sign from -(2^bits - 1), to
/// 2^bits - 1.
struct InputCoding {
  float step = 0;          ///< 0: every code is 0
  int bits = 8;            ///< magnitude bits B, 1..16
  bool is_signed = false;  ///< two's complement: one more plane
  int dac_bits = 1;        ///< D
  std::int32_t code_max() const { return (1 << bits) - 1; }
  std::int32_t code_min() const { return is_signed ? -code_max() : 0; }

  /// ceil(B / D) planes of magnitude bits from the least significant on, then that of the sign.
  std::vector<Plane> planes() const;
  /// Rounds half to even and clamps.
  void codes(const float* values, std::size_t count, std::int32_t* codes) const;
};

}  // namespace swimsim
