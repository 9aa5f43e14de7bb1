#include "models/network/builtin.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/common/errors.h"
#include "models/common/random.h"
#include "models/common/words.h"
#include "models/network/layers/add.h"
#include "models/network/layers/average_pool.h"
#include "models/network/layers/conv.h"
#include "models/network/layers/flatten.h"
#include "models/network/layers/linear.h"
#include "models/network/layers/max_pool.h"
#include "models/network/layers/relu.h"

namespace swimsim {

namespace {

// Appends layers after `last`, with weights and biases uniform in +-1 / sqrt(inputs) (PyTorch's default, Kaiming with a = sqrt 5) and
// batch norms that change nothing yet.
class Builder {
 public:
  Builder(const std::string& name, Shape input, std::uint64_t seed) : network_(name, input), seed_(seed) {}

  void conv(const std::string& name, std::int64_t outputs, const Window& window, bool with_bias = true) {
    const std::int64_t channels = network_.value_shape(last).channels;
    weighted(name, make_conv(outputs, channels, window), {outputs, channels, window.height, window.width},
             channels * window.height * window.width, with_bias);
  }
  void linear(const std::string& name, std::int64_t outputs) {
    const std::int64_t inputs = network_.value_shape(last).channels;
    weighted(name, make_linear(outputs, inputs), {outputs, inputs}, inputs, true);
  }
  void batch_norm(const std::string& name) {
    const auto channels = static_cast<std::size_t>(network_.value_shape(last).channels);
    const std::vector<float> ones(channels, 1.0f), zeros(channels, 0.0f);
    last = network_.add_batch_norm(name, last, {ones, zeros, zeros, ones, 1e-5f});
  }
  void then(const std::string& name, std::shared_ptr<const Layer> layer) { last = network_.add(name, std::move(layer), {last}); }
  void add(const std::string& name, int other) { last = network_.add(name, make_add(), {last, other}); }
  Network take() { return std::move(network_); }

  int last = 0;  ///< value that the next layer reads

