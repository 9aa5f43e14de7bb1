#pragma once

#include <vector>

#include "models/array/mapping.h"
#include "models/network/network.h"

namespace swimsim {

/// `mapping.order: sensitivity` and, with `spread`, `sensitivity_spread`: for every layer of the mapping, outputs by the sum of
/// |sensitivity| over their weights (of all layers that share them, see ChannelAxes), placed for the layer among them with most weights;
/// inputs as the layers before have their outputs. `sensitivity` is per layer [output][input], `column_mux` columns share an ADC.
std::vector<LayerOrder> order_by_sensitivity(const Network& network, const Mapping& mapping,
                                             const std::vector<std::vector<double>>& sensitivity, int column_mux, bool spread);

}  // namespace swimsim
