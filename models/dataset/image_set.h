#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace swimsim {

/// Labelled images, 8 bits a pixel, in the order of their source.
struct ImageSet {
  int channels = 1, height = 0, width = 0, classes = 10;
  std::vector<std::uint8_t> pixels;  ///< [image][channel][row][column]
  std::vector<std::uint8_t> labels;  ///< [image]
  std::size_t count() const { return labels.size(); }
  std::size_t image_size() const { return static_cast<std::size_t>(channels) * height * width; }
};

/// How a pixel becomes a network input: (p / 255 - mean[c]) / std[c].
struct Normalization {
  std::vector<float> mean, std;
};

/// A data set's two halves.
struct DataSet {
  ImageSet train, test;
  bool synthetic = false;
  std::vector<std::string> files;                            ///< what was read, for the manifest's hashes
  std::vector<std::pair<std::string, std::string>> digests;  ///< folders of many files: path and the SHA-256 of what was decoded
};

}  // namespace swimsim
