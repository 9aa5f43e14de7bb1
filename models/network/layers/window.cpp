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
  if (!in_range(window.dilation_y, 1) || !in_range(window.dilation_x, 1)) {
    throw InputError(fmt::format("{}: dilations {}, {}; each must be 1 to {}", kind, window.dilation_y, window.dilation_x, kMaxSize));
  }
  const auto pad_fits = [&](std::int64_t pad, std::int64_t reach) { return pad >= 0 && pad < reach && pad <= kMaxSize; };
  if (!pad_fits(window.pad_y, window.reach_y()) || !pad_fits(window.pad_below(), window.reach_y()) ||
      !pad_fits(window.pad_x, window.reach_x()) || !pad_fits(window.pad_right(), window.reach_x())) {
    throw InputError(fmt::format("{}: pads {}, {}, {}, {} (above, left, below, right) must be 0 or more and smaller than the kernel {}x{}",
                                 kind, window.pad_y, window.pad_x, window.pad_below(), window.pad_right(), window.reach_y(),
                                 window.reach_x()));
  }
  if (input.flat) throw InputError(fmt::format("{}: needs an image, got the flattened value {}", kind, to_string(input)));
  if (window.out_height(input.height) < 1 || window.out_width(input.width) < 1) {
    throw InputError(fmt::format("{}: the kernel {}x{} does not fit on {}", kind, window.height, window.width, to_string(input)));
  }
}

Shape pooled_shape(const Window& window, const Shape& input, const std::string& kind) {
  check_window(window, input, kind);
  return {input.channels, window.out_height(input.height), window.out_width(input.width)};
}

Window import_window(const OnnxNode& node, const std::vector<std::int64_t>& kernel, const Shape& input) {
  const std::vector<std::int64_t> size = node.list("kernel_shape", kernel);
  const std::vector<std::int64_t> strides = node.list("strides", {1, 1}), dilations = node.list("dilations", {1, 1});
  std::vector<std::int64_t> pads = node.list("pads", {0, 0, 0, 0});
  if (size.size() != 2 || strides.size() != 2 || dilations.size() != 2 || pads.size() != 4) {
    node.refuse(fmt::format("a kernel of {} dimensions; only 2-D is supported", size.size()));
  }
  if (!kernel.empty() && size != kernel) node.refuse("kernel_shape is not the shape of the weights");
  Window window;
  window.height = size[0];
  window.width = size[1];
  window.stride_y = strides[0];
  window.stride_x = strides[1];
  window.dilation_y = dilations[0];
  window.dilation_x = dilations[1];
  constexpr std::int64_t kMaxSize = 4096;
  for (const std::vector<std::int64_t>& numbers : {size, strides, dilations}) {
    for (const std::int64_t number : numbers) {
      if (number < 1 || number > kMaxSize) {
        node.refuse(fmt::format("kernel sizes, strides and dilations must be 1 to {}, got {}", kMaxSize, number));
      }
    }
  }

  const std::string auto_pad = node.text("auto_pad", "NOTSET");
  if (auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER") {
    const auto total = [](std::int64_t in, std::int64_t k, std::int64_t stride) {
      return std::max<std::int64_t>(((in + stride - 1) / stride - 1) * stride + k - in, 0);
    };
    const std::int64_t y = total(input.height, window.reach_y(), strides[0]), x = total(input.width, window.reach_x(), strides[1]);
    const bool less_first = auto_pad == "SAME_UPPER";
    const std::int64_t above = less_first ? y / 2 : y - y / 2, left = less_first ? x / 2 : x - x / 2;
    pads = {above, left, y - above, x - left};
  } else if (auto_pad == "VALID") {
    pads = {0, 0, 0, 0};
  } else if (auto_pad != "NOTSET") {
    node.refuse(fmt::format("auto_pad '{}' is not supported", auto_pad));
  }
  for (const std::int64_t pad : pads) {
    if (pad < 0 || pad > kMaxSize) node.refuse(fmt::format("pads must be 0 to {}, got {}", kMaxSize, pad));
  }
  window.pad_y = pads[0];
  window.pad_x = pads[1];
  window.extra_y = pads[2] - pads[0];
  window.extra_x = pads[3] - pads[1];
  return window;
}

Window import_pool_window(const OnnxNode& node, const Shape& input) {
  const Window window = import_window(node, {}, input);
  if (window.dilation_y != 1 || window.dilation_x != 1) {
    node.refuse(fmt::format("dilations {}, {} are not supported in a pool, only 1", window.dilation_y, window.dilation_x));
  }
  check_window(window, input, node.label);
  const bool divides = (input.height + window.pad_y + window.pad_below() - window.height) % window.stride_y == 0 &&
                       (input.width + window.pad_x + window.pad_right() - window.width) % window.stride_x == 0;
  if (node.integer("ceil_mode", 0) != 0 && !divides) node.refuse("ceil_mode 1 is supported only where the windows fit without a rest");
  return window;
}

std::map<std::string, std::vector<std::int64_t>> onnx_window(const Window& window) {
  return {{"kernel_shape", {window.height, window.width}},
          {"strides", {window.stride_y, window.stride_x}},
          {"pads", {window.pad_y, window.pad_x, window.pad_below(), window.pad_right()}}};
}

}  // namespace swimsim
