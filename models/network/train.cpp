#include "models/network/train.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "models/common/byte_stream.h"
#include "models/common/errors.h"
#include "models/common/random.h"
#include "models/network/batch_runner.h"
#include "models/network/evaluator.h"
#include "models/network/loss.h"
#include "models/network/weight_noise.h"
#include "models/network/worker_team.h"

namespace swimsim {

namespace {

constexpr int kChunks = 4;  // fixed: gradients are summed over chunks in order, so it shapes the bits

void check_options(const TrainingOptions& options, const ImageSet& images) {
  const auto refuse = [](const std::string& what) { throw InputError("training: " + what); };
  if (options.epochs < 1 || options.epochs > 100000) refuse(fmt::format("{} epochs; 1 to 100000 are supported", options.epochs));
  if (options.batch < 1 || options.batch > 65536) refuse(fmt::format("a batch of {}; 1 to 65536 are supported", options.batch));
  if (!(options.learning_rate > 0) || !(options.learning_rate <= 10)) refuse(fmt::format("a learning rate of {}", options.learning_rate));
  const OptimizerOptions& optimizer = options.optimizer_options;
  if (!(optimizer.momentum >= 0) || !(optimizer.momentum < 1)) refuse(fmt::format("a momentum of {}; 0 to below 1", optimizer.momentum));
  if (!(optimizer.weight_decay >= 0) || !(optimizer.weight_decay <= 1)) refuse(fmt::format("a weight decay of {}", optimizer.weight_decay));
  if (!(options.noise_sigma >= 0) || !(options.noise_sigma <= 10)) refuse(fmt::format("a noise sigma of {}", options.noise_sigma));
  const int padding = options.augmentation.crop_padding;
  if (padding < 0 || padding > 64) refuse(fmt::format("a crop padding of {}; 0 to 64 are supported", padding));
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

/// A share of a batch that runs on one thread.
struct Chunk {
  std::unique_ptr<BatchRunner> runner;
  ImageSet varied;          ///< the augmented images
  std::vector<float> seen;  ///< range of the activations per weight layer, largest magnitude or clipped
  double loss = 0;
  std::int64_t images = 0, correct = 0;
  bool used = false;
};

}  // namespace

struct Trainer::Work {
  Work(Network& trained, const TrainingOptions& training, const ImageSet& set, const Normalization& normalization)
      : network(trained), options(training), images(set), team(std::clamp(training.threads, 1, kChunks)) {
    chunk_size = (options.batch + kChunks - 1) / kChunks;
    image_count = options.images == 0 ? static_cast<std::int64_t>(images.count()) : options.images;
    steps_per_epoch = (image_count + options.batch - 1) / options.batch;
    const std::size_t layers = network.weight_layers().size();
    for (Chunk& part : chunks) {
      part.runner = std::make_unique<BatchRunner>(network, normalization, chunk_size, true, norms_learn());
      part.seen.resize(layers);
    }
    ranges.bits = options.activation_bits;
    ranges.layer_bits = options.activation_layer_bits;
    for (const int bits : ranges.layer_bits) ranges.bits = std::max(ranges.bits, bits);
    ranges.range.assign(layers, 0.0f);
    const OptimizerKind& optimizer = find_optimizer(options.optimizer);
    schedule = &find_schedule(options.schedule);
    OptimizerOptions without_decay = options.optimizer_options;
    without_decay.weight_decay = 0;
    for (std::size_t layer = 0; layer < layers; ++layer) {
      weight_steps.push_back(optimizer.make(network.weights(layer).size(), options.optimizer_options));
      bias_steps.push_back(optimizer.make(network.biases(layer).size(), without_decay));
    }
    for (std::size_t index = 0; norms_learn() && index < network.batch_norms().size(); ++index) {
      const std::size_t channels = network.batch_norms()[index].gamma.size();
      norm_steps.push_back({optimizer.make(channels, without_decay), optimizer.make(channels, without_decay)});
    }
    working = network.all_weights();
    order.resize(static_cast<std::size_t>(image_count));
  }

  bool norms_learn() const { return !options.freeze_batch_norms && !network.batch_norms().empty(); }

  std::int64_t all_steps() const { return steps_per_epoch * options.epochs; }

