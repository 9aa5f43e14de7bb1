// Noise of the reads of one tile over 40,000 draws and mismatch over 10,000 converters. Fixed seeds; tolerances are four standard errors,
// so one of 16,000 seeds would fail a comparison.
#include "models/inference/read_noise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "tests/support/array_example.h"

namespace swimsim {
namespace {

using testing::ArrayExample;
using testing::ArrayExampleOptions;

struct Moments {
  double mean = 0, variance = 0;
};

Moments moments(const std::vector<double>& values) {
  Moments m;
  const auto n = static_cast<double>(values.size());
  for (const double v : values) m.mean += v / n;
  for (const double v : values) m.variance += (v - m.mean) * (v - m.mean) / n;
  return m;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const Moments of_a = moments(a), of_b = moments(b);
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - of_a.mean) * (b[i] - of_b.mean) / static_cast<double>(a.size());
  return sum / std::sqrt(of_a.variance * of_b.variance);
}

// A layer of 16 inputs on one tile, read through ideal converters with the same digits again and again.
class NoisyTile {
 public:
  explicit NoisyTile(int dac_bits)
      : example_(testing::build_network(Shape{16, 1, 1, true}, {{testing::Kind::linear, 4, {}}}), noisy()),
        network_(example_.source(), options(dac_bits)),
        g_S_(example_.scattered_S(0.1)),
        array_(network_, g_S_, {11, 3}) {}

  /// Codes minus the exact sum, in siemens, of column `col` for one plane over events [first, first + count).
  std::vector<double> noise_S(std::size_t plane, int col, std::uint32_t first, std::size_t count) const {
    const ArrayLayer& layer = network_.layers()[0];
    ReadScratch scratch;
    std::vector<std::int32_t> digits, sums(8), codes(8);
    for (const std::int32_t code : row_codes()) digits.push_back(layer.planes[plane].digit(code));
    array_.tile(0).matrix.column_sums(digits.data(), sums.data());
    std::vector<double> noise;
    for (std::size_t i = 0; i < count; ++i) {
      read_tile(layer, array_, layer.reads[0], plane, first + static_cast<std::uint32_t>(i), row_codes().data(), scratch, codes.data());
      const auto at = static_cast<std::size_t>(col);
      noise.push_back((codes[at] - sums[at]) * array_.units(0).g_S);
    }
    return noise;
  }

  /// Sum of v^2 (kernel's variance + (share g)^2).
  double expected_S2(std::size_t plane, int col) const {
    double sum = 0;
    for (std::size_t row = 0; row < 16; ++row) {
      const float g_S = g_S_[0][row * 8 + static_cast<std::size_t>(col)];
      const double digit = network_.layers()[0].planes[plane].digit(row_codes()[row]);
      sum += digit * digit *
             (std::pow(static_cast<double>(example_.device->read_sigma_S(g_S)), 2) + std::pow(kShare * static_cast<double>(g_S), 2));
    }
    return sum;
  }

  static constexpr double kShare = 0.03;

 private:
  static ArrayExampleOptions noisy() {
    ArrayExampleOptions options;
    options.read_noise = kShare;
    return options;
  }
  static InferenceOptions options(int dac_bits) {
    InferenceOptions made;
    made.adc_bits = 0;
    made.dac_bits = dac_bits;
    return made;
  }
  static std::vector<std::int32_t> row_codes() { return {1, 2, 3, 255, 17, 0, 8, 99, 4, 13, 200, 31, 7, 64, 0, 77}; }

  ArrayExample example_;
  ArrayNetwork network_;
  std::vector<std::vector<float>> g_S_;
  ProgrammedArray array_;
};

constexpr std::size_t kDraws = 40'000;

void check_moments(const NoisyTile& tile, std::size_t plane, int col) {
  const Moments found = moments(tile.noise_S(plane, col, 0, kDraws));
  const double expected = tile.expected_S2(plane, col), n = static_cast<double>(kDraws);
  EXPECT_NEAR(found.mean / std::sqrt(expected), 0, 4 / std::sqrt(n));
  EXPECT_NEAR(found.variance / expected, 1, 4 * std::sqrt(2 / n));
}

TEST(ReadNoise, HasTheSummedVarianceOfTheDrivenCells) { check_moments(NoisyTile(1), 0, 2); }

TEST(ReadNoise, HasTheSquareOfTheVoltsOfAnNBitDac) { check_moments(NoisyTile(3), 1, 5); }

TEST(ReadNoise, OfColumnsPlanesAndReadsIsIndependent) {
  const NoisyTile tile(1);
  const std::vector<double> one = tile.noise_S(0, 2, 0, kDraws);
  const double most = 4 / std::sqrt(static_cast<double>(kDraws));
  EXPECT_LT(std::fabs(correlation(one, tile.noise_S(0, 3, 0, kDraws))), most);
  EXPECT_LT(std::fabs(correlation(one, tile.noise_S(1, 2, 0, kDraws))), most);
  for (const std::uint32_t later : {1u, 2u, 3u, 4u})
    EXPECT_LT(std::fabs(correlation(one, tile.noise_S(0, 2, later, kDraws))), most) << later;
}

TEST(ConverterErrors, HaveTheSpreadsThatWereAskedFor) {
  InferenceOptions options;
  options.adc_offset_sigma = 1.5;
  options.adc_gain_sigma = 0.02;
  std::vector<double> offsets, gains;
  for (std::size_t tile = 0; tile < 100; ++tile) {
    for (int converter = 0; converter < 100; ++converter) {
      const ConverterError error = draw_converter_error(options, 5, 1, tile, converter);
      offsets.push_back(error.offset_lsb);
      gains.push_back(error.gain);
    }
  }
  const double n = 10'000;
  EXPECT_NEAR(moments(offsets).mean / 1.5, 0, 4 / std::sqrt(n));
  EXPECT_NEAR(moments(offsets).variance / (1.5 * 1.5), 1, 4 * std::sqrt(2 / n));
  EXPECT_NEAR(moments(gains).mean / 0.02, 0, 4 / std::sqrt(n));
  EXPECT_NEAR(moments(gains).variance / (0.02 * 0.02), 1, 4 * std::sqrt(2 / n));
  EXPECT_LT(std::fabs(correlation(offsets, gains)), 4 / std::sqrt(n));
}

}  // namespace
}  // namespace swimsim
