#include "models/network/lanes/plan.h"

#include <string>

#include "models/network/layers/layer.h"

namespace swimsim::lanes {

namespace {

constexpr std::int64_t kMostWeights = std::int64_t{1} << 18, kMostElements = std::int64_t{1} << 14;

// A window with more to it than this file knows must not compile unseen.
static_assert(sizeof(Window) == 10 * sizeof(std::int64_t), "Window has a new member: knows_window must look at it");

bool knows_window(const Window& window, const Shape& in, const Shape& out) {
  if (!window.is_plain()) return false;
  const auto places = [](std::int64_t size, std::int64_t kernel, std::int64_t stride, std::int64_t pad) {
    return (size + 2 * pad - kernel) / stride + 1;
  };
  return places(in.height, window.height, window.stride_y, window.pad_y) == out.height &&
         places(in.width, window.width, window.stride_x, window.pad_x) == out.width;
}

bool is_halving(const Window& window) {
  return window.height == 2 && window.width == 2 && window.stride_y == 2 && window.stride_x == 2 && window.pad_y == 0 && window.pad_x == 0;
}

// The stage of a weight layer; nothing if it is of an unknown form.
std::optional<LaneStage> weight_stage(const Network& network, const Node& node, const Shape& in, const Shape& out) {
  LaneStage stage;
  stage.layer = static_cast<std::size_t>(node.weights);
  const WeightLayer& weights = network.weight_layers()[stage.layer];
  if (weights.count() > kMostWeights) return std::nullopt;
  const std::string kind = node.layer->kind();
  if (kind == "Linear") {
    stage.kind = LaneStage::Kind::linear;
    return in.elements() == weights.inputs && out.elements() == weights.outputs ? std::optional<LaneStage>(stage) : std::nullopt;
  }
  const Window* window = node.layer->window();
  if (kind != "Conv" || window == nullptr || !knows_window(*window, in, out)) return std::nullopt;
  const bool one_group = weights.inputs == in.channels * window->height * window->width;
  if (!one_group || weights.outputs != out.channels) return std::nullopt;
  stage.kind = LaneStage::Kind::conv;
  stage.window = *window;
  return stage;
}

// Adds the node to the plan; false if the lanes do not know it.
bool add_node(const Network& network, std::size_t n, LanePlan& plan) {
  const Node& node = network.nodes()[n];
  const Shape &in = network.value_shape(static_cast<int>(n)), &out = network.value_shape(static_cast<int>(n) + 1);
  if (node.inputs.size() != 1 || node.inputs[0] != static_cast<int>(n) || out.elements() > kMostElements) return false;
  if (node.weights >= 0) {
    const std::optional<LaneStage> stage = weight_stage(network, node, in, out);
    if (stage) plan.stages.push_back(*stage);
    return stage.has_value();
  }
  const std::string kind = node.layer->kind();
  if (kind == "Flatten") return true;  // the readers count elements
  if (plan.stages.empty()) return false;
  LaneStage& last = plan.stages.back();
  if (kind == "Relu") {
    if (last.has_weights()) {
      last.relu = true;  // before a pool or after it: a maximum does not mind
    } else {
      plan.stages.emplace_back().kind = LaneStage::Kind::relu;
    }
    return true;
  }
  const Window* window = node.layer->window();
  if (kind != "MaxPool" || window == nullptr || !knows_window(*window, in, out)) return false;
  if (last.kind == LaneStage::Kind::conv && !last.halves && is_halving(*window)) {
    last.halves = true;
    return true;
  }
  LaneStage& stage = plan.stages.emplace_back();
  stage.kind = LaneStage::Kind::max_pool;
  stage.window = *window;
  return true;
}

}  // namespace

std::vector<std::int32_t> LaneStage::input_offsets() const {
  std::vector<std::int32_t> offsets;
  if (kind == Kind::linear) {
    for (std::int64_t i = 0; i < input.shape.elements(); ++i) offsets.push_back(static_cast<std::int32_t>(input.at(i)));
    return offsets;
  }
  for (std::int64_t channel = 0; channel < input.shape.channels; ++channel) {
    for (std::int64_t y = 0; y < window.height; ++y) {
      for (std::int64_t x = 0; x < window.width; ++x) {
        offsets.push_back(static_cast<std::int32_t>(input.at(channel, y, x) - input.at(0, 0, 0)));
      }
    }
  }
  return offsets;
}

std::optional<LanePlan> plan_for(const Network& network) {
  LanePlan plan;
  if (network.nodes().empty() || network.input_shape().elements() > kMostElements) return std::nullopt;
  std::vector<Shape> shapes;  // of what each stage writes
  for (std::size_t n = 0; n < network.nodes().size(); ++n) {
    if (!add_node(network, n, plan)) return std::nullopt;
    shapes.resize(plan.stages.size());
    const bool flatten = std::string(network.nodes()[n].layer->kind()) == "Flatten";
    if (!flatten) shapes.at(plan.stages.size() - 1) = network.value_shape(static_cast<int>(n) + 1);
  }
  Shape shape = network.input_shape();
  if (plan.stages.empty()) return std::nullopt;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    LaneStage& stage = plan.stages[s];
    stage.input.shape = shape;
    stage.output.shape = shape = shapes[s];
    if (stage.kind != LaneStage::Kind::conv) continue;
    stage.input.ring_y = stage.window.pad_y;
    stage.input.ring_x = stage.window.pad_x;
    if (s > 0) plan.stages[s - 1].output = stage.input;
  }
  return plan;
}

}  // namespace swimsim::lanes
