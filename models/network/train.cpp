#include "models/network/train.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "models/common/errors.h"
#include "models/common/random.h"
#include "models/network/adam.h"
#include "models/network/batch_runner.h"
#include "models/network/evaluator.h"
#include "models/network/loss.h"
#include "models/network/worker_team.h"

namespace swimsim {

namespace {

constexpr int kChunks = 4;  // fixed: gradients are summed over chunks in order, so it shapes the bits

void check_options(const TrainingOptions& options, const ImageSet& images) {
  const auto refuse = [](const std::string& what) { throw InputError("training: " + what); };
  if (options.epochs < 1 || options.epochs > 100000) refuse(fmt::format("{} epochs; 1 to 100000 are supported", options.epochs));
  if (options.batch < 1 || options.batch > 65536) refuse(fmt::format("a batch of {}; 1 to 65536 are supported", options.batch));
  if (!(options.learning_rate > 0) || !(options.learning_rate <= 10)) refuse(fmt::format("a learning rate of {}", options.learning_rate));
  if (options.weight_bits != 0) largest_code(options.weight_bits, options.quantizer);
  for (const WeightQuantization& layer : options.weight_layers) largest_code(layer.bits, layer.quantizer);
  std::vector<int> activation_bits = options.activation_layer_bits;
  activation_bits.push_back(options.activation_bits);
  for (const int bits : activation_bits) {
    if (bits < 0 || bits > 16) refuse(fmt::format("{} activation bits; 1 to 16, or 0 for none", bits));
  }
  if (options.images < 0 || options.images > static_cast<std::int64_t>(images.count()) || images.count() == 0) {
    refuse(fmt::format("{} images are wanted, the data set has {}", options.images, images.count()));
  }
}

class Trainer {
 public:
  Trainer(Network& network, const TrainingOptions& options, const ImageSet& images, const Normalization& normalization)
      : network_(network), options_(options), images_(images), team_(std::clamp(options.threads, 1, kChunks)) {
    const std::int64_t chunk = (options.batch + kChunks - 1) / kChunks;
    const std::size_t layers = network.weight_layers().size();
    for (Chunk& part : chunks_) {
      part.runner = std::make_unique<BatchRunner>(network, normalization, chunk, true);
      part.seen.resize(layers);
    }
    ranges_.bits = options.activation_bits;
    ranges_.layer_bits = options.activation_layer_bits;
    for (const int bits : ranges_.layer_bits) ranges_.bits = std::max(ranges_.bits, bits);
    ranges_.range.assign(layers, 0.0f);
    for (std::size_t layer = 0; layer < layers; ++layer) {
      weight_steps_.emplace_back(network.weights(layer).size());
      bias_steps_.emplace_back(network.biases(layer).size());
    }
    working_ = network.all_weights();
  }

  void run(const TrainingProgress& progress) {
    const std::int64_t image_count = options_.images == 0 ? static_cast<std::int64_t>(images_.count()) : options_.images;
    const std::int64_t steps_per_epoch = (image_count + options_.batch - 1) / options_.batch;
    total_steps_ = steps_per_epoch * options_.epochs;
    std::vector<std::uint32_t> order(static_cast<std::size_t>(image_count));
    double loss = 0, accuracy = 0;
    for (int epoch = 0; epoch < options_.epochs; ++epoch) {
      shuffle(order, epoch);
      for (std::int64_t done = 0; done < image_count; done += options_.batch) {
        const std::int64_t size = std::min<std::int64_t>(options_.batch, image_count - done);
        const StepResult result = step(order.data() + done, size);
        const double weight = step_ == 1 ? 1.0 : 0.05;
        loss += weight * (result.loss - loss);
        accuracy += weight * (result.accuracy - accuracy);
        if (!std::isfinite(loss)) throw RangeError("training diverged: the loss is not finite; lower the learning rate");
        if (progress) progress(epoch * image_count + done + size, options_.epochs * image_count, loss, accuracy);
      }
    }
  }

 private:
  struct StepResult {
    double loss, accuracy;  ///< mean over the batch
  };
  struct Chunk {
    std::unique_ptr<BatchRunner> runner;
    std::vector<float> seen;  ///< range of the activations per weight layer, largest magnitude or clipped
    double loss = 0;
    std::int64_t correct = 0;
    bool used = false;
  };

  // Fisher-Yates with draws that depend on nothing but seed, epoch and place.
  void shuffle(std::vector<std::uint32_t>& order, int epoch) const {
    std::iota(order.begin(), order.end(), 0u);
    DrawId id;
    id.seed = options_.seed;
    id.purpose = Purpose::shuffle;
    id.event = static_cast<std::uint32_t>(epoch);
    for (std::size_t i = order.size(); i-- > 1;) {
      id.weight = static_cast<std::uint32_t>(i);
      std::swap(order[i], order[random_below(id, i + 1)]);
    }
  }

  StepResult step(const std::uint32_t* indices, std::int64_t size) {
    ++step_;
    quantize_weights_afresh();
    const std::int64_t chunk_size = (options_.batch + kChunks - 1) / kChunks;
    team_.run(kChunks, [&](int c) {
      const std::int64_t first = c * chunk_size;
      run_chunk(chunks_[c], indices + first, std::clamp<std::int64_t>(size - first, 0, chunk_size));
    });
    follow_ranges();
    descend(size);

    StepResult result{0, 0};
    for (const Chunk& chunk : chunks_) {
      if (!chunk.used) continue;
      result.loss += chunk.loss;
      result.accuracy += static_cast<double>(chunk.correct);
    }
    return {result.loss / static_cast<double>(size), result.accuracy / static_cast<double>(size)};
  }