  TrainingPoint step() {
    const std::int64_t epoch = steps_done / steps_per_epoch, done = steps_done % steps_per_epoch * options.batch;
    if (epoch != shuffled_epoch) shuffle(epoch);
    const std::int64_t size = std::min<std::int64_t>(options.batch, image_count - done);
    ++steps_done;
    prepare_weights();
    const std::uint32_t* indices = order.data() + done;
    team.run(kChunks, [&](int c) {
      const std::int64_t first = c * chunk_size;
      run_chunk(chunks[c], indices + first, std::clamp<std::int64_t>(size - first, 0, chunk_size));
    });
    follow_ranges();
    const double rate = learning_rate();
    descend(size, rate);
    teach_norms(size, rate);
    keep_account(size);
    if (!std::isfinite(loss)) throw RangeError("training diverged: the loss is not finite; lower the learning rate");
    if (done + size == image_count) finish_epoch(rate);
    return {static_cast<int>(records.size()), epoch * image_count + done + size, options.epochs * image_count, loss, accuracy};
  }

  // Fisher-Yates with draws that depend on nothing but seed, epoch and place.
  void shuffle(std::int64_t epoch) {
    shuffled_epoch = epoch;
    std::iota(order.begin(), order.end(), 0u);
    DrawId id;
    id.seed = options.seed;
    id.purpose = Purpose::shuffle;
    id.event = static_cast<std::uint32_t>(epoch);
    for (std::size_t i = order.size(); i-- > 1;) {
      id.weight = static_cast<std::uint32_t>(i);
      std::swap(order[i], order[random_below(id, i + 1)]);
    }
  }

  WeightQuantization weight_quantization(std::size_t layer) const {
    if (!options.weight_layers.empty()) return options.weight_layers[layer];
    WeightQuantization all;
    all.bits = options.weight_bits;
    all.quantizer = options.quantizer;
    return all;
  }

  // Layer by layer on the team: quantised afresh, with noise.
  void prepare_weights() {
    team.run(static_cast<int>(working.size()), [&](int index) {
      const auto layer = static_cast<std::size_t>(index);
      const std::vector<float>& weights = network.weights(layer);
      std::vector<float> reached;
      if (options.weight_bits == 0 && options.weight_layers.empty()) {
        working[layer] = weights;
        reached = {largest_magnitude(weights.data(), static_cast<std::int64_t>(weights.size()))};
      } else {
        reached = fake_quantize_weights(weights, network.weight_layers()[layer].outputs, weight_quantization(layer), working[layer]);
      }
      if (options.noise_sigma == 0) return;
      add_weight_noise(options.noise_sigma, reached, options.seed, static_cast<std::uint32_t>(steps_done),
                       static_cast<std::uint32_t>(layer), working[layer]);
    });
  }

  void load_images(Chunk& chunk, const std::uint32_t* indices, std::int64_t count) const {
    if (!options.augmentation.any()) return chunk.runner->load_images(images, indices, count);
    ImageSet& varied = chunk.varied;
    varied.channels = images.channels;
    varied.height = images.height;
    varied.width = images.width;
    varied.labels.resize(static_cast<std::size_t>(count));
    varied.pixels.resize(varied.labels.size() * images.image_size());
    for (std::size_t i = 0; i < varied.labels.size(); ++i) {
      varied.labels[i] = images.labels[indices[i]];
      augment_image(options.augmentation, options.seed, static_cast<std::uint32_t>(shuffled_epoch), indices[i], images,
                    varied.pixels.data() + i * images.image_size());
    }
    chunk.runner->load_images(varied, std::size_t{0}, count);
  }

  void run_chunk(Chunk& chunk, const std::uint32_t* indices, std::int64_t count) {
    chunk.used = count > 0;
    if (!chunk.used) return;
    BatchRunner& runner = *chunk.runner;
    for (std::size_t layer = 0; layer < working.size(); ++layer) {
      const std::vector<float>& bias = network.biases(layer);
      runner.set_weights(layer, working[layer].data(), bias.empty() ? nullptr : bias.data());
      runner.set_backward_weights(layer, working[layer].data());
    }
    for (std::size_t index = 0; index < norm_steps.size(); ++index) runner.set_batch_norm(index, network.batch_norms()[index]);
    std::fill(chunk.seen.begin(), chunk.seen.end(), 0.0f);
    load_images(chunk, indices, count);
    if (options.activation_range.method == RangeMethod::maximum) {
      runner.forward({&ranges, ranges.bits > 0 ? &chunk.seen : nullptr, false});
    } else {
      runner.forward({&ranges, nullptr, false, [&](std::size_t layer, const float* values, std::int64_t n) {
                        if (ranges.bits_of(layer) > 0) chunk.seen[layer] = activation_range(layer, values, n);
                      }});
    }
    const std::uint8_t* labels = runner.labels().data();
    chunk.images = count;
    chunk.loss = loss_of_batch(Loss::cross_entropy, runner.logits(), labels, count, runner.classes(), runner.diff_logits(), nullptr);
    chunk.correct = correct_of_batch(runner.logits(), labels, count, runner.classes());
    runner.backward(Order::first, true);
  }

