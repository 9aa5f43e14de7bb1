#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/dataset/image_set.h"
#include "models/inference/array_network.h"
#include "models/inference/batched_reads.h"
#include "models/inference/programmed_array.h"

namespace swimsim {

enum class AdcKind { sar, flash };

/// What carries values from layer to layer: nothing that takes time, one bus for all, or a mesh of links.
enum class NocKind { none, bus, mesh };

/// What a chip takes for inference, in time and energy. docs/inference.md says where the figures come from.
struct InferenceCosts {
  std::int64_t clock_ps = 10'000;      ///< of the tiles' controllers and the digital units
  std::int64_t read_ps = 100'000;      ///< from the DACs' digits to settled column sums
  std::int64_t mux_switch_ps = 0;      ///< from one column of a converter to the next
  std::int64_t conversion_ps = 9'000;  ///< of one column
  int digital_lanes = 64;              ///< operations that the digital units of a layer do in a clock
  NocKind noc = NocKind::none;
  int link_bits = 256;  ///< that the bus, or a link of the mesh, moves in a clock

  double v_read_V = 0.2;                ///< of the DACs' largest digit
  double dac_energy_J = 0.39e-12;       ///< per word line and plane
  double sample_hold_energy_J = 1e-15;  ///< per column and plane
  double adc_energy_J = 0.31e-12;       ///< per conversion
  double shift_add_energy_J = 20e-15;   ///< per conversion
  double register_energy_J = 0.12e-12;  ///< per bit that input and output registers take up
  double digital_energy_J = 0.1e-12;    ///< per operation of a digital unit
  double link_energy_J = 0;             ///< per bit and link that it takes
  double tile_leakage_W = 0, chip_leakage_W = 0;

  /// Whole clock cycles that last at least `time_ps`.
  std::int64_t clocked(std::int64_t time_ps) const { return (time_ps + clock_ps - 1) / clock_ps * clock_ps; }
};

/// Of one conversion by a SAR, which takes a step for each bit and one to sample, or a flash converter, which takes one.
std::int64_t conversion_time_ps(AdcKind kind, int bits, std::int64_t step_ps);
/// SAR: NeuroSim's model for 32 nm on a column of 5 kOhm, power times (bits + 1) ns. Flash: 35 fJ for each of 2^bits - 1 comparators, an
/// assumption in the middle of what is recalled of published converters.
double conversion_energy_J(AdcKind kind, int bits);

/// Energy by component, in whole attojoules.
struct InferenceLedger {
  std::int64_t dac_aJ = 0;
  std::int64_t array_aJ = 0;
  std::int64_t sample_hold_aJ = 0;
  std::int64_t adc_aJ = 0;
  std::int64_t shift_add_aJ = 0;
  std::int64_t register_aJ = 0;
  std::int64_t digital_aJ = 0;
  std::int64_t link_aJ = 0;
  std::int64_t leakage_aJ = 0;
  std::int64_t total_aJ() const;
  InferenceLedger& operator+=(const InferenceLedger& other);
};

/// One component of the ledger.
struct InferencePart {
  const char* name;
  const char* description;
  std::int64_t InferenceLedger::*member;
};
/// All components, in a fixed order.
const std::vector<InferencePart>& inference_parts();

/// What a weight layer did in a run, with the digital units that follow it.
struct LayerUse {
  std::int64_t tiles = 0;
  std::int64_t reads = 0;                           ///< of a tile, one for each plane
  std::int64_t conversions = 0;                     ///< of a column
  std::int64_t array_busy_ps = 0, adc_busy_ps = 0;  ///< summed over the tiles: inputs applied, converters at work
  std::int64_t digital_operations = 0;
  std::int64_t input_values_most = 0;  ///< most values that its input buffer ever held
  InferenceLedger energy;              ///< leakage apart
};

/// One run of images through a chip, one after the other.
struct ChipInferenceResult {
  std::vector<float> logits;                          ///< [image][class]
  std::vector<std::int64_t> started_ps, finished_ps;  ///< of each image: its first layer begins, its logits are there
  std::vector<LayerUse> layers;
  std::int64_t leakage_aJ = 0;
  std::int64_t noc_busy_ps = 0;  ///< how long something was on its way from layer to layer
  /// Of the first image, which finds the chip empty.
  std::int64_t latency_ps() const { return finished_ps.front() - started_ps.front(); }
  std::int64_t total_ps() const { return finished_ps.back() - started_ps.front(); }
  /// From the first image's end to the last one's; of a single image, the inverse of its latency.
  double images_per_s() const;
  InferenceLedger energy() const;
};

/// A chip to be built for inference too.
struct InferenceJob {
  const ArrayNetwork* network = nullptr;
  InferenceCosts costs;
};

/// A chip that runs a network on what its cells hold.
class ChipInference {
 public:
  virtual ~ChipInference() = default;
  /// Images [first, first + count), at least one. `observe` sees the codes of every read.
  virtual ChipInferenceResult run(const ProgrammedArray& array, const ImageSet& images, std::size_t first, std::size_t count,
                                  const ObserveCodes& observe) = 0;
};

/// A number for the codes of many reads, the same for any order of the reads.
class CodesDigest {
 public:
  void add(const ReadCodes& read);
  std::uint64_t value() const { return sum_; }
  std::int64_t reads() const { return reads_; }

 private:
  std::uint64_t sum_ = 0;
  std::int64_t reads_ = 0;
};

}  // namespace swimsim
