#include <gmock/gmock.h>

// jpeglib.h needs the two before it
#include <cstddef>
#include <cstdio>
// clang-format off
#include <jpeglib.h>
// clang-format on
#include <png.h>

#include <cstdlib>

#include "models/dataset/datasets.h"
#include "models/dataset/decode_image.h"
#include "tests/support/data_folder.h"

namespace swimsim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::mistake_of;

// A picture of one colour.
std::vector<std::uint8_t> samples_of(std::array<int, 3> colour, int channels, int width, int height) {
  std::vector<std::uint8_t> samples;
  for (int i = 0; i < width * height; ++i) {
    for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c) samples.push_back(static_cast<std::uint8_t>(colour[c]));
  }
  return samples;
}

std::string png(std::array<int, 3> colour, int channels = 3, int width = 6, int height = 4) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  const auto samples = samples_of(colour, channels, width, height);
  std::string bytes(10000, '\0');
  png_alloc_size_t size = bytes.size();
  EXPECT_NE(png_image_write_to_memory(&image, bytes.data(), &size, 0, samples.data(), 0, nullptr), 0);
  bytes.resize(size);
  return bytes;
}

std::string jpeg(std::array<int, 3> colour, int channels = 3, int width = 6, int height = 4) {
  jpeg_compress_struct codec{};
  jpeg_error_mgr errors{};
  codec.err = jpeg_std_error(&errors);
  jpeg_create_compress(&codec);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&codec, &bytes, &size);
  codec.image_width = static_cast<JDIMENSION>(width);
  codec.image_height = static_cast<JDIMENSION>(height);
  codec.input_components = channels;
  codec.in_color_space = channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_set_defaults(&codec);
  jpeg_set_quality(&codec, 100, TRUE);
  jpeg_start_compress(&codec, TRUE);
  auto samples = samples_of(colour, channels, width, height);
  for (int row = 0; row < height; ++row) {
    JSAMPROW line = samples.data() + static_cast<std::size_t>(row * width * channels);
    jpeg_write_scanlines(&codec, &line, 1);
  }
  jpeg_finish_compress(&codec);
  std::string text(reinterpret_cast<char*>(bytes), size);
  jpeg_destroy_compress(&codec);
  std::free(bytes);
  return text;
}

class Pictures : public testing::DataFolder {
 protected:
  DataSet load(int train_images = 0) const {
    DatasetRequest request;
    request.name = "folder";
    request.path = folder_.string();
    request.train_images = train_images;
    return load_dataset(request);
  }
  std::string message() const {
    return mistake_of([&] { load(); });
  }
};

TEST_F(Pictures, PngIsExactAndJpegIsClose) {
  const Picture exact = decode_image(png({10, 200, 30}), "a.png");
  EXPECT_EQ(exact.channels, 3);
  EXPECT_EQ(exact.width, 6);
  EXPECT_EQ(exact.height, 4);
  EXPECT_EQ(exact.pixels[0], 10);
  EXPECT_EQ(exact.pixels[24], 200);
  EXPECT_EQ(exact.pixels[48], 30);
  const Picture close = decode_image(jpeg({10, 200, 30}), "a.jpg");
  EXPECT_NEAR(close.pixels[0], 10, 3);
  EXPECT_NEAR(close.pixels[24], 200, 3);
  EXPECT_NEAR(close.pixels[71], 30, 3);
  EXPECT_EQ(decode_image(jpeg({77, 0, 0}, 1), "grey.jpg").channels, 1);
  EXPECT_EQ(decode_image(png({77, 0, 0}, 1), "grey.png").pixels, std::vector<std::uint8_t>(24, 77));
}

TEST_F(Pictures, PlainLayoutTakesTheClassesInTurn) {
  write("train/dog/1.png", png({1, 1, 1}));
  write("train/dog/2.PNG", png({2, 2, 2}));
  write("train/dog/notes.txt", "not a picture");
  write("train/cat/b.png", png({3, 3, 3}));
  write("test/dog/x.png", png({4, 5, 6}));
  const DataSet data = load();
  EXPECT_EQ(data.train.classes, 2);
  EXPECT_THAT(data.train.labels, ElementsAre(0, 1, 1));  // cat, dog, dog
  EXPECT_EQ(data.train.pixels[0], 3);
  EXPECT_EQ(data.train.pixels[72], 1);
  EXPECT_EQ(data.train.pixels[144], 2);
  EXPECT_THAT(data.test.labels, ElementsAre(1));
  EXPECT_EQ(data.test.pixels[24], 5);
  EXPECT_THAT(load(2).train.labels, ElementsAre(0, 1));
  ASSERT_EQ(data.digests.size(), 1u);
  EXPECT_EQ(data.digests[0].second.size(), 64u);
  EXPECT_NE(load(2).digests[0].second, data.digests[0].second);
}

