#include "models/network/onnx_constants.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace swimsim {

namespace {

using Integers = std::vector<std::int64_t>;
constexpr std::size_t kMaxIntegers = 1024;  // shapes are short

OnnxTensor vector_of(Integers integers) {
  OnnxTensor tensor;
  tensor.shape = {static_cast<std::int64_t>(integers.size())};
  tensor.integers = std::move(integers);
  return tensor;
}

OnnxTensor scalar_of(std::int64_t integer) {
  OnnxTensor tensor;
  tensor.integers = {integer};
  return tensor;
}

// The whole numbers at `input`: a scalar or a vector.
const Integers& integers_at(const OnnxNode& node, std::size_t input) {
  const OnnxTensor* tensor = node.constant_or_null(input);
  const bool fits = tensor != nullptr && tensor->values.empty() && tensor->shape.size() <= 1 && tensor->integers.size() <= kMaxIntegers;
  if (!fits) node.refuse(fmt::format("input {} must be up to {} whole numbers in one row", input, kMaxIntegers));
  return tensor->integers;
}

bool is_scalar(const OnnxNode& node, std::size_t input) { return node.inputs[input].constant->shape.empty(); }

std::size_t index_in(const OnnxNode& node, std::int64_t index, std::size_t count) {
  const auto size = static_cast<std::int64_t>(count);
  if (index < -size || index >= size) node.refuse(fmt::format("index {} of {} numbers", index, count));
  return static_cast<std::size_t>(index < 0 ? index + size : index);
}

OnnxTensor fold_shape(const OnnxNode& node, const Network& network) {
  const Shape& shape = network.value_shape(node.value(0));
  if (node.integer("start", 0) != 0 || node.integers.count("end") > 0) node.refuse("attributes start and end are not supported");
  if (shape.flat) return vector_of({1, shape.channels});
  return vector_of({1, shape.channels, shape.height, shape.width});
}

OnnxTensor fold_gather(const OnnxNode& node) {
  if (node.integer("axis", 0) != 0) node.refuse("is supported on a row of numbers only");
  const Integers &data = integers_at(node, 0), &indices = integers_at(node, 1);
  Integers picked;
  for (const std::int64_t index : indices) picked.push_back(data[index_in(node, index, data.size())]);
  return is_scalar(node, 1) ? scalar_of(picked.at(0)) : vector_of(std::move(picked));
}

OnnxTensor fold_unsqueeze(const OnnxNode& node) {
  const Integers& data = integers_at(node, 0);
  const Integers axes = node.inputs.size() > 1 ? integers_at(node, 1) : node.list("axes", {});
  if (!is_scalar(node, 0) || axes.size() != 1) node.refuse("is supported on one number only");
  return vector_of(data);
}

OnnxTensor fold_squeeze(const OnnxNode& node) {
  const Integers& data = integers_at(node, 0);
  if (data.size() != 1) node.refuse("is supported on one number only");
  return scalar_of(data[0]);
}

OnnxTensor fold_concat(const OnnxNode& node) {
  Integers all;
  for (std::size_t input = 0; input < node.inputs.size(); ++input) {
    const Integers& part = integers_at(node, input);
    if (all.size() + part.size() > kMaxIntegers) node.refuse("makes too long a row of numbers");
    all.insert(all.end(), part.begin(), part.end());
  }
  return vector_of(std::move(all));
}

OnnxTensor fold_slice(const OnnxNode& node) {
  const Integers &data = integers_at(node, 0), &starts = integers_at(node, 1), &ends = integers_at(node, 2);
  const bool steps = node.inputs.size() > 4 && integers_at(node, 4) != Integers{1};
  if (starts.size() != 1 || ends.size() != 1 || steps) node.refuse("is supported on a row of numbers with step 1 only");
  const auto size = static_cast<std::int64_t>(data.size());
  const auto clamped = [size](std::int64_t at) {
    const std::int64_t from_front = at < 0 ? std::max(at, -size) + size : at;
    return std::min(from_front, size);
  };
  const std::int64_t begin = clamped(starts[0]), end = std::max(begin, clamped(ends[0]));
  return vector_of(Integers(data.begin() + begin, data.begin() + end));
}

OnnxTensor fold_cast(const OnnxNode& node) {
  constexpr std::int64_t kFloat = 1, kInt32 = 6, kInt64 = 7;
  const std::int64_t type = node.integer("to", 0);
  OnnxTensor tensor = *node.constant_or_null(0);
  const bool is_float = !tensor.values.empty();
  if (type != kFloat && (is_float || (type != kInt32 && type != kInt64)))
    node.refuse("is supported to float32 and between whole numbers only");
  if (type == kFloat && !is_float) {
    for (const std::int64_t integer : tensor.integers) tensor.values.push_back(static_cast<float>(integer));
    tensor.integers.clear();
  }
  return tensor;
}

std::int64_t calculate(const OnnxNode& node, std::int64_t a, std::int64_t b) {
  constexpr std::int64_t kMost = std::int64_t{1} << 31;
  if (std::llabs(a) > kMost || std::llabs(b) > kMost) node.refuse(fmt::format("calculates with {} and {}; too large", a, b));
  if (node.operation == "Add") return a + b;
  if (node.operation == "Sub") return a - b;
  if (node.operation == "Mul") return a * b;
  if (b == 0) node.refuse("divides by 0");
  return a / b;
}

OnnxTensor fold_arithmetic(const OnnxNode& node) {
  const Integers &a = integers_at(node, 0), &b = integers_at(node, 1);
  if (a.size() != b.size() && a.size() != 1 && b.size() != 1) node.refuse(fmt::format("has {} and {} numbers", a.size(), b.size()));
  if (a.empty() || b.empty()) node.refuse("has no numbers");
  Integers result;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    result.push_back(calculate(node, a[a.size() == 1 ? 0 : i], b[b.size() == 1 ? 0 : i]));
  }
  return is_scalar(node, 0) && is_scalar(node, 1) ? scalar_of(result[0]) : vector_of(std::move(result));
}

bool all_constant(const OnnxNode& node) {
  return !node.inputs.empty() &&
         std::all_of(node.inputs.begin(), node.inputs.end(), [](const OnnxNode::Input& input) { return input.value < 0; }) &&
         node.inputs[0].constant != nullptr;
}

}  // namespace

std::vector<std::string> constant_operators() {
  return {"Add", "Cast", "Concat", "Constant", "Div", "Gather", "Identity", "Mul", "Shape", "Slice", "Squeeze", "Sub", "Unsqueeze"};
}

std::optional<OnnxTensor> fold_constants(const OnnxNode& node, const Network& network) {
  const std::string& operation = node.operation;
  if (operation == "Shape" && !all_constant(node)) return fold_shape(node, network);
  if (!all_constant(node)) return std::nullopt;
  if (operation == "Identity") return *node.inputs[0].constant;
  if (operation == "Shape") return vector_of(node.inputs[0].constant->shape);
  if (operation == "Gather") return fold_gather(node);
  if (operation == "Unsqueeze") return fold_unsqueeze(node);
  if (operation == "Squeeze") return fold_squeeze(node);
  if (operation == "Concat") return fold_concat(node);
  if (operation == "Slice") return fold_slice(node);
  if (operation == "Cast") return fold_cast(node);
  if (operation == "Add" || operation == "Sub" || operation == "Mul" || operation == "Div") return fold_arithmetic(node);
  return std::nullopt;
}

}  // namespace swimsim
