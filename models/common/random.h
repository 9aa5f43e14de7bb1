#pragma once

#include <cstddef>
#include <cstdint>

namespace swimsim {

/// What a random number is for. Frozen: a number once given keeps its meaning, new purposes are appended.
enum class Purpose : std::uint8_t {
  blind_write = 1,
  verify_pulse = 2,
  verify_read = 3,
  relaxation = 4,
  cycle_count = 5,
  device_to_device = 6,
  verified_state = 7,
  read_back = 8,
  erase = 9,
  coarse_pulse = 10,
  coarse_read = 11,
  stuck_cell = 12,
  telegraph_trap = 13,
  telegraph_state = 14,
  drift_exponent = 15,
  random_selector = 16,
  endurance_budget = 17,
  weight_init = 32,
  shuffle = 33,
  image_drawing = 34,
  weight_noise = 35,
  hessian_probe = 40,
  in_situ_batch = 41,
  augmentation = 42,
  training_noise = 43,
  inference_read = 48,
  adc_mismatch = 49,
};

/// The identity of a draw (DESIGN, rule 2): the number drawn is a pure function of these fields, so that threads, batches,
/// tracing and restarts cannot move a result.
struct DrawId {
  std::uint64_t seed = 0;
  std::uint32_t trial = 0;  ///< below 2^24
  Purpose purpose{};
  std::uint32_t layer = 0;  ///< below 2^16
  std::uint32_t weight = 0;
  std::uint32_t slice = 0;  ///< below 2^8
  std::uint32_t arm = 0;    ///< below 2^8: 0 plus, 1 minus
  std::uint32_t event = 0;
};

/// Four uniform 32-bit words.
struct Block {
  std::uint32_t word[4];
};

/// Philox4x32-10 (Salmon et al., SC'11; the same numbers as Random123's philox4x32).
/// key = seed, counter = (weight, layer|slice|arm, event, purpose|trial).
Block random_block(const DrawId& id);

/// Uniform in [0, 1) with 53 bits.
double random_uniform(const DrawId& id);

/// Standard normal, Box-Muller of the first two words of the block; |z| < 6.8. The same bits as `fill_normals`.
float random_normal(const DrawId& id);

/// Number `id.event` of a series of standard normals: four to a block, those of its first two words and those of the other two. For what
/// happens to a cell again and again. Number 0 is the `random_normal` of event 0.
float series_normal(const DrawId& id);

/// Uniform integer in [0, bound) by multiply-shift of a 64-bit word (bias below bound / 2^64).
std::uint64_t random_below(const DrawId& id, std::uint64_t bound);

/// The part of an identity that a cell carries: (weight, layer|slice|arm) packed as the second counter word.
std::uint32_t pack_cell(std::uint32_t layer, std::uint32_t slice, std::uint32_t arm);

/// The draws that a row of cells shares: everything but the cell.
struct RowDraw {
  std::uint64_t seed = 0;
  std::uint32_t trial = 0;
  Purpose purpose{};
  std::uint32_t event = 0;
};

/// Standard normals for n cells at once, vectorised by the compiler: out[i] is the draw of cell (weight[i], cell[i]).
void fill_normals(const RowDraw& draw, std::size_t n, const std::uint32_t* weight, const std::uint32_t* cell, float* out);

/// Normals 4 b to 4 b + 3 of the series of n cells, b = draw.event: out[k][i] is the series_normal 4 b + k of cell i.
void fill_series(const RowDraw& draw, std::size_t n, const std::uint32_t* weight, const std::uint32_t* cell, float* const out[4]);

}  // namespace swimsim
