#include "sim/engine/cycle_inference.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "models/common/byte_stream.h"
#include "models/inference/array_evaluator.h"
#include "models/network/loss.h"
#include "sim/engine/chip_score.h"

namespace swimsim {

namespace {

constexpr double kSecondsPerPicosecond = 1e-12;
constexpr double kJoulesPerAttojoule = 1e-18;

double share(std::int64_t busy_ps, std::int64_t tiles, std::int64_t total_ps) {
  return total_ps == 0 || tiles == 0 ? 0.0 : static_cast<double>(busy_ps) / (static_cast<double>(tiles) * static_cast<double>(total_ps));
}

}  // namespace

void check_against_batched(const ArrayNetwork& network, const ProgrammedArray& array, const ImageSet& images, std::size_t count,
                           const std::vector<float>& logits, const CodesDigest& codes) {
  CodesDigest expected;
  const std::vector<float> expected_logits =
      ArrayEvaluator(network).logits(array, images, 0, count, [&](const ReadCodes& read) { expected.add(read); });
  if (codes.reads() != expected.reads() || codes.value() != expected.value())
    throw std::logic_error("the SystemC chip and the batched evaluator give different ADC codes");
  if (logits != expected_logits) throw std::logic_error("the SystemC chip and the batched evaluator give different logits");
}

InferenceCosts inference_costs(const Workload& workload) {
  const Workload::Inference& i = workload.inference;
  const Workload::Hardware& h = workload.hardware;
  const AdcKind kind = i.adc == "flash" ? AdcKind::flash : AdcKind::sar;
  InferenceCosts costs;
  costs.clock_ps = h.clock_ps;
  costs.read_ps = i.read_ps;
  costs.mux_switch_ps = h.mux_switch_ps;
  costs.conversion_ps = conversion_time_ps(kind, i.adc_bits, i.adc_step_ps);
  costs.digital_lanes = i.digital_lanes;
  costs.noc = i.noc == "bus" ? NocKind::bus : i.noc == "mesh" ? NocKind::mesh : NocKind::none;
  costs.link_bits = i.link_bits;
  costs.link_energy_J = i.link_energy_J;
  costs.v_read_V = h.v_read_V;
  costs.dac_energy_J = i.dac_energy_J;
  costs.sample_hold_energy_J = h.sample_hold_energy_J;
  costs.adc_energy_J = i.adc_energy_J > 0 ? i.adc_energy_J : conversion_energy_J(kind, i.adc_bits);
  costs.shift_add_energy_J = i.shift_add_energy_J;
  costs.register_energy_J = i.register_energy_J;
  costs.digital_energy_J = i.digital_energy_J;
  costs.tile_leakage_W = h.tile_leakage_W;
  costs.chip_leakage_W = h.chip_leakage_W;
  return costs;
}

InferenceLedger CycleInference::energy() const {
  InferenceLedger sum;
  sum.leakage_aJ = leakage_aJ;
  for (const LayerUse& layer : layers) sum += layer.energy;
  return sum;
}

void CycleInference::put(ByteWriter& writer) const {
  for (const std::int64_t value : {images, latency_ps, total_ps, leakage_aJ, noc_busy_ps}) writer.put(value);
  writer.put(accuracy);
  writer.put(images_per_s);
  writer.put(layers);
}

void CycleInference::get(ByteReader& reader) {
  for (std::int64_t* value : {&images, &latency_ps, &total_ps, &leakage_aJ, &noc_busy_ps}) reader.get(*value);
  reader.get(accuracy);
  reader.get(images_per_s);
  reader.get(layers);
}

CycleInference infer_on_chip(const Workload& workload, const Preparation& prepared, const ChipProgram& chip,
                             const std::vector<std::vector<float>>& final_S, std::uint32_t trial) {
  if (chip.inference() == nullptr) throw std::logic_error("this chip has not been built for inference");
  const ArrayNetwork& network = *prepared.array_network;
  const ImageSet& images = prepared.data.test;
  const std::size_t count = std::min(static_cast<std::size_t>(workload.inference.cycle_images), images.count());
  const ProgrammedArray array = programmed_array(workload, prepared, final_S, trial);
  CodesDigest codes;
  const ChipInferenceResult result = chip.inference()->run(array, images, 0, count, [&](const ReadCodes& read) { codes.add(read); });
  check_against_batched(network, array, images, count, result.logits, codes);

  CycleInference inference;
  inference.images = static_cast<std::int64_t>(count);
  const std::int64_t correct = correct_of_batch(result.logits.data(), images.labels.data(), inference.images, network.network().classes());
  inference.accuracy = static_cast<double>(correct) / static_cast<double>(count);
  inference.latency_ps = result.latency_ps();
  inference.total_ps = result.total_ps();
  inference.leakage_aJ = result.leakage_aJ;
  inference.noc_busy_ps = result.noc_busy_ps;
  inference.images_per_s = result.images_per_s();
  inference.layers = result.layers;
  return inference;
}

std::vector<Statistic> inference_statistics(const CycleInference& inference) {
  const auto images = static_cast<double>(inference.images);
  const InferenceLedger energy = inference.energy();
  std::vector<Statistic> statistics = {
      {"inference_images", images, "", "images that went through the SystemC chip, trial 0, everything verified"},
      {"inference_accuracy_cycle", inference.accuracy, "", "accuracy on them; codes and logits are those of the batched evaluator"},
      {"inference_latency_s", static_cast<double>(inference.latency_ps) * kSecondsPerPicosecond, "s",
       "from the first read of an image until its logits are there, on an empty chip"},
      {"inference_throughput_images_per_s", inference.images_per_s, "1/s", "with the layers working on one image after the other"},
      {"inference_noc_busy_s", static_cast<double>(inference.noc_busy_ps) * kSecondsPerPicosecond / images, "s",
       "of an image's values on the bus or mesh between the layers; 0 where they take no time (inference.noc: none)"},
      {"inference_energy_J", static_cast<double>(energy.total_aJ()) * kJoulesPerAttojoule / images, "J", "of one image, leakage included"},
  };
  for (const InferencePart& part : inference_parts())
    statistics.push_back({fmt::format("inference_energy_{}_J", part.name),
                          static_cast<double>(energy.*part.member) * kJoulesPerAttojoule / images, "J",
                          fmt::format("of it: {}", part.description)});
  return statistics;
}

std::vector<InferenceRow> inference_rows(const Preparation& prepared, const CycleInference& inference) {
  std::vector<InferenceRow> rows;
  for (std::size_t l = 0; l < inference.layers.size(); ++l) {
    const LayerUse& use = inference.layers[l];
    InferenceRow row;
    row.layer = prepared.network.weight_layers()[l].name;
    row.images = inference.images;
    row.tiles = use.tiles;
    row.reads = use.reads;
    row.conversions = use.conversions;
    row.digital_operations = use.digital_operations;
    row.input_values_most = use.input_values_most;
    row.array_busy_s = static_cast<double>(use.array_busy_ps) * kSecondsPerPicosecond;
    row.adc_busy_s = static_cast<double>(use.adc_busy_ps) * kSecondsPerPicosecond;
    row.array_utilisation = share(use.array_busy_ps, use.tiles, inference.total_ps);
    row.adc_utilisation = share(use.adc_busy_ps, use.tiles, inference.total_ps);
    row.energy_J = static_cast<double>(use.energy.total_aJ()) * kJoulesPerAttojoule;
    for (const InferencePart& part : inference_parts()) {
      if (part.member != &InferenceLedger::leakage_aJ)
        row.energy_by_component.push_back({part.name, static_cast<double>(use.energy.*part.member) * kJoulesPerAttojoule});
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace swimsim
