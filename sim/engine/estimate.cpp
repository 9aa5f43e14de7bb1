#include <algorithm>

#include "sim/engine/experiment.h"
#include "sim/engine/plan.h"
#include "sim/engine/preparation.h"
#include "sim/engine/selection_quantities.h"

namespace swimsim {

namespace {

// Rough figures of one core, from tests/bench; an estimate within a factor of three is the aim.
constexpr double kSecondsPerTile = 150e-6;  // elaboration of its modules
constexpr double kBytesPerTile = 30e3;
constexpr double kBytesPerOutcome = 4e3;
constexpr double kBytesPerThingOfRows = 100;  // of what is ranked by what rows cost
constexpr double kSecondsPerCellCycle = 0.1e-6;
constexpr double kSecondsPerCellFixed = 0.5e-6;  // set-up, read-back, rebuilding
constexpr double kMultiplyAddsPerSecond = 9e9;   // forward, small networks
constexpr double kTrainingCost = 5;              // of a forward pass
constexpr double kCyclesPerCell = 11;
constexpr double kArrayMultiplyAddsPerSecond = 30e9;  // fidelity array: of the column sums, and of their variances
constexpr double kSecondsPerConversion = 1.5e-9;      // twice with noise
constexpr double kCycleMultiplyAddsPerSecond = 2e9;   // fidelity cycle: the same, one read at a time in SystemC
constexpr double kCycleSecondsPerConversion = 0.1e-6;
constexpr double kBytesPerCellOfArrays = 24;  // whole conductances and variances, and packed for the products

double multiply_adds_per_image(const Network& network) {
  double sum = 0;
  for (std::size_t node = 0; node < network.nodes().size(); ++node) {
    const Node& n = network.nodes()[node];
    if (n.weights < 0) continue;
    const Shape& out = network.value_shape(static_cast<int>(node) + 1);
    sum += static_cast<double>(network.weight_layers()[static_cast<std::size_t>(n.weights)].inputs) * static_cast<double>(out.elements());
  }
  return sum;
}

/// What an image takes in the arrays; twice with noise.
struct ArrayWork {
  double multiply_adds = 0, conversions = 0;
  double seconds(double multiply_adds_per_second, double seconds_per_conversion) const {
    return multiply_adds / multiply_adds_per_second + conversions * seconds_per_conversion;
  }
};

ArrayWork array_work(const Workload& workload, const RunInputs& inputs) {
  const Workload::Inference& inference = workload.inference;
  const Mapping& mapping = *inputs.mapping;
  const double with_noise = inference.read_noise == "on" ? 2 : 1;
  ArrayWork work;
  for (std::size_t node = 0; node < inputs.network.nodes().size(); ++node) {
    const int weights = inputs.network.nodes()[node].weights;
    if (weights < 0) continue;
    const auto layer = static_cast<std::size_t>(weights);
    const MatrixShape& shape = mapping.layers()[layer];
    const Shape& out = inputs.network.value_shape(static_cast<int>(node) + 1);
    const bool quantized = layer > 0 && workload.quantize.activation_bits > 0;
    const int bits = quantized ? workload.quantize.activation_bits : inference.input_bits + 1;
    const int planes = (bits + inference.dac_bits - 1) / inference.dac_bits;
    const std::int64_t row_tiles = (shape.inputs + mapping.options().tile_rows - 1) / mapping.options().tile_rows;
    const double columns = static_cast<double>(shape.outputs) * mapping.cells_per_weight(layer);
    const double reads = static_cast<double>(out.height * out.width) * planes * columns;
    work.multiply_adds += with_noise * reads * static_cast<double>(shape.inputs);
    work.conversions += with_noise * reads * static_cast<double>(row_tiles);
  }
  return work;
}

/// Seconds to evaluate one image on a programmed chip.
double evaluation_s(const Workload& workload, const RunInputs& inputs) {
  if (workload.evaluate.fidelity == "weights") return multiply_adds_per_image(inputs.network) / kMultiplyAddsPerSecond;
  return array_work(workload, inputs).seconds(kArrayMultiplyAddsPerSecond, kSecondsPerConversion);
}

/// How often the images of the ranking are passed forward and back.
double passes_over_images(const Workload& workload) {
  double passes = needs_sensitivity(workload) ? 1 : 0;
  for (const RankBasis quantity : {RankBasis::gradient, RankBasis::fisher}) passes += needs(workload, quantity) ? 1 : 0;
  return passes + (needs(workload, RankBasis::hutchinson) ? 2.0 * workload.selection.probes : 0.0);
}

}  // namespace

RunEstimate estimate_experiment(const Workload& workload, const RunOptions& options) {
  const RunInputs inputs = load_inputs(workload, options);
  const Mapping& mapping = *inputs.mapping;
  const DataSet& data = inputs.data;
  const Plan plan = make_plan(workload, ranked_things(workload, mapping));

  RunEstimate estimate;
  estimate.weights = mapping.weights();
  estimate.cells = mapping.cells();
  estimate.tiles = static_cast<std::int64_t>(mapping.tiles().size());
  estimate.chip_programmings = static_cast<std::int64_t>(plan.programmings.size());

  const double cells = static_cast<double>(estimate.cells);
  const double forward_s = multiply_adds_per_image(inputs.network) / kMultiplyAddsPerSecond;
  const double test_images = static_cast<double>(inputs.test_images), evaluate_s = evaluation_s(workload, inputs);
  double seconds = 0;
  for (const PlannedProgramming& programming : plan.programmings) {
    if (programming.in_situ_share > 0)  // at most; and a full programming for the budget
      seconds +=
          static_cast<double>(workload.selection.in_situ.max_updates) * workload.selection.in_situ.batch * forward_s * kTrainingCost +
          cells * kSecondsPerCellCycle * kCyclesPerCell;
    const double share = static_cast<double>(programming.selected) / static_cast<double>(ranked_things(workload, mapping));
    seconds += static_cast<double>(estimate.tiles) * kSecondsPerTile +
               cells * (kSecondsPerCellFixed + kSecondsPerCellCycle * kCyclesPerCell * share) + test_images * evaluate_s;
  }
  if (workload.evaluate.fidelity == "cycle")
    seconds +=
        workload.inference.cycle_images * array_work(workload, inputs).seconds(kCycleMultiplyAddsPerSecond, kCycleSecondsPerConversion);
  if (workload.network.train) {
    const double images =
        static_cast<double>(workload.network.train->images > 0 ? workload.network.train->images : static_cast<int>(data.train.count()));
    seconds += images * workload.network.train->epochs * forward_s * kTrainingCost;
  }
  seconds += workload.selection.images * forward_s * kTrainingCost * passes_over_images(workload);
  estimate.seconds = seconds / std::max(1, options.threads);

  const double kept = !keeps_cells(workload, estimate.cells) ? 0 : 17.0 * cells * static_cast<double>(plan.points.size());
  const double images_bytes = static_cast<double>(data.train.pixels.size() + data.test.pixels.size());
  const double outcomes = kBytesPerOutcome * static_cast<double>(plan.programmings.size());
  const double rows =
      needs(workload, RankBasis::row_costs) ? kBytesPerThingOfRows * static_cast<double>(ranked_things(workload, mapping)) : 0;
  estimate.memory_bytes = 100e6 + images_bytes + kept + outcomes + rows +
                          ((workload.evaluate.fidelity == "weights" ? 60.0 : 60.0 + kBytesPerCellOfArrays) * cells +
                           kBytesPerTile * static_cast<double>(estimate.tiles) + 40.0 * static_cast<double>(estimate.weights)) *
                              options.threads +
                          24.0 * static_cast<double>(estimate.weights) * static_cast<double>(workload.selection.selectors.size());
  return estimate;
}

}  // namespace swimsim
