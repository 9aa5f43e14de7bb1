#include "models/network/layers/onnx_node.h"

#include <fmt/format.h>

#include "models/common/errors.h"

namespace swimsim {

std::int64_t OnnxNode::integer(const std::string& attribute, std::int64_t otherwise) const {
  const auto found = integers.find(attribute);
  if (found == integers.end()) return otherwise;
  if (found->second.size() != 1) refuse(fmt::format("attribute '{}' has {} numbers, expected one", attribute, found->second.size()));
  return found->second[0];
}

float OnnxNode::number(const std::string& attribute, float otherwise) const {
  const auto found = floats.find(attribute);
  return found == floats.end() ? otherwise : found->second;
}

std::vector<std::int64_t> OnnxNode::list(const std::string& attribute, const std::vector<std::int64_t>& otherwise) const {
  const auto found = integers.find(attribute);
  return found == integers.end() || found->second.empty() ? otherwise : found->second;
}

std::string OnnxNode::text(const std::string& attribute, const std::string& otherwise) const {
  const auto found = texts.find(attribute);
  return found == texts.end() ? otherwise : found->second;
}

int OnnxNode::value(std::size_t input) const {
  if (input >= inputs.size() || inputs[input].value < 0) refuse(fmt::format("input {} must be computed from the image", input));
  return inputs[input].value;
}

const OnnxTensor* OnnxNode::constant_or_null(std::size_t input) const {
  if (input >= inputs.size()) return nullptr;
  if (inputs[input].value >= 0) refuse(fmt::format("input {} must be a constant (an initialiser)", input));
  return inputs[input].constant;
}

const OnnxTensor& OnnxNode::weight(std::size_t input) const {
  const OnnxTensor* tensor = constant_or_null(input);
  if (tensor == nullptr) refuse(fmt::format("input {} is missing", input));
  if (tensor->values.empty()) refuse(fmt::format("initialiser '{}' must be float32 and not empty", tensor->name));
  return *tensor;
}

void OnnxNode::refuse(const std::string& message) const { throw InputError(label + ": " + message); }

}  // namespace swimsim
