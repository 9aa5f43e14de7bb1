#include "models/network/layers/window.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/common/errors.h"

namespace swimsim {

void check_window(const Window& window, const Shape& input, const std::string& kind) {
  constexpr std::int64_t kMaxSize = 4096;
  const auto in_range = [](std::int64_t value, std::int64_t least) { return value >= least && value <= kMaxSize; };
  if (!in_range(window.height, 1) || !in_range(window.width, 1) || !in_range(window.stride_y, 1) || !in_range(window.stride_x, 1)) {
    throw InputError(fmt::format("{}: kernel {}x{} with strides {}x{}; each must be 1 to {}", kind, window.height, window.width,
                                 window.stride_y, window.stride_x, kMaxSize));
  }
  if (!in_range(window.pad_y, 0) || !in_range(window.pad_x, 0) || window.pad_y >= window.height || window.pad_x >= window.width) {
    throw InputError(fmt::format("{}: pads {}, {} must be 0 or more and smaller than the kernel {}x{}", kind, window.pad_y, window.pad_x,
                                 window.height, window.width));
  }
  if (input.flat) throw InputError(fmt::format("{}: needs an image, got the flattened value {}", kind, to_string(input)));
  if (window.out_height(input.height) < 1 || window.out_width(input.width) < 1) {
    throw InputError(fmt::format("{}: the kernel {}x{} does not fit on {}", kind, window.height, window.width, to_string(input)));
  }
}

Window import_window(const OnnxNode& node, const std::vector<std::int64_t>& kernel, const Shape& input) {
  const std::vector<std::int64_t> size = node.list("kernel_shape", kernel);
  const std::vector<std::int64_t> strides = node.list("strides", {1, 1}), dilations = node.list("dilations", {1, 1});
  std::vector<std::int64_t> pads = node.list("pads", {0, 0, 0, 0});
  if (size.size() != 2 || strides.size() != 2 || dilations.size() != 2 || pads.size() != 4) {
    node.refuse(fmt::format("a kernel of {} dimensions; only 2-D is supported", size.size()));
  }
  if (!kernel.empty() && size != kernel) node.refuse("kernel_shape is not the shape of the weights");
  if (dilations[0] != 1 || dilations[1] != 1) {
    node.refuse(fmt::format("dilations {}, {} are not supported, only 1", dilations[0], dilations[1]));
  }
  Window window;
  window.height = size[0];
  window.width = size[1];
  window.stride_y = strides[0];
  window.stride_x = strides[1];

  const std::string auto_pad = node.text("auto_pad", "NOTSET");
  if (auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER") {
    constexpr std::int64_t kMaxSize = 4096;
    for (const std::int64_t number : {size[0], size[1], strides[0], strides[1]}) {
      if (number < 1 || number > kMaxSize) node.refuse(fmt::format("kernel sizes and strides must be 1 to {}, got {}", kMaxSize, number));
    }
    const auto total = [](std::int64_t in, std::int64_t k, std::int64_t stride) {
      return std::max<std::int64_t>(((in + stride - 1) / stride - 1) * stride + k - in, 0);
    };
    const std::int64_t y = total(input.height, size[0], strides[0]), x = total(input.width, size[1], strides[1]);
    pads = {y / 2, x / 2, y - y / 2, x - x / 2};
  } else if (auto_pad != "NOTSET" && auto_pad != "VALID") {
    node.refuse(fmt::format("auto_pad '{}' is not supported", auto_pad));
  }
  if (pads[0] != pads[2] || pads[1] != pads[3]) {
    node.refuse(fmt::format("pads {}, {}, {}, {}: only the same pad on opposite sides is supported", pads[0], pads[1], pads[2], pads[3]));
  }
  window.pad_y = pads[0];
  window.pad_x = pads[1];
  return window;
}

std::map<std::string, std::vector<std::int64_t>> onnx_window(const Window& window) {
  return {{"kernel_shape", {window.height, window.width}},
          {"strides", {window.stride_y, window.stride_x}},
          {"pads", {window.pad_y, window.pad_x, window.pad_y, window.pad_x}}};
}

}  // namespace swimsim
