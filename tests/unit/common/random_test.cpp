#include "models/common/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "models/common/normal.h"

namespace swimsim {
namespace {

// Known answers of philox4x32-10 from Random123's own test file (kat_vectors).
TEST(Random, PhiloxKnownAnswerOfZeros) {
  const Block block = random_block({});
  EXPECT_EQ(block.word[0], 0x6627e8d5u);
  EXPECT_EQ(block.word[1], 0xe169c58du);
  EXPECT_EQ(block.word[2], 0xbc57ac4cu);
  EXPECT_EQ(block.word[3], 0x9b00dbd8u);
}

TEST(Random, PhiloxKnownAnswerOfOnes) {
  DrawId id;
  id.seed = ~std::uint64_t{0};
  id.trial = 0xffffff;
  id.purpose = static_cast<Purpose>(0xff);
  id.layer = 0xffff;
  id.slice = id.arm = 0xff;
  id.weight = id.event = 0xffffffff;
  const Block block = random_block(id);
  EXPECT_EQ(block.word[0], 0x408f276du);
  EXPECT_EQ(block.word[1], 0x41c83b0eu);
  EXPECT_EQ(block.word[2], 0xa20bc7c6u);
  EXPECT_EQ(block.word[3], 0x6d5451fdu);
}

TEST(Random, PhiloxKnownAnswerOfPi) {
  DrawId id;
  id.weight = 0x243f6a88;  // counter word 0
  id.layer = 0x85a3, id.slice = 0x08, id.arm = 0xd3;
  id.event = 0x13198a2e;
  id.purpose = static_cast<Purpose>(0x03), id.trial = 0x707344;
  id.seed = 0x299f31d0a4093822;
  const Block block = random_block(id);
  EXPECT_EQ(block.word[0], 0xd16cfe09u);
  EXPECT_EQ(block.word[1], 0x94fdccebu);
  EXPECT_EQ(block.word[2], 0x5001e420u);
  EXPECT_EQ(block.word[3], 0x24126ea1u);
}

TEST(Random, LanesEqualSingleDraws) {
  for (const std::size_t n : {1u, 2u, 15u, 16u, 17u, 128u, 1000u}) {
    std::vector<std::uint32_t> weight(n), cell(n);
    std::vector<float> normals(n);
    for (std::size_t i = 0; i < n; ++i) {
      weight[i] = static_cast<std::uint32_t>(i * 7919);
      cell[i] = pack_cell(3, static_cast<std::uint32_t>(i % 4), static_cast<std::uint32_t>(i % 2));
    }
    fill_normals({42, 5, Purpose::verify_read, 9}, n, weight.data(), cell.data(), normals.data());
    for (std::size_t i = 0; i < n; ++i) {
      const DrawId id{42, 5, Purpose::verify_read, 3, weight[i], static_cast<std::uint32_t>(i % 4), static_cast<std::uint32_t>(i % 2), 9};
      EXPECT_EQ(normals[i], random_normal(id));
    }
  }
}

TEST(Random, SeriesInLanesEqualsSingleDraws) {
  const std::size_t n = 37;
  std::vector<std::uint32_t> weight(n), cell(n, pack_cell(3, 1, 1));
  for (std::size_t i = 0; i < n; ++i) weight[i] = static_cast<std::uint32_t>(i * 7919);
  std::vector<float> lanes[4];
  for (auto& lane : lanes) lane.resize(n);
  float* const out[4] = {lanes[0].data(), lanes[1].data(), lanes[2].data(), lanes[3].data()};
  fill_series({42, 5, Purpose::verify_pulse, 9}, n, weight.data(), cell.data(), out);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::uint32_t k = 0; k < 4; ++k) {
      const DrawId id{42, 5, Purpose::verify_pulse, 3, weight[i], 1, 1, 4 * 9 + k};
      EXPECT_EQ(lanes[k][i], series_normal(id));
    }
  }
}

TEST(Random, SeriesUsesAllFourWordsOfABlock) {
  DrawId id{42, 5, Purpose::verify_pulse, 3, 17, 1, 1, 0};
  const Block block = random_block(id);
  const NormalPair low = normals_from_words(block.word[0], block.word[1]), high = normals_from_words(block.word[2], block.word[3]);
  const float expected[] = {low.first, low.second, high.first, high.second};
  EXPECT_EQ(random_normal(id), low.first);
  for (id.event = 0; id.event < 4; ++id.event) EXPECT_EQ(series_normal(id), expected[id.event]);
}

TEST(Random, EveryFieldOfTheIdentityMatters) {
  const DrawId base{1, 2, Purpose::blind_write, 3, 4, 5, 1, 6};
  std::vector<DrawId> others(8, base);
  others[0].seed++;
  others[1].trial++;
  others[2].purpose = Purpose::verify_pulse;
  others[3].layer++;
  others[4].weight++;
  others[5].slice++;
  others[6].arm = 0;
  others[7].event++;
  for (const DrawId& other : others) EXPECT_NE(random_uniform(base), random_uniform(other));
}

TEST(Random, ThrowsWhenAnIdentityDoesNotFit) {
  DrawId id;
  id.trial = 1u << 24;
  EXPECT_THROW(random_block(id), std::overflow_error);
  id.trial = 0;
  id.layer = 1u << 16;
  EXPECT_THROW(random_block(id), std::overflow_error);
}

TEST(Random, BoxMullerAgreesWithLibm) {
  double worst = 0;
  for (std::uint32_t i = 0; i < 200'000; ++i) {
    const std::uint32_t a = i * 21475u + 1u, b = i * 2654435761u;
    const double exact = std::sqrt(-2 * std::log((a + 0.5) / 4294967296.0)) * std::cos(2 * M_PI * b / 4294967296.0);
    worst = std::max(worst, std::fabs(exact - static_cast<double>(normal_from_words(a, b))));
  }
  EXPECT_LT(worst, 6e-6);  // float: some units in the last place of 6.8
}

TEST(Random, BoxMullerStaysFiniteAtTheEnds) {
  for (const std::uint32_t a : {0u, 1u, 0xfffffffeu, 0xffffffffu}) {
    for (const std::uint32_t b : {0u, 0x3fffffffu, 0x40000000u, 0x80000000u, 0xffffffffu}) {
      EXPECT_TRUE(std::isfinite(normal_from_words(a, b)));
      EXPECT_LE(std::fabs(normal_from_words(a, b)), 6.8f);
    }
  }
}

TEST(Random, BelowStaysBelow) {
  DrawId id;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    id.weight = i;
    EXPECT_LT(random_below(id, 7), 7u);
  }
}

}  // namespace
}  // namespace swimsim
