#include "sim/engine/quantization.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/common/errors.h"
#include "models/common/words.h"

namespace swimsim {

namespace {

std::vector<std::string> layer_names(const Network& network) {
  std::vector<std::string> names;
  for (const WeightLayer& layer : network.weight_layers()) names.push_back(layer.name);
  return names;
}

/// Entry of each layer, nullptr for those without one.
std::vector<const Workload::LayerBits::Entry*> entries_of(const Workload::LayerBits& bits, const Network& network) {
  const std::vector<std::string> names = layer_names(network);
  std::vector<const Workload::LayerBits::Entry*> entries(names.size(), nullptr);
  if (bits.by_order && bits.entries.size() != names.size()) {
    throw InputError(
        std::vector<Diagnostic>{{bits.entries.front().place,
                                 fmt::format("'quantize.layers' has {} entries, network '{}' has {} layers with weights, in this order: {}",
                                             bits.entries.size(), network.name(), names.size(), joined(names))}});
  }
  std::vector<Diagnostic> mistakes;
  for (std::size_t i = 0; i < bits.entries.size(); ++i) {
    const Workload::LayerBits::Entry& entry = bits.entries[i];
    const auto found = bits.by_order ? names.begin() + static_cast<std::ptrdiff_t>(i) : std::find(names.begin(), names.end(), entry.layer);
    if (found == names.end())
      mistakes.push_back({entry.place, fmt::format("quantize.layers: network '{}' has no weights '{}'{}", network.name(), entry.layer,
                                                   suggestion(entry.layer, names))});
    else
      entries[static_cast<std::size_t>(found - names.begin())] = &entry;
  }
  if (!mistakes.empty()) throw InputError(std::move(mistakes));
  return entries;
}

}  // namespace

QuantizationPlan plan_quantization(const Workload& workload, const Network& network) {
  const Workload::Quantize& wanted = workload.quantize;
  WeightQuantization weights;
  weights.bits = wanted.weight_bits;
  weights.quantizer = parse_quantizer(wanted.quantizer);
  weights.range = {parse_range_method(wanted.weight_range), wanted.weight_percentile};
  weights.per_channel = wanted.weight_scale == "per_channel";

  QuantizationPlan plan;
  plan.weights.assign(network.weight_layers().size(), weights);
  plan.activations.bits = wanted.activation_bits;
  plan.activations.range = {parse_range_method(wanted.activation_range), wanted.activation_percentile};
  if (wanted.layers.entries.empty()) return plan;

  const std::vector<const Workload::LayerBits::Entry*> entries = entries_of(wanted.layers, network);
  plan.activations.layer_bits.assign(entries.size(), wanted.activation_bits);
  for (std::size_t layer = 0; layer < entries.size(); ++layer) {
    if (entries[layer] == nullptr) continue;
    plan.weights[layer].bits = entries[layer]->weight_bits.value_or(wanted.weight_bits);
    plan.activations.layer_bits[layer] = entries[layer]->activation_bits.value_or(wanted.activation_bits);
  }
  return plan;
}

std::vector<std::vector<double>> relative_magnitudes(const Network& network, const QuantizedWeights& quantized) {
  std::vector<std::vector<double>> magnitudes;
  for (std::size_t layer = 0; layer < network.weight_layers().size(); ++layer) {
    const std::vector<float>& weights = network.weights(layer);
    const std::vector<float>& range = quantized.range[layer];
    const std::size_t part = weights.size() / range.size();
    magnitudes.emplace_back(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const double largest = static_cast<double>(range[i / part]);
      if (largest != 0) magnitudes.back()[i] = std::fabs(static_cast<double>(weights[i])) / largest;
    }
  }
  return magnitudes;
}

void normalize_by_scale(const QuantizedWeights& quantized, std::vector<std::vector<double>>& second_derivative) {
  for (std::size_t layer = 0; layer < second_derivative.size(); ++layer) {
    const std::vector<float>& scale = quantized.scale[layer];
    const double largest = static_cast<double>(*std::max_element(scale.begin(), scale.end()));
    if (scale.size() == 1 || largest == 0) continue;
    std::vector<double>& values = second_derivative[layer];
    const std::size_t part = values.size() / scale.size();
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double share = static_cast<double>(scale[i / part]) / largest;
      values[i] *= share * share;
    }
  }
}

std::vector<QuantizationRow> quantization_rows(const Network& network, const QuantizationPlan& plan, const QuantizedWeights& quantized,
                                               const ActivationRanges& ranges) {
  std::vector<QuantizationRow> rows;
  for (std::size_t layer = 0; layer < network.weight_layers().size(); ++layer) {
    const QuantizationError error = quantization_error(network.weights(layer), quantized, layer);
    QuantizationRow row;
    row.layer = network.weight_layers()[layer].name;
    row.weights = network.weight_layers()[layer].count();
    row.weight_bits = plan.weights[layer].bits;
    row.scales = static_cast<std::int64_t>(quantized.scale[layer].size());
    row.weight_range = *std::max_element(quantized.range[layer].begin(), quantized.range[layer].end());
    row.weights_clipped = error.clipped;
    row.weight_sqnr_dB = error.sqnr_dB;
    row.activation_bits = ranges.bits_of(layer);
    if (row.activation_bits > 0) {
      row.activation_range = ranges.range[layer];
      row.activations_clipped = ranges.clipped.empty() ? 0 : ranges.clipped[layer];
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace swimsim
