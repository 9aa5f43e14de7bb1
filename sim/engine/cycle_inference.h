#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/inference/chip_inference.h"
#include "sim/engine/preparation.h"
#include "sim/engine/results.h"

namespace swimsim {

class ByteReader;
class ByteWriter;

/// The figures of the sections `inference` and `hardware` that say what inference takes.
InferenceCosts inference_costs(const Workload& workload);

/// What images through the SystemC chip took.
struct CycleInference {
  std::int64_t images = 0;  ///< 0: none went through
  double accuracy = 0;      ///< of them
  std::int64_t latency_ps = 0, total_ps = 0, leakage_aJ = 0, noc_busy_ps = 0;
  double images_per_s = 0;
  std::vector<LayerUse> layers;

  InferenceLedger energy() const;
  void put(ByteWriter& writer) const;
  void get(ByteReader& reader);
};

/// Throws std::logic_error unless these are the codes and logits that the batched evaluator has for the first `count` images.
void check_against_batched(const ArrayNetwork& network, const ProgrammedArray& array, const ImageSet& images, std::size_t count,
                           const std::vector<float>& logits, const CodesDigest& codes);

/// The first `inference.cycle_images` test images on a programmed chip. Throws std::logic_error unless the chip's codes and logits are
/// those of the batched evaluator, bit for bit.
CycleInference infer_on_chip(const Workload& workload, const Preparation& prepared, const ChipProgram& chip,
                             const std::vector<std::vector<float>>& final_S, std::uint32_t trial);

/// For summary.json and inference.csv.
std::vector<Statistic> inference_statistics(const CycleInference& inference);
std::vector<InferenceRow> inference_rows(const Preparation& prepared, const CycleInference& inference);

}  // namespace swimsim
