#include "models/inference/calibrate_ranges.h"

#include <algorithm>
#include <cmath>

#include "models/common/errors.h"
#include "models/inference/array_runner.h"
#include "models/inference/batched_reads.h"
#include "models/inference/programmed_array.h"
#include "models/network/evaluator.h"

namespace swimsim {

namespace {

/// Column sums of one layer, in bins of equal width over all that can come.
class SumHistogram {
 public:
  SumHistogram() : bins_(kBins, 0) {}
  void add(const std::int32_t* sums, int count) {
    for (int i = 0; i < count; ++i) {
      low_ = std::min(low_, sums[i]);
      high_ = std::max(high_, sums[i]);
      ++bins_[static_cast<std::size_t>((sums[i] + kSumLimit) / kWidth)];
    }
    count_ += count;
    for (int i = 0; i < count; ++i) total_ += sums[i];
  }
  std::int64_t total() const { return total_; }
  std::int32_t lowest() const { return low_; }
  std::int32_t highest() const { return high_; }
  /// Upper end of the bin that `share` (0..1) of the sums do not exceed; at most the highest.
  std::int32_t quantile(double share) const {
    const auto wanted = static_cast<std::int64_t>(std::ceil(share * static_cast<double>(count_)));
    std::int64_t seen = 0;
    std::int32_t bin = 0;
    while (bin < kBins - 1 && (seen += bins_[static_cast<std::size_t>(bin)]) < wanted) ++bin;
    return std::clamp((bin + 1) * kWidth - 1 - kSumLimit, low_, high_);
  }

 private:
  static constexpr std::int32_t kBins = 1 << 16, kWidth = 2 * kSumLimit / kBins;
  std::vector<std::int64_t> bins_;
  std::int64_t count_ = 0, total_ = 0;
  std::int32_t low_ = kSumLimit, high_ = -kSumLimit;
};

class Calibration {
 public:
  Calibration(const ArrayNetwork& network, const ArrayNetworkSource& source, std::vector<ArrayLayer>& layers)
      : network_(network), source_(source), layers_(layers), runner_(network, evaluation_batch(network.network())) {}

  void find_input_steps() {
    std::vector<float> largest(layers_.size(), 0.0f);
    const std::vector<std::vector<float>> weights = dequantize(*source_.quantized);
    std::vector<std::unique_ptr<LayerOperator>> digital;
    for (const ArrayLayer& layer : layers_) {
      digital.push_back(network_.make_operator(static_cast<std::size_t>(layer.node), runner_.batch()));
      const std::vector<float>& bias = network_.network().biases(layer.weights);
      digital.back()->set_weights(weights[layer.weights].data(), bias.empty() ? nullptr : bias.data());
    }
    for_all_images([&](const ArrayLayer& layer, const float* inputs, std::size_t, std::int64_t images, float* outputs) {
      float& seen = largest[layer.weights];
      seen = std::max(seen, largest_magnitude(inputs, images * layer.input.elements()));
      digital[layer.weights]->forward({inputs}, outputs);
    });
    for (ArrayLayer& layer : layers_) {
      if (!(layer.coding.step > 0)) layer.coding.step = largest[layer.weights] / static_cast<float>(layer.coding.code_max());
    }
  }

  void find_converter_ranges() {
    for (ArrayLayer& layer : layers_) {
      layer.adc = {0, ideal_step_S(layer), 0};
      set_output_factors(layer);
    }
    const auto targets_S = target_conductances(network_.mapping(), *source_.quantized, *source_.device);
    const ProgrammedArray targets(network_, targets_S);
    const std::vector<SumHistogram> sums = sums_of(targets);
    if (network_.options().line_solver != LineSolver::off && network_.options().gain_calibration)
      find_gains(sums, sums_of(ProgrammedArray(network_, targets_S, Wires::ideal)));
    if (network_.options().adc_bits == 0) return;
    for (ArrayLayer& layer : layers_) {
      layer.adc = range_of_sums(sums[layer.weights], layer.adc.lsb_S());
      set_output_factors(layer);
    }
  }

