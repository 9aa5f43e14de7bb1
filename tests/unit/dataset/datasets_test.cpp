#include "models/dataset/datasets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "models/common/errors.h"
#include "models/dataset/glyphs.h"
#include "models/dataset/idx.h"
#include "tests/support/data_folder.h"

namespace swimsim {
namespace {

using ::testing::HasSubstr;

std::string number(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

std::string images_bytes(std::uint32_t count, std::uint32_t rows, std::uint32_t columns) {
  std::string pixels;
  for (std::uint32_t i = 0; i < count * rows * columns; ++i) pixels += static_cast<char>(i * 7);
  return number(2051) + number(count) + number(rows) + number(columns) + pixels;
}

std::string labels_bytes(std::uint32_t count) {
  std::string labels;
  for (std::uint32_t i = 0; i < count; ++i) labels += static_cast<char>(i % 10);
  return number(2049) + number(count) + labels;
}

using IdxTest = testing::DataFolder;
using testing::gzip;

TEST_F(IdxTest, PlainAndGzipGiveTheSame) {
  const ImageSet plain = read_idx(write("i", images_bytes(12, 3, 4)), write("l", labels_bytes(12)), 10);
  const ImageSet packed = read_idx(write("i.gz", gzip(images_bytes(12, 3, 4))), write("l.gz", gzip(labels_bytes(12))), 10);
  EXPECT_EQ(plain.count(), 12u);
  EXPECT_EQ(plain.height, 3);
  EXPECT_EQ(plain.width, 4);
  EXPECT_EQ(plain.pixels[5], 35);
  EXPECT_EQ(plain.labels[11], 1);
  EXPECT_EQ(plain.pixels, packed.pixels);
  EXPECT_EQ(plain.labels, packed.labels);
}

TEST_F(IdxTest, DamageIsNamed) {
  const auto message = [&](const std::string& images, const std::string& labels) -> std::string {
    try {
      read_idx(write("images", images), write("labels", labels), 10);
    } catch (const InputError& error) {
      return error.what();
    }
    return "no error";
  };
  const std::string images = images_bytes(12, 3, 4), labels = labels_bytes(12);
  EXPECT_EQ(message(images, labels), "no error");
  EXPECT_THAT(message(labels, labels), HasSubstr("magic number is 2049, expected 2051"));
  EXPECT_THAT(message(images, images), HasSubstr("magic number is 2051, expected 2049"));
  EXPECT_THAT(message(images, labels_bytes(11)), HasSubstr("11 labels"));
  EXPECT_THAT(message(images + "x", labels), HasSubstr("more data"));
  EXPECT_THAT(message(images, labels + "x"), HasSubstr("more data"));
  EXPECT_THAT(message(number(2051) + number(4000000000u) + number(4096) + number(4096), labels), HasSubstr("1 GiB"));
  EXPECT_THAT(message(number(2051) + number(1) + number(0) + number(28), labels), HasSubstr("0x28"));
  EXPECT_THAT(message(images, number(2049) + number(12) + std::string(12, '\x0a')), HasSubstr("label 0 is 10; expected 0 to 9"));
  EXPECT_THAT(message("", labels), HasSubstr("truncated"));
  for (std::size_t length = 1; length < images.size(); ++length) EXPECT_NE(message(images.substr(0, length), labels), "no error") << length;
  const std::string packed = gzip(images_bytes(100, 28, 28));
  for (std::size_t length = 2; length < packed.size(); length += 61) {
    EXPECT_THAT(message(packed.substr(0, length), labels_bytes(100)), HasSubstr("truncated")) << length;
  }
  std::string flipped = packed;
  flipped[packed.size() / 2] = static_cast<char>(flipped[packed.size() / 2] ^ 0x55);
  EXPECT_NE(message(flipped, labels_bytes(100)), "no error");
}

TEST_F(IdxTest, DataSetOfTheFamily) {
  for (const std::string half : {"train", "t10k"}) {
    write("mnist/" + half + "-images-idx3-ubyte", images_bytes(20, 28, 28));
    write("mnist/" + half + "-labels-idx1-ubyte.gz", gzip(labels_bytes(20)));
  }
  const DataSet all = load_dataset("mnist", folder_.string(), 1, 0, 5);
  EXPECT_EQ(all.train.count(), 20u);
  EXPECT_EQ(all.test.count(), 5u);
  EXPECT_EQ(all.test.pixels.size(), 5u * 784);
  EXPECT_FALSE(all.synthetic);
  ASSERT_EQ(all.files.size(), 4u);
  EXPECT_THAT(all.files[1], HasSubstr("train-labels-idx1-ubyte.gz"));
  EXPECT_THROW(load_dataset("mnist", folder_.string(), 1, 21, 0), InputError);
}

TEST_F(IdxTest, MissingSetSaysWhatBringsIt) {
  try {
    load_dataset("fashion-mnist", folder_.string(), 1, 0, 0);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("fashion-mnist/train-images-idx3-ubyte"));
    EXPECT_THAT(error.what(), HasSubstr("scripts/fetch-data"));
  }
  EXPECT_THROW(load_dataset("mnist", "", 1, 0, 0), InputError);
  try {
    load_dataset("glyph", "", 1, 0, 0);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("glyphs"));
  }
}

TEST(Mnist, RealFilesHoldThePublishedCounts) {
  const char* data = std::getenv("SWIMSIM_DATA");
  if (data == nullptr) GTEST_SKIP() << "SWIMSIM_DATA names the folder with mnist/";
  if (!std::filesystem::exists(std::string(data) + "/mnist")) GTEST_SKIP() << data << "/mnist is not there";
  const DataSet mnist = load_dataset("mnist", data, 1, 0, 0);
  std::vector<int> train(10), test(10);
  for (const std::uint8_t label : mnist.train.labels) ++train[label];
  for (const std::uint8_t label : mnist.test.labels) ++test[label];
  EXPECT_EQ(train, (std::vector<int>{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}));
  EXPECT_EQ(test, (std::vector<int>{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}));
}

TEST(Glyphs, AnImageIsAFunctionOfItsIdentity) {
  const ImageSet many = draw_glyphs(7, GlyphHalf::train, 50), few = draw_glyphs(7, GlyphHalf::train, 20);
  EXPECT_TRUE(std::equal(few.pixels.begin(), few.pixels.end(), many.pixels.begin()));
  EXPECT_TRUE(std::equal(few.labels.begin(), few.labels.end(), many.labels.begin()));
  EXPECT_NE(draw_glyphs(8, GlyphHalf::train, 20).pixels, few.pixels);
  EXPECT_NE(draw_glyphs(7, GlyphHalf::test, 20).pixels, few.pixels);
}

TEST(Glyphs, ClassesAreEvenAndImagesHaveInk) {
  const ImageSet set = draw_glyphs(1, GlyphHalf::train, 5000);
  std::vector<int> count(10);
  for (const std::uint8_t label : set.labels) ++count[label];
  for (const int n : count) EXPECT_NEAR(n, 500, 100);
  for (std::size_t image = 0; image < set.count(); ++image) {
    int bright = 0;
    for (std::size_t i = 0; i < 784; ++i) bright += set.pixels[image * 784 + i] > 128 ? 1 : 0;
    EXPECT_GT(bright, 8) << image;
    EXPECT_LT(bright, 350) << image;
  }
}

TEST(Glyphs, LoadsBySizeAndSaysItIsSynthetic) {
  const DataSet data = load_dataset("glyphs", "", 3, 100, 50);
  EXPECT_TRUE(data.synthetic);
  EXPECT_EQ(data.train.count(), 100u);
  EXPECT_EQ(data.test.count(), 50u);
  EXPECT_TRUE(data.files.empty());
  EXPECT_THROW(load_dataset("glyphs", "", 3, -1, 0), InputError);
  EXPECT_THROW(load_dataset("glyphs", "", 3, 2000000000, 0), InputError);
  EXPECT_EQ(dataset_kinds()[0].source, DatasetSource::drawn);
}

}  // namespace
}  // namespace swimsim
