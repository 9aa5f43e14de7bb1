#include "sim/engine/network_cache.h"

#include <filesystem>

#include "models/common/atomic_file.h"
#include "models/common/build_info.h"
#include "models/common/byte_stream.h"
#include "models/common/errors.h"
#include "models/common/hash.h"
#include "models/common/read_file.h"

namespace swimsim {

namespace {

constexpr std::size_t kDigestLength = 64;
constexpr std::size_t kMaxBytes = std::size_t{4} << 30;

template <typename T>
std::string_view bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

std::string weights_as_bytes(const Network& network) {
  ByteWriter writer;
  for (std::size_t layer = 0; layer < network.weight_layers().size(); ++layer) {
    writer.put(network.weights(layer));
    writer.put(network.biases(layer));
  }
  for (const BatchNormParameters& norm : network.batch_norms()) {
    for (const std::vector<float>* part : {&norm.gamma, &norm.beta, &norm.mean, &norm.variance}) writer.put(*part);
  }
  return writer.bytes();
}

/// The graph: the file that it came from, or the name of the built-in network.
std::string source_of(const Workload& workload) {
  return workload.network.onnx.empty() ? workload.network.builtin : sha256_hex_of_file(workload.network.onnx);
}

}  // namespace

std::string training_key(const Workload& workload, const TrainingOptions& options, const DataSet& data, const Network& untrained) {
  ByteWriter writer;
  writer.put(options.epochs);
  writer.put(options.batch);
  writer.put(options.learning_rate);
  writer.put(options.optimizer_options.momentum);
  writer.put(options.optimizer_options.weight_decay);
  writer.put(options.schedule_options.steps);
  writer.put(options.schedule_options.step_factor);
  writer.put(options.augmentation.flip);
  writer.put(options.augmentation.crop_padding);
  writer.put(options.noise_sigma);
  writer.put(options.images);
  writer.put(options.weight_bits);
  writer.put(static_cast<int>(options.quantizer));
  writer.put(options.activation_bits);
  writer.put(options.freeze_batch_norms);
  for (const WeightQuantization& layer : options.weight_layers) {
    writer.put(layer.bits);
    writer.put(static_cast<int>(layer.quantizer));
    writer.put(static_cast<int>(layer.range.method));
    writer.put(layer.range.percentile);
    writer.put(static_cast<int>(layer.per_channel));
  }
  writer.put(options.activation_layer_bits);
  writer.put(static_cast<int>(options.activation_range.method));
  writer.put(options.activation_range.percentile);
  writer.put(options.seed);
  writer.put(workload.dataset.mean);
  writer.put(workload.dataset.std);
  Sha256 hash;
  hash.update(build_identity()).update("|").update(options.optimizer).update("|").update(options.schedule).update("|");
  hash.update(writer.bytes()).update(weights_as_bytes(untrained)).update(source_of(workload));
  hash.update(bytes_of(data.train.pixels)).update(bytes_of(data.train.labels));
  return hash.hex();
}

NetworkCache::NetworkCache(std::string folder, std::string key) : folder_(std::move(folder)), key_(std::move(key)) {}

bool NetworkCache::load(Network& network) const {
  if (folder_.empty() || !std::filesystem::exists(path())) return false;
  try {
    const std::string file = read_file(path(), kMaxBytes);
    if (file.size() < kDigestLength || sha256_hex(std::string_view(file).substr(kDigestLength)) != file.substr(0, kDigestLength))
      return false;
    ByteReader reader(std::string_view(file).substr(kDigestLength));
    Network filled = network;
    for (std::size_t layer = 0; layer < network.weight_layers().size(); ++layer) {
      reader.get(filled.weights(layer));
      reader.get(filled.biases(layer));
      if (filled.weights(layer).size() != network.weights(layer).size() || filled.biases(layer).size() != network.biases(layer).size())
        return false;
    }
    for (std::size_t index = 0; index < network.batch_norms().size(); ++index) {
      BatchNormParameters& norm = filled.batch_norm(index);
      for (std::vector<float>* part : {&norm.gamma, &norm.beta, &norm.mean, &norm.variance}) {
        const std::size_t channels = part->size();
        reader.get(*part);
        if (part->size() != channels) return false;
      }
    }
    network = std::move(filled);
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

void NetworkCache::store(const Network& network) const {
  if (folder_.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) return;
  const std::string weights = weights_as_bytes(network);
  try {
    write_file_atomically(path(), sha256_hex(weights) + weights);
  } catch (const ResourceError&) {
  }
}

}  // namespace swimsim