TEST_F(Pictures, TinyImageNetLayout) {
  write("train/n01/images/n01_0.JPEG", jpeg({200, 0, 0}));
  write("train/n01/n01_boxes.txt", "boxes");
  write("train/n02/images/n02_0.JPEG", jpeg({0, 200, 0}));
  write("val/images/val_0.JPEG", jpeg({0, 200, 0}));
  write("val/images/val_1.JPEG", jpeg({200, 0, 0}));
  write("val/val_annotations.txt", "val_1.JPEG\tn01\t0\t0\t62\t62\nval_0.JPEG\tn02\t1\t2\t3\t4\n");
  write("test/images/test_0.JPEG", "these have no labels");
  const DataSet data = load();
  EXPECT_THAT(data.train.labels, ElementsAre(0, 1));
  EXPECT_THAT(data.test.labels, ElementsAre(0, 1));
  EXPECT_GT(data.test.pixels[0], 190);
  EXPECT_LT(data.test.pixels[72], 10);
}

TEST_F(Pictures, GreyIsExpandedAmongColourAndKeptAmongGrey) {
  write("train/a/1.png", png({50, 0, 0}, 1));
  write("test/a/1.png", png({60, 0, 0}, 1));
  EXPECT_EQ(load().train.channels, 1);
  write("train/a/2.png", png({1, 2, 3}));
  const DataSet data = load();
  EXPECT_EQ(data.train.channels, 3);
  EXPECT_EQ(data.test.channels, 3);
  EXPECT_EQ(data.train.pixels[0], 50);
  EXPECT_EQ(data.train.pixels[71], 50);
  EXPECT_EQ(data.train.pixels[72 + 24], 2);
  EXPECT_EQ(data.test.pixels, std::vector<std::uint8_t>(72, 60));
}

TEST_F(Pictures, AllMistakesAtOnce) {
  EXPECT_THAT(message(), HasSubstr("no folder 'train'"));
  write("train/cat/1.png", png({1, 1, 1}));
  EXPECT_THAT(message(), HasSubstr("no test pictures"));
  write("train/dog/readme.txt", "");
  write("test/dogg/1.png", png({1, 1, 1}));
  const std::string listing = message();
  EXPECT_THAT(listing, HasSubstr("holds no picture"));
  EXPECT_THAT(listing, HasSubstr("did you mean 'dog'"));
  std::filesystem::remove_all(folder_ / "test");

  write("test/cat/1.png", png({1, 1, 1}));
  const std::string sound_png = png({1, 2, 3}), sound_jpeg = jpeg({1, 2, 3});
  write("train/dog/cut.png", sound_png.substr(0, sound_png.size() / 2));
  write("train/dog/cut.jpg", sound_jpeg.substr(0, sound_jpeg.size() - 20));
  write("train/dog/other.png", "GIF89a");
  write("train/dog/small.png", png({1, 2, 3}, 3, 5, 4));
  const std::string damage = message();
  EXPECT_THAT(damage, HasSubstr("cut.png: is not a sound PNG"));
  EXPECT_THAT(damage, HasSubstr("cut.jpg: is not a sound JPEG"));
  EXPECT_THAT(damage, HasSubstr("other.png: is neither a JPEG nor a PNG"));
  EXPECT_THAT(damage, HasSubstr("small.png: has 5x4 pixels, but"));
}

TEST_F(Pictures, AnnotationsAreChecked) {
  write("train/cat/1.png", png({1, 1, 1}));
  write("val/val_annotations.txt", "val_0.png\tcatt\nno tab\n../../secret.png\tcat\n");
  const std::string mistakes = message();
  EXPECT_THAT(mistakes, HasSubstr("val_annotations.txt:1:0: class 'catt' is none of 'train'"));
  EXPECT_THAT(mistakes, HasSubstr("val_annotations.txt:2:0: expected FILE"));
  EXPECT_THAT(mistakes, HasSubstr("val_annotations.txt:3:0: expected FILE"));
  write("val/val_annotations.txt", "gone.png\tcat\n");
  EXPECT_THAT(message(), HasSubstr("gone.png: cannot be opened"));
}

TEST_F(Pictures, DamageNeverCrashes) {
  for (const std::string& sound : {png({10, 200, 30}), jpeg({10, 200, 30})}) {
    for (std::size_t length = 0; length + 24 < sound.size(); ++length)  // the last bytes hold no pixel
      EXPECT_THROW(decode_image(std::string_view(sound).substr(0, length), "x"), InputError) << length;
    for (std::size_t at = 0; at < sound.size(); ++at) {
      std::string damaged = sound;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x5a);
      mistake_of([&] { decode_image(damaged, "x"); });
    }
  }
}

}  // namespace
}  // namespace swimsim