 private:
  void weighted(const std::string& name, std::shared_ptr<const Layer> layer, std::vector<std::int64_t> shape, std::int64_t inputs,
                bool with_bias) {
    WeightLayer description;
    description.name = name + ".weight";
    description.outputs = shape[0];
    description.inputs = inputs;
    description.shape = std::move(shape);
    const double bound = 1.0 / std::sqrt(static_cast<double>(inputs));
    std::vector<float> weights = draw(description.count(), bound, 0), bias = draw(with_bias ? description.outputs : 0, bound, 1);
    last = network_.add(name, std::move(layer), {last}, std::move(description), std::move(weights), std::move(bias));
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
};

Window square(std::int64_t size, std::int64_t stride, std::int64_t pad) {
  Window window;
  window.height = window.width = size;
  window.stride_y = window.stride_x = stride;
  window.pad_y = window.pad_x = pad;
  return window;
}

// QLeNet of the authors' code (reference/swim.md section 2): 105,918 weights and 236 biases at width 6.
Network build_lenet(std::uint64_t seed, std::int64_t width) {
  const auto scaled = [width](std::int64_t published) { return std::max<std::int64_t>((published * width + 3) / 6, 1); };
  Builder net("lenet", {1, 28, 28}, seed);
  net.conv("conv1", width, square(3, 1, 1));
  net.then("relu1", make_relu());
  net.then("pool1", make_max_pool(square(2, 2, 0)));
  net.conv("conv2", scaled(16), square(3, 1, 1));
  net.then("relu2", make_relu());
  net.then("pool2", make_max_pool(square(2, 2, 0)));
  net.then("flatten", make_flatten());
  net.linear("fc1", scaled(120));
  net.then("relu3", make_relu());
  net.linear("fc2", scaled(84));
  net.then("relu4", make_relu());
  net.linear("fc3", 10);
  return net.take();
}

// QCIFAR of the authors' code, the paper's ConvNet: 6,397,632 weights at width 64.
Network build_convnet(std::uint64_t seed, std::int64_t width) {
  Builder net("convnet", {3, 32, 32}, seed);
  int number = 0;
  for (const std::int64_t channels : {width, 2 * width, 4 * width}) {
    for (int twice = 0; twice < 2; ++twice) {
      ++number;
      net.conv(fmt::format("conv{}", number), channels, square(3, 1, 1));
      net.then(fmt::format("relu{}", number), make_relu());
    }
    net.then(fmt::format("pool{}", number / 2), make_max_pool(square(2, 2, 0)));
  }
  net.then("flatten", make_flatten());
  net.linear("fc1", 16 * width);
  net.then("relu7", make_relu());
  net.linear("fc2", 16 * width);
  net.then("relu8", make_relu());
  net.linear("fc3", 10);
  return net.take();
}

// Two 3x3 convolutions beside a shortcut, which is a 1x1 convolution where the shape changes.
void basic_block(Builder& net, const std::string& name, std::int64_t channels, std::int64_t stride, bool convolved_shortcut) {
  const int input = net.last;
  net.conv(name + ".conv1", channels, square(3, stride, 1), false);
  net.batch_norm(name + ".bn1");
  net.then(name + ".relu1", make_relu());
  net.conv(name + ".conv2", channels, square(3, 1, 1), false);
  net.batch_norm(name + ".bn2");
  int shortcut = input;
  if (convolved_shortcut) {
    const int main_path = net.last;
    net.last = input;
    net.conv(name + ".shortcut.conv", channels, square(1, stride, 0), false);
    net.batch_norm(name + ".shortcut.bn");
    shortcut = net.last;
    net.last = main_path;
  }
  net.add(name + ".add", shortcut);
  net.then(name + ".relu2", make_relu());
}

// QRes18 and QTIN of the authors' code: a 3x3 stem without pooling, four stages of two blocks.
Network build_resnet18(const std::string& name, std::int64_t size, std::int64_t classes, std::uint64_t seed, std::int64_t width) {
  Builder net(name, {3, size, size}, seed);
  net.conv("conv1", width, square(3, 1, 1), false);
  net.batch_norm("bn1");
  net.then("relu1", make_relu());
  for (std::int64_t stage = 0; stage < 4; ++stage) {
    for (std::int64_t block = 0; block < 2; ++block) {
      const bool shrinks = stage > 0 && block == 0;
      basic_block(net, fmt::format("layer{}.{}", stage + 1, block), width << stage, shrinks ? 2 : 1, shrinks);
    }
  }
  net.then("avgpool", make_global_average_pool());
  net.then("flatten", make_flatten());
  net.linear("fc", classes);
  return net.take();
}

Network build_resnet18_cifar(std::uint64_t seed, std::int64_t width) { return build_resnet18("resnet18", 32, 10, seed, width); }
Network build_resnet18_tin(std::uint64_t seed, std::int64_t width) { return build_resnet18("resnet18_tin", 64, 200, seed, width); }

}  // namespace

const std::vector<BuiltinNetwork>& builtin_networks() {
  static const std::vector<BuiltinNetwork> networks = {
      {"lenet", "SWIM's LeNet for 1x28x28: conv 3x3 1-6-16, fc 784-120-84-10; 105,918 weights", 6, build_lenet},
      {"convnet", "SWIM's ConvNet for 3x32x32: conv 3x3 64-64-128-128-256-256, fc 4096-1024-1024-10; 6,397,632 weights", 64, build_convnet},
      {"resnet18", "ResNet-18 for 3x32x32, 10 classes, with batch norm; 11,164,352 weights", 64, build_resnet18_cifar},
      {"resnet18_tin", "ResNet-18 for 3x64x64 (Tiny ImageNet), 200 classes, with batch norm; 11,261,632 weights", 64, build_resnet18_tin},
  };
  return networks;
}

Network make_builtin_network(const std::string& name, std::uint64_t seed, std::int64_t width) {
  constexpr std::int64_t kMaxWidth = 4096;
  if (width < 0 || width > kMaxWidth) throw InputError(fmt::format("a width of {} channels; 1 to {}, or 0 as published", width, kMaxWidth));
  std::vector<std::string> known;
  for (const BuiltinNetwork& network : builtin_networks()) {
    if (network.name == name) return network.build(seed, width == 0 ? network.full_width : width);
    known.push_back(network.name);
  }
  throw InputError(fmt::format("unknown built-in network '{}'{}", name, suggestion(name, known)));
}

}  // namespace swimsim
