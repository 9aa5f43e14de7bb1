#include "models/array/tile_words.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <memory>
#include <stdexcept>

#include "models/array/tile_array.h"
#include "tests/support/orders.h"
#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

using testing::SmallChip;

SmallChip any_chip() {
  MappingOptions options;
  options.bits_per_device = *rc::gen::inRange(1, 9);
  options.weight_bits = options.bits_per_device * *rc::gen::inRange(1, 3);
  options.code_max = (1 << options.weight_bits) - (*rc::gen::arbitrary<bool>() ? 1 : 0);
  options.tile_rows = *rc::gen::inRange(1, 20);
  options.tile_cols = *rc::gen::inRange(1, 20);
  std::vector<MatrixShape> layers;
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) layers.push_back({"layer", *rc::gen::inRange(1, 12), *rc::gen::inRange(1, 30)});
  SmallChip chip(layers, testing::pulse_card(), options, *rc::gen::inRange<std::uint64_t>(1, 1000));
  if (*rc::gen::arbitrary<bool>()) chip.reorder(testing::any_orders(layers));
  return chip;
}

RC_GTEST_PROP(TileWords, DigitsGiveTheTargetsOfTheCodes, ()) {
  const SmallChip chip = any_chip();
  const std::vector<std::vector<std::int32_t>> zeros = [&] {
    auto codes = chip.codes;
    for (auto& layer : codes) layer.assign(layer.size(), 0);
    return codes;
  }();
  for (std::size_t tile = 0; tile < chip.mapping->tiles().size(); ++tile) {
    const TileArray made_so(*chip.mapping, static_cast<std::int64_t>(tile), chip.codes, *chip.device, chip.job.array);
    TileArray loaded(*chip.mapping, static_cast<std::int64_t>(tile), zeros, *chip.device, chip.job.array);
    const std::vector<std::uint8_t> digits = digits_of_tile(*chip.mapping, tile, chip.codes);
    const std::size_t width = bytes_per_digit(*chip.mapping);
    RC_ASSERT(digits.size() == made_so.targets().size() * width);
    loaded.load_digits(digits.data(), width);
    RC_ASSERT(loaded.targets() == made_so.targets());
  }
}

RC_GTEST_PROP(TileWords, ScheduleBitsComeBack, ()) {
  const std::size_t rows = *rc::gen::inRange<std::size_t>(1, 20), cols = *rc::gen::inRange<std::size_t>(1, 40);
  const auto group = *rc::gen::container<std::vector<std::int16_t>>(rows * cols, rc::gen::inRange<std::int16_t>(-1, 3));
  const std::vector<std::uint8_t> bytes = pack_group(group, 1, cols);
  RC_ASSERT(bytes.size() == bit_bytes(rows, cols));
  const std::vector<std::uint8_t> bits = unpack_bits(bytes.data(), rows, cols);
  for (std::size_t cell = 0; cell < group.size(); ++cell) RC_ASSERT(bits[cell] == (group[cell] == 1 ? 1 : 0));
}

TEST(TileWords, ARowStartsOnAByteAndItsFirstCellInBitZero) {
  const std::vector<std::int16_t> group{1, 0, 0, 0, 0, 0, 0, 0, 1,  //
                                        0, 1, 0, 0, 0, 0, 0, 1, -1};
  EXPECT_EQ(pack_group(group, 1, 9), (std::vector<std::uint8_t>{0x01, 0x01, 0x82, 0x00}));
}

TEST(TileWords, HalfARowIsRefused) { EXPECT_THROW(pack_group({0, 0, 0}, 0, 2), std::logic_error); }

TEST(TileWords, ADigitTakesTwoBytesWhereOneIsTooSmall) {
  MappingOptions options = testing::many_levels();
  EXPECT_EQ(bytes_per_digit(Mapping({{"layer", 1, 1}}, options)), 1u);
  options.code_max = 256;
  const Mapping mapping({{"layer", 1, 2}}, options);
  EXPECT_EQ(bytes_per_digit(mapping), 2u);
  EXPECT_EQ(digits_of_tile(mapping, 0, {{256, -3}}), (std::vector<std::uint8_t>{0, 1, 0, 0, 0, 0, 3, 0}));
}

TEST(TileWords, ADigitThatTheSliceDoesNotHaveIsRefused) {
  const SmallChip chip({{"layer", 1, 1}}, testing::pulse_card());
  TileArray array(*chip.mapping, 0, chip.codes, *chip.device, chip.job.array);
  const std::uint8_t digits[2] = {16, 0};
  EXPECT_THROW(array.load_digits(digits, 1), std::logic_error);
}

TEST(TileWords, TheCodesThatAreReadBackAreThoseOfTheConductances) {
  const SmallChip chip({{"layer", 5, 7}}, testing::pulse_card());
  const TileArray array(*chip.mapping, 0, chip.codes, *chip.device, chip.job.array);
  const std::vector<float> final_S = array.final_S(), read_S = array.read_back_S(final_S);
  const std::vector<std::uint16_t> codes = array.read_back_codes(final_S);
  for (std::size_t cell = 0; cell < codes.size(); ++cell) EXPECT_EQ(chip.job.array.adc.conductance_S(codes[cell]), read_S[cell]);
}

}  // namespace
}  // namespace swimsim
