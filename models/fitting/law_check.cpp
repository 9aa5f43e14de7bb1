#include "models/fitting/law_check.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace swimsim {

namespace {

constexpr int kConductanceBins = 6, kAmplitudeBins = 3;
constexpr double kFewestReadings = 4;     ///< in a bin that counts
constexpr double kChance = 5;             ///< standard deviations beyond chance
constexpr double kNoticeableShare = 0.1;  ///< of the variance

int bin_of(double value, double low, double high, int bins) {
  if (!(high > low)) return 0;
  return std::clamp(static_cast<int>((value - low) / (high - low) * bins), 0, bins - 1);
}

struct Bin {
  double count = 0, sum = 0;
};

}  // namespace

LawCheck check_law(const ResponseFit& fit, const MeasuredPulses& data) {
  const Eigen::VectorXd errors = fit.errors();
  const std::vector<std::vector<double>> predicted = fit.predictions();
  std::map<int, std::pair<double, double>> amplitudes_V;
  for (const MeasuredRun& run : data.runs) {
    for (const MeasuredPulse& pulse : run.pulses) {
      auto& [low_V, high_V] = amplitudes_V.try_emplace(pulse.polarity, pulse.amplitude_V, pulse.amplitude_V).first->second;
      low_V = std::min<double>(low_V, pulse.amplitude_V);
      high_V = std::max<double>(high_V, pulse.amplitude_V);
    }
  }
  std::map<std::tuple<int, int, int>, Bin> bins;
  Eigen::Index next = 0;
  double following = 0;
  for (std::size_t r = 0; r < predicted.size(); ++r) {
    const MeasuredRun& run = *fit.runs()[r];
    for (std::size_t i = 1; i < run.pulses.size(); ++i) {
      const MeasuredPulse& pulse = run.pulses[i];
      if (std::isnan(pulse.g_S)) continue;
      const auto& [low_V, high_V] = amplitudes_V[pulse.polarity];
      Bin& bin = bins[{pulse.polarity, bin_of(predicted[r][i], data.lowest_S, data.highest_S, kConductanceBins),
                       bin_of(pulse.amplitude_V, low_V, high_V, kAmplitudeBins)}];
      ++bin.count;
      bin.sum += errors[next];
      if (i > 1 && next > 0) following += errors[next] * errors[next - 1];
      ++next;
    }
  }
  double used = 0, between = 0;
  for (const auto& [place, bin] : bins) {
    if (bin.count < kFewestReadings) continue;
    ++used;
    between += bin.sum * bin.sum / bin.count;
  }
  const double squares = errors.squaredNorm(), count = static_cast<double>(fit.readings());
  LawCheck check;
  if (used < 2 || squares <= 0 || count <= used) return check;
  const double variance = squares / count;
  const double by_place = std::max(0.0, (between - used * variance) / squares);
  const double in_a_row = following / squares;  // correlation of an error with the one before
  check.systematic_share = std::max(by_place, in_a_row * in_a_row);
  const bool beyond_chance = between / variance > used + kChance * std::sqrt(2 * used) || std::fabs(in_a_row) > kChance / std::sqrt(count);
  check.fails = beyond_chance && check.systematic_share > kNoticeableShare;
  return check;
}

}  // namespace swimsim
