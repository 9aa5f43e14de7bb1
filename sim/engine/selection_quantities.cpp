#include "sim/engine/selection_quantities.h"

#include <algorithm>
#include <cmath>

#include "models/network/hutchinson.h"
#include "models/network/second_derivative.h"
#include "sim/engine/interrupt.h"
#include "sim/engine/preparation.h"
#include "sim/engine/row_expectation.h"
#include "sim/engine/write_errors.h"

namespace swimsim {

namespace {

/// Tells of a pass over images, and leaves it when Ctrl-C was pressed.
class Pass {
 public:
  Pass(Progress& progress, const std::string& step, std::size_t images) : progress_(progress) {
    progress_.begin(step, static_cast<std::int64_t>(images));
  }
  ~Pass() { progress_.end(); }
  Pass(const Pass&) = delete;
  Pass& operator=(const Pass&) = delete;
  std::function<void(std::size_t, std::size_t)> teller() {
    return [this](std::size_t done, std::size_t) {
      if (interrupt_requested()) throw Interrupted();
      progress_.advance(static_cast<std::int64_t>(done));
    };
  }
  SecondDerivativeOptions derivative_options(const RunOptions& options) {
    SecondDerivativeOptions derivative;
    derivative.threads = options.threads;
    derivative.progress = teller();
    return derivative;
  }

