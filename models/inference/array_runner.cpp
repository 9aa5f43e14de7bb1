#include "models/inference/array_runner.h"

#include <fmt/format.h>

#include "models/common/errors.h"

namespace swimsim {

ArrayRunner::ArrayRunner(const ArrayNetwork& array, std::int64_t batch) : network_(&array), batch_(batch) {
  const Network& network = array.network();
  const auto values = network.nodes().size() + 1;
  double bytes = 0;
  for (std::size_t value = 0; value < values; ++value)
    bytes += static_cast<double>(network.value_shape(static_cast<int>(value)).elements() * batch) * sizeof(float);
  constexpr double kMostBytes = 8.0 * (1 << 30);
  if (bytes > kMostBytes)
    throw ResourceError(fmt::format("a batch of {} images would need {:.1f} GiB for the network's values", batch, bytes / (1 << 30)));
  for (std::size_t value = 0; value < values; ++value)
    values_.emplace_back(static_cast<std::size_t>(network.value_shape(static_cast<int>(value)).elements() * batch), 0.0f);
  for (std::size_t node = 0; node < network.nodes().size(); ++node)
    operators_.push_back(array.layer_of_node(node) == nullptr ? array.make_operator(node, batch) : nullptr);
}

const float* ArrayRunner::run(const ImageSet& images, std::size_t first, std::int64_t count, const WeightLayerPass& pass) {
  const Network& network = network_->network();
  const std::size_t input_size = static_cast<std::size_t>(network.input_shape().elements());
  for (std::int64_t i = 0; i < count; ++i)
    network_->load_image(images, first + static_cast<std::size_t>(i), &values_[0][static_cast<std::size_t>(i) * input_size]);
  for (std::size_t node = 0; node < network.nodes().size(); ++node) {
    std::vector<float>& output = values_[node + 1];
    std::vector<const float*> inputs;
    for (const int input : network.nodes()[node].inputs) inputs.push_back(values_[static_cast<std::size_t>(input)].data());
    if (const ArrayLayer* layer = network_->layer_of_node(node)) {
      pass(*layer, inputs[0], first, count, output.data());
      layer->quantize(output.data(), count * layer->output.elements());
    } else {
      operators_[node]->forward(inputs, output.data());
    }
  }
  return values_.back().data();
}

}  // namespace swimsim
