#include "sim/app/isaac_read.h"

#include <stdexcept>

#include "models/common/byte_stream.h"
#include "models/device/card_reader.h"
#include "models/inference/chip_inference.h"
#include "models/network/layers/linear.h"
#include "models/programming/chip_job.h"
#include "sim/engine/job_pool.h"
#include "sim/hardware/cycle_driver.h"

namespace swimsim {

namespace {

constexpr int kRows = 128, kOutputs = 64;  // plus and minus: 128 columns

/// ISAAC's: cycles of 100 ns, of which 128 conversions at 1.28 GS/s fill one, by an ADC of 2 mW; the mux has one converter for all columns.
InferenceCosts isaac_costs() {
  constexpr double kAdcPower_W = 2e-3, kSamplesPerSecond = 1.28e9;
  InferenceCosts costs;
  costs.read_ps = 100'000;
  costs.conversion_ps = 781;
  costs.adc_energy_J = kAdcPower_W / kSamplesPerSecond;
  return costs;
}

InferenceOptions isaac_options() {
  InferenceOptions options;
  options.input_bits = 16;
  options.adc_bits = 8;
  options.calibration_images = 1;
  options.column_mux = 2 * kOutputs;
  options.read_noise = false;
  return options;
}

Network one_layer() {
  Network network("isaac", {kRows, 1, 1, true});
  std::vector<float> weights(static_cast<std::size_t>(kOutputs) * kRows);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<float>(static_cast<int>(i % 31) - 15);
  WeightLayer layer;
  layer.name = "weight";
  layer.outputs = kOutputs;
  layer.inputs = kRows;
  layer.shape = {kOutputs, kRows};
  network.add("layer", make_linear(kOutputs, kRows), {0}, layer, weights, {});
  return network;
}

ImageSet one_image() {
  ImageSet images;
  images.channels = kRows;
  images.height = images.width = 1;
  images.classes = kOutputs;
  for (int row = 0; row < kRows; ++row) images.pixels.push_back(static_cast<std::uint8_t>(2 * row));
  images.labels = {0};
  return images;
}

/// What the vector's reads took.
LayerUse read_in_systemc() {
  const Network network = one_layer();
  const ImageSet images = one_image();
  const QuantizedWeights quantized = quantize_weights(network, WeightQuantization{});
  const ActivationRanges ranges{};
  const Normalization normalization{std::vector<float>(kRows, 0.0f), std::vector<float>(kRows, 1.0f)};
  const Mapping mapping({{"weight", kOutputs, kRows}}, {});
  const CardOrErrors card = load_card("reram_neurram_like", "", {});
  if (!card.card) throw std::logic_error("a built-in card does not load");
  const std::unique_ptr<Device> device = find_kernel(card.card->kernel)->make(*card.card, {});
  const std::unique_ptr<Scheme> scheme = find_scheme("set_reset")->make({});
  const ArrayNetwork array_network({&network, &quantized, &ranges, &normalization, &mapping, device.get(), 0, &images}, isaac_options());
  const InferenceJob inference{&array_network, isaac_costs()};

  ChipJob job;
  job.mapping = &mapping;
  job.codes = &quantized.codes;
  job.device = device.get();
  job.scheme = scheme.get();
  job.group_of_weight.emplace_back(quantized.codes[0].size(), std::int16_t{-1});
  job.blind = false;
  job.inference = &inference;
  LayerUse use;
  make_cycle_driver()(job, {}, {}, [&](const ChipProgram& chip, const ChipTimes&) {
    const ProgrammedArray array(array_network, target_conductances(mapping, quantized, *device));
    use = chip.inference()->run(array, images, 0, 1, {}).layers[0];
  });
  return use;
}

}  // namespace

std::vector<double> isaac_read() {
  LayerUse use;
  run_jobs(
      1, 1,
      [](std::size_t) {
        ByteWriter writer;
        writer.put(read_in_systemc());
        return writer.bytes();
      },
      [&](std::size_t, const std::string& bytes) { ByteReader(bytes).get(use); });
  const auto reads = static_cast<double>(use.reads);
  return {static_cast<double>(use.array_busy_ps) * 1e-3 / reads, static_cast<double>(use.energy.adc_aJ) * 1e-6 / reads};
}

}  // namespace swimsim
