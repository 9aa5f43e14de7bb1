#include "sim/hardware/layer_engine.h"

#include <algorithm>
#include <set>

#include "models/common/checked.h"
#include "models/network/layers/window.h"
#include "sim/hardware/simulated_time.h"

namespace swimsim {

namespace {

std::int64_t in_aJ(double energy_J, std::int64_t times) {
  constexpr double kMost_aJ = 9e18;
  return round_checked(energy_J * 1e18 * static_cast<double>(times), kMost_aJ, "the energy of an inference step");
}

}  // namespace

RowOutput::RowOutput(sc_core::sc_module_name name, ImageFlow& flow, int value) : sc_module(name), flow_(&flow), value_(value) {
  SC_METHOD(publish);
  sensitive << due_;
  dont_initialize();
}

void RowOutput::at(std::int64_t time_ps, std::size_t image, std::int64_t rows) {
  rows_.push_back({image, rows});
  due_.notify(in_ps(time_ps - simulated_ps()));
}

void RowOutput::publish() {
  const Rows rows = rows_.front();
  rows_.pop_front();
  try {
    flow_->publish(rows.image, value_, rows.rows);
  } catch (...) {
    flow_->failed(std::current_exception());
  }
}

std::int64_t DigitalLanes::work(std::int64_t ready_ps, std::int64_t operations) {
  const std::int64_t clocks = (operations + costs_->digital_lanes - 1) / costs_->digital_lanes;
  free_ps_ = std::max(ready_ps, free_ps_) + clocks * costs_->clock_ps;
  return free_ps_;
}

DigitalUnit::DigitalUnit(sc_core::sc_module_name name, const InferenceJob& job, std::size_t node, ImageFlow& flow, LayerUse& use)
    : sc_module(name),
      job_(&job),
      network_(&job.network->network()),
      node_(&network_->nodes()[node]),
      value_(static_cast<int>(node) + 1),
      flow_(&flow),
      use_(&use),
      operator_(job.network->make_operator(node, 1)),
      lanes_(job.costs),
      output_("output", flow, value_) {}

std::int64_t DigitalUnit::rows_possible(const ImageInFlight& image) const {
  const auto possible = [&](std::int64_t rows) {
    return std::all_of(node_->inputs.begin(), node_->inputs.end(), [&](int input) {
      return image.rows_ready[static_cast<std::size_t>(input)] >= input_rows_needed(*network_, *node_, input, value_, rows);
    });
  };
  std::int64_t rows = network_->value_shape(value_).height;
  while (rows > 0 && !possible(rows)) --rows;
  return rows;
}

/// A value that stays as it is costs nothing; a window costs one operation for each of its elements.
std::int64_t DigitalUnit::operations(std::int64_t rows) const {
  if (node_->layer->keeps_numbers()) return 0;
  const Shape& shape = network_->value_shape(value_);
  const Window* window = node_->layer->window();
  const std::int64_t each = window != nullptr ? window->height * window->width : static_cast<std::int64_t>(node_->inputs.size());
  return rows * shape.channels * shape.width * each;
}

void DigitalUnit::input_ready(std::size_t number) {
  ImageInFlight& image = flow_->image(number);
  std::int64_t& done = rows_done_[number];
  const std::int64_t rows = rows_possible(image);
  if (rows <= done) return;
  std::vector<const float*> inputs;
  for (const int input : node_->inputs) inputs.push_back(image.values[static_cast<std::size_t>(input)].data());
  // Rows whose inputs are not there yet come out wrong, and right when they are.
  operator_->forward(inputs, image.values[static_cast<std::size_t>(value_)].data());
  const std::int64_t work = operations(rows - done);
  use_->digital_operations += work;
  add_checked(use_->energy.digital_aJ, in_aJ(job_->costs.digital_energy_J, work), "energy (aJ)");
  done = rows;
  if (rows == network_->value_shape(value_).height) rows_done_.erase(number);
  output_.at(lanes_.work(simulated_ps(), work), number, rows);
}

LayerEngine::LayerEngine(sc_core::sc_module_name name, const InferenceJob& job, const ArrayLayer& layer, std::vector<Tile*> tiles,
                         bool first, ImageFlow& flow, LayerUse& use)
    : sc_module(name),
      job_(&job),
      layer_(&layer),
      node_(&job.network->network().nodes()[static_cast<std::size_t>(layer.node)]),
      tiles_(std::move(tiles)),
      first_layer_(first),
      flow_(&flow),
      use_(&use),
      lanes_(job.costs),
      output_("output", flow, layer.output_value),
      codes_(static_cast<std::size_t>(layer.input.elements())),
      sums_(static_cast<std::size_t>(layer.columns)) {
  std::set<std::int64_t> rows;
  for (const TileRead& read : layer.reads) rows.insert(read.first_row);
  row_tiles_ = static_cast<std::int64_t>(rows.size());
  SC_METHOD(work);
  sensitive << wake_;
  dont_initialize();
}

void LayerEngine::begin(const ProgrammedArray& array, std::size_t first, std::size_t count, const ObserveCodes& observe) {
  array_ = &array;
  observe_ = observe;
  first_ = first;
  count_ = count;
  image_ = 0;
  position_ = rows_encoded_ = rows_released_ = buffered_values_ = 0;
  free_ps_ = simulated_ps();
  for (std::size_t i = 0; i < tiles_.size(); ++i)
    tiles_[i]->hold(array.tile(layer_->reads[i].tile), array.noisy(layer_->weights), array.noise_scale(layer_->weights));
  wake_.notify(sc_core::SC_ZERO_TIME);
}

void LayerEngine::input_ready(std::int64_t new_rows) {
  buffered_values_ += new_rows * layer_->input.channels * layer_->input.width;
  use_->input_values_most = std::max(use_->input_values_most, buffered_values_);
  wake_.notify(sc_core::SC_ZERO_TIME);
}

void LayerEngine::work() {
  try {
    const std::int64_t now_ps = simulated_ps();
    if (image_ == count_) return;
    if (now_ps < free_ps_) {
      next_trigger(in_ps(free_ps_ - now_ps));
      return;
    }
    if (!ready()) return;  // waits for more rows
    run_position(now_ps);
    next_trigger(in_ps(free_ps_ - now_ps));
  } catch (...) {
    flow_->failed(std::current_exception());
  }
}

bool LayerEngine::ready() {
  if (first_layer_ && !flow_->has(image_) && !flow_->want(image_)) return false;
  if (!flow_->has(image_)) return false;
  const std::int64_t row = position_ / layer_->output.width;
  const std::int64_t needed = input_rows_needed(job_->network->network(), *node_, layer_->input_value, layer_->output_value, row + 1);
  ImageInFlight& image = flow_->image(image_);
  if (image.rows_ready[static_cast<std::size_t>(layer_->input_value)] < needed) return false;
  encode_rows(image, needed);
  release_rows(first_input_row(job_->network->network(), *node_, row));
  return true;
}

void LayerEngine::encode_rows(ImageInFlight& image, std::int64_t until_row) {
  const std::vector<float>& values = image.values[static_cast<std::size_t>(layer_->input_value)];
  const Shape& shape = layer_->input;
  for (; rows_encoded_ < until_row; ++rows_encoded_) {
    for (std::int64_t channel = 0; channel < shape.channels; ++channel) {
      const auto at = static_cast<std::size_t>((channel * shape.height + rows_encoded_) * shape.width);
      layer_->coding.codes(&values[at], static_cast<std::size_t>(shape.width), &codes_[at]);
    }
  }
}

void LayerEngine::release_rows(std::int64_t until_row) {
  if (until_row <= rows_released_) return;
  buffered_values_ -= (until_row - rows_released_) * layer_->input.channels * layer_->input.width;
  rows_released_ = until_row;
}

/// Groups follow each other, the tiles of a group work side by side.
void LayerEngine::run_position(std::int64_t now_ps) {
  std::fill(sums_.begin(), sums_.end(), 0);
  std::int64_t begin_ps = now_ps, done_ps = now_ps;
  for (std::int64_t group = 0; group < layer_->groups; ++group) {
    std::int64_t group_free_ps = begin_ps;
    for (std::size_t i = layer_->first_read[static_cast<std::size_t>(group)]; i < layer_->first_read[static_cast<std::size_t>(group) + 1];
         ++i)
      read_tile_columns(layer_->reads[i], group, begin_ps, group_free_ps, done_ps);
    begin_ps = group_free_ps;
  }
  free_ps_ = begin_ps;
  finish_position(done_ps);
}

void LayerEngine::read_tile_columns(const TileRead& read, std::int64_t group, std::int64_t begin_ps, std::int64_t& free_ps,
                                    std::int64_t& done_ps) {
  const auto index = static_cast<std::size_t>(&read - layer_->reads.data());
  Tile& tile = *tiles_[index];
  InferenceParts& parts = *tile.inference();
  row_codes_.resize(static_cast<std::size_t>(read.rows));
  layer_->gather(codes_.data(), position_, group, read.first_row, read.rows, row_codes_.data());
  const int cols = read.col_end - read.col_begin;
  const auto on_plane = [&](const PlaneTimes& times) {
    charge(read, tile, layer_->planes[times.plane]);
    use_->array_busy_ps += times.sampled_ps - times.applied_ps;
    use_->adc_busy_ps += times.converted_ps - times.sampled_ps;
    if (observe_) observe_({&read, layer_->weights, first_ + image_, position_, times.plane, times.codes + read.col_begin, cols});
  };
  const InferenceController::Done done =
      parts.controller.run(read, row_codes_.data(), layer_->event(first_ + image_, position_), begin_ps, on_plane);
  const std::int64_t* tile_sums = parts.shift_add.sums();
  for (int col = read.col_begin; col < read.col_end; ++col) sums_[static_cast<std::size_t>(read.first_column + col)] += tile_sums[col];
  free_ps = std::max(free_ps, done.array_free_ps);
  done_ps = std::max(done_ps, done.sums_ready_ps);
}

/// Of one read. The registers take each bit of the inputs once, and with the last plane a sum for each column.
void LayerEngine::charge(const TileRead& read, const Tile& tile, const Plane& plane) {
  const InferenceCosts& costs = job_->costs;
  const std::int64_t cols = read.col_end - read.col_begin;
  InferenceLedger energy;
  energy.dac_aJ = in_aJ(costs.dac_energy_J, read.rows);
  const double step_V = costs.v_read_V / static_cast<double>((1 << layer_->coding.dac_bits) - 1);
  const double per_unit_J = step_V * step_V * array_->units(layer_->weights).g_S * (static_cast<double>(costs.read_ps) * 1e-12);
  energy.array_aJ = in_aJ(per_unit_J, tile.crossbar().driven());
  energy.sample_hold_aJ = in_aJ(costs.sample_hold_energy_J, tile.crossbar().columns());
  energy.adc_aJ = in_aJ(costs.adc_energy_J, cols);
  energy.shift_add_aJ = in_aJ(costs.shift_add_energy_J, cols);
  std::int64_t bits = std::int64_t{read.rows} * plane.bits;
  if (&plane == &layer_->planes.back()) bits += cols * (layer_->adc.bits + layer_->coding.bits + 1);
  energy.register_aJ = in_aJ(costs.register_energy_J, bits);
  use_->energy += energy;
  ++use_->reads;
  use_->conversions += cols;
}

/// Partial sums over row tiles and over the cells of a weight, scale, bias and quantiser: one operation each.
void LayerEngine::finish_position(std::int64_t done_ps) {
  ImageInFlight& image = flow_->image(image_);
  std::vector<float>& values = image.values[static_cast<std::size_t>(layer_->output_value)];
  for (std::int64_t output = 0; output < layer_->outputs; ++output) {
    float& value = values[static_cast<std::size_t>(output * layer_->positions + position_)];
    value = layer_->combine(output, sums_.data());
    layer_->quantize(&value, 1);
  }
  const std::int64_t operations = layer_->columns * row_tiles_ + 2 * layer_->outputs;
  use_->digital_operations += operations;
  add_checked(use_->energy.digital_aJ, in_aJ(job_->costs.digital_energy_J, operations), "energy (aJ)");
  const std::int64_t out_ps = lanes_.work(done_ps, operations);
  const std::size_t image_number = image_;
  ++position_;
  const std::int64_t width = layer_->output.width, rows = position_ / width;
  if (position_ == layer_->positions) {
    release_rows(layer_->input.height);
    position_ = rows_encoded_ = rows_released_ = 0;
    ++image_;
  }
  if (rows * width == (position_ == 0 ? layer_->positions : position_)) output_.at(out_ps, image_number, rows);
}

}  // namespace swimsim