  WeightQuantization weight_quantization(std::size_t layer) const {
    if (!options_.weight_layers.empty()) return options_.weight_layers[layer];
    WeightQuantization all;
    all.bits = options_.weight_bits;
    all.quantizer = options_.quantizer;
    return all;
  }

  void quantize_weights_afresh() {
    for (std::size_t layer = 0; layer < working_.size(); ++layer) {
      if (options_.weight_bits == 0 && options_.weight_layers.empty()) {
        working_[layer] = network_.weights(layer);
      } else {
        fake_quantize_weights(network_.weights(layer), network_.weight_layers()[layer].outputs, weight_quantization(layer),
                              working_[layer]);
      }
    }
  }

  void run_chunk(Chunk& chunk, const std::uint32_t* indices, std::int64_t count) {
    chunk.used = count > 0;
    if (!chunk.used) return;
    BatchRunner& runner = *chunk.runner;
    for (std::size_t layer = 0; layer < working_.size(); ++layer) {
      const std::vector<float>& bias = network_.biases(layer);
      runner.set_weights(layer, working_[layer].data(), bias.empty() ? nullptr : bias.data());
      runner.set_backward_weights(layer, working_[layer].data());
    }
    std::fill(chunk.seen.begin(), chunk.seen.end(), 0.0f);
    runner.load_images(images_, indices, count);
    if (options_.activation_range.method == RangeMethod::maximum) {
      runner.forward({&ranges_, ranges_.bits > 0 ? &chunk.seen : nullptr, false});
    } else {
      runner.forward({&ranges_, nullptr, false, [&](std::size_t layer, const float* values, std::int64_t n) {
                        if (ranges_.bits_of(layer) > 0) chunk.seen[layer] = activation_range(layer, values, n);
                      }});
    }
    const std::uint8_t* labels = runner.labels().data();
    chunk.loss = loss_of_batch(Loss::cross_entropy, runner.logits(), labels, count, runner.classes(), runner.diff_logits(), nullptr);
    chunk.correct = correct_of_batch(runner.logits(), labels, count, runner.classes());
    runner.backward(Order::first, true);
  }

  float activation_range(std::size_t layer, const float* values, std::int64_t count) const {
    MagnitudeHistogram histogram(largest_magnitude(values, count));
    histogram.add(values, count);
    return histogram.range(options_.activation_range, static_cast<float>((1 << ranges_.bits_of(layer)) - 1));
  }

  // The batch's range: the largest of its chunks, or their mean where ranges clip.
  float batch_range(std::size_t layer) const {
    float largest = 0, sum = 0, used = 0;
    for (const Chunk& chunk : chunks_) {
      if (!chunk.used) continue;
      largest = std::max(largest, chunk.seen[layer]);
      sum += chunk.seen[layer];
      used += 1;
    }
    return options_.activation_range.method == RangeMethod::maximum ? largest : sum / used;
  }

  void follow_ranges() {
    constexpr float kMomentum = 0.9f;
    for (std::size_t layer = 0; layer < ranges_.range.size(); ++layer) {
      const float seen = batch_range(layer);
      float& range = ranges_.range[layer];
      range = step_ == 1 ? seen : kMomentum * range + (1 - kMomentum) * seen;
    }
  }

  void descend(std::int64_t size) {
    const double progress = static_cast<double>(step_ - 1) / static_cast<double>(total_steps_);
    const double rate = options_.learning_rate * 0.5 * (1 + std::cos(3.14159265358979323846 * progress));
    for (std::size_t layer = 0; layer < working_.size(); ++layer) {
      sum_chunks(size, [&](const BatchRunner& runner) -> const std::vector<float>& { return runner.diff_weights(layer); });
      weight_steps_[layer].step(step_, rate, gradient_, network_.weights(layer));
      sum_chunks(size, [&](const BatchRunner& runner) -> const std::vector<float>& { return runner.diff_bias(layer); });
      bias_steps_[layer].step(step_, rate, gradient_, network_.biases(layer));
    }
  }

  // Leaves the batch's mean gradient in gradient_; chunk 0 is always used.
  template <typename Part>
  void sum_chunks(std::int64_t size, Part part) {
    gradient_ = part(*chunks_[0].runner);
    const float per_image = 1.0f / static_cast<float>(size);
    float* sum = gradient_.data();
    for (int c = 1; c < kChunks; ++c) {
      if (!chunks_[c].used) continue;
      const float* more = part(*chunks_[c].runner).data();
      for (std::size_t i = 0; i < gradient_.size(); ++i) sum[i] += more[i];
    }
    for (std::size_t i = 0; i < gradient_.size(); ++i) sum[i] *= per_image;
  }

  Network& network_;
  const TrainingOptions options_;
  const ImageSet& images_;
  Chunk chunks_[kChunks];
  ActivationRanges ranges_;
  std::vector<std::vector<float>> working_;  ///< the weights that the passes run on
  std::vector<Adam> weight_steps_, bias_steps_;
  std::vector<float> gradient_;
  std::int64_t step_ = 0, total_steps_ = 1;
  WorkerTeam team_;
};

}  // namespace

void train(Network& network, const TrainingOptions& options, const ImageSet& images, const Normalization& normalization,
           const TrainingProgress& progress) {
  check_options(options, images);
  check_images_fit(network, images, normalization);
  Trainer(network, options, images, normalization).run(progress);
}

}  // namespace swimsim
