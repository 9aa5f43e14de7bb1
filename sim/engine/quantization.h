#pragma once

#include <vector>

#include "models/network/calibrate.h"
#include "models/network/network.h"
#include "models/network/quantize.h"
#include "sim/engine/results.h"
#include "sim/workload/workload.h"

namespace swimsim {

/// What the workload asks of each layer.
struct QuantizationPlan {
  std::vector<WeightQuantization> weights;  ///< per weight layer
  ActivationQuantization activations;
};

/// Throws InputError, all mistakes at once, if `quantize.layers` names a layer that the network does not have (with the nearest it has), or
/// is a list of another length than the network.
QuantizationPlan plan_quantization(const Workload& workload, const Network& network);

/// |w| by the largest weight that its scale reaches, before quantisation: a cell's error is proportional to that. Unclipped: at most 1.
std::vector<std::vector<double>> relative_magnitudes(const Network& network, const QuantizedWeights& quantized);

/// Takes second derivatives by w / max|w| of the layer to derivatives by w over the largest weight of w's own scale, which a cell's error
/// is proportional to: times (channel's scale / largest scale of the layer)^2. Layers of one scale stay as they are.
void normalize_by_scale(const QuantizedWeights& quantized, std::vector<std::vector<double>>& second_derivative);

/// What quantising did to each layer, for quantization.csv.
std::vector<QuantizationRow> quantization_rows(const Network& network, const QuantizationPlan& plan, const QuantizedWeights& quantized,
                                               const ActivationRanges& ranges);

}  // namespace swimsim
