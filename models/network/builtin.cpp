#include "models/network/builtin.h"

#include <fmt/format.h>

#include <cmath>

#include "models/common/errors.h"
#include "models/common/random.h"
#include "models/common/words.h"
#include "models/network/layers/conv.h"
#include "models/network/layers/flatten.h"
#include "models/network/layers/linear.h"
#include "models/network/layers/max_pool.h"
#include "models/network/layers/relu.h"

namespace swimsim {

namespace {

// Appends layers one after the other, with weights and biases uniform in +-1 / sqrt(inputs) (PyTorch's default, Kaiming with a = sqrt 5).
class ChainBuilder {
 public:
  ChainBuilder(const std::string& name, Shape input, std::uint64_t seed) : network_(name, input), seed_(seed) {}

  void conv(const std::string& name, std::int64_t outputs, const Window& window) {
    const std::int64_t channels = network_.value_shape(last_).channels;
    weighted(name, make_conv(outputs, channels, window), {outputs, channels, window.height, window.width},
             channels * window.height * window.width);
  }
  void linear(const std::string& name, std::int64_t outputs) {
    const std::int64_t inputs = network_.value_shape(last_).channels;
    weighted(name, make_linear(outputs, inputs), {outputs, inputs}, inputs);
  }
  void then(const std::string& name, std::shared_ptr<const Layer> layer) { last_ = network_.add(name, std::move(layer), {last_}); }
  Network take() { return std::move(network_); }

 private:
  void weighted(const std::string& name, std::shared_ptr<const Layer> layer, std::vector<std::int64_t> shape, std::int64_t inputs) {
    WeightLayer description;
    description.name = name + ".weight";
    description.outputs = shape[0];
    description.inputs = inputs;
    description.shape = std::move(shape);
    const double bound = 1.0 / std::sqrt(static_cast<double>(inputs));
    std::vector<float> weights = draw(description.count(), bound, 0), bias = draw(description.outputs, bound, 1);
    last_ = network_.add(name, std::move(layer), {last_}, std::move(description), std::move(weights), std::move(bias));
  }

  std::vector<float> draw(std::int64_t count, double bound, std::uint32_t which) const {
    DrawId id;
    id.seed = seed_;
    id.purpose = Purpose::weight_init;
    id.layer = static_cast<std::uint32_t>(network_.weight_layers().size());
    id.event = which;
    std::vector<float> values(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < values.size(); ++i) {
      id.weight = static_cast<std::uint32_t>(i);
      values[i] = static_cast<float>((2 * random_uniform(id) - 1) * bound);
    }
    return values;
  }

  Network network_;
  std::uint64_t seed_;
  int last_ = 0;
};

// QLeNet of the authors' code (reference/swim.md section 2): 105,918 weights and 236 biases.
Network build_lenet(std::uint64_t seed) {
  Window three, two;
  three.height = three.width = 3;
  three.pad_y = three.pad_x = 1;
  two.height = two.width = two.stride_y = two.stride_x = 2;
  ChainBuilder chain("lenet", {1, 28, 28}, seed);
  chain.conv("conv1", 6, three);
  chain.then("relu1", make_relu());
  chain.then("pool1", make_max_pool(two));
  chain.conv("conv2", 16, three);
  chain.then("relu2", make_relu());
  chain.then("pool2", make_max_pool(two));
  chain.then("flatten", make_flatten());
  chain.linear("fc1", 120);
  chain.then("relu3", make_relu());
  chain.linear("fc2", 84);
  chain.then("relu4", make_relu());
  chain.linear("fc3", 10);
  return chain.take();
}

}  // namespace

const std::vector<BuiltinNetwork>& builtin_networks() {
  static const std::vector<BuiltinNetwork> networks = {
      {"lenet", "SWIM's LeNet for 1x28x28: conv 3x3 1-6-16, fc 784-120-84-10; 105,918 weights", build_lenet},
  };
  return networks;
}

Network make_builtin_network(const std::string& name, std::uint64_t seed) {
  std::vector<std::string> known;
  for (const BuiltinNetwork& network : builtin_networks()) {
    if (network.name == name) return network.build(seed);
    known.push_back(network.name);
  }
  throw InputError(fmt::format("unknown built-in network '{}'{}", name, suggestion(name, known)));
}

}  // namespace swimsim
