#include "models/network/batch_plan.h"

#include <algorithm>
#include <numeric>

namespace swimsim {

namespace {

// Shares buffers between tenants that are never there at the same time.
class BufferPool {
 public:
  /// A tenant of `elements` from time `from` to time `to`, both inclusive. Times of arrival must not fall.
  int place(std::int64_t elements, int from, int to) {
    int best = -1;
    for (std::size_t b = 0; b < sizes_.size(); ++b) {
      if (free_after_[b] >= from) continue;
      const bool better = best < 0 || (sizes_[static_cast<std::size_t>(best)] < elements
                                           ? sizes_[b] > sizes_[static_cast<std::size_t>(best)]
                                           : sizes_[b] >= elements && sizes_[b] < sizes_[static_cast<std::size_t>(best)]);
      if (better) best = static_cast<int>(b);
    }
    if (best < 0) {
      best = static_cast<int>(sizes_.size());
      sizes_.push_back(0);
      free_after_.push_back(-1);
    }
    const auto chosen = static_cast<std::size_t>(best);
    sizes_[chosen] = std::max(sizes_[chosen], elements);
    free_after_[chosen] = to;
    return best;
  }
  const std::vector<std::int64_t>& sizes() const { return sizes_; }

 private:
  std::vector<std::int64_t> sizes_;
  std::vector<int> free_after_;
};

class Planner {
 public:
  Planner(const Network& network, bool backward, bool training) : network_(network), backward_(backward), training_(training) {}

  BatchPlan run() {
    choose_layouts();
    find_gradients();
    find_homes();
    place_values();
    if (backward_) place_diffs();
    return std::move(plan_);
  }

 private:
  PlannedValue& value(int v) { return plan_.values[static_cast<std::size_t>(v)]; }
  const Layer* layer_of(const PlannedStep& step) const {
    return step.node < 0 ? nullptr : network_.nodes()[static_cast<std::size_t>(step.node)].layer.get();
  }

  bool trains_batch_norm(const PlannedStep& step) const {
    return training_ && step.node >= 0 && network_.nodes()[static_cast<std::size_t>(step.node)].batch_norm >= 0;
  }

  int append(int node, std::vector<int> inputs, std::vector<Layout> input_layouts, const Shape& shape, Layout layout) {
    PlannedValue planned;
    planned.shape = shape;
    planned.layout = layout;
    plan_.values.push_back(planned);
    const int output = static_cast<int>(plan_.values.size()) - 1;
    plan_.steps.push_back({node, std::move(inputs), std::move(input_layouts), output});
    return output;
  }

  void choose_layouts() {
    plan_.values.push_back({network_.input_shape(), Layout::plain, false, -1, -1});
    std::vector<int> planned{0};  // of each of the network's values
    std::vector<int> copies{-1};  // the same in the other layout, once somebody has asked
    for (std::size_t n = 0; n < network_.nodes().size(); ++n) {
      const Node& node = network_.nodes()[n];
      const Shape& output = network_.value_shape(static_cast<int>(n) + 1);
      std::vector<Shape> shapes;
      std::vector<Layout> offered;
      for (const int input : node.inputs) {
        shapes.push_back(network_.value_shape(input));
        offered.push_back(value(planned[static_cast<std::size_t>(input)]).layout);
      }
      const Layer::Layouts chosen = node.layer->choose_layouts(shapes, output, offered);
      std::vector<int> inputs;
      for (std::size_t slot = 0; slot < node.inputs.size(); ++slot) {
        const auto source = static_cast<std::size_t>(node.inputs[slot]);
        if (chosen.inputs[slot] == offered[slot] || shapes[slot].height * shapes[slot].width == 1) {
          inputs.push_back(planned[source]);  // with one place for each channel both layouts are the same bytes
          continue;
        }
        if (copies[source] < 0) copies[source] = append(-1, {planned[source]}, {offered[slot]}, shapes[slot], chosen.inputs[slot]);
        inputs.push_back(copies[source]);
      }
      planned.push_back(append(static_cast<int>(n), std::move(inputs), chosen.inputs, output, chosen.output));
      copies.push_back(-1);
    }
  }

  void find_gradients() {
    for (const PlannedStep& step : plan_.steps) {
      bool wanted = step.node >= 0 && network_.nodes()[static_cast<std::size_t>(step.node)].weights >= 0;
      for (const int input : step.inputs) wanted = wanted || value(input).wants_gradient;
      value(step.output).wants_gradient = wanted;
    }
  }

