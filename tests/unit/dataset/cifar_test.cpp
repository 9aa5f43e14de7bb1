#include "models/dataset/cifar.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "models/dataset/datasets.h"
#include "tests/support/data_folder.h"

namespace swimsim {
namespace {

using testing::gzip;
using ::testing::HasSubstr;
using testing::mistake_of;

constexpr std::size_t kRecord = 3073;

// Record i has label (first + i) % 10 and pixel k of value i + k.
std::string records(std::size_t count, std::size_t first = 0) {
  std::string bytes;
  bytes.reserve(count * kRecord);
  for (std::size_t i = 0; i < count; ++i) {
    bytes += static_cast<char>((first + i) % 10);
    for (std::size_t k = 0; k < kRecord - 1; ++k) bytes += static_cast<char>(i + k);
  }
  return bytes;
}

using Cifar = testing::DataFolder;

TEST_F(Cifar, RecordsAreLabelThenRedGreenBlue) {
  ImageSet plain, packed;
  append_cifar_batch(write("b", records(3)), 3, plain);
  append_cifar_batch(write("b.gz", gzip(records(3))), 3, packed);
  EXPECT_EQ(plain.labels, (std::vector<std::uint8_t>{0, 1, 2}));
  ASSERT_EQ(plain.pixels.size(), 3u * 3072);
  EXPECT_EQ(plain.pixels[3072 + 1024], static_cast<std::uint8_t>(1 + 1024));  // image 1, green, first pixel
  EXPECT_EQ(plain.pixels, packed.pixels);
}

TEST_F(Cifar, DamageIsNamed) {
  const auto message = [&](const std::string& bytes) {
    ImageSet set;
    return mistake_of([&] { append_cifar_batch(write("b", bytes), 3, set); });
  };
  const std::string sound = records(3);
  EXPECT_EQ(message(sound), "no error");
  EXPECT_THAT(message(sound.substr(0, sound.size() - 1)), HasSubstr("9218 of 9219 bytes"));
  EXPECT_THAT(message(""), HasSubstr("0 of 9219 bytes"));
  EXPECT_THAT(message(sound + "x"), HasSubstr("more data after a CIFAR-10 batch of 3 records"));
  std::string labelled = sound;
  labelled[kRecord] = 10;
  EXPECT_THAT(message(labelled), HasSubstr("label 1 is 10; expected 0 to 9"));
  const std::string packed = gzip(sound);
  EXPECT_THAT(message(packed.substr(0, packed.size() / 2)), HasSubstr("truncated"));
}

TEST_F(Cifar, ReadsTheBatchesThatAreThereWithoutGaps) {
  const std::string batch = gzip(records(kCifarBatchImages));
  write("cifar-10/test_batch.bin.gz", batch);
  const auto load = [&](int train_images) { return load_dataset("cifar-10", folder_.string(), 1, train_images, 7); };
  EXPECT_THAT(mistake_of([&] { load(0); }), HasSubstr("data_batch_1.bin"));
  write("cifar-10/data_batch_1.bin.gz", batch);
  write("cifar-10/data_batch_2.bin", records(kCifarBatchImages, 5));
  const DataSet data = load(0);
  EXPECT_EQ(data.train.count(), 2 * kCifarBatchImages);
  EXPECT_EQ(data.train.labels[kCifarBatchImages], 5);
  EXPECT_EQ(data.test.count(), 7u);
  EXPECT_EQ(data.test.pixels.size(), 7u * 3072);
  EXPECT_EQ(data.train.channels, 3);
  EXPECT_EQ(data.files.size(), 3u);
  EXPECT_EQ(load(100).files.size(), 2u);  // the second batch is not needed
  EXPECT_THAT(mistake_of([&] { load(20001); }), HasSubstr("there are 20000"));
  write("cifar-10/data_batch_4.bin.gz", batch);
  EXPECT_THAT(mistake_of([&] { load(0); }), HasSubstr("data_batch_3.bin is not"));
}

TEST(Cifar10, RealFilesHoldThePublishedMeans) {
  const char* folder = std::getenv("SWIMSIM_DATA");
  if (folder == nullptr) GTEST_SKIP() << "SWIMSIM_DATA is not set: CIFAR-10 is needed";
  if (!std::filesystem::exists(std::string(folder) + "/cifar-10")) GTEST_SKIP() << "SWIMSIM_DATA has no cifar-10/";
  const DataSet data = load_dataset("cifar-10", folder, 1, 0, 0);
  EXPECT_EQ(data.train.count() % kCifarBatchImages, 0u);
  std::vector<int> test(10);
  for (const std::uint8_t label : data.test.labels) ++test[label];
  EXPECT_EQ(test, std::vector<int>(10, 1000));
  // Of all 50,000 images; 30,000 of them come close.
  const double published[3] = {0.4913997, 0.4821583, 0.4465308};
  for (std::size_t channel = 0; channel < 3; ++channel) {
    double sum = 0;
    for (std::size_t image = 0; image < data.train.count(); ++image) {
      const std::uint8_t* plane = data.train.pixels.data() + image * 3072 + channel * 1024;
      for (std::size_t i = 0; i < 1024; ++i) sum += plane[i];
    }
    EXPECT_NEAR(sum / 255 / 1024 / static_cast<double>(data.train.count()), published[channel], 0.003) << channel;
  }
}

}  // namespace
}  // namespace swimsim