  float activation_range(std::size_t layer, const float* values, std::int64_t count) const {
    MagnitudeHistogram histogram(largest_magnitude(values, count));
    histogram.add(values, count);
    return histogram.range(options.activation_range, static_cast<float>((1 << ranges.bits_of(layer)) - 1));
  }

  // The batch's range: the largest of its chunks, or their mean where ranges clip.
  float batch_range(std::size_t layer) const {
    float largest = 0, sum = 0, used = 0;
    for (const Chunk& chunk : chunks) {
      if (!chunk.used) continue;
      largest = std::max(largest, chunk.seen[layer]);
      sum += chunk.seen[layer];
      used += 1;
    }
    return options.activation_range.method == RangeMethod::maximum ? largest : sum / used;
  }

  void follow_ranges() {
    constexpr float kMomentum = 0.9f;
    for (std::size_t layer = 0; layer < ranges.range.size(); ++layer) {
      const float seen = batch_range(layer);
      float& range = ranges.range[layer];
      range = steps_done == 1 ? seen : kMomentum * range + (1 - kMomentum) * seen;
    }
  }

  double learning_rate() const {
    const double progress = static_cast<double>(steps_done - 1) / static_cast<double>(all_steps());
    return options.learning_rate * schedule->factor(progress, options.schedule_options);
  }

  // Layer by layer on the team; a layer's sums keep their order.
  void descend(std::int64_t size, double rate) {
    gradients.resize(working.size());
    team.run(static_cast<int>(working.size()), [&](int index) {
      const auto layer = static_cast<std::size_t>(index);
      std::vector<float>& gradient = gradients[layer];
      sum_chunks(size, gradient, [&](const BatchRunner& runner) -> const std::vector<float>& { return runner.diff_weights(layer); });
      weight_steps[layer]->step(steps_done, rate, gradient, network.weights(layer));
      sum_chunks(size, gradient, [&](const BatchRunner& runner) -> const std::vector<float>& { return runner.diff_bias(layer); });
      bias_steps[layer]->step(steps_done, rate, gradient, network.biases(layer));
    });
  }

  void teach_norms(std::int64_t size, double rate) {
    std::vector<float> gradient;
    for (std::size_t index = 0; index < norm_steps.size(); ++index) {
      BatchNormParameters& norm = network.batch_norm(index);
      sum_chunks(size, gradient, [&](const BatchRunner& runner) -> const std::vector<float>& { return runner.diff_gamma(index); });
      norm_steps[index].gamma->step(steps_done, rate, gradient, norm.gamma);
      sum_chunks(size, gradient, [&](const BatchRunner& runner) -> const std::vector<float>& { return runner.diff_beta(index); });
      norm_steps[index].beta->step(steps_done, rate, gradient, norm.beta);
      follow_statistics(index, size, norm);
    }
  }

  // The parts of the batch count by their images. The variance of a part is the biased one; the difference is below the noise of a step.
  void follow_statistics(std::size_t index, std::int64_t size, BatchNormParameters& norm) const {
    constexpr float kFollow = 0.1f;
    for (std::size_t channel = 0; channel < norm.mean.size(); ++channel) {
      float mean = 0, variance = 0;
      for (const Chunk& chunk : chunks) {
        if (!chunk.used) continue;
        const float share = static_cast<float>(chunk.images) / static_cast<float>(size);
        const BatchStatistics& statistics = chunk.runner->batch_statistics(index);
        mean += share * statistics.mean[channel];
        variance += share * statistics.variance[channel];
      }
      norm.mean[channel] += kFollow * (mean - norm.mean[channel]);
      norm.variance[channel] += kFollow * (variance - norm.variance[channel]);
    }
  }

  // The batch's mean gradient; chunk 0 is always used.
  template <typename Part>
  void sum_chunks(std::int64_t size, std::vector<float>& gradient, Part part) const {
    gradient = part(*chunks[0].runner);
    const float per_image = 1.0f / static_cast<float>(size);
    float* sum = gradient.data();
    for (int c = 1; c < kChunks; ++c) {
      if (!chunks[c].used) continue;
      const float* more = part(*chunks[c].runner).data();
      for (std::size_t i = 0; i < gradient.size(); ++i) sum[i] += more[i];
    }
    for (std::size_t i = 0; i < gradient.size(); ++i) sum[i] *= per_image;
  }

