#pragma once

#include <cstdint>
#include <string>

#include "models/network/layers/onnx_node.h"
#include "models/network/network.h"

namespace swimsim {

/// The elements of an image that a window covers.
struct WindowPart {
  std::int64_t y_begin, y_end, x_begin, x_end;
};

/// A sliding window in two dimensions: of a convolution or a pool.
struct Window {
  std::int64_t height = 1, width = 1;
  std::int64_t stride_y = 1, stride_x = 1;
  std::int64_t pad_y = 0, pad_x = 0;            ///< above and left; below and right too, but for the following
  std::int64_t extra_y = 0, extra_x = 0;        ///< how much more padding there is below and right
  std::int64_t dilation_y = 1, dilation_x = 1;  ///< distance of neighbouring elements; pools have 1

  std::int64_t pad_below() const { return pad_y + extra_y; }
  std::int64_t pad_right() const { return pad_x + extra_x; }
  /// Without dilation, and with the same padding on opposite sides.
  bool is_plain() const { return dilation_y == 1 && dilation_x == 1 && extra_y == 0 && extra_x == 0; }
  /// From the first to the last element.
  std::int64_t reach_y() const { return (height - 1) * dilation_y + 1; }
  std::int64_t reach_x() const { return (width - 1) * dilation_x + 1; }

  /// Places the window finds on an image, 0 if it does not fit.
  std::int64_t out_height(std::int64_t in_height) const { return places(in_height + 2 * pad_y + extra_y, reach_y(), stride_y); }
  std::int64_t out_width(std::int64_t in_width) const { return places(in_width + 2 * pad_x + extra_x, reach_x(), stride_x); }

  /// What a window without dilation covers of the image at one place.
  WindowPart part_at(std::int64_t out_y, std::int64_t out_x, const Shape& in) const {
    const std::int64_t y = out_y * stride_y - pad_y, x = out_x * stride_x - pad_x;
    return {y < 0 ? 0 : y, y + height < in.height ? y + height : in.height, x < 0 ? 0 : x, x + width < in.width ? x + width : in.width};
  }

 private:
  static std::int64_t places(std::int64_t padded, std::int64_t reach, std::int64_t stride) {
    return padded < reach ? 0 : (padded - reach) / stride + 1;
  }
};

/// Throws InputError if a size, stride, pad or dilation is out of range, or the window does not fit on `input`.
void check_window(const Window& window, const Shape& input, const std::string& kind);

/// What a pool makes of `input`: a window on each channel. Throws as check_window.
Shape pooled_shape(const Window& window, const Shape& input, const std::string& kind);

/// Reads kernel_shape, strides, pads, auto_pad and dilations of an ONNX node; `kernel` is used where kernel_shape is left out.
/// Refuses other ranks than two.
Window import_window(const OnnxNode& node, const std::vector<std::int64_t>& kernel, const Shape& input);

/// kernel_shape, strides and pads as an ONNX node has them.
std::map<std::string, std::vector<std::int64_t>> onnx_window(const Window& window);
/// The window of a pool: the same, without dilations, and ceil_mode only where it makes no difference.
Window import_pool_window(const OnnxNode& node, const Shape& input);

}  // namespace swimsim