  // Which value's buffer each value lives in: its own, or that of an input which the operator may write over.
  void find_homes() {
    const std::size_t count = plan_.values.size();
    readers_.assign(count, 0);
    for (const PlannedStep& step : plan_.steps) {
      for (const int input : step.inputs) ++readers_[static_cast<std::size_t>(input)];
    }
    home_.resize(count);
    diff_home_.resize(count);
    std::iota(home_.begin(), home_.end(), 0);
    std::iota(diff_home_.begin(), diff_home_.end(), 0);
    std::vector<bool> read_by_producer(count, false);  // backward of the operator that made it reads these numbers
    for (const PlannedStep& step : plan_.steps) {
      const auto output = static_cast<std::size_t>(step.output);
      const Layer* layer = layer_of(step);
      if (layer == nullptr || trains_batch_norm(step)) continue;
      read_by_producer[output] = backward_ && layer->backward_reads_output();
      const std::size_t candidates = std::min(layer->inputs_written_over(), step.inputs.size());
      int latest = -1;  // so that it is still in the caches
      for (std::size_t slot = 0; slot < candidates; ++slot) {
        if (may_write_over(step.inputs[slot], step, *layer, read_by_producer)) latest = std::max(latest, step.inputs[slot]);
      }
      if (latest < 0) continue;
      const auto input = static_cast<std::size_t>(latest);
      home_[output] = home_[input];
      if (plan_.values[input].wants_gradient) diff_home_[output] = diff_home_[input];
      read_by_producer[output] = read_by_producer[output] || (layer->keeps_numbers() && read_by_producer[input]);
    }
  }

  bool may_write_over(int input, const PlannedStep& step, const Layer& layer, const std::vector<bool>& read_by_producer) {
    const auto v = static_cast<std::size_t>(input);
    if (input == 0 || readers_[v] != 1 || value(input).layout != value(step.output).layout) return false;
    return layer.keeps_numbers() || !read_by_producer[v];
  }

  // Time is the number of the step; a value is there from the step that writes it to the last that reads it.
  void place_values() {
    const int end = static_cast<int>(plan_.steps.size());
    const std::size_t count = plan_.values.size();
    std::vector<int> last(count, 0);
    const auto keep = [&](int v, int time) {
      int& until = last[static_cast<std::size_t>(home_[static_cast<std::size_t>(v)])];
      until = std::max(until, time);
    };
    keep(0, end);  // several forward passes may follow one loading
    keep(static_cast<int>(count) - 1, end);
    for (int s = 0; s < end; ++s) {
      const PlannedStep& step = plan_.steps[static_cast<std::size_t>(s)];
      const Layer* layer = layer_of(step);
      const bool reads_inputs = layer != nullptr && (layer->backward_reads_inputs() || trains_batch_norm(step));
      const bool keeps_inputs = backward_ && reads_inputs;
      const bool keeps_output = backward_ && layer != nullptr && layer->backward_reads_output();
      keep(step.output, keeps_output ? end : s);
      for (const int input : step.inputs) keep(input, keeps_inputs ? end : s);
    }
    BufferPool pool;
    for (std::size_t v = 0; v < count; ++v) {
      const auto home = static_cast<std::size_t>(home_[v]);
      plan_.values[v].buffer =
          home == v ? pool.place(plan_.values[v].shape.elements(), static_cast<int>(v) - 1, last[v]) : plan_.values[home].buffer;
    }
    plan_.buffers = pool.sizes();
  }

  // The same for derivatives, in a pool of their own, on the way back: the derivative of a value is there from the first step back
  // that reads the value to the one that made it.
  void place_diffs() {
    const int steps = static_cast<int>(plan_.steps.size());
    const std::size_t count = plan_.values.size();
    const auto time_back = [steps](int step) { return steps - 1 - step; };
    std::vector<int> first(count, steps), last(count, -1);
    for (int s = 0; s < steps; ++s) {
      const PlannedStep& step = plan_.steps[static_cast<std::size_t>(s)];
      for (const int v : step.inputs) {
        int& from = first[static_cast<std::size_t>(diff_home_[static_cast<std::size_t>(v)])];
        from = std::min(from, time_back(s));
      }
      const auto home = static_cast<std::size_t>(diff_home_[static_cast<std::size_t>(step.output)]);
      last[home] = std::max(last[home], time_back(s));
      if (s == steps - 1) first[home] = -1;  // the caller writes it before the pass
    }
    std::vector<std::size_t> order;
    for (std::size_t v = 1; v < count; ++v) {
      if (static_cast<std::size_t>(diff_home_[v]) == v && plan_.values[v].wants_gradient) order.push_back(v);
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return first[a] < first[b]; });
    BufferPool pool;
    for (const std::size_t v : order) plan_.values[v].diff_buffer = pool.place(plan_.values[v].shape.elements(), first[v], last[v]);
    for (std::size_t v = 1; v < count; ++v) {
      const auto home = static_cast<std::size_t>(diff_home_[v]);
      if (plan_.values[v].wants_gradient) plan_.values[v].diff_buffer = plan_.values[home].diff_buffer;
    }
    plan_.diff_buffers = pool.sizes();
  }

  const Network& network_;
  bool backward_, training_;
  BatchPlan plan_;
  std::vector<int> readers_, home_, diff_home_;
};

}  // namespace

BatchPlan plan_batch(const Network& network, bool backward, bool training) { return Planner(network, backward, training).run(); }

}  // namespace swimsim
