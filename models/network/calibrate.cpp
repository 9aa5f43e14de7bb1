#include "models/network/calibrate.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "models/common/errors.h"
#include "models/network/batch_runner.h"
#include "models/network/evaluator.h"

namespace swimsim {

namespace {

/// Ranges of 0 with the bits checked.
ActivationRanges unknown_ranges(const ActivationQuantization& how, std::size_t layers) {
  ActivationRanges ranges;
  ranges.bits = how.bits;
  ranges.layer_bits = how.layer_bits;
  ranges.range.assign(layers, 0.0f);
  if (!how.layer_bits.empty()) {
    if (how.layer_bits.size() != layers) throw std::logic_error("activation bits: one number for each weight layer is wanted");
    ranges.bits = *std::max_element(how.layer_bits.begin(), how.layer_bits.end());
  }
  std::vector<int> all = how.layer_bits;
  all.push_back(ranges.bits);
  for (const int bits : all) {
    if (bits < 0 || bits > kMaxActivationBits)
      throw InputError(fmt::format("{} activation bits; 1 to {} are supported, 0 switches the quantisers off", bits, kMaxActivationBits));
  }
  return ranges;
}

/// The calibration images, batch by batch.
class CalibrationRun {
 public:
  CalibrationRun(const Network& network, const std::vector<std::vector<float>>& weights, const ImageSet& images,
                 const Normalization& normalization, std::size_t count)
      : images_(&images),
        count_(count == 0 ? images.count() : std::min(count, images.count())),
        batch_(static_cast<std::size_t>(evaluation_batch(network))),
        runner_(network, normalization, evaluation_batch(network), false) {
    for (std::size_t layer = 0; layer < weights.size(); ++layer) {
      const std::vector<float>& bias = network.biases(layer);
      runner_.set_weights(layer, weights[layer].data(), bias.empty() ? nullptr : bias.data());
    }
  }

  void forward_all(const BatchRunner::Activations& activations) {
    for (std::size_t done = 0; done < count_; done += batch_) {
      runner_.load_images(*images_, done, static_cast<std::int64_t>(std::min(batch_, count_ - done)));
      runner_.forward(activations);
    }
  }

 private:
  const ImageSet* images_;
  std::size_t count_, batch_;
  BatchRunner runner_;
};

}  // namespace

ActivationRanges calibrate_activations(const Network& network, const std::vector<std::vector<float>>& weights, const ImageSet& images,
                                       const Normalization& normalization, std::size_t count, const ActivationQuantization& how) {
  ActivationRanges ranges = unknown_ranges(how, network.weight_layers().size());
  if (ranges.bits == 0) return ranges;

  check_images_fit(network, images, normalization);
  check_weights_fit(network, weights);
  if (images.count() == 0) throw InputError("the activation ranges need at least one calibration image");
  CalibrationRun run(network, weights, images, normalization, count);
  std::vector<float> seen = ranges.range;
  run.forward_all({&ranges, &seen, true, {}});
  ranges.range = seen;
  if (how.range.method == RangeMethod::maximum) return ranges;

  std::vector<MagnitudeHistogram> histograms(seen.begin(), seen.end());
  run.forward_all({&ranges, nullptr, false,
                   [&histograms](std::size_t layer, const float* values, std::int64_t n) { histograms[layer].add(values, n); }});
  for (std::size_t layer = 0; layer < histograms.size(); ++layer) {
    const int bits = ranges.bits_of(layer);
    if (bits > 0) ranges.range[layer] = histograms[layer].range(how.range, static_cast<float>((1 << bits) - 1));
    ranges.clipped.push_back(histograms[layer].share_beyond(ranges.range[layer]));
  }
  return ranges;
}

ActivationRanges calibrate_activations(const Network& network, const std::vector<std::vector<float>>& weights, const ImageSet& images,
                                       const Normalization& normalization, std::size_t count, int bits) {
  ActivationQuantization how;
  how.bits = bits;
  return calibrate_activations(network, weights, images, normalization, count, how);
}

}  // namespace swimsim
