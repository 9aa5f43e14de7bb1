#pragma once

#include <cstdint>
#include <string>

#include "models/network/layers/onnx_node.h"
#include "models/network/network.h"

namespace swimsim {

/// A sliding window in two dimensions: of a convolution or a pool. Pads are the same on opposite sides.
struct Window {
  std::int64_t height = 1, width = 1;
  std::int64_t stride_y = 1, stride_x = 1;
  std::int64_t pad_y = 0, pad_x = 0;

  /// Places the window finds on an image, 0 if it does not fit.
  std::int64_t out_height(std::int64_t in_height) const { return places(in_height, height, stride_y, pad_y); }
  std::int64_t out_width(std::int64_t in_width) const { return places(in_width, width, stride_x, pad_x); }

 private:
  static std::int64_t places(std::int64_t in, std::int64_t kernel, std::int64_t stride, std::int64_t pad) {
    return in + 2 * pad < kernel ? 0 : (in + 2 * pad - kernel) / stride + 1;
  }
};

/// Throws InputError if a size, stride or pad is out of range, or the window does not fit on `input`.
void check_window(const Window& window, const Shape& input, const std::string& kind);

/// Reads kernel_shape, strides, pads, auto_pad and dilations of an ONNX node; `kernel` is used where kernel_shape is left out.
/// Refuses dilations, pads that differ on opposite sides, and other ranks than two.
Window import_window(const OnnxNode& node, const std::vector<std::int64_t>& kernel, const Shape& input);

/// kernel_shape, strides and pads as an ONNX node has them.
std::map<std::string, std::vector<std::int64_t>> onnx_window(const Window& window);

}  // namespace swimsim
