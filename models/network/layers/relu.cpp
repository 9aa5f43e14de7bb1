#include "models/network/layers/relu.h"

#include "models/network/layers/element_wise.h"

namespace swimsim {

namespace {

struct ReluFunction {
  float value(float x) const { return x > 0 ? x : 0.0f; }
  float slope(float y) const { return y > 0 ? 1.0f : 0.0f; }
};

}  // namespace

std::shared_ptr<const Layer> make_relu() { return std::make_shared<ActivationLayer<ReluFunction>>("Relu", ReluFunction{}); }

int import_relu(const OnnxNode& node, Network& network) { return network.add(node.name, make_relu(), {node.value(0)}); }

}  // namespace swimsim
