#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace swimsim {

/// A layer as a node of an ONNX file, without the ONNX headers. Weights and bias are inputs 1 and 2 where the node has them.
struct OnnxOperation {
  std::string name;  ///< "Conv"; "": the layer cannot be written
  std::map<std::string, std::int64_t> integers;
  std::map<std::string, std::vector<std::int64_t>> lists;
  std::map<std::string, float> floats;
  std::vector<float> scalars;      ///< further inputs, one number each
  std::vector<std::int64_t> pads;  ///< a further input of whole numbers; empty: none
};

}  // namespace swimsim
