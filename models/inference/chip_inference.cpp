#include "models/inference/chip_inference.h"

#include <cmath>

#include "models/common/checked.h"

namespace swimsim {

std::int64_t conversion_time_ps(AdcKind kind, int bits, std::int64_t step_ps) {
  return kind == AdcKind::flash ? step_ps : (bits + 1) * step_ps;
}

double conversion_energy_J(AdcKind kind, int bits) {
  if (kind == AdcKind::flash) return (std::exp2(bits) - 1) * 35e-15;
  constexpr double kColumn_Ohm = 5e3;
  const double power_W = (1.1294 * bits + 8.8998) * 1e-6 + 0.079449 * std::exp(-2.297 * std::log10(kColumn_Ohm));
  return power_W * (bits + 1) * 1e-9;
}

const std::vector<InferencePart>& inference_parts() {
  static const std::vector<InferencePart> parts = {
      {"dac", "word-line DACs", &InferenceLedger::dac_aJ},
      {"array", "in the cells", &InferenceLedger::array_aJ},
      {"sample_hold", "sample-and-hold", &InferenceLedger::sample_hold_aJ},
      {"adc", "conversions", &InferenceLedger::adc_aJ},
      {"shift_add", "shift-and-add", &InferenceLedger::shift_add_aJ},
      {"register", "input and output registers", &InferenceLedger::register_aJ},
      {"digital", "partial sums, bias, activation, pooling", &InferenceLedger::digital_aJ},
      {"link", "bus or mesh between the layers", &InferenceLedger::link_aJ},
      {"leakage", "leakage", &InferenceLedger::leakage_aJ},
  };
  return parts;
}

std::int64_t InferenceLedger::total_aJ() const {
  std::int64_t total = 0;
  for (const InferencePart& part : inference_parts()) add_checked(total, this->*part.member, "energy (aJ)");
  return total;
}

InferenceLedger& InferenceLedger::operator+=(const InferenceLedger& other) {
  for (const InferencePart& part : inference_parts()) add_checked(this->*part.member, other.*part.member, "energy (aJ)");
  return *this;
}

double ChipInferenceResult::images_per_s() const {
  const std::int64_t between_ps = finished_ps.back() - finished_ps.front();
  if (between_ps == 0) return static_cast<double>(finished_ps.size()) * 1e12 / static_cast<double>(latency_ps());
  return static_cast<double>(finished_ps.size() - 1) * 1e12 / static_cast<double>(between_ps);
}

InferenceLedger ChipInferenceResult::energy() const {
  InferenceLedger sum;
  sum.leakage_aJ = leakage_aJ;
  for (const LayerUse& layer : layers) sum += layer.energy;
  return sum;
}

void CodesDigest::add(const ReadCodes& read) {
  // FNV-1a over the read's identity and its codes; reads are added up, so their order does not matter.
  std::uint64_t hash = 14695981039346656037U;
  const auto mix = [&](std::uint64_t value) {
    for (int byte = 0; byte < 8; ++byte) hash = (hash ^ (value >> (8 * byte) & 0xff)) * 1099511628211U;
  };
  for (const std::uint64_t part : {static_cast<std::uint64_t>(read.layer), static_cast<std::uint64_t>(read.image),
                                   static_cast<std::uint64_t>(read.position), static_cast<std::uint64_t>(read.plane),
                                   static_cast<std::uint64_t>(read.read->tile), static_cast<std::uint64_t>(read.read->col_begin)})
    mix(part);
  for (int col = 0; col < read.cols; ++col) hash = (hash ^ static_cast<std::uint32_t>(read.codes[col])) * 1099511628211U;
  sum_ += hash;
  ++reads_;
}

}  // namespace swimsim
