#include "models/common/random.h"

#include <Random123/philox.h>

#include <stdexcept>

#include "models/common/normal.h"

namespace swimsim {

namespace {

constexpr std::uint32_t kTrialLimit = 1u << 24;

std::uint32_t pack_purpose(Purpose purpose, std::uint32_t trial) {
  if (trial >= kTrialLimit) throw std::overflow_error("random identity: trial number above 2^24 - 1");
  return static_cast<std::uint32_t>(purpose) << 24 | trial;
}

/// One lane of Philox4x32-10, written out so that a loop over lanes vectorises (and drops the words that it does not use).
inline Block philox_lane(std::uint32_t c0, std::uint32_t c1, std::uint32_t c2, std::uint32_t c3, std::uint32_t k0, std::uint32_t k1) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = static_cast<std::uint64_t>(PHILOX_M4x32_0) * c0;
    const std::uint64_t product1 = static_cast<std::uint64_t>(PHILOX_M4x32_1) * c2;
    c0 = static_cast<std::uint32_t>(product1 >> 32) ^ c1 ^ k0;
    c1 = static_cast<std::uint32_t>(product1);
    c2 = static_cast<std::uint32_t>(product0 >> 32) ^ c3 ^ k1;
    c3 = static_cast<std::uint32_t>(product0);
    k0 += PHILOX_W32_0;
    k1 += PHILOX_W32_1;
  }
  return {{c0, c1, c2, c3}};
}

}  // namespace

std::uint32_t pack_cell(std::uint32_t layer, std::uint32_t slice, std::uint32_t arm) {
  if (layer >= 1u << 16 || slice >= 1u << 8 || arm >= 1u << 8) throw std::overflow_error("random identity: layer, slice or arm too large");
  return layer << 16 | slice << 8 | arm;
}

Block random_block(const DrawId& id) {
  const philox4x32_ctr_t counter{{id.weight, pack_cell(id.layer, id.slice, id.arm), id.event, pack_purpose(id.purpose, id.trial)}};
  const philox4x32_key_t key{{static_cast<std::uint32_t>(id.seed), static_cast<std::uint32_t>(id.seed >> 32)}};
  const philox4x32_ctr_t words = philox4x32(counter, key);
  return {{words.v[0], words.v[1], words.v[2], words.v[3]}};
}

double random_uniform(const DrawId& id) {
  const Block block = random_block(id);
  const std::uint64_t bits = static_cast<std::uint64_t>(block.word[0]) << 32 | block.word[1];
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

float random_normal(const DrawId& id) {
  const Block block = random_block(id);
  return normal_from_words(block.word[0], block.word[1]);
}

float series_normal(const DrawId& id) {
  DrawId of_block = id;
  of_block.event = id.event / 4;
  const std::uint32_t lane = id.event % 4;
  const Block block = random_block(of_block);
  const NormalPair pair = normals_from_words(block.word[lane & 2], block.word[(lane & 2) + 1]);
  return lane % 2 == 0 ? pair.first : pair.second;
}

std::uint64_t random_below(const DrawId& id, std::uint64_t bound) {
  const Block block = random_block(id);
  const std::uint64_t bits = static_cast<std::uint64_t>(block.word[0]) << 32 | block.word[1];
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(bits) * bound) >> 64);
}

void fill_normals(const RowDraw& draw, std::size_t n, const std::uint32_t* weight, const std::uint32_t* cell, float* out) {
  const std::uint32_t purpose = pack_purpose(draw.purpose, draw.trial);
  const std::uint32_t k0 = static_cast<std::uint32_t>(draw.seed);
  const std::uint32_t k1 = static_cast<std::uint32_t>(draw.seed >> 32);
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) {
    const Block block = philox_lane(weight[i], cell[i], draw.event, purpose, k0, k1);
    out[i] = normal_from_words(block.word[0], block.word[1]);
  }
}

void fill_series(const RowDraw& draw, std::size_t n, const std::uint32_t* weight, const std::uint32_t* cell, float* const out[4]) {
  const std::uint32_t purpose = pack_purpose(draw.purpose, draw.trial);
  const std::uint32_t k0 = static_cast<std::uint32_t>(draw.seed);
  const std::uint32_t k1 = static_cast<std::uint32_t>(draw.seed >> 32);
  float *out0 = out[0], *out1 = out[1], *out2 = out[2], *out3 = out[3];
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) {
    const Block block = philox_lane(weight[i], cell[i], draw.event, purpose, k0, k1);
    const NormalPair low = normals_from_words(block.word[0], block.word[1]), high = normals_from_words(block.word[2], block.word[3]);
    out0[i] = low.first;
    out1[i] = low.second;
    out2[i] = high.first;
    out3[i] = high.second;
  }
}

}  // namespace swimsim
