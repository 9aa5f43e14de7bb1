#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/network/network.h"

namespace swimsim {

/// A constant tensor of an ONNX file; weights are float32, shapes int64.
struct OnnxTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<float> values;           ///< of a float32 tensor, all finite
  std::vector<std::int64_t> integers;  ///< of an int64, int32 or bool tensor
};

/// What an import rule sees of an ONNX node and its graph, without the ONNX headers.
class OnnxNode {
 public:
  std::string label;                                          ///< "node 'conv1' (Conv)", for messages
  std::string name;                                           ///< never empty
  std::string operation;                                      ///< "Conv"
  bool is_last = false;                                       ///< computes the graph's output
  std::map<std::string, std::vector<std::int64_t>> integers;  ///< attributes of one or more integers
  std::map<std::string, float> floats;
  std::map<std::string, std::string> texts;

  /// One input: a constant, or a value of the network so far, or (optional input left out) neither.
  struct Input {
    const OnnxTensor* constant = nullptr;
    int value = -1;
    bool shared = false;  ///< other nodes read the value too
  };
  std::vector<Input> inputs;

  std::int64_t integer(const std::string& attribute, std::int64_t otherwise) const;
  float number(const std::string& attribute, float otherwise) const;
  std::vector<std::int64_t> list(const std::string& attribute, const std::vector<std::int64_t>& otherwise) const;
  std::string text(const std::string& attribute, const std::string& otherwise) const;

  /// The network value at `input`; InputError if it is a constant or missing.
  int value(std::size_t input) const;
  /// The constant at `input` or null if it is left out; InputError if it is computed.
  const OnnxTensor* constant_or_null(std::size_t input) const;
  /// The float32 weight at `input`; InputError if it is missing, computed or of another type.
  const OnnxTensor& weight(std::size_t input) const;

  /// Throws InputError: "node 'conv1' (Conv): " + message.
  [[noreturn]] void refuse(const std::string& message) const;
};

/// Appends what the node means to the network and returns the value that is its output.
using OnnxRule = int (*)(const OnnxNode& node, Network& network);

}  // namespace swimsim