 private:
  /// Of the calibration images, in steps of the layers' ideal converters; per layer.
  std::vector<SumHistogram> sums_of(const ProgrammedArray& array) {
    std::vector<SumHistogram> sums(layers_.size());
    BatchedReads reads(network_, array);
    const ObserveCodes observe = [&](const ReadCodes& read) { sums[read.layer].add(read.codes, read.cols); };
    for_all_images([&](const ArrayLayer& layer, const float* inputs, std::size_t first, std::int64_t images, float* outputs) {
      reads.run(layer, inputs, first, images, outputs, observe);
    });
    return sums;
  }

  /// How much larger all column sums of a layer together would be without resistance in the wires.
  void find_gains(const std::vector<SumHistogram>& sums, const std::vector<SumHistogram>& ideal) {
    for (ArrayLayer& layer : layers_) {
      const auto seen = static_cast<double>(sums[layer.weights].total()), wanted = static_cast<double>(ideal[layer.weights].total());
      if (seen > 0) gain_[layer.weights] = wanted / seen;
      set_output_factors(layer);
    }
  }

  void for_all_images(const WeightLayerPass& pass) {
    const ImageSet& images = *source_.calibration;
    const std::size_t count = std::min(images.count(), static_cast<std::size_t>(network_.options().calibration_images));
    const auto batch = static_cast<std::size_t>(runner_.batch());
    for (std::size_t done = 0; done < count; done += batch)
      runner_.run(images, done, static_cast<std::int64_t>(std::min(batch, count - done)), pass);
  }

  /// A unit in which sums of cells up to g_max are whole numbers.
  double ideal_step_S(const ArrayLayer& layer) const {
    int rows = 1;
    for (const TileRead& read : layer.reads) rows = std::max(rows, read.rows);
    const double g_max_S = source_.device->g_max_S();
    return whole_unit(g_max_S, g_max_S, rows, (1 << network_.options().dac_bits) - 1);
  }

  AdcRange range_of_sums(const SumHistogram& sums, double step_S) const {
    const InferenceOptions& options = network_.options();
    std::int32_t low = sums.lowest(), high = sums.highest();
    if (options.adc_range == AdcRangeRule::percentile) {
      high = sums.quantile(options.adc_percentile / 100);
      low = sums.quantile(1 - options.adc_percentile / 100);
    }
    AdcRange range{low * step_S, high * step_S, options.adc_bits};
    if (!(high > low)) range.high_S = range.low_S + source_.device->g_max_S();  // nothing ever flows, or always the same
    return range;
  }

  void set_output_factors(ArrayLayer& layer) const {
    const double range_S = source_.device->g_max_S() - source_.device->g_min_S();
    const std::vector<float>& scale = source_.quantized->scale[layer.weights];
    const double common = gain_[layer.weights] * layer.weight_unit * (layer.adc.lsb_S() / range_S) * static_cast<double>(layer.coding.step);
    layer.output_factor.clear();
    for (std::size_t o = 0; o < static_cast<std::size_t>(layer.outputs); ++o)
      layer.output_factor.push_back(common * static_cast<double>(scale[scale.size() == 1 ? 0 : o]));
  }

  const ArrayNetwork& network_;
  const ArrayNetworkSource& source_;
  std::vector<ArrayLayer>& layers_;
  ArrayRunner runner_;
  std::vector<double> gain_ = std::vector<double>(layers_.size(), 1.0);  ///< digital, per layer
};

}  // namespace

void calibrate_ranges(const ArrayNetwork& network, const ArrayNetworkSource& source, std::vector<ArrayLayer>& layers) {
  Calibration calibration(network, source, layers);
  calibration.find_input_steps();
  calibration.find_converter_ranges();
}

}  // namespace swimsim
