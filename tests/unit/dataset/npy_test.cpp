#include "models/dataset/npy.h"

#include <gmock/gmock.h>

#include "models/dataset/datasets.h"
#include "tests/support/data_folder.h"

namespace swimsim {
namespace {

using testing::gzip;
using ::testing::HasSubstr;
using testing::mistake_of;

std::string npy(const std::string& header, const std::string& data, int version = 1) {
  std::string bytes = "\x93NUMPY";
  bytes += static_cast<char>(version);
  bytes += '\0';
  for (int byte = 0; byte < (version == 1 ? 2 : 4); ++byte) bytes += static_cast<char>(header.size() >> (8 * byte));
  return bytes + header + data;
}

std::string dictionary(const std::string& type, const std::string& shape, const std::string& order = "False") {
  return "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }   \n";
}

std::string counting(std::size_t count) {
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i) bytes += static_cast<char>(i);
  return bytes;
}

class Npy : public testing::DataFolder {
 protected:
  Npy() {
    request_.name = "npy";
    good_images_ = npy(dictionary("|u1", "(4, 3, 2, 5)"), counting(120));
    good_labels_ = npy(dictionary("|u1", "(4,)"), std::string("\0\2\1\3", 4));
  }
  DataSet load(const std::string& images, const std::string& labels) {
    request_.arrays = {write("x.npy", images), write("y.npy", labels), write("tx.npy", good_images_), write("ty.npy", good_labels_)};
    return load_dataset(request_);
  }
  std::string message(const std::string& images, const std::string& labels) {
    return mistake_of([&] { load(images, labels); });
  }

  DatasetRequest request_;
  std::string good_images_, good_labels_;
};

TEST_F(Npy, ColourImagesAndLabels) {
  const DataSet data = load(good_images_, good_labels_);
  EXPECT_EQ(data.train.channels, 3);
  EXPECT_EQ(data.train.height, 2);
  EXPECT_EQ(data.train.width, 5);
  EXPECT_EQ(data.train.classes, 4);
  EXPECT_EQ(data.train.labels, (std::vector<std::uint8_t>{0, 2, 1, 3}));
  EXPECT_EQ(data.train.pixels[37], 37);
  EXPECT_EQ(data.files.size(), 4u);
}

TEST_F(Npy, EveryVersionWidthAndPackingGivesTheSame) {
  const DataSet plain = load(good_images_, good_labels_);
  std::string wide;
  for (const char label : {0, 2, 1, 3}) wide += std::string(1, label) + std::string(7, '\0');
  for (const int version : {1, 2, 3}) {
    const DataSet data =
        load(gzip(npy(dictionary("|u1", "(4, 3, 2, 5)"), counting(120), version)), npy(dictionary("<i8", "(4,)"), wide, version));
    EXPECT_EQ(data.train.pixels, plain.train.pixels) << version;
    EXPECT_EQ(data.train.labels, plain.train.labels) << version;
  }
}

TEST_F(Npy, TakesTheFirstImages) {
  request_.train_images = 2;
  const DataSet data = load(good_images_, good_labels_);
  EXPECT_EQ(data.train.labels, (std::vector<std::uint8_t>{0, 2}));
  EXPECT_EQ(data.train.pixels.size(), 60u);
  request_.train_images = 5;
  EXPECT_THAT(message(good_images_, good_labels_), HasSubstr("there are 4"));
}

TEST_F(Npy, GreyImagesHaveThreeDimensions) {
  good_images_ = npy(dictionary("|u1", "(4, 2, 5)"), counting(40));
  EXPECT_EQ(load(good_images_, good_labels_).train.channels, 1);
  EXPECT_THAT(message(npy(dictionary("|u1", "(4, 5, 2)"), counting(40)), good_labels_), HasSubstr("has images of 1x2x5"));
}

TEST_F(Npy, WhatIsNotSupportedIsNamed) {
  EXPECT_EQ(message(good_images_, good_labels_), "no error");
  EXPECT_THAT(message(npy(dictionary("<f4", "(4, 3, 2, 5)"), counting(480)), good_labels_), HasSubstr("'<f4'; images are uint8"));
  EXPECT_THAT(message(npy(dictionary("|u1", "(4, 3, 2, 5)", "True"), counting(120)), good_labels_), HasSubstr("Fortran order"));
  EXPECT_THAT(message(npy(dictionary("|u1", "(4, 32, 32, 3)"), counting(12288)), good_labels_),
              HasSubstr("looks like [image][row][column]"));
  EXPECT_THAT(message(npy(dictionary("|u1", "(120,)"), counting(120)), good_labels_), HasSubstr("has shape (120)"));
  EXPECT_THAT(message(npy(dictionary("|u1", "(4, 3, 2, 0)"), ""), good_labels_), HasSubstr("sides of 1 to 4096"));
  EXPECT_THAT(message(npy(dictionary("|u1", "(9000000, 3, 64, 64)"), ""), good_labels_), HasSubstr("at most 4 GiB"));
  EXPECT_THAT(message(good_images_, npy(dictionary(">i4", "(4,)"), counting(16))), HasSubstr("big-endian"));
  EXPECT_THAT(message(good_images_, npy(dictionary("<f8", "(4,)"), counting(32))), HasSubstr("labels are whole numbers"));
  EXPECT_THAT(message(good_images_, npy(dictionary("|u1", "(3,)"), counting(3))), HasSubstr("has 3 labels, but"));
  EXPECT_THAT(message(good_images_, npy(dictionary("<i2", "(4,)"), counting(8))), HasSubstr("label 0 is below 0 or above 255"));
  EXPECT_THAT(message(good_images_, npy(dictionary("|i1", "(4,)"), "\1\1\xff\1")), HasSubstr("label 2 is below 0"));
  EXPECT_THAT(message("PK\x03\x04 and more", good_labels_), HasSubstr(".npz archive"));
  EXPECT_THAT(message(npy(dictionary("|u1", "(4, 3, 2, 5)"), counting(120), 4), good_labels_), HasSubstr("version 4.0"));
}

TEST_F(Npy, DamagedHeadersAreNamed) {
  for (const std::string& header :
       {std::string("{}"), std::string("{'descr': '|u1'}"), std::string("['descr']"),
        std::string("{'descr': [('a', '<i4')], 'shape': (4,)}"), dictionary("|u1", "(4, 3, 2, 5)") + "x",
        dictionary("|u1", "(4, -3, 2, 5)"), dictionary("|u1", "(99999999999999999999,)"), dictionary("|u", "(4,)"), dictionary("|u1", "4"),
        std::string("{'descr': '|u1', 'descr': '|u1'}"), std::string()}) {
    EXPECT_THAT(message(npy(header, counting(120)), good_labels_), HasSubstr("its header cannot be read")) << header;
  }
  EXPECT_THAT(message("", good_labels_), HasSubstr("not a .npy file"));
  for (std::size_t length = 0; length < good_images_.size(); ++length) {
    EXPECT_NE(message(good_images_.substr(0, length), good_labels_), "no error") << length;
  }
  EXPECT_THAT(message(good_images_ + "x", good_labels_), HasSubstr("more data"));
}

}  // namespace
}  // namespace swimsim