  void keep_account(std::int64_t size) {
    double batch_loss = 0, batch_correct = 0;
    for (const Chunk& chunk : chunks) {
      if (!chunk.used) continue;
      batch_loss += chunk.loss;
      batch_correct += static_cast<double>(chunk.correct);
    }
    epoch_loss += batch_loss;
    epoch_correct += batch_correct;
    const double weight = steps_done == 1 ? 1.0 : 0.05;
    loss += weight * (batch_loss / static_cast<double>(size) - loss);
    accuracy += weight * (batch_correct / static_cast<double>(size) - accuracy);
  }

  void finish_epoch(double rate) {
    const auto count = static_cast<double>(image_count);
    records.push_back({epoch_loss / count, epoch_correct / count, rate});
    epoch_loss = epoch_correct = 0;
  }

  // Calls visit on every part of the state, in order: `Self` is Work or const Work.
  template <typename Self, typename Visit>
  static void visit_state(Self& self, Visit visit) {
    visit(self.steps_done);
    visit(self.loss);
    visit(self.accuracy);
    visit(self.epoch_loss);
    visit(self.epoch_correct);
    visit(self.records);
    visit(self.ranges.range);
    for (std::size_t layer = 0; layer < self.working.size(); ++layer) {
      visit(self.network.weights(layer));
      visit(self.network.biases(layer));
      for (std::vector<float>* memory : self.weight_steps[layer]->memory()) visit(*memory);
      for (std::vector<float>* memory : self.bias_steps[layer]->memory()) visit(*memory);
    }
    for (std::size_t index = 0; index < self.norm_steps.size(); ++index) {
      BatchNormParameters& norm = self.network.batch_norm(index);
      for (std::vector<float>* part : {&norm.gamma, &norm.beta, &norm.mean, &norm.variance}) visit(*part);
      for (const auto* optimizer : {&self.norm_steps[index].gamma, &self.norm_steps[index].beta}) {
        for (std::vector<float>* memory : (*optimizer)->memory()) visit(*memory);
      }
    }
  }

  Network& network;
  const TrainingOptions options;
  const ImageSet& images;
  std::int64_t chunk_size = 0, image_count = 0, steps_per_epoch = 1;
  const ScheduleKind* schedule = nullptr;
  Chunk chunks[kChunks];
  std::vector<std::vector<float>> working;  ///< the weights that the passes run on
  std::vector<std::vector<float>> gradients;
  std::vector<std::uint32_t> order;  ///< of the images in epoch `shuffled_epoch`
  std::int64_t shuffled_epoch = -1;
  WorkerTeam team;

  // The state.
  std::int64_t steps_done = 0;
  double loss = 0, accuracy = 0, epoch_loss = 0, epoch_correct = 0;
  std::vector<EpochRecord> records;
  ActivationRanges ranges;
  std::vector<std::unique_ptr<Optimizer>> weight_steps, bias_steps;
  struct NormSteps {
    std::unique_ptr<Optimizer> gamma, beta;
  };
  std::vector<NormSteps> norm_steps;  ///< empty if no batch norm learns
};

Trainer::Trainer(Network& network, const TrainingOptions& options, const ImageSet& images, const Normalization& normalization) {
  check_options(options, images);
  check_images_fit(network, images, normalization);
  work_ = std::make_unique<Work>(network, options, images, normalization);
}

Trainer::~Trainer() = default;

bool Trainer::finished() const { return work_->steps_done >= work_->all_steps(); }

TrainingPoint Trainer::step() { return work_->step(); }

const std::vector<EpochRecord>& Trainer::epochs() const { return work_->records; }

std::string Trainer::state() const {
  ByteWriter writer;
  Work::visit_state(*work_, [&](const auto& part) { writer.put(part); });
  return writer.bytes();
}

void Trainer::restore(std::string_view state) {
  const std::string before = this->state();
  const auto read = [this](std::string_view bytes) {
    ByteReader reader(bytes);
    Work::visit_state(*work_, [&](auto& part) { reader.get(part); });
    return this->state().size() == bytes.size();
  };
  bool sound = false;
  try {
    sound = state.size() >= before.size() && read(state) && work_->steps_done >= 0 && work_->steps_done <= work_->all_steps();
  } catch (const std::runtime_error&) {
  }
  if (sound) return;
  read(before);
  throw std::runtime_error("these bytes are not the state of this training");
}

void train(Network& network, const TrainingOptions& options, const ImageSet& images, const Normalization& normalization,
           const TrainingProgress& progress) {
  Trainer trainer(network, options, images, normalization);
  while (!trainer.finished()) {
    const TrainingPoint point = trainer.step();
    if (progress) progress(point.images, point.all_images, point.loss, point.accuracy);
  }
}

}  // namespace swimsim
