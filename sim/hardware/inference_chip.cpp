#include "sim/hardware/inference_chip.h"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>

#include "models/common/checked.h"
#include "sim/hardware/simulated_time.h"

namespace swimsim {

namespace {

std::string module_name(const std::string& kind, std::size_t index) { return kind + "_" + std::to_string(index); }

}  // namespace

InferenceChip::InferenceChip(sc_core::sc_module_name name, const InferenceJob& job, Chip& chip)
    : sc_module(name), job_(&job), network_(&job.network->network()), chip_(&chip), images_(*network_) {
  const std::vector<ArrayLayer>& layers = job.network->layers();
  use_.resize(layers.size());
  engines_of_value_.resize(network_->nodes().size() + 1);
  units_of_value_.resize(network_->nodes().size() + 1);
  std::size_t first_layer = 0;
  for (const ArrayLayer& layer : layers) {
    if (layer.node < layers[first_layer].node) first_layer = layer.weights;
  }
  for (const ArrayLayer& layer : layers) {
    std::vector<Tile*> tiles;
    std::set<std::size_t> different;
    for (const TileRead& read : layer.reads) {
      tiles.push_back(&chip.tile(read.tile));
      different.insert(read.tile);
    }
    use_[layer.weights].tiles = static_cast<std::int64_t>(different.size());
    engines_.push_back(std::make_unique<LayerEngine>(module_name("layer", layer.weights).c_str(), job, layer, std::move(tiles),
                                                     layer.weights == first_layer, *this, use_[layer.weights]));
    engines_of_value_[static_cast<std::size_t>(layer.input_value)].push_back(engines_.back().get());
  }
  const std::vector<std::size_t> layer_of_node = layer_of_nodes();
  for (std::size_t node = 0; node < network_->nodes().size(); ++node) {
    units_.push_back(nullptr);
    if (job.network->layer_of_node(node) != nullptr) continue;
    units_.back() = std::make_unique<DigitalUnit>(module_name("digital", node).c_str(), job, node, *this, use_[layer_of_node[node]]);
    const std::vector<int>& inputs = network_->nodes()[node].inputs;
    for (const int input : std::set<int>(inputs.begin(), inputs.end()))
      units_of_value_[static_cast<std::size_t>(input)].push_back(units_.back().get());
  }
  if (job.costs.noc != NocKind::none) connect(layer_of_node);
}

/// A value leaves from the first tile of the layer that its digital units belong to, images from the host port; it goes to every tile that
/// has rows of it.
void InferenceChip::connect(const std::vector<std::size_t>& layer_of_node) {
  const std::vector<ArrayLayer>& layers = job_->network->layers();
  const Floorplan plan(job_->costs.noc, chip_->tiles());
  const auto tiles_of = [&](std::size_t layer) {
    std::vector<std::size_t> tiles;
    for (const TileRead& read : layers[layer].reads) tiles.push_back(read.tile);
    return tiles;
  };
  for (std::size_t value = 0; value < engines_of_value_.size(); ++value) {
    const std::size_t layer = value == 0 ? 0 : layer_of_node[value - 1];
    std::vector<std::size_t> to;
    for (const ArrayLayer& reader : layers) {
      if (reader.input_value != static_cast<int>(value)) continue;
      const std::vector<std::size_t> tiles = tiles_of(reader.weights);
      to.insert(to.end(), tiles.begin(), tiles.end());
    }
    routes_.push_back(plan.route(value == 0 ? Floorplan::kHostPort : tiles_of(layer).front(), to));
    layer_of_value_.push_back(layer);
  }
  sent_.resize(routes_.size());
  interconnect_ = std::make_unique<Interconnect>(
      "interconnect", routes_, plan.links(), job_->costs.link_bits, job_->costs.clock_ps,
      [this](std::size_t value, const Transfer& transfer) { deliver(transfer.image, static_cast<int>(value), transfer.rows); });
}

std::int64_t InferenceChip::bits_of(int value) const {
  std::int64_t bits = 0;
  for (const ArrayLayer& layer : job_->network->layers()) {
    if (layer.input_value == value) bits = std::max<std::int64_t>(bits, layer.coding.bits + (layer.coding.is_signed ? 1 : 0));
  }
  return bits;
}

/// The weight layer that a node follows, by its first input; the first where there is none.
std::vector<std::size_t> InferenceChip::layer_of_nodes() const {
  std::vector<std::size_t> layers;
  for (std::size_t node = 0; node < network_->nodes().size(); ++node) {
    const ArrayLayer* layer = job_->network->layer_of_node(node);
    const int input = network_->nodes()[node].inputs.front();
    layers.push_back(layer != nullptr ? layer->weights : input == 0 ? 0 : layers[static_cast<std::size_t>(input - 1)]);
  }
  return layers;
}

ChipInferenceResult InferenceChip::run(const ProgrammedArray& array, const ImageSet& images, std::size_t first, std::size_t count,
                                       const ObserveCodes& observe) {
  if (count == 0) throw std::logic_error("a chip is to infer no images");
  set_ = &images;
  first_ = first;
  count_ = count;
  finished_ = 0;
  result_ = {};
  result_.logits.resize(count * static_cast<std::size_t>(network_->classes()));
  result_.started_ps.resize(count);
  result_.finished_ps.resize(count);
  for (LayerUse& use : use_) {
    const std::int64_t tiles = use.tiles;
    use = {};
    use.tiles = tiles;
  }
  if (on_begin) on_begin(simulated_ps());
  for (const auto& engine : engines_) engine->begin(array, first, count, observe);
  sc_core::sc_start();
  if (error_) std::rethrow_exception(error_);
  if (finished_ < count_) throw std::logic_error("inference: the layers wait for each other");
  result_.layers = use_;
  if (interconnect_ != nullptr) result_.noc_busy_ps = interconnect_->busy_ps();
  const double leakage_W = job_->costs.tile_leakage_W * static_cast<double>(array.tiles()) + job_->costs.chip_leakage_W;
  result_.leakage_aJ = round_checked(leakage_W * static_cast<double>(result_.total_ps()) * 1e6, 9e18, "the leakage of a chip");  // W ps
  return result_;
}

bool InferenceChip::want(std::size_t image) {
  if (image >= count_) return false;
  ImageInFlight& flight = images_.admit(image);
  job_->network->load_image(*set_, first_ + image, flight.values[0].data());
  result_.started_ps[image] = simulated_ps();
  publish(image, 0, network_->input_shape().height);
  return true;
}

void InferenceChip::publish(std::size_t image, int value, std::int64_t rows) {
  if (interconnect_ != nullptr && bits_of(value) > 0) {
    send(image, value, rows);
  } else {
    deliver(image, value, rows);
  }
}

void InferenceChip::send(std::size_t image, int value, std::int64_t rows) {
  const auto v = static_cast<std::size_t>(value);
  const Shape& shape = network_->value_shape(value);
  std::int64_t& sent = sent_[v][image];
  const std::int64_t bits = (rows - sent) * shape.channels * shape.width * bits_of(value);
  sent = rows;
  if (rows == shape.height) sent_[v].erase(image);
  const double energy_aJ = job_->costs.link_energy_J * 1e18 * static_cast<double>(bits) * static_cast<double>(routes_[v].links.size());
  add_checked(use_[layer_of_value_[v]].energy.link_aJ, round_checked(energy_aJ, 9e18, "the energy of a transfer"), "energy (aJ)");
  interconnect_->send(v, {image, rows, bits});
}

void InferenceChip::deliver(std::size_t image, int value, std::int64_t rows) {
  ImageInFlight& flight = images_.at(image);
  std::int64_t& ready = flight.rows_ready[static_cast<std::size_t>(value)];
  const std::int64_t new_rows = rows - ready;
  ready = rows;
  for (LayerEngine* engine : engines_of_value_[static_cast<std::size_t>(value)]) engine->input_ready(new_rows);
  for (DigitalUnit* unit : units_of_value_[static_cast<std::size_t>(value)]) unit->input_ready(image);
  if (value > 0 && rows == network_->value_shape(value).height && --flight.nodes_left == 0) finish_image(image);
}

void InferenceChip::finish_image(std::size_t image) {
  const std::vector<float>& logits = images_.at(image).values.back();
  std::copy(logits.begin(), logits.end(), result_.logits.begin() + static_cast<std::ptrdiff_t>(image * logits.size()));
  result_.finished_ps[image] = simulated_ps();
  images_.release(image);
  if (++finished_ == count_) sc_core::sc_pause();
}

void InferenceChip::failed(std::exception_ptr error) {
  error_ = std::move(error);
  sc_core::sc_pause();
}

}  // namespace swimsim
