#pragma once

// The first images of CIFAR-10's test batch (binary version, gzip): one label byte and 3072 pixels a record.

#include <boost/iostreams/copy.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <fstream>
#include <string>

#include "models/dataset/image_set.h"

namespace swimsim::testing {

inline ImageSet cifar_test_images(const std::string& data_folder, std::size_t count) {
  ImageSet images;
  images.channels = 3;
  images.height = images.width = 32;
  images.classes = 10;
  std::ifstream file(data_folder + "/cifar-10/test_batch.bin.gz", std::ios::binary);
  if (!file) return images;
  boost::iostreams::filtering_istream stream;
  stream.push(boost::iostreams::gzip_decompressor());
  stream.push(file);
  std::string record(3073, '\0');
  while (images.labels.size() < count && stream.read(record.data(), static_cast<std::streamsize>(record.size()))) {
    images.labels.push_back(static_cast<std::uint8_t>(record[0]));
    images.pixels.insert(images.pixels.end(), record.begin() + 1, record.end());
  }
  return images;
}

}  // namespace swimsim::testing