 private:
  Progress& progress_;
};

PerWeight gradient_of(const Workload& workload, const RunOptions& options, const Preparation& prepared, Progress& progress) {
  const auto images = static_cast<std::size_t>(workload.selection.images);
  Pass pass(progress, "gradient", images);
  const auto weights = dequantize(prepared.quantized);
  PerWeight gradient = loss_gradient(prepared.network, weights, prepared.ranges, prepared.data.train, prepared.normalization, 0, images,
                                     pass.derivative_options(options))
                           .weights;
  for (std::size_t layer = 0; layer < gradient.size(); ++layer) {
    const double s = largest_magnitude(weights[layer].data(), static_cast<std::int64_t>(weights[layer].size()));
    for (double& value : gradient[layer]) value *= s;
  }
  normalize_by_scale(prepared.quantized, 1, gradient);
  return gradient;
}

PerWeight fisher_of(const Workload& workload, const RunOptions& options, const Preparation& prepared, Progress& progress) {
  const auto images = static_cast<std::size_t>(workload.selection.images);
  Pass pass(progress, "squared gradient", images);
  PerWeight squares = squared_gradient(prepared.network, dequantize(prepared.quantized), prepared.ranges, prepared.data.train,
                                       prepared.normalization, 0, images, pass.derivative_options(options));
  normalize_by_scale(prepared.quantized, 2, squares);
  return squares;
}

PerWeight hutchinson_of(const Workload& workload, const RunOptions& options, const Preparation& prepared, Progress& progress) {
  const auto images = static_cast<std::size_t>(workload.selection.images);
  HutchinsonOptions hutchinson;
  hutchinson.probes = workload.selection.probes;
  hutchinson.seed = workload.seed;
  hutchinson.threads = options.threads;
  Pass pass(progress, "Hessian's diagonal", 2 * images * static_cast<std::size_t>(hutchinson.probes));
  hutchinson.progress = pass.teller();
  PerWeight diagonal = hutchinson_diagonal(prepared.network, dequantize(prepared.quantized), prepared.data.train, prepared.normalization, 0,
                                           images, hutchinson);
  normalize_by_scale(prepared.quantized, 2, diagonal);
  return diagonal;
}

PerWeight raw_magnitudes(const Network& network) {
  PerWeight magnitudes;
  for (const std::vector<float>& weights : network.all_weights()) {
    magnitudes.emplace_back(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i) magnitudes.back()[i] = std::fabs(static_cast<double>(weights[i]));
  }
  return magnitudes;
}

std::vector<std::vector<double>> slice_shares(const Mapping& mapping) {
  std::vector<std::vector<double>> shares(mapping.layers().size());
  for (std::size_t layer = 0; layer < shares.size(); ++layer) {
    const double top = mapping.cell_weight(layer, mapping.slices(layer) - 1, 0);
    for (int slice = 0; slice < mapping.slices(layer); ++slice) {
      const double part = mapping.cell_weight(layer, slice, 0) / top;
      shares[layer].push_back(part * part);
    }
  }
  return shares;
}

void divide_by_largest(PerWeight& values) {
  double largest = 0;
  for (const auto& layer : values) {
    for (const double value : layer) largest = std::max(largest, value);
  }
  if (largest == 0) return;
  for (auto& layer : values) {
    for (double& value : layer) value /= largest;
  }
}

/// The scatter of an unverified write at the level of the weight's most significant cell.
PerWeight level_sigmas(const Preparation& prepared, const std::vector<LayerErrors>& errors) {
  const Mapping& mapping = *prepared.mapping;
  PerWeight sigmas;
  for (std::size_t layer = 0; layer < prepared.quantized.codes.size(); ++layer) {
    const int top = mapping.slices(layer) - 1;
    const std::vector<WriteError>& unverified = errors[layer][static_cast<std::size_t>(top)].unverified;
    sigmas.emplace_back();
    for (const std::int32_t code : prepared.quantized.codes[layer]) {
      const int digit = mapping.digit(layer, code, top, code < 0 ? 1 : 0);
      sigmas.back().push_back(std::sqrt(unverified[static_cast<std::size_t>(digit)].variance));
    }
  }
  divide_by_largest(sigmas);
  return sigmas;
}

/// Mean squared error of slices [first, last] of a weight, in the largest code; the cells' biases add up before they are squared.
double squared_error(const Mapping& mapping, std::size_t layer, std::int32_t code, int first, int last, const LayerErrors& errors,
                     std::vector<WriteError> SliceErrors::*when) {
  double mean = 0, variance = 0;
  for (int slice = first; slice <= last; ++slice) {
    for (int arm = 0; arm < 2; ++arm) {
      const double part = mapping.cell_weight(layer, slice, arm) / mapping.layers()[layer].code_max;
      const std::vector<WriteError>& of_digit = errors[static_cast<std::size_t>(slice)].*when;
      const WriteError& error = of_digit[static_cast<std::size_t>(mapping.digit(layer, code, slice, arm))];
      mean += part * error.mean;
      variance += part * part * error.variance;
    }
  }
  return variance + mean * mean;
}

/// Of the weights of a layer, in the largest code of the weight's scale.
std::vector<double> removed_variances_of(const Preparation& prepared, std::size_t layer, const LayerErrors& errors, bool by_slice) {
  const Mapping& mapping = *prepared.mapping;
  const int code_max = mapping.layers()[layer].code_max, slices = mapping.slices(layer);
  const auto removed = [&](std::int32_t code, int first, int last) {
    return squared_error(mapping, layer, code, first, last, errors, &SliceErrors::unverified) -
           squared_error(mapping, layer, code, first, last, errors, &SliceErrors::verified);
  };
  std::vector<std::vector<double>> of_code;  // there are few codes
  for (std::int32_t code = -code_max; code <= code_max; ++code) {
    of_code.emplace_back();
    if (!by_slice) of_code.back().push_back(removed(code, 0, slices - 1));
    for (int slice = 0; by_slice && slice < slices; ++slice) of_code.back().push_back(removed(code, slice, slice));
  }
  std::vector<double> variances;
  for (const std::int32_t code : prepared.quantized.codes[layer]) {
    const std::vector<double>& parts = of_code[static_cast<std::size_t>(std::int64_t{code} + code_max)];
    variances.insert(variances.end(), parts.begin(), parts.end());
  }
  return variances;
}

PerWeight removed_variances(const Preparation& prepared, const std::vector<LayerErrors>& errors, bool by_slice) {
  PerWeight variances;
  for (std::size_t layer = 0; layer < errors.size(); ++layer)
    variances.push_back(removed_variances_of(prepared, layer, errors[layer], by_slice));
  divide_by_largest(variances);
  return variances;
}

}  // namespace

bool ranks_devices(const Workload& workload) { return workload.selection.granularity == "device"; }

bool needs(const Workload& workload, RankBasis quantity) {
  const std::vector<std::string>& selectors = workload.selection.selectors;
  return std::any_of(selectors.begin(), selectors.end(), [&](const std::string& name) { return needs(*find_selector(name), quantity); });
}

bool needs_sensitivity(const Workload& workload) { return workload.mapping.order != "natural" || needs(workload, RankBasis::sensitivity); }

SelectionQuantities selection_quantities(const Workload& workload, const RunOptions& options, const Preparation& prepared,
                                         Progress& progress) {
  SelectionQuantities quantities;
  if (needs(workload, RankBasis::gradient)) quantities.gradient = gradient_of(workload, options, prepared, progress);
  if (needs(workload, RankBasis::fisher)) quantities.fisher = fisher_of(workload, options, prepared, progress);
  if (needs(workload, RankBasis::hutchinson)) quantities.hutchinson = hutchinson_of(workload, options, prepared, progress);
  if (needs(workload, RankBasis::raw_magnitude)) quantities.raw_magnitude = raw_magnitudes(prepared.network);
  if (needs(workload, RankBasis::level_sigma) || needs(workload, RankBasis::removed_variance)) {
    const std::vector<LayerErrors> errors = write_errors(workload, prepared);
    if (needs(workload, RankBasis::level_sigma)) quantities.level_sigma = level_sigmas(prepared, errors);
    if (needs(workload, RankBasis::removed_variance))
      quantities.removed_variance = removed_variances(prepared, errors, ranks_devices(workload));
  }
  if (needs(workload, RankBasis::row_costs)) quantities.row_costs = row_expectation(workload, prepared);
  if (ranks_devices(workload)) quantities.slice_share = slice_shares(*prepared.mapping);
  return quantities;
}

SelectionInput selection_input(const Workload& workload, const Preparation& prepared, std::uint32_t trial) {
  const SelectionQuantities& q = prepared.quantities;
  SelectionInput input{&prepared.magnitude, &prepared.sensitivity, workload.seed,    trial,          &q.gradient,
                       &q.fisher,           &q.hutchinson,         &q.raw_magnitude, &q.level_sigma, &q.removed_variance};
  input.row_costs = &q.row_costs;
  if (!q.slice_share.empty()) input.slice_share = &q.slice_share;
  return input;
}

std::int64_t ranked_things(const Workload& workload, const Mapping& mapping) {
  return ranks_devices(workload) ? mapping.cells() / 2 : mapping.weights();
}

}  // namespace swimsim
