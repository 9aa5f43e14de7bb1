#include "sim/hardware/images_in_flight.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/common/errors.h"
#include "models/network/layers/layer.h"
#include "models/network/layers/window.h"

namespace swimsim {

std::int64_t input_rows_needed(const Network& network, const Node& node, int input_value, int output_value, std::int64_t out_rows) {
  const std::int64_t in_height = network.value_shape(input_value).height, out_height = network.value_shape(output_value).height;
  if (out_rows == 0) return 0;
  if (const Window* window = node.layer->window()) {
    const std::int64_t below = (out_rows - 1) * window->stride_y - window->pad_y + window->reach_y();
    return std::clamp<std::int64_t>(below, 0, in_height);
  }
  return in_height == out_height ? out_rows : in_height;
}

std::int64_t first_input_row(const Network& network, const Node& node, std::int64_t out_row) {
  const Window* window = node.layer->window();
  if (window == nullptr) return 0;
  return std::clamp<std::int64_t>(out_row * window->stride_y - window->pad_y, 0, network.value_shape(node.inputs[0]).height);
}

ImageInFlight& ImagesInFlight::admit(std::size_t image) {
  const std::size_t values = network_->nodes().size() + 1;
  double bytes = 0;
  for (std::size_t value = 0; value < values; ++value)
    bytes += static_cast<double>(network_->value_shape(static_cast<int>(value)).elements()) * sizeof(float);
  constexpr double kMostBytes = 8.0 * (1 << 30);
  if (bytes * static_cast<double>(images_.size() + 1) > kMostBytes)
    throw ResourceError(fmt::format("{} images on their way through the chip would need more than 8 GiB", images_.size() + 1));
  ImageInFlight& flight = images_[image];
  for (std::size_t value = 0; value < values; ++value)
    flight.values.emplace_back(static_cast<std::size_t>(network_->value_shape(static_cast<int>(value)).elements()), 0.0f);
  flight.rows_ready.assign(values, 0);
  flight.nodes_left = network_->nodes().size();
  return flight;
}

}  // namespace swimsim
